namespace Sarai.Panchang;

/// <summary>One of the twenty-four horas of a day; not sixty minutes long, but a twelfth of the daytime or the night.</summary>
/// <param name="Number">1 to 12 of the day, 13 to 24 of the night.</param>
/// <param name="Lord">The graha that rules it.</param>
/// <param name="StartsAt">Its first instant.</param>
/// <param name="EndsAt">The instant after its last.</param>
public readonly record struct Hora(int Number, Graha Lord, DateTimeOffset StartsAt, DateTimeOffset EndsAt);
