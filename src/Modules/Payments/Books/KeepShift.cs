using System.ComponentModel.DataAnnotations;

namespace Sarai.Payments;

/// <summary>
/// The cash drawer of a venue: opened with a float, closed by counting. What should be in it follows from the ledger; what is missing or too much is written down,
/// never corrected away.
/// </summary>
public static class KeepShift
{
    /// <summary>Opens a shift.</summary>
    public sealed record OpenRequest
    {
        /// <summary>What is in the drawer, in minor units.</summary>
        [Required, Range(0, 1_000_000_000_000)] public long? Float { get; set; }
    }

    /// <summary>Closes it.</summary>
    public sealed record CloseRequest
    {
        /// <summary>What was counted, in minor units.</summary>
        [Required, Range(0, 1_000_000_000_000)] public long? Counted { get; set; }

        /// <summary>A word about a difference.</summary>
        [StringLength(500)] public string? Note { get; set; }
    }

    /// <summary>A shift.</summary>
    /// <param name="Id">The shift.</param>
    /// <param name="OpenedBy">Who opened it.</param>
    /// <param name="OpenedAt">When.</param>
    /// <param name="Float">What was in the drawer.</param>
    /// <param name="Expected">What should be in it: now, or when it was closed.</param>
    /// <param name="Counted">What was in it, or null while it is open.</param>
    /// <param name="Difference">Counted less expected, or null while it is open.</param>
    /// <param name="ClosedAt">When it was closed, or null.</param>
    /// <param name="Note">A word about it.</param>
    /// <param name="Taken">Who took what.</param>
    public sealed record View(Guid Id, Guid OpenedBy, Instant OpenedAt, Money Float, Money Expected, Money? Counted, Money? Difference, Instant? ClosedAt, string? Note, IReadOnlyList<TakenBy> Taken);

