using NpgsqlTypes;

namespace Sarai.Bookings;

/// <summary>
/// A house's figures over a range of nights, from its bookings: occupancy, average daily rate, revenue per room, cancellations, no-shows, lead time.
/// How each is counted is said at its field; nothing is estimated.
/// </summary>
public static class NightFigures
{
    // Stays that touch the nights $2 to $3 of the venues $1, and what each of their nights was. A unit of money that does not divide by the nights falls on the
    // first of them, so that no unit is lost.
    private const string Stays = """
        select venue_id, local_date, until_date, until_date - local_date as nights, status, total, jsonb_array_length(units) as rooms, least(until_date, coalesce((left_at at time zone time_zone)::date, until_date)) as left_date
        from bookings.booking where venue_id = any($1) and until_date > $2 and local_date <= $3 and status not in ('Held', 'Expired')
        """;
    private const string Slept = """
        select venue_id, d::date as night, rooms as sold, case when d < left_date then rooms else 0 end as occupied, total / nights + case when d = local_date then total % nights else 0 end as revenue
        from stay, generate_series(greatest(local_date, $2)::timestamp, least(until_date - 1, $3)::timestamp, interval '1 day') d where status in ('Confirmed', 'CheckedIn', 'Completed')
        """;
    private static readonly int[] Buckets = [0, 1, 3, 7, 14, 30, 60, 90, 180, 365];

    /// <summary>The figures.</summary>
    /// <param name="From">The first night.</param>
    /// <param name="To">The last night.</param>
    /// <param name="Rooms">How many rooms the house has.</param>
    /// <param name="Nights">One for each night, in order.</param>
    /// <param name="SoldNights">Room nights of guests who came or will come, as booked.</param>
    /// <param name="OccupiedNights">The same without the nights that guests left early.</param>
    /// <param name="Occupancy">Occupied room nights as a share of all room nights, 0 to 1.</param>
    /// <param name="Revenue">What the sold nights cost: guests who came or will come.</param>
    /// <param name="Adr">Average daily rate: revenue by sold room night.</param>
    /// <param name="RevPar">Revenue by room night there was.</param>
    /// <param name="Arrivals">Stays with arrival in the range, whatever became of them; lapsed holds do not count.</param>
    /// <param name="CancellationRate">Cancelled as a share of those, 0 to 1.</param>
    /// <param name="NoShowRate">No-shows as a share of those, 0 to 1.</param>
    /// <param name="LeadTimes">Those by the days between booking and arrival.</param>
    /// <param name="MeanLeadDays">Their mean lead time in days.</param>
    public sealed record Response(
        LocalDate From, LocalDate To, int Rooms, IReadOnlyList<Night> Nights, int SoldNights, int OccupiedNights, double Occupancy, Money Revenue, Money Adr, Money RevPar,
        int Arrivals, double CancellationRate, double NoShowRate, IReadOnlyList<LeadTime> LeadTimes, double MeanLeadDays);

    /// <summary>One night.</summary>
    /// <param name="Date">The local date it begins on.</param>
    /// <param name="Sold">Rooms of guests who came or will come, as booked.</param>
    /// <param name="Occupied">Rooms of guests who had not left by then.</param>
    /// <param name="Revenue">What those sold cost, minor units: each booking's total in equal parts over its nights.</param>
    /// <param name="Arrivals">Stays that arrive or were to arrive on it.</param>
    /// <param name="Cancelled">Those of them that were cancelled.</param>
    /// <param name="NoShows">Those of them that did not come.</param>
    public sealed record Night(LocalDate Date, int Sold, int Occupied, long Revenue, int Arrivals, int Cancelled, int NoShows);

