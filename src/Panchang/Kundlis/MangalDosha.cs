namespace Sarai.Panchang;

/// <summary>Mars in the 1st, 2nd, 4th, 7th, 8th or 12th house from the lagna, the Moon or Venus.</summary>
/// <param name="FromLagna">The house of Mars from the lagna if it is one of those, else null.</param>
/// <param name="FromMoon">The house from the Moon, likewise.</param>
/// <param name="FromVenus">The house from Venus, likewise; null unless asked for.</param>
/// <param name="Excuses">Reasons for which it is held to be cancelled; empty when there are none.</param>
public sealed record MangalDosha(int? FromLagna, int? FromMoon, int? FromVenus, IReadOnlyList<string> Excuses)
{
    /// <summary>Whether it is there at all.</summary>
    public bool IsPresent => FromLagna is not null || FromMoon is not null || FromVenus is not null;

    /// <summary>Whether it is there and nothing excuses it.</summary>
    public bool IsEffective => IsPresent && Excuses.Count == 0;

    /// <summary>The dosha in a chart.</summary>
    /// <param name="kundli">The chart.</param>
    /// <param name="settings">What counts; the usual when null.</param>
    public static MangalDosha In(Kundli kundli, MangalSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(kundli);
        settings ??= MangalSettings.Usual;
        var mars = kundli[Graha.Mars].At;
        var dosha = new MangalDosha(
            House(kundli.Lagna), settings.FromMoon ? House(kundli[Graha.Moon].At) : null, settings.FromVenus ? House(kundli[Graha.Venus].At) : null, []);
        return dosha.IsPresent ? dosha with { Excuses = [.. ExcusesOf(kundli, mars)] } : dosha;

        int? House(Zodiacal from)
        {
            var house = Kundli.HouseFrom(mars.Rashi, from.Rashi);
            return house is 1 or 4 or 7 or 8 or 12 || (house == 2 && settings.SecondHouse) ? house : null;
        }
    }

    private static IEnumerable<string> ExcusesOf(Kundli kundli, Zodiacal mars)
    {
        if (mars.Rashi is 1 or 8)
        {
            yield return "Mars is in its own sign.";
        }
        if (mars.Rashi == 10)
        {
            yield return "Mars is exalted in Makara.";
        }
        var fromJupiter = Kundli.HouseFrom(mars.Rashi, kundli[Graha.Jupiter].At.Rashi);
        if (fromJupiter is 1 or 5 or 7 or 9)
        {
            yield return fromJupiter == 1 ? "Jupiter stands with Mars." : "Jupiter looks upon Mars.";
        }
    }
}
