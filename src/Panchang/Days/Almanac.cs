namespace Sarai.Panchang;

/// <summary>
/// The almanac of a place: days, months, festivals and the ends of tithis, nakshatras, yogas and karanas, in that place's
/// zone. Immutable and safe to share between threads. Years 1001 to 2998; accuracy is stated in docs/panchang.md.
/// </summary>
public sealed class Almanac
{
    /// <summary>An almanac of a place with a zone of the time zone database.</summary>
    /// <param name="place">Where sunrise is reckoned.</param>
    /// <param name="zone">The zone whose clock names dates and hours; see <see cref="FixedZone"/> for an offset.</param>
    /// <param name="settings">Conventions; <see cref="AlmanacSettings.Usual"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is not a number or beyond its range.</exception>
    public Almanac(Place place, TimeZoneInfo zone, AlmanacSettings? settings = null)
    {
        Place = place.Checked();
        Zone = zone ?? throw new ArgumentNullException(nameof(zone), "An almanac needs a time zone.");
        Settings = settings ?? AlmanacSettings.Usual;
    }

    /// <summary>Where sunrise is reckoned.</summary>
    public Place Place { get; }

    /// <summary>The zone whose clock names dates and hours.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>The conventions followed.</summary>
    public AlmanacSettings Settings { get; }

    /// <summary>A zone of one offset for all time, for places whose zone is not known by name.</summary>
    /// <param name="offset">Ahead of UTC, whole minutes, -14 to 14 hours.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is beyond 14 hours or not of whole minutes.</exception>
    public static TimeZoneInfo FixedZone(TimeSpan offset)
    {
        if (offset.Duration() > TimeSpan.FromHours(14) || offset.Ticks % TimeSpan.TicksPerMinute != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "An offset is whole minutes from -14:00 to +14:00.");
        }
        var name = $"{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm}";
        return TimeZoneInfo.CreateCustomTimeZone(name, offset, name, name);
    }

    /// <summary>The almanac of one date.</summary>
    /// <param name="date">A local date, year 1001 to 2998.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is outside those years.</exception>
    public PanchangDay Day(DateOnly date) => new Reckoning(this).Day(date);

    /// <summary>The almanac of every date from one to another, found as they are read; neighbouring days share what was found.</summary>
    /// <param name="from">The first date.</param>
    /// <param name="to">The last date, included.</param>
    public IEnumerable<PanchangDay> Days(DateOnly from, DateOnly to)
    {
        var reckoning = new Reckoning(this);
        for (var date = from; date <= to; date = date.AddDays(1))
        {
            yield return reckoning.Day(date);
        }
    }

    /// <summary>The lunar month, from new moon to new moon, that holds an instant.</summary>
    /// <param name="instant">Any instant of the years 1001 to 2998.</param>
    public LunarMonth MonthAt(DateTimeOffset instant) => new Reckoning(this).MonthAt(TimeScale.ToTt(JulianDate.FromInstant(instant)));

    /// <summary>Every tithi, nakshatra, yoga or karana that ends within a stretch of time, in order, found as they are read.</summary>
    /// <param name="limb">Which of the four.</param>
    /// <param name="from">The first instant.</param>
    /// <param name="to">The end, itself not included.</param>
    public IEnumerable<Span> Ends(Limb limb, DateTimeOffset from, DateTimeOffset to)
    {
        var reckoning = new Reckoning(this);
        double end = TimeScale.ToTt(JulianDate.FromInstant(to)), start = TimeScale.ToTt(JulianDate.FromInstant(from));
        for (var index = reckoning.Before(limb, start); ; index++)
        {
            var endsAt = reckoning.At(limb, index + 1);
            if (endsAt >= end)
            {
                yield break;
            }
            if (endsAt >= start)
            {
                yield return reckoning.SpanOf(limb, index);
            }
        }
    }

    /// <summary>The start of a local date, JD (UT). Where a clock change swallows midnight, the first instant of the date.</summary>
    internal double MidnightOf(DateOnly date)
    {
        var wall = date.ToDateTime(TimeOnly.MinValue);
        var offset = Zone.IsInvalidTime(wall) ? Zone.GetUtcOffset(wall.AddHours(-3)) : Zone.GetUtcOffset(wall);
        return JulianDate.FromDate(date) - offset.Ticks / (double)TimeSpan.TicksPerDay;
    }

    /// <summary>The instant of a JD (UT), with the zone's offset.</summary>
    internal DateTimeOffset Local(double jdUt) => TimeZoneInfo.ConvertTime(JulianDate.ToInstant(jdUt), Zone);
}
