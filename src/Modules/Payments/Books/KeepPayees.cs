using System.ComponentModel.DataAnnotations;

namespace Sarai.Payments;

/// <summary>
/// Coaches and pandits who earn a share of the bookings they serve: the organisation says which of its resources is which person, and what they get, a part of
/// what was paid or a sum for each booking.
/// </summary>
public static class KeepPayees
{
    /// <summary>A person's share.</summary>
    public sealed record Request
    {
        /// <summary>Who: a colleague with the role coach or pandit; nothing takes the rule away.</summary>
        public Guid? UserId { get; set; }

        /// <summary>Percent of what was paid: above 0, at most 100.</summary>
        [Range(0.01, 100)] public decimal? Percent { get; set; }

        /// <summary>A sum for each booking, in minor units.</summary>
        [Range(1, 1_000_000_000_000)] public long? Fixed { get; set; }
    }

    /// <summary>A rule.</summary>
    /// <param name="ResourceId">What is booked when this person is.</param>
    /// <param name="UserId">Who.</param>
    /// <param name="Percent">Percent of what was paid, or null.</param>
    /// <param name="Fixed">Minor units for each booking, or null.</param>
    public sealed record Rule(Guid ResourceId, Guid UserId, decimal? Percent, long? Fixed);

    /// <summary>What somebody has earned and not been paid.</summary>
    public sealed record Owed(Guid OrganisationId, Guid UserId, Money Amount);

    /// <summary>The rules and what is owed.</summary>
    public sealed record Response(IReadOnlyList<Rule> Rules, IReadOnlyList<Owed> Owed);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/organisations/{id:guid}/payees", List).Needs("manage:payouts").Limited(RateLimits.Read).WithTags("Payees").WithSummary("What coaches and pandits get and are owed");
        api.MapPut("/organisations/{id:guid}/payees/{resourceId:guid}", Handle).Needs("manage:payouts").Limited(RateLimits.Write).WithTags("Payees").WithSummary("Set what a coach or pandit gets");
    }

    /// <summary>For the owner.</summary>
    public static async Task<Answer<Response>> List(Guid id, Actor actor, PaymentsDb db, CancellationToken cancel)
    {
        if (actor.Barred("manage:payouts", id, "organisation") is { } barred) return barred;
        var rules = await db.Read("select resource_id, user_id, percent, fixed from payments.payee where organisation_id = $1 order by resource_id", row =>
            new Rule(row.GetGuid(0), row.GetGuid(1), row.IsDBNull(2) ? null : row.GetDecimal(2), row.IsDBNull(3) ? null : row.GetInt64(3)), cancel, id);
        return new Response(rules, await OwedBy("a.name = $1", id.ToString("n"), db, cancel));
    }

    /// <summary>Sets a rule, or takes it away. What was earned before stays as it was.</summary>
    public static async Task<Answer<Response>> Handle(Guid id, Guid resourceId, Request request, Actor actor, PaymentsDb db, ICatalog catalog, IIdentity identity, CancellationToken cancel)
    {
        if (actor.Barred("manage:payouts", id, "organisation") is { } barred) return barred;
        if (!(await catalog.VenuesOf(id, cancel)).Any(v => v.Resource(resourceId) is not null)) return Fault.NotFound("resource");
        if (request.UserId is { } user)
        {
            if ((request.Percent is null) == (request.Fixed is null)) return Fault.Invalid("percent", "Give either a percentage or a sum for each booking.");
            if (!(await identity.Colleagues(id, [Roles.Coach, Roles.Pandit], cancel)).Contains(user)) return Fault.Invalid("userId", "Choose a colleague who is a coach or a pandit.");
        }
        await db.InTransaction<Done>(async () =>
        {
            await db.Run(cancel, request.UserId is null
                ? PaymentsDb.Sql("delete from payments.payee where organisation_id = $1 and resource_id = $2", id, resourceId)
                : PaymentsDb.Sql("""
                    insert into payments.payee (organisation_id, resource_id, user_id, percent, fixed) values ($1, $2, $3, $4::numeric, $5::bigint)
                    on conflict (organisation_id, resource_id) do update set user_id = excluded.user_id, percent = excluded.percent, fixed = excluded.fixed
                    """, id, resourceId, request.UserId, request.Percent, request.Fixed));
            db.Audit(actor, id, "manage:payouts", resourceId, null, new { Payee = request.UserId, request.Percent, request.Fixed });
            return Done.It;
        }, cancel);
        return await List(id, actor, db, cancel);
    }

    /// <summary>What is owed, by organisation, person and currency.</summary>
    internal static Task<List<Owed>> OwedBy(string whose, object value, PaymentsDb db, CancellationToken cancel) => db.Read($"""
        select a.name, a.owner, sum(b.amount)::bigint, a.currency from payments.account a join payments.balance b on b.account_id = a.id
        where a.kind = 'Payee' and {whose} group by 1, 2, 4 having sum(b.amount) <> 0 order by 1, 2, 4
        """, row => new Owed(Guid.ParseExact(row.GetString(0), "n"), row.GetGuid(1), new Money(row.GetInt64(2), row.GetString(3))), cancel, value);
}
