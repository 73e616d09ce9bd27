namespace Sarai.Panchang;

/// <summary>A civil month.</summary>
/// <param name="Year">Gregorian year.</param>
/// <param name="Month">1 to 12.</param>
/// <param name="Days">Its days, in order.</param>
public sealed record CalendarMonth(int Year, int Month, IReadOnlyList<CalendarDay> Days);
