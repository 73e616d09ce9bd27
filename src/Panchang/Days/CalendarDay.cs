namespace Sarai.Panchang;

/// <summary>A day of a civil month.</summary>
/// <param name="Date">The local date.</param>
/// <param name="Panchang">Its almanac: the first tithi and nakshatra rule it; <see cref="PanchangDay.IsTithiRepeated"/> and <see cref="PanchangDay.LostTithi"/> tell vriddhi and kshaya.</param>
/// <param name="Festivals">Festivals on this date.</param>
/// <param name="Ekadashi">The ekadashi for which one of the traditions fasts on this date, or null.</param>
public sealed record CalendarDay(DateOnly Date, PanchangDay Panchang, IReadOnlyList<FestivalDay> Festivals, Ekadashi? Ekadashi);
