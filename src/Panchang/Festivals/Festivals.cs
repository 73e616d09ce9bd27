namespace Sarai.Panchang;

/// <summary>
/// The festivals of a year at a place. Their data is <see cref="All"/>; this class only asks each rule, and tells both
/// days with their reasons where traditions differ.
/// </summary>
public static class Festivals
{
    /// <summary>Every festival the almanac knows, with its rules.</summary>
    public static IReadOnlyList<Festival> All => FestivalTable.All;

    /// <summary>The festivals of a Gregorian year, by date.</summary>
    /// <param name="almanac">Whose sunrise, sunset and moonrise decide.</param>
    /// <param name="year">1001 to 2998.</param>
    /// <exception cref="ArgumentOutOfRangeException">The year is outside that range.</exception>
    public static IReadOnlyList<FestivalDay> Of(Almanac almanac, int year)
    {
        ArgumentNullException.ThrowIfNull(almanac);
        Checked(year);
        return Of(new Reckoning(almanac), year, All);
    }

    /// <summary>The days of one festival in a Gregorian year: one in most years, none or two in some.</summary>
    /// <param name="almanac">Whose sunrise, sunset and moonrise decide.</param>
    /// <param name="year">1001 to 2998.</param>
    /// <param name="id">The festival's key, such as "diwali".</param>
    /// <exception cref="ArgumentException">There is no such festival.</exception>
    public static IReadOnlyList<FestivalDay> Of(Almanac almanac, int year, string id)
    {
        ArgumentNullException.ThrowIfNull(almanac);
        var festival = All.FirstOrDefault(x => x.Id == id) ?? throw new ArgumentException($"There is no festival \"{id}\".", nameof(id));
        Checked(year);
        return Of(new Reckoning(almanac), year, [festival]);
    }

    internal static IReadOnlyList<FestivalDay> Of(Reckoning reckoning, int year, IReadOnlyList<Festival> festivals)
    {
        var days = new List<FestivalDay>(festivals.Count);
        foreach (var festival in festivals)
        {
            foreach (var choice in festival.Rule.In(reckoning, year))
            {
                if (choice.Date.Year == year)
                {
                    days.Add(Told(reckoning, year, festival, choice));
                }
            }
        }
        days.Sort((a, b) => a.Date != b.Date ? a.Date.CompareTo(b.Date) : string.CompareOrdinal(a.Id, b.Id));
        return days;
    }

    internal static void Checked(int year)
    {
        if (year is < 1001 or > 2998)
        {
            throw new ArgumentOutOfRangeException(nameof(year), year, "The calendar answers for the years 1001 to 2998.");
        }
    }

    private static FestivalDay Told(Reckoning reckoning, int year, Festival festival, FestivalRule.Choice choice)
    {
        var others = new List<OtherDay>();
        foreach (var (tradition, rule) in festival.Others)
        {
            foreach (var other in rule.In(reckoning, year))
            {
                if (other.Date != choice.Date && Math.Abs(other.Date.DayNumber - choice.Date.DayNumber) <= 2)
                {
                    others.Add(new OtherDay(other.Date, tradition, other.Reason));
                }
            }
        }
        return new FestivalDay(
            festival.Id, festival.Name, choice.Date, others.Count > 0 ? festival.Tradition : "", choice.Reason, choice.StartsAt, choice.EndsAt, others, choice.Ambiguous);
    }
}
