namespace Sarai.Panchang;

/// <summary>
/// The Lahiri ayanamsa as the Indian Astronomical Ephemeris defines it since 2021: 23°51′25.53″ at J2000, growing with
/// the IAU 2006 general precession. Sidereal longitude is longitude less ayanamsa: apparent less true.
/// </summary>
public static class Ayanamsa
{
    /// <summary>Mean ayanamsa in degrees: 23°51′25.53″ + 5028.796195″ T + 1.1054348″ T².</summary>
    /// <param name="jdTt">Julian date in TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is outside the years 1000 to 2999.</exception>
    public static double Mean(double jdTt) => Mean(JulianDate.Centuries(jdTt), 0);

    /// <summary>True ayanamsa in degrees: the mean one and the nutation in longitude; for use with apparent longitudes.</summary>
    /// <param name="jdTt">Julian date in TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is outside the years 1000 to 2999.</exception>
    public static double True(double jdTt)
    {
        var t = JulianDate.Centuries(jdTt);
        return Mean(t, Nutation.InLongitude(t));
    }

    internal static double Mean(double t, double nutation) =>
        23 + (51 + 25.53 / 60) / 60 + t * (5028.796195 + t * 1.1054348) / 3600 + nutation;
}
