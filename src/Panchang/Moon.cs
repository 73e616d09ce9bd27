using Sarai.Panchang.Tables;

namespace Sarai.Panchang;

/// <summary>
/// The Moon by ELP/MPP02 (Chapront and Francou, Astronomy and Astrophysics 404, 735, 2003), seen where it was when the
/// light left it, against the true equinox of date (IAU 2006 precession, IAU 2000B nutation). Longitude and latitude
/// within 0.1″ of DE431 (0.02″ root mean square) from 1800 to 2400, about 0.5″ in 1600; distance within 1 km. Years 1000
/// to 2999 are answered.
/// </summary>
public static class Moon
{
    // Centuries light needs for a kilometre.
    private const double LightCenturies = 1 / 299792.458 / TimeScale.Day / JulianDate.Century;

    /// <summary>Apparent geocentric position: degrees and kilometres.</summary>
    /// <param name="jdTt">Julian date in TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is outside the years 1000 to 2999.</exception>
    public static Ecliptic Apparent(double jdTt)
    {
        var t = JulianDate.Centuries(jdTt);
        var at = OfDate(t);
        return at with { Longitude = Degrees.Wrap(at.Longitude + Nutation.InLongitude(t)) };
    }

    /// <summary>Apparent geocentric longitude alone, degrees in [0, 360).</summary>
    /// <param name="jdTt">Julian date in TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is outside the years 1000 to 2999.</exception>
    public static double ApparentLongitude(double jdTt)
    {
        var t = JulianDate.Centuries(jdTt);
        return Degrees.Wrap(FromDeparture(t - Light(t)) + Precession.Longitude(t) + Nutation.InLongitude(t));
    }

    /// <summary>Apparent position from the mean equinox of date, the longitude not reduced.</summary>
    internal static Ecliptic OfDate(double t)
    {
        var earlier = t - Light(t);
        return new(
            FromDeparture(earlier) + Precession.Longitude(t),
            MoonTerms.Latitude.Sum(earlier) / 3600,
            MoonTerms.Distance.Sum(earlier));
    }

    // Longitude in the ecliptic of date from the departure point: the theory's mean longitude and its terms.
    private static double FromDeparture(double t) =>
        218.31663489722223 + t * (481266.48427360563 + t * (-0.00190161944444 + t * (0.00000178204167 - t * 0.0000000116472)))
        + (MoonTerms.Longitude.Sum(t) + Adjustment(t)) / 3600;

    // Arcseconds from the constants fitted to DE405 to DE431: least squares over 1801 to 2399. The constant agrees with
    // the theory's own fit to lunar laser ranging.
    private static double Adjustment(double t) => -0.0300 + t * (0.0105 + t * 0.0017);

    // Light time in centuries from the four largest terms of the distance; 500 km amiss would be 0.001″.
    private static double Light(double t)
    {
        var anomaly = 134.9634 + 477198.8675 * t;
        var elongation = 2 * (297.8502 + 445267.1114 * t);
        var distance = 385000.5 - 20905 * Degrees.SinCos(anomaly).Cos - 3699 * Degrees.SinCos(elongation - anomaly).Cos
            - 2956 * Degrees.SinCos(elongation).Cos - 570 * Degrees.SinCos(2 * anomaly).Cos;
        return distance * LightCenturies;
    }
}
