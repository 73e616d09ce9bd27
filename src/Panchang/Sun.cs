using Sarai.Panchang.Tables;

namespace Sarai.Panchang;

/// <summary>
/// The Sun by VSOP87B (Bretagnon and Francou, Astronomy and Astrophysics 202, 309, 1988), seen where it was when the
/// light left it, against the true equinox of date (IAU 2006 precession, IAU 2000B nutation). Longitude within 0.02″ of
/// DE431 from 1900 to 2100, 0.03″ from 1800 to 2400, about 0.1″ in 1600; years 1000 to 2999 are answered.
/// </summary>
public static class Sun
{
    // Days light needs for one astronomical unit.
    internal const double LightDays = 0.0057755183;

    /// <summary>Apparent geocentric position: degrees and astronomical units.</summary>
    /// <param name="jdTt">Julian date in TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is outside the years 1000 to 2999.</exception>
    public static Ecliptic Apparent(double jdTt)
    {
        var t = JulianDate.Centuries(jdTt);
        var (longitude, latitude) = OfDate(t);
        return new(Degrees.Wrap(longitude + Nutation.InLongitude(t)), latitude, EarthTerms.Distance.Sum(t - Light(t)));
    }

    /// <summary>Apparent geocentric longitude alone, degrees in [0, 360).</summary>
    /// <param name="jdTt">Julian date in TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is outside the years 1000 to 2999.</exception>
    public static double ApparentLongitude(double jdTt)
    {
        var t = JulianDate.Centuries(jdTt);
        return Degrees.Wrap(OfDate(t).Longitude + Nutation.InLongitude(t));
    }

    /// <summary>Apparent position from the mean equinox of date, degrees, the longitude not reduced.</summary>
    internal static (double Longitude, double Latitude) OfDate(double t)
    {
        var earlier = t - Light(t);
        var longitude = (EarthTerms.Longitude.Sum(earlier) + Adjustment(t)) / 3600 + 180;
        return Precession.ToDate(longitude, -EarthTerms.Latitude.Sum(earlier) / 3600, t);
    }

    // Arcseconds from VSOP87, whose constants come from DE200 and whose equinox is the dynamical one, to DE431 and the
    // IAU 2006 equinox: least squares over 1801 to 2399. The constant is the known difference of the equinoxes.
    private static double Adjustment(double t) => -0.0733 + t * (0.0231 - t * 0.0051);

    // Light time in centuries from the distance of the elliptic orbit, which is good to 0.0001 AU.
    private static double Light(double t)
    {
        var anomaly = Degrees.SinCos(357.5291 + 35999.0503 * t).Cos;
        var distance = 1.00028 - (0.01671 - 0.000042 * t) * anomaly - 0.00028 * anomaly * anomaly;
        return distance * LightDays / JulianDate.Century;
    }
}
