namespace Sarai.Panchang;

/// <summary>
/// The difference ΔT = TT - UT between the uniform time of the theories and the time of the turning Earth.
/// <para>
/// To 1953 the spline of Stephenson, Morrison and Hohenkerk (Proc. R. Soc. A 472, 20160404, 2016); from 1955 yearly
/// observed values (Astronomical Almanac, then IERS); after the last of them a cubic which leaves with the Earth's
/// present rate and joins the long-term parabola -320 + 32.5 u² s (same paper; u in centuries from 1825) in 2500.
/// Stated error: about 20 s in 1600, 1 s in 1900, 0.1 s from 1962 to 2025, 1 s in 2030, 20 s in 2100, 10 min in 2400.
/// </para>
/// </summary>
public static class TimeScale
{
    /// <summary>Seconds in a day.</summary>
    public const double Day = 86400;

    private const double FirstYear = 1953;
    private const double LastSplice = 2500;

    // ΔT in seconds at the start of each year from 1953. 1953 and 1954 bridge the spline and the Almanac's values.
    private static readonly double[] Yearly =
    [
        30.002, 30.55, 31.07, 31.349, 31.677, 32.166, 32.671,
        33.150, 33.584, 33.992, 34.466, 35.030, 35.738, 36.546, 37.429, 38.291, 39.204,
        40.182, 41.170, 42.227, 43.373, 44.484, 45.476, 46.457, 47.521, 48.534, 49.586,
        50.539, 51.381, 52.167, 52.957, 53.788, 54.343, 54.871, 55.322, 55.820, 56.300,
        56.855, 57.565, 58.309, 59.122, 59.984, 60.785, 61.629, 62.295, 62.966, 63.467,
        63.829, 64.091, 64.300, 64.473, 64.574, 64.688, 64.845, 65.146, 65.457, 65.777,
        66.070, 66.325, 66.603, 66.907, 67.281, 67.644, 68.102, 68.593, 68.968, 69.220,
        69.361, 69.359, 69.294, 69.203, 69.175, 69.138, 69.110,
    ];

    // A row: year it starts, constant, linear, square and cube for the part of the way to the next row's year.
    private static readonly double[] Spline =
    [
        1000, 1467.654, -2452.187, 2460.927, -1183.759,
        1500, 292.635, -216.322, -43.614, 56.681,
        1600, 89.380, -66.754, 31.607, -10.497,
        1650, 43.736, -49.043, 0.227, 15.811,
        1720, 10.730, -1.321, 62.250, -52.946,
        1800, 18.714, -4.457, -1.509, 2.507,
        1810, 15.255, 0.046, 6.012, -4.634,
        1820, 16.679, -1.831, -7.889, 3.799,
        1830, 10.758, -6.211, 3.509, -0.388,
        1840, 7.668, -0.357, 2.345, -0.338,
        1850, 9.317, 1.659, 0.332, -0.932,
        1855, 10.376, -0.472, -2.463, 1.596,
        1860, 9.038, -0.610, 2.325, -2.497,
        1865, 8.256, -3.450, -5.166, 2.729,
        1870, 2.369, -5.596, 3.020, -0.919,
        1875, -1.126, -2.312, 0.264, -0.037,
        1880, -3.211, -1.894, 0.154, 0.562,
        1885, -4.388, 0.101, 1.841, -1.438,
        1890, -3.884, -0.531, -2.473, 1.870,
        1895, -5.017, 0.134, 3.138, -0.232,
        1900, -1.977, 5.715, 2.443, -1.257,
        1905, 4.923, 6.828, -1.329, 0.720,
        1910, 11.142, 6.330, 0.831, -0.825,
        1915, 17.479, 5.518, -1.643, 0.262,
        1920, 21.617, 3.020, -0.856, 0.008,
        1925, 23.789, 1.333, -0.831, 0.127,
        1930, 24.418, 0.052, -0.449, 0.142,
        1935, 24.164, -0.419, -0.022, 0.702,
        1940, 24.426, 1.645, 2.086, -1.106,
        1945, 27.050, 2.499, -1.232, 0.614,
        1950, 28.932, 1.127, 0.220, -0.277,
    ];

    /// <summary>ΔT in seconds at a date.</summary>
    /// <param name="jdUt">Julian date in UT (TT makes no difference here).</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is outside the years 1000 to 2999.</exception>
    public static double DeltaT(double jdUt)
    {
        JulianDate.Checked(jdUt, nameof(jdUt));
        var year = 2000 + (jdUt - 2451544.5) / 365.2425;
        if (year < FirstYear) return OnSpline(year);
        var place = year - FirstYear;
        var index = (int)place;
        if (index + 1 < Yearly.Length) return Yearly[index] + (Yearly[index + 1] - Yearly[index]) * (place - index);
        return Predicted(year);
    }

    /// <summary>Terrestrial time from universal time.</summary>
    /// <param name="jdUt">Julian date in UT.</param>
    public static double ToTt(double jdUt) => jdUt + DeltaT(jdUt) / Day;

    /// <summary>Universal time from terrestrial time.</summary>
    /// <param name="jdTt">Julian date in TT.</param>
    public static double ToUt(double jdTt) => jdTt - DeltaT(jdTt - DeltaT(jdTt) / Day) / Day;

    private static double OnSpline(double year)
    {
        var row = Spline.Length - 5;
        while (row > 0 && Spline[row] > year) row -= 5;
        var next = row + 5 < Spline.Length ? Spline[row + 5] : FirstYear;
        var part = Math.Max(0, (year - Spline[row]) / (next - Spline[row]));
        return Spline[row + 1] + part * (Spline[row + 2] + part * (Spline[row + 3] + part * Spline[row + 4]));
    }

    // The Earth has kept its rate since 2020, so the cubic starts level.
    private static double Predicted(double year)
    {
        if (year >= LastSplice) return Parabola(year);
        var start = FirstYear + Yearly.Length - 1;
        var span = LastSplice - start;
        var s = (year - start) / span;
        var slope = 65 * (LastSplice - 1825) / 10000 * span;
        return Yearly[^1] * (1 + s * s * (2 * s - 3)) + Parabola(LastSplice) * s * s * (3 - 2 * s) + slope * s * s * (s - 1);
    }

    private static double Parabola(double year)
    {
        var u = (year - 1825) / 100;
        return -320 + 32.5 * u * u;
    }
}
