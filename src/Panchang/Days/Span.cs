namespace Sarai.Panchang;

/// <summary>A tithi, nakshatra, yoga or karana with the instants at which it begins and ends.</summary>
/// <param name="Number">Tithi 1 to 30, nakshatra and yoga 1 to 27, karana ⌊E/6°⌋ 0 to 59.</param>
/// <param name="Name">What it is called.</param>
/// <param name="StartsAt">When it began, to the millisecond, at the offset of the almanac's zone; possibly days before.</param>
/// <param name="EndsAt">When it ends.</param>
/// <param name="Ambiguous">
/// True when it begins or ends within 60 seconds of sunrise: another convention of sunrise, or of the ayanamsa, may give
/// the day another value.
/// </param>
public readonly record struct Span(int Number, Name Name, DateTimeOffset StartsAt, DateTimeOffset EndsAt, bool Ambiguous = false);

/// <summary>A quarter of a nakshatra while the Moon crosses it.</summary>
/// <param name="Nakshatra">1 to 27.</param>
/// <param name="Number">1 to 4.</param>
/// <param name="StartsAt">When the Moon entered it.</param>
/// <param name="EndsAt">When the Moon leaves it.</param>
public readonly record struct Pada(int Nakshatra, int Number, DateTimeOffset StartsAt, DateTimeOffset EndsAt);

/// <summary>A stretch of time with a name and nothing else, such as Rahu Kaal.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="StartsAt">Its first instant.</param>
/// <param name="EndsAt">The instant after its last.</param>
public readonly record struct Period(Name Name, DateTimeOffset StartsAt, DateTimeOffset EndsAt);

/// <summary>One of the twenty-four horas of a day; not sixty minutes long, but a twelfth of the daytime or the night.</summary>
/// <param name="Number">1 to 12 of the day, 13 to 24 of the night.</param>
/// <param name="Lord">The graha that rules it.</param>
/// <param name="StartsAt">Its first instant.</param>
/// <param name="EndsAt">The instant after its last.</param>
public readonly record struct Hora(int Number, Graha Lord, DateTimeOffset StartsAt, DateTimeOffset EndsAt);

/// <summary>One of the eight choghadiyas of the daytime or of the night.</summary>
/// <param name="Number">1 to 8 of the day, 9 to 16 of the night.</param>
/// <param name="Name">Udveg, Char, Labh, Amrit, Kaal, Shubh or Rog.</param>
/// <param name="IsGood">Whether work may be begun in it.</param>
/// <param name="StartsAt">Its first instant.</param>
/// <param name="EndsAt">The instant after its last.</param>
public readonly record struct Choghadiya(int Number, Name Name, bool IsGood, DateTimeOffset StartsAt, DateTimeOffset EndsAt);
