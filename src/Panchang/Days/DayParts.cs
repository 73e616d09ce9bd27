namespace Sarai.Panchang;

/// <summary>
/// The parts of a day with a sunrise and a sunset: kalas, muhurtas, horas, choghadiyas. Daytime and night are divided
/// into equal parts, so that their length changes with season and latitude.
/// </summary>
public sealed class DayParts
{
    // Which eighth of the daytime, Sunday to Saturday.
    private static readonly int[] Rahu = [8, 2, 7, 5, 6, 4, 3], Yama = [5, 4, 3, 2, 1, 7, 6], Saturn = [7, 6, 5, 4, 3, 2, 1];

    // Muhurtas of the day, 1 to 15, and of the night, 16 to 30, that are bad on each weekday (Muhurta Chintamani:
    // Aryaman on Sunday, Brahma and Rakshasa on Monday, Pitri and, at night, Agni on Tuesday, Abhijit on Wednesday,
    // Ambu and Rakshasa on Thursday, Pitri and Brahma on Friday, Girisha and Sarpa on Saturday).
    private static readonly int[][] Bad = [[14], [9, 12], [4, 15 + 7], [8], [6, 12], [4, 9], [1, 2]];

    // Sixtieths of a nakshatra, Ashwini to Revati, at which the four avoided ones and the four of nectar begin.
    private static readonly int[] Avoided =
        [50, 24, 30, 40, 14, 21, 30, 20, 32, 30, 20, 18, 21, 20, 14, 14, 10, 14, 56, 24, 20, 10, 10, 18, 16, 24, 30];

    private static readonly int[] Nectar =
        [42, 48, 54, 52, 38, 35, 54, 44, 56, 54, 44, 42, 45, 44, 38, 38, 34, 38, 44, 48, 44, 34, 34, 42, 40, 48, 54];

    // From one hora to the next: the order of the planets by their speed.
    private static readonly Graha[] AfterHora = [Graha.Venus, Graha.Saturn, Graha.Sun, Graha.Moon, Graha.Mars, Graha.Mercury, Graha.Jupiter];

    private static readonly int[] FirstOfDay = [0, 3, 6, 2, 5, 1, 4], FirstOfNight = [5, 1, 4, 0, 3, 6, 2];

    private readonly Almanac almanac;
    private readonly Daylight day;
    private readonly Daylight yesterday;
    private readonly IReadOnlyList<Span> nakshatras;

    internal DayParts(Almanac almanac, Daylight day, Daylight yesterday, IReadOnlyList<Span> nakshatras) =>
        (this.almanac, this.day, this.yesterday, this.nakshatras) = (almanac, day, yesterday, nakshatras);

    private int Weekday => (int)day.Date.DayOfWeek;

    /// <summary>The eighth of the daytime ruled by Rahu, in which nothing is begun.</summary>
    public Period RahuKaal => Of(PeriodNames.Rahu, day.OfDay(Rahu[Weekday], 8));

    /// <summary>The eighth of the daytime ruled by Yama.</summary>
    public Period Yamaganda => Of(PeriodNames.Yamaganda, day.OfDay(Yama[Weekday], 8));

    /// <summary>The eighth of the daytime ruled by Gulika.</summary>
    public Period GulikaKaal => Of(PeriodNames.Gulika, day.OfDay(Saturn[Weekday], 8));

    /// <summary>The eighth of fifteen muhurtas of the daytime; null on Wednesday unless the settings say otherwise.</summary>
    public Period? Abhijit => day.Date.DayOfWeek == DayOfWeek.Wednesday && !almanac.Settings.AbhijitOnWednesday
        ? null
        : Of(PeriodNames.Abhijit, day.OfDay(8, 15));

    /// <summary>The fourteenth of fifteen muhurtas of the night before; null when that night has no beginning.</summary>
    public Period? BrahmaMuhurta => yesterday.IsWhole ? Of(PeriodNames.Brahma, yesterday.OfNight(14, 15)) : null;

    /// <summary>The bad muhurtas of the weekday; Tuesday's second is at night.</summary>
    public IReadOnlyList<Period> DurMuhurtas => Array.ConvertAll(
        Bad[Weekday],
        muhurta => Of(PeriodNames.DurMuhurta, muhurta <= 15 ? day.OfDay(muhurta, 15) : day.OfNight(muhurta - 15, 15)));

    /// <summary>The four sixtieths of nectar of each nakshatra, where they touch the day.</summary>
    public IReadOnlyList<Period> AmritKaals => Sixtieths(PeriodNames.AmritKaal, Nectar);

    /// <summary>The four avoided sixtieths of each nakshatra, where they touch the day.</summary>
    public IReadOnlyList<Period> Varjyams => Sixtieths(PeriodNames.Varjyam, Avoided);

    /// <summary>Twelve horas of the daytime and twelve of the night; the first is ruled by the lord of the day.</summary>
    public IReadOnlyList<Hora> Horas
    {
        get
        {
            var horas = new Hora[24];
            var lord = VaraNames.LordOf(day.Date.DayOfWeek);
            for (var i = 0; i < 24; i++)
            {
                var (start, end) = i < 12 ? day.OfDay(i + 1, 12) : day.OfNight(i - 11, 12);
                horas[i] = new Hora(i + 1, lord, almanac.Local(start), almanac.Local(end));
                lord = AfterHora[(int)lord];
            }
            return horas;
        }
    }

    /// <summary>Eight choghadiyas of the daytime and eight of the night.</summary>
    public IReadOnlyList<Choghadiya> Choghadiyas
    {
        get
        {
            var choghadiyas = new Choghadiya[16];
            for (var i = 0; i < 16; i++)
            {
                var kind = i < 8 ? (FirstOfDay[Weekday] + i) % 7 : (FirstOfNight[Weekday] + 5 * (i - 8)) % 7;
                var (start, end) = i < 8 ? day.OfDay(i + 1, 8) : day.OfNight(i - 7, 8);
                choghadiyas[i] = new Choghadiya(
                    i + 1, PeriodNames.OfChoghadiya(kind), PeriodNames.IsGood(kind), almanac.Local(start), almanac.Local(end));
            }
            return choghadiyas;
        }
    }

    private Period Of(Name name, (double Start, double End) at) => new(name, almanac.Local(at.Start), almanac.Local(at.End));

    private List<Period> Sixtieths(Name name, int[] starts)
    {
        var (dayStart, dayEnd) = (almanac.Local(day.Day.Start), almanac.Local(day.Day.End));
        var periods = new List<Period>(2);
        foreach (var nakshatra in nakshatras)
        {
            var sixtieth = (nakshatra.EndsAt - nakshatra.StartsAt) / 60;
            var start = nakshatra.StartsAt + sixtieth * starts[nakshatra.Number - 1];
            var end = start + sixtieth * 4;
            if (end > dayStart && start < dayEnd)
            {
                periods.Add(new Period(name, In(start), In(end)));
            }
        }
        return periods;
    }

    // A sum of times keeps the offset of its first term; a clock may have changed since.
    private DateTimeOffset In(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(new DateTimeOffset(at.Ticks - at.Ticks % TimeSpan.TicksPerMillisecond, at.Offset), almanac.Zone);
}