    /// <summary>What somebody took and gave in cash.</summary>
    public sealed record TakenBy(Guid UserId, string Name, Money Amount);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/venues/{id:guid}/shifts", Open).Needs("create:cash_payments").Limited(RateLimits.Write).Idempotent<PaymentsDb, View>().WithTags("Cash").WithSummary("Open the cash drawer")
            .Produces<Envelope<View>>(StatusCodes.Status201Created).Produces<ErrorEnvelope>(StatusCodes.Status409Conflict);
        api.MapPost("/venues/{id:guid}/shifts/close", Close).Needs("create:cash_payments").Limited(RateLimits.Write).WithTags("Cash").WithSummary("Count and close the cash drawer");
        api.MapGet("/venues/{id:guid}/shifts", (Guid id, [AsParameters] Paging paging, Actor actor, PaymentsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel) => List(id, paging, actor, db, catalog, clock, cancel))
            .Needs("read:payments").Limited(RateLimits.Read).WithTags("Cash").WithSummary("A venue's cash shifts");
    }

    /// <summary>One is open per venue at most.</summary>
    public static Task<Answer<View>> Open(Guid id, OpenRequest request, Actor actor, PaymentsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel) => db.InTransaction<View>(async () =>
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("create:cash_payments", venue.OrganisationId, "venue") is { } barred) return barred;
        var (shift, now) = (Guid.CreateVersion7(), clock.Now());
        var opened = await db.Run(cancel, PaymentsDb.Sql("""
            insert into payments.cash_shift (id, organisation_id, venue_id, currency, opened_by, opened_at, float_amount) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
            """, shift, venue.OrganisationId, id, venue.Currency, actor.Id, now, request.Float));
        if (opened == 0) return Fault.Conflict("shift_open", "The drawer is open already. Close it first.");
        db.Audit(actor, venue.OrganisationId, "create:cash_payments", shift, null, new { Shift = "opened", request.Float });
        return Answer<View>.Created((await Views("where id = $1", now, db, cancel, shift))[0]);
    }, cancel);

    /// <summary>Closes the one that is open.</summary>
    public static Task<Answer<View>> Close(Guid id, CloseRequest request, Actor actor, PaymentsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel) => db.InTransaction<View>(async () =>
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("create:cash_payments", venue.OrganisationId, "venue") is { } barred) return barred;
        var now = clock.Now();
        var open = await db.Read("select id from payments.cash_shift where venue_id = $1 and closed_at is null for update", row => row.GetGuid(0), cancel, id);
        if (open.Count == 0) return Fault.Conflict("no_shift", "No drawer is open here.");
        var view = (await Views("where id = $1", now, db, cancel, open[0]))[0];
        await db.Run(cancel, PaymentsDb.Sql("update payments.cash_shift set closed_by = $2, closed_at = $3, expected = $4, counted = $5, note = $6::text where id = $1", open[0], actor.Id, now, view.Expected.Amount, request.Counted, request.Note));
        db.Audit(actor, venue.OrganisationId, "create:cash_payments", open[0], null, new { Shift = "closed", Expected = view.Expected.Amount, request.Counted, request.Note });
        return (await Views("where id = $1", now, db, cancel, open[0]))[0];
    }, cancel);

    /// <summary>The latest first.</summary>
    public static async Task<Answer<Slice<View>>> List(Guid venueId, Paging paging, Actor actor, PaymentsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await catalog.Venue(venueId, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("read:payments", venue.OrganisationId, "venue") is { } barred) return barred;
        var before = new Guid("ffffffff-ffff-ffff-ffff-ffffffffffff");
        if (paging.Cursor is not null && !Guid.TryParse(Cursor.Read(paging.Cursor), out before)) return Fault.Invalid("cursor", "This cursor is not one of ours.");
        return Slice<View>.Of(await Views("where venue_id = $1 and id < $2 order by id desc limit $3", clock.Now(), db, cancel, venueId, before, paging.Size + 1), paging.Size, v => v.Id.ToString());
    }

    private static async Task<List<View>> Views(string where, Instant now, PaymentsDb db, CancellationToken cancel, params object[] values)
    {
        var rows = await db.Read($"""
            select id, opened_by, opened_at, float_amount, currency, counted, expected, closed_at, note, venue_id from payments.cash_shift {where}
            """, row => (
                Id: row.GetGuid(0), By: row.GetGuid(1), At: Instant.FromDateTimeUtc(row.GetDateTime(2)), Float: new Money(row.GetInt64(3), row.GetString(4)), Counted: row.IsDBNull(5) ? (long?)null : row.GetInt64(5),
                Expected: row.IsDBNull(6) ? (long?)null : row.GetInt64(6), Closed: row.IsDBNull(7) ? (Instant?)null : Instant.FromDateTimeUtc(row.GetDateTime(7)), Note: row.IsDBNull(8) ? null : row.GetString(8), Venue: row.GetGuid(9)),
            cancel, values);
        var views = new List<View>();
        foreach (var r in rows)
        {
            var taken = await Taken(r.Venue, r.At, r.Closed ?? now, r.Float.Currency, db, cancel);
            var expected = new Money(r.Expected ?? r.Float.Amount + taken.Sum(t => t.Amount.Amount), r.Float.Currency);
            Money? counted = r.Counted is { } c ? new Money(c, r.Float.Currency) : null;
            views.Add(new View(r.Id, r.By, r.At, r.Float, expected, counted, counted is { } n ? n - expected : null, r.Closed, r.Note, taken));
        }
        return views;
    }

    // What the ledger says went into and out of the drawer, and by whose hand the audit log says it did.
    private static Task<List<TakenBy>> Taken(Guid venue, Instant from, Instant to, string currency, PaymentsDb db, CancellationToken cancel) => db.Read("""
        select coalesce(w.actor_id, p.created_by), coalesce(max(w.actor_name), ''), sum(-e.amount)::bigint
        from payments.posting o join payments.payment p on p.id = o.payment_id join payments.entry e on e.posting_id = o.id join payments.account a on a.id = e.account_id and a.kind = 'Cash'
        left join lateral (select actor_id, actor_name from payments.audit w where w.subject = p.id and w.action in ('create:cash_payments', 'process:refunds') and w.at >= o.at order by w.at limit 1) w on true
        where o.kind in ('payment', 'refund') and o.at >= $2 and o.at <= $3 and p.venue_id = $1 and e.currency = $4 group by 1 order by 3 desc
        """, row => new TakenBy(row.GetGuid(0), row.GetString(1), new Money(row.GetInt64(2), currency)), cancel, venue, from, to, currency);
}
