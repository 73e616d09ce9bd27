namespace Sarai.Panchang;

/// <summary>A stretch of time with a name and nothing else, such as Rahu Kaal.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="StartsAt">Its first instant.</param>
/// <param name="EndsAt">The instant after its last.</param>
public readonly record struct Period(Name Name, DateTimeOffset StartsAt, DateTimeOffset EndsAt);
