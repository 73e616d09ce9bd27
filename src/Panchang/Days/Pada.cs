namespace Sarai.Panchang;

/// <summary>A quarter of a nakshatra while the Moon crosses it.</summary>
/// <param name="Nakshatra">1 to 27.</param>
/// <param name="Number">1 to 4.</param>
/// <param name="StartsAt">When the Moon entered it.</param>
/// <param name="EndsAt">When the Moon leaves it.</param>
public readonly record struct Pada(int Nakshatra, int Number, DateTimeOffset StartsAt, DateTimeOffset EndsAt);
