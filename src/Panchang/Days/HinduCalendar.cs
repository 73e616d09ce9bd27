namespace Sarai.Panchang;

/// <summary>The calendar: a civil month as a grid of days, and the lunar months of a year.</summary>
public static class HinduCalendar
{
    /// <summary>A civil month with what rules each of its days and the festivals on them.</summary>
    /// <param name="almanac">Place, zone and conventions.</param>
    /// <param name="year">1001 to 2998.</param>
    /// <param name="month">1 to 12.</param>
    /// <exception cref="ArgumentOutOfRangeException">Year or month is out of range.</exception>
    public static CalendarMonth Month(Almanac almanac, int year, int month)
    {
        ArgumentNullException.ThrowIfNull(almanac);
        Festivals.Checked(year);
        if (month is < 1 or > 12)
        {
            throw new ArgumentOutOfRangeException(nameof(month), month, "A month is a number from 1 to 12.");
        }
        var reckoning = new Reckoning(almanac);
        var festivals = Festivals.Of(reckoning, year, Festivals.All).Where(x => x.Date.Month == month).ToLookup(x => x.Date);
        var ekadashis = Ekadashi.Of(reckoning, year);
        var days = new CalendarDay[DateTime.DaysInMonth(year, month)];
        for (var i = 0; i < days.Length; i++)
        {
            var date = new DateOnly(year, month, i + 1);
            days[i] = new CalendarDay(
                date,
                reckoning.Day(date),
                [.. festivals[date]],
                ekadashis.FirstOrDefault(x => x.Smarta.Date == date || x.Vaishnava.Date == date));
        }
        return new CalendarMonth(year, month, days);
    }

    /// <summary>The lunar months that begin in a Gregorian year, in order: twelve, or thirteen, among them any added or lost one.</summary>
    /// <param name="almanac">Whose zone tells when the year begins; the months themselves are the same everywhere.</param>
    /// <param name="year">1001 to 2998.</param>
    /// <exception cref="ArgumentOutOfRangeException">The year is out of range.</exception>
    public static IReadOnlyList<LunarMonth> LunarMonths(Almanac almanac, int year)
    {
        ArgumentNullException.ThrowIfNull(almanac);
        Festivals.Checked(year);
        var reckoning = new Reckoning(almanac);
        var (first, last) = reckoning.Lunations(year);
        var months = new List<LunarMonth>(13);
        for (var lunation = first; lunation <= last; lunation++)
        {
            if (reckoning.Month(lunation) is var month && month.StartsAt.Year == year)
            {
                months.Add(month);
            }
        }
        return months;
    }

    /// <summary>The Sun's entries into the twelve sidereal signs in a Gregorian year, in order.</summary>
    /// <param name="almanac">Whose zone dates them.</param>
    /// <param name="year">1001 to 2998.</param>
    /// <exception cref="ArgumentOutOfRangeException">The year is out of range.</exception>
    public static IReadOnlyList<Sankranti> Sankrantis(Almanac almanac, int year)
    {
        ArgumentNullException.ThrowIfNull(almanac);
        Festivals.Checked(year);
        var reckoning = new Reckoning(almanac);
        var found = new List<Sankranti>(12);
        var index = reckoning.Rashis.Before(TimeScale.ToTt(JulianDate.FromDate(new DateOnly(year, 1, 1))) - 1) + 1;
        for (; ; index++)
        {
            var at = reckoning.LocalOfTt(reckoning.Rashis.At(index));
            if (at.Year > year)
            {
                return found;
            }
            if (at.Year == year)
            {
                var rashi = Reckoning.Mod(index, 12) + 1;
                found.Add(new Sankranti(rashi, RashiNames.Of(rashi), at));
            }
        }
    }
}
