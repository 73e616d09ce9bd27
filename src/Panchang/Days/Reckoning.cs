namespace Sarai.Panchang;

/// <summary>
/// One run of an almanac over neighbouring days: what it has found (boundaries, sunrises, months) stays found
/// for the next day. Owned by one caller, not thread-safe.
/// </summary>
internal sealed class Reckoning
{
    /// <summary>Boundaries in this reckoning stand at karanas, padas and yogas; a tithi is two karanas, a nakshatra four padas.</summary>
    internal const double KaranaStep = 6, PadaStep = 10.0 / 3, YogaStep = 40.0 / 3, RashiStep = 30;

    private readonly Dictionary<int, Daylight> daylights = [];
    private readonly Dictionary<int, LunarMonth> months = [];

    internal Reckoning(Almanac almanac)
    {
        Almanac = almanac;
        Karanas = new Boundaries(Angle.Elongation, KaranaStep);
        Padas = new Boundaries(Angle.MoonSidereal, PadaStep);
        Yogas = new Boundaries(Angle.SunPlusMoonSidereal, YogaStep);
        Rashis = new Boundaries(Angle.SunSidereal, RashiStep);
    }

    internal Almanac Almanac { get; }

    internal Boundaries Karanas { get; }

    internal Boundaries Padas { get; }

    internal Boundaries Yogas { get; }

    internal Boundaries Rashis { get; }

    /// <summary>The local instant of a Julian date in TT.</summary>
    internal DateTimeOffset LocalOfTt(double jdTt) => Almanac.Local(TimeScale.ToUt(jdTt));

    /// <summary>The almanac of a local date.</summary>
    internal PanchangDay Day(DateOnly date) => new(this, Checked(date));

    /// <summary>The date, if its year is one of those answered for; months reach over the ends of the ephemeris' own range.</summary>
    internal static DateOnly Checked(DateOnly date) => date.Year is >= 1001 and <= 2998
        ? date
        : throw new ArgumentOutOfRangeException(nameof(date), date, "The almanac answers for the years 1001 to 2998.");

    /// <summary>Sunrise and sunset of a local date.</summary>
    internal Daylight Daylight(DateOnly date)
    {
        if (!daylights.TryGetValue(date.DayNumber, out var daylight))
        {
            daylights[date.DayNumber] = daylight = Panchang.Daylight.Of(this, date);
        }
        return daylight;
    }

    /// <summary>Sunrise and sunset of a local date, if they have been found already.</summary>
    internal Daylight? Known(DateOnly date) => daylights.TryGetValue(date.DayNumber, out var daylight) ? daylight : null;

    /// <summary>The month that holds an instant, JD (TT).</summary>
    internal LunarMonth MonthAt(double jdTt) => Month(Floor(Karanas.Before(jdTt), 60));

    /// <summary>The month of a lunation.</summary>
    internal LunarMonth Month(int lunation)
    {
        if (!months.TryGetValue(lunation, out var month))
        {
            months[lunation] = month = FindMonth(lunation);
        }
        return month;
    }

    /// <summary>The running number of the span of a limb that holds an instant, JD (TT).</summary>
    internal int Before(Limb limb, double jdTt) => limb switch
    {
        Limb.Tithi => Floor(Karanas.Before(jdTt), 2),
        Limb.Nakshatra => Floor(Padas.Before(jdTt), 4),
        Limb.Yoga => Yogas.Before(jdTt),
        _ => Karanas.Before(jdTt),
    };

    /// <summary>When span <paramref name="index"/> of a limb begins, JD (TT).</summary>
    internal double At(Limb limb, int index) => limb switch
    {
        Limb.Tithi => Karanas.At(index * 2),
        Limb.Nakshatra => Padas.At(index * 4),
        Limb.Yoga => Yogas.At(index),
        _ => Karanas.At(index),
    };

    /// <summary>A span of a limb with its name.</summary>
    internal Span SpanOf(Limb limb, int index, bool ambiguous = false)
    {
        var (number, name) = limb switch
        {
            Limb.Tithi => (Mod(index, 30) + 1, TithiNames.Of(Mod(index, 30) + 1)),
            Limb.Nakshatra => (Mod(index, 27) + 1, NakshatraNames.Of(Mod(index, 27) + 1)),
            Limb.Yoga => (Mod(index, 27) + 1, YogaNames.Of(Mod(index, 27) + 1)),
            _ => (Mod(index, 60), KaranaNames.Of(Mod(index, 60))),
        };
        return new Span(number, name, LocalOfTt(At(limb, index)), LocalOfTt(At(limb, index + 1)), ambiguous);
    }

    /// <summary>When tithi 1 to 30 of a lunation begins and ends, JD (TT).</summary>
    internal (double Start, double End) Tithi(int lunation, int tithi)
    {
        var first = lunation * 60 + (tithi - 1) * 2;
        return (Karanas.At(first), Karanas.At(first + 2));
    }

    /// <summary>The lunations of the months that a Gregorian year touches.</summary>
    internal (int First, int Last) Lunations(int year)
    {
        var start = TimeScale.ToTt(JulianDate.FromDate(new DateOnly(year, 1, 1)));
        return (Floor(Karanas.Before(start), 60) - 1, Floor(Karanas.Before(start + 367), 60));
    }

    /// <summary>First moonrise (or moonset) within a stretch of time, JD (UT), or null.</summary>
    internal double? Moon(bool rising, double from, double to)
    {
        // A day from sunrise to sunrise may be a minute longer than the 24 hours one search looks ahead.
        var found = Find(from) ?? Find(from + 0.5);
        return found < to ? found : null;

        double? Find(double start) => rising
            ? Horizon.Moonrise(Almanac.Place, start, Almanac.Settings.Convention)
            : Horizon.Moonset(Almanac.Place, start, Almanac.Settings.Convention);
    }

    private LunarMonth FindMonth(int lunation)
    {
        double start = Karanas.At(lunation * 60), end = Karanas.At((lunation + 1) * 60);
        var opening = Rashis.Before(start);
        var closing = Rashis.Before(end);
        var afterNext = Mod(closing + 1, 12) + 1;
        var number = Mod(opening + 1, 12) + 1;
        return new LunarMonth(
            lunation,
            number,
            IsAdhika: closing == opening,
            Swallowed: closing == opening + 2 ? number % 12 + 1 : null,
            Next: afterNext,
            // The Sun entered Mesha for the Shaka year 1922 in April 2000; rashi boundary 12 is that ingress.
            Shaka: 1921 + Floor(opening + 1, 12),
            LocalOfTt(start),
            LocalOfTt(end));
    }

    internal static int Floor(int number, int by) => (int)Math.Floor((double)number / by);

    internal static int Mod(int number, int by) => (number % by + by) % by;
}
