using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using NpgsqlTypes;

namespace Sarai.Bookings;

/// <summary>A club's customers: who comes how often, spends what, stays away; notes and tags; and whom it does not serve for a time.</summary>
public static class KeepCustomers
{
    /// <summary>A customer in the list.</summary>
    /// <param name="UserId">The account.</param>
    /// <param name="Name">The name on the latest booking.</param>
    /// <param name="Bookings">Bookings that took place or will.</param>
    /// <param name="NoShows">Times they did not come.</param>
    /// <param name="Cancelled">Bookings they or the desk called off.</param>
    /// <param name="Spent">What they paid, by currency of the latest booking.</param>
    /// <param name="LastAt">The latest start.</param>
    /// <param name="Tags">The staff's tags.</param>
    /// <param name="Notes">The staff's notes.</param>
    /// <param name="BlockedUntil">Until when they may not book, or null.</param>
    /// <param name="BlockedReason">Why, or null.</param>
    public sealed record Row(
        Guid UserId, string Name, int Bookings, int NoShows, int Cancelled, Money Spent, Instant LastAt, IReadOnlyList<string> Tags, string Notes, Instant? BlockedUntil, string? BlockedReason);

    /// <summary>What the staff write down.</summary>
    public sealed record Note
    {
        /// <summary>Notes for colleagues.</summary>
        [StringLength(4000)] public string Notes { get; set; } = "";

        /// <summary>Tags.</summary>
        [MaxLength(20)] public string[] Tags { get; set; } = [];
    }

    /// <summary>For how long and why.</summary>
    public sealed record BlockRequest
    {
        /// <summary>Until when, with its offset; null lifts it.</summary>
        public Instant? Until { get; set; }

        /// <summary>Why; colleagues see it.</summary>
        [StringLength(500)] public string? Reason { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/venues/{id:guid}/customers", ([AsParameters] Paging paging, string? q, bool? blocked, Guid id, Actor actor, BookingsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel) =>
                List(id, q, blocked == true, paging, actor, db, catalog, clock, cancel))
           
            .Needs("read:customers").Limited(RateLimits.Read).WithTags("Desk").WithSummary("A venue's customers");
        api.MapPut("/venues/{id:guid}/customers/{userId:guid}", Write).Needs("update:customers").Limited(RateLimits.Write).WithTags("Desk").WithSummary("Notes and tags of a customer");
        api.MapPut("/venues/{id:guid}/customers/{userId:guid}/block", BlockGuest).Needs("blacklist:customers").Limited(RateLimits.Write).WithTags("Desk").WithSummary("Stop taking a customer's bookings for a time");
    }

