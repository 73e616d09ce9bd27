using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;

namespace Sarai.Payments;

/// <summary>
/// An owner chooses the gateways of the organisation, sets their keys and says what is offered first to guests of which country. Keys are sealed and never
/// shown again; a key that signs messages keeps its predecessor, for messages that are on their way.
/// </summary>
public static class KeepGateways
{
    /// <summary>A gateway's settings.</summary>
    public sealed record Request
    {
        /// <summary>Whether guests are offered it.</summary>
        [Required] public bool? Enabled { get; set; }

        /// <summary>Only these currencies (ISO 4217), or none for all it can take.</summary>
        public IReadOnlyList<string> Currencies { get; set; } = [];

        /// <summary>Settings and keys by field. A key that is left out or empty stays as it is.</summary>
        [Required] public IReadOnlyDictionary<string, string>? Values { get; set; }
    }

    /// <summary>What is offered first.</summary>
    public sealed record OrderRequest
    {
        /// <summary>ISO 3166 code of the guest's country, or * for everybody else.</summary>
        [Required, RegularExpression(@"^(\*|[A-Z]{2})$", ErrorMessage = "Give a country such as PK, or *.")] public string? Country { get; set; }

        /// <summary>The gateways' names, the first one first; none removes the entry.</summary>
        [Required] public IReadOnlyList<string>? Gateways { get; set; }
    }

    /// <summary>A gateway as its owner sees it.</summary>
    /// <param name="Name">The gateway.</param>
    /// <param name="Enabled">Whether guests are offered it.</param>
    /// <param name="Currencies">What it is limited to.</param>
    /// <param name="CanTake">What it can take at all; none means any.</param>
    /// <param name="Fields">What is to be set.</param>
    /// <param name="WebhookPath">Where the gateway sends its messages.</param>
    public sealed record View(string Name, bool Enabled, IReadOnlyList<string> Currencies, IReadOnlyList<string> CanTake, IReadOnlyList<FieldView> Fields, string WebhookPath);

    /// <summary>A field of a gateway.</summary>
    /// <param name="Key">Its name in requests.</param>
    /// <param name="Label">Its name for people.</param>
    /// <param name="Secret">Whether it is sealed.</param>
    /// <param name="Required">Whether it must be set.</param>
    /// <param name="Options">What to choose from, or null.</param>
    /// <param name="IsSet">Whether it has a value.</param>
    /// <param name="Value">The value; of a secret always null.</param>
    public sealed record FieldView(string Key, string Label, bool Secret, bool Required, IReadOnlyList<string>? Options, bool IsSet, string? Value);

