namespace Sarai.Panchang;

/// <summary>A festival: its name, its rule, and the rules of traditions that may keep it on another day.</summary>
/// <param name="Id">A stable key in kebab case ("raksha-bandhan").</param>
/// <param name="Name">What it is called.</param>
/// <param name="Rule">The rule most almanacs follow.</param>
/// <param name="Tradition">Whose rule that is, where others differ; else empty.</param>
public sealed record Festival(string Id, Name Name, FestivalRule Rule, string Tradition = "")
{
    /// <summary>Rules of other traditions; their day is told when it differs.</summary>
    public IReadOnlyList<(string Tradition, FestivalRule Rule)> Others { get; init; } = [];
}

/// <summary>A festival on its day.</summary>
/// <param name="Id">The festival's key.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Date">The local date.</param>
/// <param name="Tradition">Whose day this is where traditions differ; else empty.</param>
/// <param name="Reason">Why this day, in one English sentence.</param>
/// <param name="StartsAt">When the tithi, nakshatra or solar month it hangs on begins.</param>
/// <param name="EndsAt">When that ends.</param>
/// <param name="Others">The days of traditions that differ this year; empty in most years.</param>
/// <param name="Ambiguous">True when the tithi changes within 60 seconds of the moment that decides, so that another convention may choose another day.</param>
public sealed record FestivalDay(
    string Id,
    Name Name,
    DateOnly Date,
    string Tradition,
    string Reason,
    DateTimeOffset? StartsAt,
    DateTimeOffset? EndsAt,
    IReadOnlyList<OtherDay> Others,
    bool Ambiguous);

/// <summary>Another tradition's day for the same festival.</summary>
/// <param name="Date">The local date.</param>
/// <param name="Tradition">Whose day.</param>
/// <param name="Reason">Why, in one English sentence.</param>
public sealed record OtherDay(DateOnly Date, string Tradition, string Reason);
