using NpgsqlTypes;

namespace Sarai.Bookings;

/// <summary>The room rack: rooms by nights, with who has which room when, read from the claim ledger itself.</summary>
public static class ShowRack
{
    /// <summary>The rack.</summary>
    /// <param name="First">The first night.</param>
    /// <param name="Nights">How many nights.</param>
    /// <param name="TimeZone">The venue's IANA zone.</param>
    /// <param name="Rows">A row for each room.</param>
    public sealed record Response(LocalDate First, int Nights, string TimeZone, IReadOnlyList<Row> Rows);

    /// <summary>A room.</summary>
    public sealed record Row(Guid ResourceId, string Name, IReadOnlyList<string> Types, IReadOnlyList<Entry> Entries);

    /// <summary>A guest or a block in a room.</summary>
    /// <param name="FirstNight">The local date of its first night.</param>
    /// <param name="LastNight">The local date of its last night.</param>
    /// <param name="BookingId">The booking, or null for a block.</param>
    /// <param name="BlockId">The block, or null for a booking.</param>
    /// <param name="Code">The booking's code, or null.</param>
    /// <param name="Title">The guest's name, or the block's reason.</param>
    /// <param name="Status">The booking's state, or null.</param>
    /// <param name="Unit">Which of the booking's rooms.</param>
    public sealed record Entry(LocalDate FirstNight, LocalDate LastNight, Guid? BookingId, Guid? BlockId, string? Code, string Title, BookingStatus? Status, int Unit);

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/venues/{id:guid}/rack", (
            Guid id, DateOnly? from, int? nights, Actor actor, BookingsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel) => Handle(id, from, nights, actor, db, catalog, clock, cancel))
        .Needs("read:desk_bookings").Limited(RateLimits.Read).WithTags("Nights").WithSummary("Rooms by nights");

    /// <summary>The rack of 14 nights from today when nothing else is asked.</summary>
    public static async Task<Answer<Response>> Handle(Guid id, DateOnly? from, int? nights, Actor actor, BookingsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("read:desk_bookings", venue.OrganisationId, "venue") is { } barred) return barred;
        if (nights is < 1 or > 62) return Fault.Invalid("nights", "Choose 1 to 62 nights.");
        var first = from is { } date ? LocalDate.FromDateOnly(date) : clock.Now().InZone(venue.Zone).Date;
        var count = nights ?? 14;
        var ledger = await Ledger(venue, new Interval(venue.Zone.AtLeniently(first + venue.Policy.CheckIn).ToInstant(), venue.Zone.AtLeniently(first.PlusDays(count) + venue.Policy.CheckOut).ToInstant()), db, clock.Now(), cancel);
        var entries = ledger.ToLookup(l => l.ResourceId);
        return new Response(first, count, venue.TimeZone, [.. venue.Resources.Where(r => !r.Retired || entries.Contains(r.Id)).OrderBy(r => r.Position).Select(room => new Row(
            room.Id, room.Name, [.. venue.Offerings.Where(o => o.Shape == Shape.Nights && o.ResourceIds.Contains(room.Id)).Select(o => o.Name)], [.. entries[room.Id].Select(l => View(venue, l))]))]);
    }

    /// <summary>Who or what has the venue's rooms in an interval.</summary>
    internal static async Task<IReadOnlyList<RoomNight>> Ledger(VenueInfo venue, Interval during, BookingsDb db, Instant now, CancellationToken cancel)
    {
        await using var command = db.Source.CreateCommand("""
            select c.resource_id, lower(c.during), upper(c.during), c.booking_id, b.code, coalesce(b.guest_name, k.reason), b.status, c.block_id,
              (select (r ->> 'unit')::int from jsonb_array_elements(b.resources) r where (r ->> 'id')::uuid = c.resource_id limit 1)
            from bookings.claim c left join bookings.booking b on b.id = c.booking_id left join bookings.block k on k.id = c.block_id
            where c.resource_id = any($1) and c.during && tstzrange($2, $3) and (c.expires_at is null or c.expires_at > $4)
            order by c.resource_id, lower(c.during)
            """);
        command.Parameters.Add(new() { Value = venue.Resources.Select(r => r.Id).ToArray() });
        foreach (var instant in new[] { during.Start, during.End, now }) command.Parameters.Add(new() { Value = instant.ToDateTimeUtc(), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var found = new List<RoomNight>();
        while (await rows.ReadAsync(cancel))
        {
            found.Add(new RoomNight(
                rows.GetGuid(0), Instant.FromDateTimeUtc(rows.GetDateTime(1)), Instant.FromDateTimeUtc(rows.GetDateTime(2)), rows.IsDBNull(3) ? null : rows.GetGuid(3), rows.IsDBNull(4) ? null : rows.GetString(4),
                rows.GetString(5), rows.IsDBNull(6) ? null : Enum.Parse<BookingStatus>(rows.GetString(6)), rows.IsDBNull(8) ? 0 : rows.GetInt32(8), rows.IsDBNull(7) ? null : rows.GetGuid(7)));
        }
        return found;
    }

    private static Entry View(VenueInfo venue, RoomNight part)
    {
        var (first, last) = (part.StartsAt.InZone(venue.Zone).Date, part.EndsAt.InZone(venue.Zone).Date.PlusDays(-1));
        return new Entry(first, LocalDate.Max(first, last), part.BookingId, part.BlockId, part.Code, part.GuestName, part.Status, part.Unit);
    }
}
