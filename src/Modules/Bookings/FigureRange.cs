namespace Sarai.Bookings;

/// <summary>The local dates that figures are asked for.</summary>
internal static class FigureRange
{
    /// <summary>The range; the last 30 days of the venue where no dates are given.</summary>
    /// <param name="from">The first date, or null.</param>
    /// <param name="to">The last date, or null.</param>
    /// <param name="venue">Whose today it is.</param>
    /// <param name="clock">The time.</param>
    /// <param name="most">How many days a range may have, 366 or 1100.</param>
    public static Answer<DateInterval> Of(DateOnly? from, DateOnly? to, VenueInfo venue, TimeProvider clock, int most)
    {
        var today = clock.Now().InZone(venue.Zone).Date;
        var (first, last) = (from is { } f ? LocalDate.FromDateOnly(f) : today.PlusDays(-29), to is { } t ? LocalDate.FromDateOnly(t) : today);
        if (last < first) return Fault.Invalid("to", "The end must not lie before the start.");
        if (Period.DaysBetween(first, last) > most) return Fault.Invalid("from", most > 366 ? "Choose three years at most." : "Choose 366 days at most.");
        return new DateInterval(first, last);
    }

    /// <summary>A part as a share of the whole, 0 to 1.</summary>
    public static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
