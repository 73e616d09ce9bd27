namespace Sarai.Panchang;

/// <summary>The ascending node of the Moon's orbit on the ecliptic (Rahu; Ketu stands opposite), from the true equinox of date.</summary>
public static class Nodes
{
    /// <summary>Longitude of the mean node in degrees, [0, 360) (Meeus, chapter 47; nutation added). Good to 0.2″ from 1800 to 2100.</summary>
    /// <param name="jdTt">Julian date in TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is outside the years 1000 to 2999.</exception>
    public static double Mean(double jdTt)
    {
        var t = JulianDate.Centuries(jdTt);
        var node = 125.0445479 + t * (-1934.1362891 + t * (0.0020754 + t * (1.0 / 467441 - t / 60616000)));
        return Degrees.Wrap(node + Nutation.InLongitude(t));
    }

    /// <summary>
    /// Longitude of the true (osculating) node in degrees, [0, 360): where the plane of the Moon's present place and motion
    /// meets the ecliptic. Good to 5″ from 1800 to 2400.
    /// </summary>
    /// <param name="jdTt">Julian date in TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is outside the years 1000 to 2999.</exception>
    public static double True(double jdTt)
    {
        const double Step = 0.01;
        var before = Rectangular(Moon.Apparent(jdTt - Step));
        var after = Rectangular(Moon.Apparent(jdTt + Step));
        // The node line is the ecliptic's share of the orbit's pole, a quarter turn on.
        var poleX = before.Y * after.Z - before.Z * after.Y;
        var poleY = before.Z * after.X - before.X * after.Z;
        return Degrees.Wrap(Math.Atan2(poleX, -poleY) * Degrees.FromRadians);
    }

    private static (double X, double Y, double Z) Rectangular(Ecliptic at)
    {
        var (sinAlong, cosAlong) = Degrees.SinCos(at.Longitude);
        var (sinAcross, cosAcross) = Degrees.SinCos(at.Latitude);
        return (at.Distance * cosAcross * cosAlong, at.Distance * cosAcross * sinAlong, at.Distance * sinAcross);
    }
}
