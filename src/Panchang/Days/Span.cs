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
