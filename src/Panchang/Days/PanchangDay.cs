namespace Sarai.Panchang;

/// <summary>
/// The almanac of one date at one place: a day from sunrise to the next sunrise, what rules it when it begins, and
/// everything that begins or ends in it. Immutable. Instants are to the millisecond, at the zone's offset.
/// </summary>
public sealed class PanchangDay
{
    private const double Minute = 1.0 / 1440;

    internal PanchangDay(Reckoning reckoning, DateOnly date)
    {
        var almanac = reckoning.Almanac;
        var daylight = reckoning.Daylight(date);
        var (start, end) = daylight.Day;
        Almanac = almanac;
        Date = date;
        Sunrise = Local(daylight.Sunrise);
        Sunset = Local(daylight.Sunset);
        NextSunrise = Local(daylight.NextSunrise);
        Moonrise = Local(reckoning.Moon(rising: true, start, end));
        Moonset = Local(reckoning.Moon(rising: false, start, end));

        var (startTt, endTt) = (TimeScale.ToTt(start), TimeScale.ToTt(end));
        Tithis = Spans(reckoning, Limb.Tithi, startTt, endTt, daylight.Sunrise is not null);
        Nakshatras = Spans(reckoning, Limb.Nakshatra, startTt, endTt, daylight.Sunrise is not null);
        Yogas = Spans(reckoning, Limb.Yoga, startTt, endTt, daylight.Sunrise is not null);
        Karanas = Spans(reckoning, Limb.Karana, startTt, endTt, daylight.Sunrise is not null);
        Padas = PadasOf(reckoning, startTt, endTt);

        Month = reckoning.MonthAt(startTt);
        SunRashi = Reckoning.Mod(reckoning.Rashis.Before(startTt), 12) + 1;
        MoonRashi = Reckoning.Mod(Reckoning.Floor(reckoning.Padas.Before(startTt), 9), 12) + 1;
        SunTropical = Events.Value(Angle.SunTropical, startTt);
        AyanamsaDegrees = Ayanamsa.True(startTt);
        var yesterday = reckoning.Daylight(date.AddDays(-1));
        IsTithiRepeated = daylight.Sunrise is not null && yesterday.Sunrise is { } risen && almanac.Local(risen) >= Tithis[0].StartsAt;
        Parts = daylight.IsWhole ? new DayParts(almanac, daylight, yesterday, Nakshatras) : null;
        NoSunrise = daylight.Sunrise is null ? Sentence(reckoning, daylight) : null;

        DateTimeOffset? Local(double? jdUt) => jdUt is { } at ? almanac.Local(at) : null;
    }

    /// <summary>The place, zone and conventions this day was reckoned with.</summary>
    public Almanac Almanac { get; }

    /// <summary>The local date on which this day begins.</summary>
    public DateOnly Date { get; }

    /// <summary>Sunrise by the almanac's convention; null in polar day and night.</summary>
    public DateTimeOffset? Sunrise { get; }

    /// <summary>The sunset after it; null when the Sun does not set before the next sunrise or the end of the date.</summary>
    public DateTimeOffset? Sunset { get; }

    /// <summary>The next sunrise, which ends the day; null when none follows within a day and a half.</summary>
    public DateTimeOffset? NextSunrise { get; }

    /// <summary>The first moonrise between this sunrise and the next; null on the one day a month without one.</summary>
    public DateTimeOffset? Moonrise { get; }

    /// <summary>The first moonset between this sunrise and the next; null on the one day a month without one.</summary>
    public DateTimeOffset? Moonset { get; }

    /// <summary>Null on ordinary days; else a sentence that says why there is no sunrise, and the day runs from midnight to midnight.</summary>
    public string? NoSunrise { get; }

    /// <summary>Every tithi that touches the day, in order; the first rules it. Three of them when the middle one is lost (kshaya).</summary>
    public IReadOnlyList<Span> Tithis { get; }

    /// <summary>Every nakshatra of the Moon that touches the day.</summary>
    public IReadOnlyList<Span> Nakshatras { get; }

    /// <summary>Every yoga that touches the day.</summary>
    public IReadOnlyList<Span> Yogas { get; }

    /// <summary>Every karana that touches the day.</summary>
    public IReadOnlyList<Span> Karanas { get; }

    /// <summary>Every quarter of a nakshatra the Moon crosses in the day; the first is the pada at sunrise.</summary>
    public IReadOnlyList<Pada> Padas { get; }

    /// <summary>The lunar month at the day's beginning.</summary>
    public LunarMonth Month { get; }

    /// <summary>The sign of the Sun at the day's beginning, sidereal, 1 (Mesha) to 12 (Meena).</summary>
    public int SunRashi { get; }