    /// <summary>The customers, latest visit first.</summary>
    /// <param name="id">The venue.</param>
    /// <param name="q">A part of the name, or null.</param>
    /// <param name="blocked">Only those whose bookings are not taken at present.</param>
    /// <param name="paging">Which page.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="db">The database.</param>
    /// <param name="catalog">The venues.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<Answer<Slice<Row>>> List(Guid id, string? q, bool blocked, Paging paging, Actor actor, BookingsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("read:customers", venue.OrganisationId, "venue") is { } barred) return barred;
        var (after, afterId) = Cursor.Read(paging.Cursor)?.Split('|') is [var ticks, var key] && long.TryParse(ticks, CultureInfo.InvariantCulture, out var t) && Guid.TryParse(key, out var g)
            ? (Instant.FromUnixTimeTicks(t).ToDateTimeUtc(), g) : ((DateTime?)null, Guid.Empty);
        if (paging.Cursor is not null && after is null) return Fault.Invalid("cursor", "This cursor is not one of ours.");
        var found = await Read(venue, string.IsNullOrWhiteSpace(q) ? null : q, null, blocked ? clock.Now() : null, after, afterId, paging.Size + 1, db, cancel);
        return Slice<Row>.Of(found, paging.Size, r => string.Create(CultureInfo.InvariantCulture, $"{r.LastAt.ToUnixTimeTicks()}|{r.UserId}"));
    }

    /// <summary>One customer.</summary>
    public static async Task<Answer<Row>> Find(Guid id, Guid userId, Actor actor, BookingsDb db, ICatalog catalog, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("read:customers", venue.OrganisationId, "venue") is { } barred) return barred;
        return await Read(venue, null, userId, null, null, Guid.Empty, 1, db, cancel) is [var row] ? row : Fault.NotFound("customer");
    }

    private static async Task<List<Row>> Read(VenueInfo venue, string? q, Guid? guest, Instant? blockedAt, DateTime? after, Guid afterId, int limit, BookingsDb db, CancellationToken cancel)
    {
        await using var command = db.Source.CreateCommand("""
            select g.*, coalesce(c.tags, '{}'), coalesce(c.notes, ''), c.blocked_until, c.blocked_reason from (
              select guest_id, (array_agg(guest_name order by created_at desc))[1] as name, count(*) filter (where status in ('Confirmed', 'CheckedIn', 'Completed'))::int,
                count(*) filter (where status = 'NoShow')::int, count(*) filter (where status = 'Cancelled')::int, sum(paid)::bigint,
                (array_agg(currency order by created_at desc))[1], max(starts_at) as last_at
              from bookings.booking where venue_id = $1 and status <> 'Expired' and ($7::uuid is null or guest_id = $7) group by guest_id) g
            left join bookings.customer c on c.organisation_id = $2 and c.user_id = g.guest_id
            where ($3::text is null or g.name ilike '%' || $3 || '%') and ($4::timestamptz is null or (g.last_at, g.guest_id) < ($4, $5)) and ($8::timestamptz is null or c.blocked_until > $8)
            order by g.last_at desc, g.guest_id desc limit $6
            """);
        command.Parameters.Add(new() { Value = venue.Id });
        command.Parameters.Add(new() { Value = venue.OrganisationId });
        command.Parameters.Add(new() { Value = (object?)q?.Trim().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = (object?)after ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = afterId });
        command.Parameters.Add(new() { Value = limit });
        command.Parameters.Add(new() { Value = (object?)guest ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = (object?)blockedAt?.ToDateTimeUtc() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        var found = new List<Row>();
        await using var rows = await command.ExecuteReaderAsync(cancel);
        while (await rows.ReadAsync(cancel))
        {
            found.Add(new Row(rows.GetGuid(0), rows.GetString(1), rows.GetInt32(2), rows.GetInt32(3), rows.GetInt32(4), new Money(rows.GetInt64(5), rows.GetString(6)),
                Instant.FromDateTimeUtc(rows.GetDateTime(7)), rows.GetFieldValue<string[]>(8), rows.GetString(9),
                await rows.IsDBNullAsync(10, cancel) ? null : Instant.FromDateTimeUtc(rows.GetDateTime(10)), await rows.IsDBNullAsync(11, cancel) ? null : rows.GetString(11)));
        }
        return found;
    }

    /// <summary>Writes notes and tags.</summary>
    public static Task<Answer<Done>> Write(Guid id, Guid userId, Note note, Actor actor, BookingsDb db, ICatalog catalog, CancellationToken cancel) =>
        Change(id, userId, "update:customers", customer => (customer.Notes, customer.Tags) = (note.Notes, [.. note.Tags.Select(t => t.Trim()).Where(t => t.Length > 0).Distinct()]), actor, db, catalog, cancel);

    /// <summary>Stops taking a guest's bookings until then, or lifts that.</summary>
    public static async Task<Answer<Done>> BlockGuest(Guid id, Guid userId, BlockRequest request, Actor actor, BookingsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        if (request.Until is { } until && until <= clock.Now()) return Fault.Invalid("until", "Choose a time in the future.");
        if (request.Until is not null && string.IsNullOrWhiteSpace(request.Reason)) return Fault.Invalid("reason", "Say why; your colleagues will be asked.");
        return await Change(id, userId, "blacklist:customers", customer => (customer.BlockedUntil, customer.BlockedReason) = (request.Until, request.Until is null ? null : request.Reason), actor, db, catalog, cancel);
    }

    private static async Task<Answer<Done>> Change(
        Guid venueId, Guid userId, string permission, Action<Customer> change, Actor actor, BookingsDb db, ICatalog catalog, CancellationToken cancel)
    {
        var venue = await catalog.Venue(venueId, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred(permission, venue.OrganisationId, "venue") is { } barred) return barred;
        db.OrganisationId = venue.OrganisationId;
        if (!await db.Bookings.AnyAsync(b => b.VenueId == venueId && b.GuestId == userId, cancel)) return Fault.NotFound("customer");
        return await db.InTransaction<Done>(async () =>
        {
            await db.Database.ExecuteSqlAsync($"insert into bookings.customer (organisation_id, user_id) values ({venue.OrganisationId}, {userId}) on conflict do nothing", cancel);
            var customer = await db.Customers.FromSql($"select * from bookings.customer where organisation_id = {venue.OrganisationId} and user_id = {userId} for update").FirstAsync(cancel);
            var before = new { customer.Notes, customer.Tags, customer.BlockedUntil, customer.BlockedReason };
            change(customer);
            db.Audit(actor, venue.OrganisationId, permission, userId, before, new { customer.Notes, customer.Tags, customer.BlockedUntil, customer.BlockedReason });
            return Done.It;
        }, cancel);
    }
}
