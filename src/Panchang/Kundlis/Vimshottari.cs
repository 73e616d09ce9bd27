namespace Sarai.Panchang;

/// <summary>
/// The dashas of 120 years: nine grahas rule in turn from the lord of the Moon's nakshatra at birth, the first for the
/// unexpired part of its years. Each period divides into nine in the same order and proportion. A year is 365.25 days.
/// </summary>
public sealed class Vimshottari
{
    private const double Year = 365.25, Cycle = 120;

    private static readonly (Graha Lord, int Years)[] Order =
    [
        (Graha.Ketu, 7), (Graha.Venus, 20), (Graha.Sun, 6), (Graha.Moon, 10), (Graha.Mars, 7),
        (Graha.Rahu, 18), (Graha.Jupiter, 16), (Graha.Saturn, 19), (Graha.Mercury, 17),
    ];

    /// <summary>The dashas of a birth.</summary>
    /// <param name="moon">Sidereal longitude of the Moon at birth, degrees in [0, 360).</param>
    /// <param name="birth">The instant of birth.</param>
    public Vimshottari(double moon, DateTimeOffset birth)
    {
        var through = moon * 27 / 360;
        var first = (int)through % 9;
        var (lord, years) = Order[first];
        var elapsed = through - Math.Floor(through);
        Birth = birth;
        BalanceYears = years * (1 - elapsed);
        Mahadashas = Divided(birth.AddDays(-elapsed * years * Year), Cycle * Year, first, 1);
        FirstLord = lord;
    }

    /// <summary>The instant of birth.</summary>
    public DateTimeOffset Birth { get; }

    /// <summary>The lord of the nakshatra of birth.</summary>
    public Graha FirstLord { get; }

    /// <summary>Years left of the first mahadasha at birth.</summary>
    public double BalanceYears { get; }

    /// <summary>The nine mahadashas, 120 years; the first began before birth.</summary>
    public IReadOnlyList<Dasha> Mahadashas { get; }

    /// <summary>The mahadasha, antardasha and pratyantardasha at an instant; empty outside the 120 years.</summary>
    /// <param name="instant">When.</param>
    public IReadOnlyList<Dasha> At(DateTimeOffset instant)
    {
        var path = new List<Dasha>(3);
        var level = Mahadashas;
        while (level.Count > 0 && level.FirstOrDefault(x => x.StartsAt <= instant && instant < x.EndsAt) is { } dasha)
        {
            path.Add(dasha);
            level = dasha.Parts;
        }
        return path;
    }

    internal static Dasha[] Divided(DateTimeOffset start, double days, int first, int level)
    {
        var parts = new Dasha[9];
        var passed = 0;
        for (var i = 0; i < 9; i++)
        {
            var index = (first + i) % 9;
            var (lord, years) = Order[index];
            // From the years passed, not from the end of the part before, so that roundings do not add up.
            parts[i] = new Dasha(
                lord, level, start.AddDays(days * passed / Cycle), start.AddDays(days * (passed + years) / Cycle), days * years / Cycle, index);
            passed += years;
        }
        return parts;
    }
}