    /// <summary>All gateways, and the orders of preference.</summary>
    public sealed record Response(IReadOnlyList<View> Gateways, IReadOnlyDictionary<string, IReadOnlyList<string>> Orders);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/organisations/{id:guid}/gateways", List).Needs("manage:payouts").Limited(RateLimits.Read).WithTags("Gateways").WithSummary("An organisation's payment gateways");
        api.MapPut("/organisations/{id:guid}/gateways/{name}", Handle).Needs("manage:payouts").Limited(RateLimits.Write).WithTags("Gateways").WithSummary("Set up a payment gateway");
        api.MapPut("/organisations/{id:guid}/gateway-order", Order).Needs("manage:payouts").Limited(RateLimits.Write).WithTags("Gateways").WithSummary("Say which gateways are offered first");
    }

    /// <summary>What is set; all zeros is the platform, for its administrator.</summary>
    public static async Task<Answer<Response>> List(Guid id, Actor actor, PaymentsDb db, Providers providers, Merchants merchants, CancellationToken cancel)
    {
        if (actor.Barred("manage:payouts", id, "organisation") is { } barred) return barred;
        var views = new List<View>();
        foreach (var gateway in providers.Gateways.Where(g => g.Fields.Count > 0)) views.Add(ViewOf(gateway, id, await merchants.Of(gateway, id, cancel)));
        var orders = await db.Read("select country, gateways from payments.gateway_order where organisation_id = $1 order by country", row => (row.GetString(0), row.GetFieldValue<string[]>(1)), cancel, id);
        return new Response(views, orders.ToDictionary(o => o.Item1, o => (IReadOnlyList<string>)o.Item2));
    }

    /// <summary>Sets one up, or changes it.</summary>
    public static async Task<Answer<View>> Handle(Guid id, string name, Request request, Actor actor, PaymentsDb db, Providers providers, Merchants merchants, Sealed sealer, TimeProvider clock, CancellationToken cancel)
    {
        if (actor.Barred("manage:payouts", id, "organisation") is { } barred) return barred;
        if (providers.Find(name) is not IGateway { Fields.Count: > 0 } gateway) return Fault.NotFound("payment gateway");
        if (request.Currencies.FirstOrDefault(c => !Money.IsCurrency(c) || (gateway.Currencies.Count > 0 && !gateway.Currencies.Contains(c))) is { } wrong)
            return Fault.Invalid("currencies", gateway.Currencies.Count > 0 ? $"It cannot take {wrong}; it takes {string.Join(", ", gateway.Currencies)}." : $"{wrong} is not a currency such as PKR.");
        var answer = await db.InTransaction<View>(async () =>
        {
            await db.Run(cancel, PaymentsDb.Sql("select pg_advisory_xact_lock(hashtextextended($1::text || $2, 12))", id, name));
            merchants.Forget(name, id);
            var before = await merchants.Of(gateway, id, cancel);
            var values = new Dictionary<string, string>(before?.Values ?? new Dictionary<string, string>());
            if (Take(gateway, request, values) is { } invalid) return invalid;
            await Save(id, name, request, gateway, values, actor, db, sealer, clock.Now(), cancel);
            // What is secret stays out of the audit log; that it was changed does not.
            db.Audit(actor, id, "manage:payouts", id, before is null ? null : new { Gateway = name, before.Enabled }, new { Gateway = name, request.Enabled, Changed = request.Values!.Where(v => v.Value.Length > 0).Select(v => v.Key) });
            return ViewOf(gateway, id, new Merchant(id, name, request.Enabled!.Value, request.Currencies, values));
        }, cancel);
        merchants.Forget(name, id);
        return answer;
    }

    /// <summary>Says what is offered first.</summary>
    public static async Task<Answer<Done>> Order(Guid id, OrderRequest request, Actor actor, PaymentsDb db, Providers providers, CancellationToken cancel)
    {
        if (actor.Barred("manage:payouts", id, "organisation") is { } barred) return barred;
        if (request.Gateways!.FirstOrDefault(g => providers.Find(g) is not IGateway) is { } unknown) return Fault.Invalid("gateways", $"There is no payment gateway {unknown}.");
        if (request.Gateways!.Distinct().Count() != request.Gateways!.Count) return Fault.Invalid("gateways", "A gateway stands in the list twice.");
        return await db.InTransaction<Done>(async () =>
        {
            await db.Run(cancel, request.Gateways!.Count == 0
                ? PaymentsDb.Sql("delete from payments.gateway_order where organisation_id = $1 and country = $2", id, request.Country)
                : PaymentsDb.Sql("""
                    insert into payments.gateway_order (organisation_id, country, gateways) values ($1, $2, $3) on conflict (organisation_id, country) do update set gateways = excluded.gateways
                    """, id, request.Country, request.Gateways!.ToArray()));
            db.Audit(actor, id, "manage:payouts", id, null, new { request.Country, request.Gateways });
            return Done.It;
        }, cancel);
    }

    private static Fault? Take(IGateway gateway, Request request, Dictionary<string, string> values)
    {
        var problems = new Dictionary<string, object>();
        foreach (var unknown in request.Values!.Keys.Except(gateway.Fields.Select(f => f.Key))) problems[unknown] = new[] { "There is no such setting." };
        foreach (var field in gateway.Fields)
        {
            var typed = request.Values!.GetValueOrDefault(field.Key)?.Trim();
            if (typed is null || (typed.Length == 0 && field.Secret)) typed = values.GetValueOrDefault(field.Key, "");
            if (typed.Length == 0 && field.Options is { } choices) typed = choices[0];
            if (typed.Length > 5000) problems[field.Key] = new[] { "This is too long." };
            else if (typed.Length == 0 && field.Required && request.Enabled == true) problems[field.Key] = new[] { $"{field.Label} is needed." };
            else if (typed.Length > 0 && ((field.Options is { } options && !options.Contains(typed)) || (field.Pattern is { } pattern && !Regex.IsMatch(typed, pattern, RegexOptions.None, TimeSpan.FromMilliseconds(100)))))
                problems[field.Key] = new[] { field.Options is { } known ? $"Choose one of: {string.Join(", ", known)}." : $"This does not look like: {field.Label}." };
            if (field.Signs && values.GetValueOrDefault(field.Key) is { Length: > 0 } former && former != typed) values["former." + field.Key] = former;
            values[field.Key] = typed;
        }
        return problems.Count == 0 ? null : new Fault(400, "validation_failed", "Some settings are missing or wrong.", problems);
    }

    private static Task<int> Save(Guid id, string name, Request request, IGateway gateway, Dictionary<string, string> values, Actor actor, PaymentsDb db, Sealed sealer, Instant now, CancellationToken cancel)
    {
        var open = gateway.Fields.Where(f => !f.Secret).Select(f => f.Key).ToHashSet();
        var settings = JsonSerializer.Serialize(values.Where(v => open.Contains(v.Key)).ToDictionary(), Json.Options);
        var secrets = sealer.Seal(JsonSerializer.Serialize(values.Where(v => !open.Contains(v.Key)).ToDictionary(), Json.Options), Merchants.Purpose);
        return db.Run(cancel, PaymentsDb.Sql("""
            insert into payments.gateway (organisation_id, name, enabled, currencies, settings, secrets, changed_at, changed_by) values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8)
            on conflict (organisation_id, name) do update set enabled = excluded.enabled, currencies = excluded.currencies, settings = excluded.settings, secrets = excluded.secrets,
              changed_at = excluded.changed_at, changed_by = excluded.changed_by
            """, id, name, request.Enabled, request.Currencies.Distinct().ToArray(), settings, secrets, now, actor.Id));
    }

    private static View ViewOf(IGateway gateway, Guid id, Merchant? merchant) => new(
        gateway.Name, merchant?.Enabled ?? false, merchant?.Currencies ?? [], gateway.Currencies,
        [.. gateway.Fields.Select(f => new FieldView(f.Key, f.Label, f.Secret, f.Required, f.Options, merchant?[f.Key].Length > 0, f.Secret ? null : merchant?[f.Key]))],
        $"/api/v1/webhooks/payments/{gateway.Name}/{id}");
}
