namespace Sarai.Panchang;

/// <summary>
/// Julian dates: days and fractions from noon of 1 January 4713 BC. A parameter named jdUt counts in universal time,
/// one named jdTt in terrestrial time. A double resolves 0.04 ms in our era.
/// </summary>
public static class JulianDate
{
    /// <summary>The epoch J2000.0, 2000 January 1, 12h TT.</summary>
    public const double J2000 = 2451545.0;

    /// <summary>The first date this library answers for: 1000 January 1, 0h (proleptic Gregorian).</summary>
    public const double First = 2086307.5;

    /// <summary>The end of the range this library answers for: 3000 January 1, 0h.</summary>
    public const double Last = 2816787.5;

    /// <summary>Days in a Julian century.</summary>
    public const double Century = 36525;

    private const double UnixEpoch = 2440587.5;

    /// <summary>
    /// The Julian date in UT of an instant. The clock's UTC is taken for UT1, from which it is kept within 0.9 s by leap
    /// seconds.
    /// </summary>
    /// <param name="instant">Any instant from the year 1000 to 2999.</param>
    /// <exception cref="ArgumentOutOfRangeException">The instant is outside those years.</exception>
    public static double FromInstant(DateTimeOffset instant) =>
        Checked(UnixEpoch + (instant - DateTimeOffset.UnixEpoch).Ticks / (double)TimeSpan.TicksPerDay, nameof(instant));

    /// <summary>The Julian date in UT of midnight, 0h UT, at the start of a date.</summary>
    /// <param name="date">A date of the (proleptic) Gregorian calendar, from the year 1000 to 2999.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is outside those years.</exception>
    public static double FromDate(DateOnly date) =>
        Checked(UnixEpoch + (date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber), nameof(date));

    /// <summary>The instant (offset zero) of a Julian date in UT, rounded to the millisecond.</summary>
    /// <param name="jdUt">A Julian date in UT within <see cref="First"/> and <see cref="Last"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is not a number or outside the range.</exception>
    public static DateTimeOffset ToInstant(double jdUt) =>
        DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Round((Checked(jdUt, nameof(jdUt)) - UnixEpoch) * 86_400_000));

    /// <summary>Julian centuries of TT since J2000.</summary>
    internal static double Centuries(double jdTt) => (Checked(jdTt, nameof(jdTt)) - J2000) / Century;

    internal static double Checked(double julianDate, string name)
    {
        if (!(julianDate is >= First and <= Last)) throw OutOfRange(julianDate, name);
        return julianDate;
    }

    private static ArgumentOutOfRangeException OutOfRange(double julianDate, string name) =>
        new(name, julianDate, "A date from the year 1000 to 2999 is needed (Julian date 2086307.5 to 2816787.5).");
}
