namespace Sarai.Bookings;

/// <summary>The Slots shape: a start on the offering's grid and one of its lengths, inside the venue's opening hours.</summary>
public static class Slots
{
    /// <summary>The starts of a local date at which an interval of this length fits into the opening hours, in order.</summary>
    public static IEnumerable<Instant> StartsOn(VenueInfo venue, OfferingInfo offering, LocalDate date, int minutes)
    {
        var (length, step) = (Duration.FromMinutes(minutes), Duration.FromMinutes(offering.StepMinutes));
        foreach (var open in venue.OpenOn(date))
        {
            for (var start = open.Start; start + length <= open.End; start += step) yield return start;
        }
    }

    /// <summary>Whether a wish fits: a length on offer, a start on the grid, inside the hours, inside the booking window.</summary>
    /// <returns>Null when it fits, else what to change.</returns>
    public static Fault? Check(Wish wish)
    {
        var (venue, offering) = (wish.Venue, wish.Offering);
        var minutes = (int)wish.During.Duration.TotalMinutes;
        if (!wish.ByDesk && !offering.Durations.Contains(minutes))
            return Fault.Invalid("minutes", $"Choose a length of {string.Join(", ", offering.Durations)} minutes.");
        if (wish.Participants > offering.MaxParticipants)
            return Fault.Invalid("participants", $"At most {offering.MaxParticipants} people.");
        if (!wish.ByDesk && TimeFault(wish) is { } time) return time;
        // The desk may start off the grid (a walk-in at 18:10), but not while the venue is closed.
        var local = wish.During.Start.InZone(venue.Zone).Date;
        var open = new[] { local.PlusDays(-1), local }.SelectMany(venue.OpenOn).FirstOrDefault(o => o.Start <= wish.During.Start && wish.During.End <= o.End);
        if (open == default) return Closed(venue, local);
        return wish.ByDesk || (wish.During.Start - open.Start).TotalMinutes % offering.StepMinutes == 0
            ? null
            : Fault.Invalid("startsAt", $"Start on the grid: every {offering.StepMinutes} minutes from the opening at {open.Start.InZone(venue.Zone).TimeOfDay:HH:mm}.");
    }

    private static Fault? TimeFault(Wish wish)
    {
        var policy = wish.Venue.Policy;
        if (wish.During.Start < wish.At + Duration.FromMinutes(policy.LeadMinutes))
            return wish.During.Start < wish.At
                ? Fault.Invalid("startsAt", "This time has passed.")
                : Fault.Invalid("startsAt", $"Book at least {policy.LeadMinutes} minutes ahead.");
        var last = wish.At.InZone(wish.Venue.Zone).Date.PlusDays(policy.WindowDays);
        return wish.During.Start.InZone(wish.Venue.Zone).Date > last
            ? Fault.Refused("outside_window", $"Booking opens {policy.WindowDays} days ahead.")
            : null;
    }

    private static Fault Closed(VenueInfo venue, LocalDate date)
    {
        var closure = venue.Closures.FirstOrDefault(c => c.Date == date);
        return Fault.Refused("closed", closure is null ? $"{venue.Name} is not open at that time." : $"{venue.Name} has other hours that day: {closure.Reason}.");
    }
}
