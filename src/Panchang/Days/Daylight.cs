namespace Sarai.Panchang;

/// <summary>Sunrise, sunset and next sunrise of a local date, as Julian dates in UT.</summary>
internal readonly struct Daylight
{
    private Daylight(DateOnly date, double midnight, double nextMidnight, double? sunrise, double? sunset, double? nextSunrise) =>
        (Date, Midnight, NextMidnight, Sunrise, Sunset, NextSunrise) = (date, midnight, nextMidnight, sunrise, sunset, nextSunrise);

    internal DateOnly Date { get; }

    /// <summary>The start of the local date.</summary>
    internal double Midnight { get; }

    /// <summary>The start of the next local date.</summary>
    internal double NextMidnight { get; }

    /// <summary>The first sunrise of the date, or null on a date without one.</summary>
    internal double? Sunrise { get; }

    /// <summary>The first sunset after sunrise and before the next sunrise; without sunrise, the first of the date.</summary>
    internal double? Sunset { get; }

    /// <summary>The sunrise after that, or null when it does not come within a day and a half.</summary>
    internal double? NextSunrise { get; }

    /// <summary>Whether day and night can be divided into parts.</summary>
    internal bool IsWhole => Sunrise is not null && Sunset is not null && NextSunrise is not null;

    /// <summary>From this sunrise to the next, or from midnight to midnight where there is none.</summary>
    internal (double Start, double End) Day => Sunrise is { } sunrise && NextSunrise is { } next ? (sunrise, next) : (Midnight, NextMidnight);

    internal static Daylight Of(Reckoning reckoning, DateOnly date)
    {
        var almanac = reckoning.Almanac;
        double midnight = almanac.MidnightOf(date), next = almanac.MidnightOf(date.AddDays(1));
        // The sunrise that ended the day before is the first of this date.
        var sunrise = reckoning.Known(date.AddDays(-1))?.NextSunrise is { } known && known >= midnight && known < next
            ? known
            : Sun(reckoning, rising: true, midnight, next);
        var nextSunrise = sunrise is { } rise ? Sun(reckoning, rising: true, rise + 0.6, rise + 1.5) : null;
        var sunset = Sun(reckoning, rising: false, sunrise ?? midnight, nextSunrise ?? next);
        return new Daylight(date, midnight, next, sunrise, sunset, nextSunrise);
    }

    /// <summary>A part of the daytime: the <paramref name="part"/>-th of <paramref name="of"/> equal ones, counted from 1.</summary>
    internal (double Start, double End) OfDay(int part, int of) => Part(Sunrise!.Value, Sunset!.Value, part, of);

    /// <summary>A part of the night that follows.</summary>
    internal (double Start, double End) OfNight(int part, int of) => Part(Sunset!.Value, NextSunrise!.Value, part, of);

    private static (double Start, double End) Part(double from, double to, int part, int of) =>
        (from + (to - from) * (part - 1) / of, from + (to - from) * part / of);

    private static double? Sun(Reckoning reckoning, bool rising, double from, double limit)
    {
        var almanac = reckoning.Almanac;
        var convention = almanac.Settings.Convention;
        var found = rising ? Horizon.Sunrise(almanac.Place, from, convention) : Horizon.Sunset(almanac.Place, from, convention);
        return found < limit ? found : null;
    }
}
