using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Webhooks;

/// <summary>An organisation says where it wants to be told, and of what. The platform's own hooks have the organisation of all zeros, and only administrators see them.</summary>
public static class ManageHooks
{
    internal const string Permission = "manage:webhooks";

    /// <summary>A hook as it shall be.</summary>
    public sealed record Request
    {
        /// <summary>Where to; https.</summary>
        [Required, StringLength(2000)] public string? Url { get; set; }

        /// <summary>Of what, such as booking.created.</summary>
        [Required, MinLength(1), MaxLength(50)] public string[]? Events { get; set; }

        /// <summary>What it is for.</summary>
        [StringLength(200)] public string Description { get; set; } = "";

        /// <summary>Whether it hears; false switches it off.</summary>
        public bool Active { get; set; } = true;
    }

    /// <summary>A hook.</summary>
    /// <param name="Id">The hook.</param>
    /// <param name="Url">Where to.</param>
    /// <param name="Events">Of what.</param>
    /// <param name="Description">What it is for.</param>
    /// <param name="Active">Whether it hears.</param>
    /// <param name="DisabledReason">Why it does not, or null.</param>
    /// <param name="CreatedAt">Since when it is there.</param>
    /// <param name="Secret">The secret that signs; shown when it was made, and never again.</param>
    public sealed record View(Guid Id, string Url, IReadOnlyList<string> Events, string Description, bool Active, string? DisabledReason, Instant CreatedAt, string? Secret = null)
    {
        internal static View Of(Hook hook, string? secret = null) => new(hook.Id, hook.Url, hook.Wanted, hook.Description, hook.DisabledAt is null, hook.DisabledReason, hook.CreatedAt, secret);
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/organisations/{id:guid}/webhooks", Add).Needs(Permission).Limited(RateLimits.Write).WithTags("Webhooks").WithSummary("Be told of events").Produces<Envelope<View>>(StatusCodes.Status201Created);
        api.MapGet("/organisations/{id:guid}/webhooks", List).Needs(Permission).Limited(RateLimits.Read).WithTags("Webhooks").WithSummary("Where we are told of events");
        api.MapPut("/organisations/{id:guid}/webhooks/{hookId:guid}", Change).Needs(Permission).Limited(RateLimits.Write).WithTags("Webhooks").WithSummary("Change a webhook, switch it off or on");
        api.MapPost("/organisations/{id:guid}/webhooks/{hookId:guid}/secret", Resecret).Needs(Permission).Limited(RateLimits.Write).WithTags("Webhooks").WithSummary("Give it a new secret");
        api.MapDelete("/organisations/{id:guid}/webhooks/{hookId:guid}", Remove).Needs(Permission).Limited(RateLimits.Write).WithTags("Webhooks").WithSummary("Remove a webhook and its log");
    }

    /// <summary>Adds one.</summary>
    public static Task<Answer<View>> Add(Guid id, Request request, Actor actor, WebhooksDb db, Sealed sealer, OutboundRules rules, TimeProvider clock, CancellationToken cancel) => db.InTransaction<View>(async () =>
    {
        if (actor.Barred(Permission, id, "organisation") is { } barred) return barred;
        var hook = new Hook { Id = Guid.CreateVersion7(), OrganisationId = id, CreatedBy = actor.UserId, CreatedAt = clock.Now() };
        if (hook.Describe(request.Url!, request.Events!, request.Description, rules.Anywhere) is { } fault) return fault;
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({id}::text, 12))", cancel);
        if (await db.Hooks.CountAsync(h => h.OrganisationId == id, cancel) >= Hook.MostPerOrganisation)
            return Fault.Conflict("too_many_webhooks", $"An organisation may have {Hook.MostPerOrganisation} webhooks. Remove one first.");
        var secret = hook.Resecret(sealer);
        if (!request.Active) hook.Disable("switched off", clock.Now());
        db.Hooks.Add(hook);
        db.Audit(actor, id, Permission, hook.Id, null, View.Of(hook));
        await db.SaveChangesAsync(cancel);
        return Answer<View>.Created(View.Of(hook, secret), "Keep the secret: it is shown only now.");
    }, cancel);

    /// <summary>All of an organisation's.</summary>
    public static async Task<Answer<Slice<View>>> List(Guid id, Actor actor, WebhooksDb db, CancellationToken cancel)
    {
        if (actor.Barred(Permission, id, "organisation") is { } barred) return barred;
        var hooks = await db.Hooks.AsNoTracking().Where(h => h.OrganisationId == id).OrderBy(h => h.Id).ToListAsync(cancel);
        return new Slice<View>([.. hooks.Select(h => View.Of(h))], null);
    }

    /// <summary>Changes one.</summary>
    public static Task<Answer<View>> Change(Guid id, Guid hookId, Request request, Actor actor, WebhooksDb db, OutboundRules rules, TimeProvider clock, CancellationToken cancel) => Edit(id, hookId, actor, db, hook =>
    {
        if (hook.Describe(request.Url!, request.Events!, request.Description, rules.Anywhere) is { } fault) return fault;
        if (request.Active) hook.Enable();
        else hook.Disable("switched off", clock.Now());
        return View.Of(hook);
    }, cancel);

    /// <summary>Gives one a new secret; the old one is worthless at once.</summary>
    public static Task<Answer<View>> Resecret(Guid id, Guid hookId, Actor actor, WebhooksDb db, Sealed sealer, CancellationToken cancel) =>
        Edit(id, hookId, actor, db, hook => View.Of(hook, hook.Resecret(sealer)), cancel);

    /// <summary>Removes one.</summary>
    public static async Task<Answer<Done>> Remove(Guid id, Guid hookId, Actor actor, WebhooksDb db, CancellationToken cancel)
    {
        var removed = await Edit(id, hookId, actor, db, hook =>
        {
            db.Hooks.Remove(hook);
            return View.Of(hook);
        }, cancel);
        return removed.Fault is { } fault ? fault : Done.It;
    }

    private static Task<Answer<View>> Edit(Guid id, Guid hookId, Actor actor, WebhooksDb db, Func<Hook, Answer<View>> edit, CancellationToken cancel) => db.InTransaction<View>(async () =>
    {
        if (actor.Barred(Permission, id, "organisation") is { } barred) return barred;
        var hook = await db.Hooks.FirstOrDefaultAsync(h => h.Id == hookId && h.OrganisationId == id, cancel);
        if (hook is null) return Fault.NotFound("webhook");
        var before = View.Of(hook);
        var after = edit(hook);
        if (after.Ok) db.Audit(actor, id, Permission, hook.Id, before, after.Value with { Secret = null });
        return after;
    }, cancel);
}
