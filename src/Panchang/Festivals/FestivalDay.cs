namespace Sarai.Panchang;

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
