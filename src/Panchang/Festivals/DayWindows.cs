namespace Sarai.Panchang;

/// <summary>Finds windows.</summary>
internal static class DayWindows
{
    private const double FourGhatis = 96.0 / 1440;

    /// <summary>Start and end of a window of a day, JD (UT); the same instant twice for a moment; null where the day has none.</summary>
    internal static (double Start, double End)? Of(Reckoning reckoning, DateOnly date, DayWindow window)
    {
        var day = reckoning.Daylight(date);
        return window switch
        {
            _ when !day.IsWhole => null,
            DayWindow.Sunrise => Moment(day.Sunrise),
            DayWindow.Arunodaya => (day.Sunrise!.Value - FourGhatis, day.Sunrise.Value),
            DayWindow.Purvahna => day.OfDay(1, 2),
            DayWindow.Madhyahna => day.OfDay(3, 5),
            DayWindow.Aparahna => day.OfDay(4, 5),
            DayWindow.Sunset => Moment(day.Sunset),
            DayWindow.Pradosh => day.OfNight(1, 5),
            DayWindow.Nishita => day.OfNight(8, 15),
            _ => Moment(reckoning.Moon(rising: true, day.Sunrise!.Value, day.NextSunrise!.Value)),
        };
    }

    /// <summary>The window in words that end a sentence.</summary>
    internal static string Words(this DayWindow window) => window switch
    {
        DayWindow.Sunrise => "at sunrise",
        DayWindow.Arunodaya => "in arunodaya (the 96 minutes before sunrise)",
        DayWindow.Purvahna => "in the first half of the daytime",
        DayWindow.Madhyahna => "in madhyahna (the third fifth of the daytime)",
        DayWindow.Aparahna => "in aparahna (the fourth fifth of the daytime)",
        DayWindow.Sunset => "at sunset",
        DayWindow.Pradosh => "in pradosh (the first fifth of the night)",
        DayWindow.Nishita => "in nishita (the middle of the night)",
        _ => "at moonrise",
    };

    private static (double, double)? Moment(double? at) => at is { } moment ? (moment, moment) : null;
}