    /// <summary>A range of lead times.</summary>
    /// <param name="FromDays">At least so many days ahead.</param>
    /// <param name="ToDays">At most so many, or null for no limit.</param>
    /// <param name="Bookings">How many were booked so far ahead.</param>
    public sealed record LeadTime(int FromDays, int? ToDays, int Bookings);

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/venues/{id:guid}/night-figures", (
            Guid id, DateOnly? from, DateOnly? to, Actor actor, BookingsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel) => Handle(id, from, to, actor, db, catalog, clock, cancel))
        .Needs("read:analytics").Limited(RateLimits.Read).WithTags("Nights").WithSummary("Occupancy, ADR, RevPAR, cancellations, no-shows, lead times");

    /// <summary>The figures; the last 30 nights when no range is given.</summary>
    public static async Task<Answer<Response>> Handle(Guid id, DateOnly? from, DateOnly? to, Actor actor, BookingsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("read:analytics", venue.OrganisationId, "venue") is { } barred) return barred;
        var range = FigureRange.Of(from, to, venue, clock, 1100);
        if (range.Fault is { } wrong) return wrong;
        var (first, last) = (range.Value.Start, range.Value.End);

        var rooms = venue.Resources.Count(r => !r.Retired && venue.Offerings.Any(o => o.Shape == Shape.Nights && o.ResourceIds.Contains(r.Id)));
        var nights = await EachNight(id, first, last, db, cancel);
        var (leads, days) = await Leads(id, first, last, db, cancel);
        var (sold, occupied, revenue) = (nights.Sum(n => n.Sold), nights.Sum(n => n.Occupied), nights.Sum(n => n.Revenue));
        var (arrivals, there) = (nights.Sum(n => n.Arrivals), rooms * nights.Count);
        return new Response(first, last, rooms, nights, sold, occupied, FigureRange.Share(occupied, there), new Money(revenue, venue.Currency), PerNight(revenue, sold), PerNight(revenue, there),
            arrivals, FigureRange.Share(nights.Sum(n => n.Cancelled), arrivals), FigureRange.Share(nights.Sum(n => n.NoShows), arrivals), leads, arrivals == 0 ? 0 : (double)days / arrivals);

        Money PerNight(long amount, int count) => new(count == 0 ? 0 : (long)Math.Round((decimal)amount / count, MidpointRounding.AwayFromZero), venue.Currency);
    }

    /// <summary>What several venues sold, by venue and by night.</summary>
    internal static async Task<SoldNights> Of(IReadOnlyList<Guid> venues, LocalDate first, LocalDate last, BookingsDb db, CancellationToken cancel)
    {
        await using var command = db.Source.CreateCommand($"""
            with stay as materialized ({Stays})
            select venue_id, night, sum(sold)::int, sum(occupied)::int, sum(revenue)::bigint from ({Slept}) n group by grouping sets ((venue_id), (night)) order by night
            """);
        Add(command, [.. venues], first, last);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var (byVenue, byNight) = (new List<VenueNights>(), new List<NightRooms>());
        while (await rows.ReadAsync(cancel))
        {
            if (rows.IsDBNull(0)) byNight.Add(new NightRooms(LocalDate.FromDateOnly(rows.GetFieldValue<DateOnly>(1)), rows.GetInt32(3)));
            else byVenue.Add(new VenueNights(rows.GetGuid(0), rows.GetInt32(2), rows.GetInt32(3), rows.GetInt64(4)));
        }
        return new SoldNights(byVenue, byNight);
    }

    private static async Task<List<Night>> EachNight(Guid venue, LocalDate first, LocalDate last, BookingsDb db, CancellationToken cancel)
    {
        await using var command = db.Source.CreateCommand($"""
            with stay as materialized ({Stays}), slept as (select night, sum(sold) as sold, sum(occupied) as occupied, sum(revenue) as revenue from ({Slept}) n group by 1),
            arrived as (
              select local_date as night, count(*) as arrivals, count(*) filter (where status = 'Cancelled') as cancelled, count(*) filter (where status = 'NoShow') as missed
              from stay where local_date >= $2 group by 1)
            select d::date, coalesce(sold, 0)::int, coalesce(occupied, 0)::int, coalesce(revenue, 0)::bigint, coalesce(arrivals, 0)::int, coalesce(cancelled, 0)::int, coalesce(missed, 0)::int
            from generate_series($2::timestamp, $3::timestamp, interval '1 day') d left join slept on slept.night = d::date left join arrived on arrived.night = d::date order by 1
            """);
        Add(command, [venue], first, last);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var nights = new List<Night>();
        while (await rows.ReadAsync(cancel))
            nights.Add(new Night(LocalDate.FromDateOnly(rows.GetFieldValue<DateOnly>(0)), rows.GetInt32(1), rows.GetInt32(2), rows.GetInt64(3), rows.GetInt32(4), rows.GetInt32(5), rows.GetInt32(6)));
        return nights;
    }

    private static async Task<(IReadOnlyList<LeadTime>, long Days)> Leads(Guid venue, LocalDate first, LocalDate last, BookingsDb db, CancellationToken cancel)
    {
        await using var command = db.Source.CreateCommand("""
            select greatest(0, local_date - (created_at at time zone time_zone)::date), count(*)::int from bookings.booking
            where venue_id = any($1) and local_date between $2 and $3 and until_date is not null and status not in ('Held', 'Expired') group by 1
            """);
        Add(command, [venue], first, last);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var (counts, days) = (new int[Buckets.Length], 0L);
        while (await rows.ReadAsync(cancel))
        {
            var lead = rows.GetInt32(0);
            counts[Array.FindLastIndex(Buckets, b => b <= lead)] += rows.GetInt32(1);
            days += (long)lead * rows.GetInt32(1);
        }
        return ([.. Buckets.Select((from, i) => new LeadTime(from, i + 1 < Buckets.Length ? Buckets[i + 1] - 1 : null, counts[i]))], days);
    }

    private static void Add(Npgsql.NpgsqlCommand command, Guid[] venues, LocalDate first, LocalDate last)
    {
        command.Parameters.Add(new() { Value = venues });
        foreach (var date in new[] { first, last }) command.Parameters.Add(new() { Value = date.ToDateOnly(), NpgsqlDbType = NpgsqlDbType.Date });
    }
}
