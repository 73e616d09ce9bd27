namespace Sarai.Panchang;

/// <summary>One of the eight choghadiyas of the daytime or of the night.</summary>
/// <param name="Number">1 to 8 of the day, 9 to 16 of the night.</param>
/// <param name="Name">Udveg, Char, Labh, Amrit, Kaal, Shubh or Rog.</param>
/// <param name="IsGood">Whether work may be begun in it.</param>
/// <param name="StartsAt">Its first instant.</param>
/// <param name="EndsAt">The instant after its last.</param>
public readonly record struct Choghadiya(int Number, Name Name, bool IsGood, DateTimeOffset StartsAt, DateTimeOffset EndsAt);
