namespace Sarai.Host.Replay;

/// <summary>The figures of a file, computed from its rows alone; what the dashboard says after the replay is held against them.</summary>
internal sealed class Reckoning
{
    private Reckoning() { }

    /// <summary>The first night of the file.</summary>
    public LocalDate First { get; private init; }

    /// <summary>The last night of the file.</summary>
    public LocalDate Last { get; private init; }

    /// <summary>Rooms sold in each night, as booked.</summary>
    public Dictionary<LocalDate, int> Sold { get; } = [];

    /// <summary>Rooms occupied in each night, without the nights guests left early.</summary>
    public Dictionary<LocalDate, int> Occupied { get; } = [];

    /// <summary>Revenue of the sold nights in cents.</summary>
    public long Revenue { get; private set; }

    /// <summary>All bookings.</summary>
    public int Bookings { get; private set; }

    /// <summary>Cancelled bookings.</summary>
    public int Cancelled { get; private set; }

    /// <summary>Guests who did not come.</summary>
    public int NoShows { get; private set; }

    /// <summary>How many bookings were made so many days ahead.</summary>
    public Dictionary<int, int> LeadDays { get; } = [];

    /// <summary>Counts the rows.</summary>
    public static Reckoning Of(IReadOnlyList<StayRow> rows)
    {
        var figures = new Reckoning { First = rows.Min(r => r.Arrival), Last = rows.Max(r => r.Departure).PlusDays(-1) };
        foreach (var row in rows)
        {
            figures.Bookings++;
            if (row.Ending == Ending.Cancelled) figures.Cancelled++;
            if (row.Ending == Ending.NoShow) figures.NoShows++;
            var lead = Period.DaysBetween(row.Booked, row.Arrival);
            figures.LeadDays[lead] = figures.LeadDays.GetValueOrDefault(lead) + 1;
            if (row.Ending != Ending.CheckedOut) continue;
            figures.Revenue += row.Rate * row.Nights;
            for (var night = row.Arrival; night < row.Departure; night = night.PlusDays(1))
            {
                figures.Sold[night] = figures.Sold.GetValueOrDefault(night) + 1;
                if (night < row.Left) figures.Occupied[night] = figures.Occupied.GetValueOrDefault(night) + 1;
            }
        }
        return figures;
    }

    /// <summary>How many bookings were made from <paramref name="from"/> to <paramref name="to"/> days ahead.</summary>
    public int Lead(int from, int? to) => LeadDays.Where(l => l.Key >= from && !(l.Key > to)).Sum(l => l.Value);

    /// <summary>The most rooms of each type that were promised for one night at one moment.</summary>
    public static Dictionary<string, int> Peaks(IReadOnlyList<StayRow> rows)
    {
        var promised = new Dictionary<(string Type, LocalDate Night), List<(LocalDate Day, int Change)>>();
        foreach (var row in rows)
        {
            var end = row.Ending switch { Ending.Cancelled => row.CalledOff.PlusDays(1), Ending.NoShow => row.Arrival.PlusDays(2), _ => LocalDate.MaxIsoValue };
            for (var night = row.Arrival; night < row.Departure; night = night.PlusDays(1))
            {
                Promise(row.Reserved, night, row.Booked, end);
                if (row.Assigned != row.Reserved && row.Ending == Ending.CheckedOut) Promise(row.Assigned, night, row.Arrival, LocalDate.MaxIsoValue);
            }
        }
        return promised.GroupBy(p => p.Key.Type).ToDictionary(t => t.Key, t => t.Max(night => Peak(night.Value)));

        void Promise(string type, LocalDate night, LocalDate from, LocalDate until)
        {
            if (!promised.TryGetValue((type, night), out var changes)) promised[(type, night)] = changes = [];
            changes.Add((from, 1));
            if (until != LocalDate.MaxIsoValue) changes.Add((until, -1));
        }

        static int Peak(List<(LocalDate Day, int Change)> changes)
        {
            var (now, most) = (0, 0);
            foreach (var (_, change) in changes.OrderBy(c => c.Day).ThenByDescending(c => c.Change)) most = Math.Max(most, now += change);
            return most;
        }
    }
}
