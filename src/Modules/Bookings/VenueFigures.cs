namespace Sarai.Bookings;

/// <summary>A venue's figures over a range of local dates: occupancy, revenue, popular times, no-shows, cancellations.</summary>
public static class VenueFigures
{
    /// <summary>The figures.</summary>
    /// <param name="From">First local date.</param>
    /// <param name="To">Last local date.</param>
    /// <param name="Days">One for each date, in order.</param>
    /// <param name="Popular">Booked minutes by ISO weekday (1 Monday to 7 Sunday) and local hour of the start.</param>
    /// <param name="Occupancy">Booked minutes as a share of open minutes, 0 to 1.</param>
    /// <param name="Revenue">The value of what took place or will.</param>
    /// <param name="NoShowRate">No-shows as a share of bookings whose time came, 0 to 1.</param>
    /// <param name="CancellationRate">Cancelled as a share of all that were firm, 0 to 1.</param>
    public sealed record Response(
        LocalDate From, LocalDate To, IReadOnlyList<Day> Days, IReadOnlyList<Cell> Popular, double Occupancy, Money Revenue, double NoShowRate, double CancellationRate);

    /// <summary>One date.</summary>
    public sealed record Day(LocalDate Date, int Bookings, int BookedMinutes, int OpenMinutes, long Revenue, int NoShows, int Cancelled);

    /// <summary>One hour of the week.</summary>
    public sealed record Cell(int Weekday, int Hour, int Minutes);

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/venues/{id:guid}/figures", (
            Guid id, DateOnly? from, DateOnly? to, Actor actor, BookingsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel) => Handle(id, from, to, actor, db, catalog, clock, cancel))
        .Needs("read:analytics").Limited(RateLimits.Read).WithTags("Desk").WithSummary("Occupancy, revenue, popular times, no-shows");

    /// <summary>The figures; the last 30 days when no range is given.</summary>
    public static async Task<Answer<Response>> Handle(Guid id, DateOnly? from, DateOnly? to, Actor actor, BookingsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("read:analytics", venue.OrganisationId, "venue") is { } barred) return barred;
        var range = FigureRange.Of(from, to, venue, clock, 366);
        if (range.Fault is { } wrong) return wrong;
        var (first, last) = (range.Value.Start, range.Value.End);

        var courts = venue.Resources.Count(r => !r.Retired);
        var open = Enumerable.Range(0, Period.DaysBetween(first, last) + 1).Select(first.PlusDays)
            .ToDictionary(d => d, d => (int)venue.OpenOn(d).Sum(o => o.Duration.TotalMinutes) * courts);
        var days = open.ToDictionary(d => d.Key, d => new Day(d.Key, 0, 0, d.Value, 0, 0, 0));
        var cells = new Dictionary<(int, int), int>();
        var (firm, cancelled, due, missed) = (0, 0, 0, 0);
        await using var command = db.Source.CreateCommand("""
            select local_date, extract(isodow from starts_at at time zone time_zone)::int, extract(hour from starts_at at time zone time_zone)::int,
              count(*) filter (where status in ('Confirmed', 'CheckedIn', 'Completed', 'NoShow'))::int,
              coalesce(sum(extract(epoch from ends_at - starts_at) / 60 * jsonb_array_length(resources)) filter (where status in ('Confirmed', 'CheckedIn', 'Completed', 'NoShow')), 0)::int,
              coalesce(sum(case when status = 'Cancelled' then paid else total end) filter (where status in ('Confirmed', 'CheckedIn', 'Completed', 'NoShow', 'Cancelled')), 0)::bigint,
              count(*) filter (where status = 'NoShow')::int,
              count(*) filter (where status = 'Cancelled')::int,
              count(*) filter (where status in ('Completed', 'CheckedIn', 'NoShow') or status = 'Confirmed' and ends_at <= $6)::int
            from bookings.booking
            where venue_id = $1 and starts_at >= $4 and starts_at < $5 and local_date between $2 and $3 group by 1, 2, 3
            """);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = first.ToDateOnly() });
        command.Parameters.Add(new() { Value = last.ToDateOnly() });
        command.Parameters.Add(new() { Value = venue.Zone.AtStartOfDay(first).ToInstant().ToDateTimeUtc() });
        command.Parameters.Add(new() { Value = venue.Zone.AtStartOfDay(last.PlusDays(1)).ToInstant().ToDateTimeUtc() });
        command.Parameters.Add(new() { Value = clock.Now().ToDateTimeUtc() });
        await using var rows = await command.ExecuteReaderAsync(cancel);
        while (await rows.ReadAsync(cancel))
        {
            var date = LocalDate.FromDateOnly(rows.GetFieldValue<DateOnly>(0));
            var day = days[date];
            days[date] = day with
            {
                Bookings = day.Bookings + rows.GetInt32(3), BookedMinutes = day.BookedMinutes + rows.GetInt32(4), Revenue = day.Revenue + rows.GetInt64(5),
                NoShows = day.NoShows + rows.GetInt32(6), Cancelled = day.Cancelled + rows.GetInt32(7),
            };
            var cell = (rows.GetInt32(1), rows.GetInt32(2));
            cells[cell] = cells.GetValueOrDefault(cell) + rows.GetInt32(4);
            firm += rows.GetInt32(3);
            cancelled += rows.GetInt32(7);
            missed += rows.GetInt32(6);
            due += rows.GetInt32(8);
        }
        var openMinutes = open.Values.Sum();
        return new Response(first, last, [.. days.Values.OrderBy(d => d.Date)], [.. cells.Select(c => new Cell(c.Key.Item1, c.Key.Item2, c.Value))],
            FigureRange.Share(days.Values.Sum(d => d.BookedMinutes), openMinutes), new Money(days.Values.Sum(d => d.Revenue), venue.Currency), FigureRange.Share(missed, due), FigureRange.Share(cancelled, firm + cancelled));
    }
}
