namespace Sarai.Panchang;

/// <summary>How the Earth stands and turns: nutation, obliquity, sidereal time.</summary>
public static class Earth
{
    /// <summary>
    /// Nutation in longitude Δψ and in obliquity Δε, degrees. Model IAU 2000B, good to 0.001″ from 1900 to 2100.
    /// </summary>
    /// <param name="jdTt">Julian date in TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is outside the years 1000 to 2999.</exception>
    public static (double Longitude, double Obliquity) Nutation(double jdTt) => Panchang.Nutation.At(JulianDate.Centuries(jdTt));

    /// <summary>True obliquity of the ecliptic in degrees: the IAU 2006 mean obliquity and the nutation.</summary>
    /// <param name="jdTt">Julian date in TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is outside the years 1000 to 2999.</exception>
    public static double TrueObliquity(double jdTt)
    {
        var t = JulianDate.Centuries(jdTt);
        return Precession.Obliquity(t) + Panchang.Nutation.At(t).Obliquity;
    }

    /// <summary>
    /// Apparent sidereal time at Greenwich in degrees, [0, 360): the Earth rotation angle, the IAU 2006 precession in right
    /// ascension and the equation of the equinoxes with its largest complementary terms. Good to 0.001 s of time, UT1
    /// given.
    /// </summary>
    /// <param name="jdUt">Julian date in UT1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is outside the years 1000 to 2999.</exception>
    public static double SiderealTime(double jdUt)
    {
        var t = JulianDate.Centuries(TimeScale.ToTt(jdUt));
        var (nutation, inObliquity) = Panchang.Nutation.At(t);
        var days = jdUt - JulianDate.J2000;
        var rotation = 360 * (days % 1 + 0.7790572732640 + 0.00273781191135448 * days);
        var precession = 0.014506 + t * (4612.156534 + t * (1.3915817 + t * (-0.00000044 + t * (-0.000029956 - t * 0.0000000368))));
        var node = (450160.398036 - 6962890.5431 * t) / 3600;
        var complementary = 0.00264096 * Degrees.SinCos(node).Sin + 0.00006352 * Degrees.SinCos(2 * node).Sin;
        return Degrees.Wrap(rotation + (precession + complementary) / 3600 + nutation * Degrees.SinCos(Precession.Obliquity(t) + inObliquity).Cos);
    }
}