    /// <summary>The sign of the Moon at the day's beginning, sidereal, 1 (Mesha) to 12 (Meena).</summary>
    public int MoonRashi { get; }

    /// <summary>Longitude of the Sun from the equinox at the day's beginning, degrees in [0, 360).</summary>
    public double SunTropical { get; }

    /// <summary>True Lahiri ayanamsa at the day's beginning, degrees.</summary>
    public double AyanamsaDegrees { get; }

    /// <summary>Kalas, muhurtas, horas and choghadiyas; null when sunrise or sunset is missing.</summary>
    public DayParts? Parts { get; }

    /// <summary>The weekday, which begins at sunrise.</summary>
    public DayOfWeek Vara => Date.DayOfWeek;

    /// <summary>The half of the month at the day's beginning.</summary>
    public Paksha Paksha => Tithis[0].Number <= 15 ? Paksha.Shukla : Paksha.Krishna;

    /// <summary>The month's number by the northern reckoning (to full moon), 1 to 12.</summary>
    public int Purnimanta => Month.Purnimanta(Paksha);

    /// <summary>The season by the Sun's place from the equinox, as the sky shows it.</summary>
    public Ritu RituOfSun => (Ritu)((int)Math.Floor(Degrees.Wrap(SunTropical + 30) / 60) % 6);

    /// <summary>The half year a sankalp names: Uttarayana from Makara to Mithuna by the sidereal Sun.</summary>
    public Ayana Ayana => SunRashi is >= 4 and <= 9 ? Ayana.Dakshinayana : Ayana.Uttarayana;

    /// <summary>The half year by the solstices.</summary>
    public Ayana AyanaOfSun => SunTropical is >= 90 and < 270 ? Ayana.Dakshinayana : Ayana.Uttarayana;

    /// <summary>True when the tithi that rules the day ruled the day before as well (vriddhi).</summary>
    public bool IsTithiRepeated { get; }

    /// <summary>A tithi that begins and ends within the day and so rules none (kshaya), or null.</summary>
    public Span? LostTithi => Sunrise is not null && Tithis.Count > 2 ? Tithis[1] : null;

    /// <summary>True when something changes within 60 seconds of this sunrise or the next: another convention may tell another story.</summary>
    public bool IsAmbiguous => Tithis.Any(x => x.Ambiguous) || Nakshatras.Any(x => x.Ambiguous) || Yogas.Any(x => x.Ambiguous) || Karanas.Any(x => x.Ambiguous);

    private static Span[] Spans(Reckoning reckoning, Limb limb, double start, double end, bool fromSunrise)
    {
        var first = reckoning.Before(limb, start);
        var last = first;
        while (reckoning.At(limb, last + 1) < end)
        {
            last++;
        }
        var spans = new Span[last - first + 1];
        for (var index = first; index <= last; index++)
        {
            var ambiguous = fromSunrise && (Near(reckoning.At(limb, index)) || Near(reckoning.At(limb, index + 1)));
            spans[index - first] = reckoning.SpanOf(limb, index, ambiguous);
        }
        return spans;

        bool Near(double boundary) => Math.Abs(boundary - start) <= Minute || Math.Abs(boundary - end) <= Minute;
    }

    private static Pada[] PadasOf(Reckoning reckoning, double start, double end)
    {
        var first = reckoning.Padas.Before(start);
        var last = first;
        while (reckoning.Padas.At(last + 1) < end)
        {
            last++;
        }
        var padas = new Pada[last - first + 1];
        for (var index = first; index <= last; index++)
        {
            padas[index - first] = new Pada(
                Reckoning.Mod(Reckoning.Floor(index, 4), 27) + 1,
                Reckoning.Mod(index, 4) + 1,
                reckoning.LocalOfTt(reckoning.Padas.At(index)),
                reckoning.LocalOfTt(reckoning.Padas.At(index + 1)));
        }
        return padas;
    }

    private static string Sentence(Reckoning reckoning, Daylight daylight)
    {
        if (daylight.Sunset is not null)
        {
            return "There is no sunrise on this date: the Sun, up since before midnight, sets and does not rise again before the date ends.";
        }
        var noon = TimeScale.ToTt((daylight.Midnight + daylight.NextMidnight) / 2);
        var north = Events.Value(Angle.SunTropical, noon) < 180;
        return north == reckoning.Almanac.Place.Latitude > 0
            ? "There is no sunrise on this date: the Sun stays above the horizon (polar day)."
            : "There is no sunrise on this date: the Sun stays below the horizon (polar night).";
    }
}
