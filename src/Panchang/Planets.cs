using Sarai.Panchang.Tables;

namespace Sarai.Panchang;

/// <summary>
/// The planets to Saturn by VSOP87B, with light time and aberration, against the true equinox of date. Truncated for a
/// horoscope: within 6″ from 1800 to 2100 and 10″ from 1600 to 2400.
/// </summary>
public static class Planets
{
    /// <summary>Apparent geocentric position: degrees and astronomical units (kilometres for <see cref="Body.Moon"/>).</summary>
    /// <param name="body">The body; Sun and Moon are answered by <see cref="Sun"/> and <see cref="Moon"/>.</param>
    /// <param name="jdTt">Julian date in TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">An unknown body, or a date outside the years 1000 to 2999.</exception>
    public static Ecliptic Apparent(Body body, double jdTt) => body switch
    {
        Body.Sun => Sun.Apparent(jdTt),
        Body.Moon => Moon.Apparent(jdTt),
        Body.Mercury => Apparent(MercuryTerms.Longitude, MercuryTerms.Latitude, MercuryTerms.Distance, jdTt),
        Body.Venus => Apparent(VenusTerms.Longitude, VenusTerms.Latitude, VenusTerms.Distance, jdTt),
        Body.Mars => Apparent(MarsTerms.Longitude, MarsTerms.Latitude, MarsTerms.Distance, jdTt),
        Body.Jupiter => Apparent(JupiterTerms.Longitude, JupiterTerms.Latitude, JupiterTerms.Distance, jdTt),
        Body.Saturn => Apparent(SaturnTerms.Longitude, SaturnTerms.Latitude, SaturnTerms.Distance, jdTt),
        _ => throw new ArgumentOutOfRangeException(nameof(body), body, "Bodies are the Sun, the Moon and Mercury to Saturn."),
    };

    // Planet and Earth both taken when the light left the planet: to the first order that is light time and aberration.
    private static Ecliptic Apparent(Series longitude, Series latitude, Series distance, double jdTt)
    {
        var t = JulianDate.Centuries(jdTt);
        double x = 0, y = 0, z = 0, away = 0;
        for (var pass = 0; pass < 3; pass++)
        {
            var earlier = t - away * Sun.LightDays / JulianDate.Century;
            var earth = Rectangular(EarthTerms.Longitude, EarthTerms.Latitude, EarthTerms.Distance, earlier);
            var planet = Rectangular(longitude, latitude, distance, earlier);
            (x, y, z) = (planet.X - earth.X, planet.Y - earth.Y, planet.Z - earth.Z);
            away = Math.Sqrt(x * x + y * y + z * z);
        }
        var (along, across) = Precession.ToDate(Math.Atan2(y, x) * Degrees.FromRadians, Math.Asin(z / away) * Degrees.FromRadians, t);
        return new(Degrees.Wrap(along + Nutation.InLongitude(t)), across, away);
    }

    private static (double X, double Y, double Z) Rectangular(Series longitude, Series latitude, Series distance, double t)
    {
        var (sinAlong, cosAlong) = Degrees.SinCos(longitude.Sum(t) / 3600);
        var (sinAcross, cosAcross) = Degrees.SinCos(latitude.Sum(t) / 3600);
        var radius = distance.Sum(t);
        return (radius * cosAcross * cosAlong, radius * cosAcross * sinAlong, radius * sinAcross);
    }
}
