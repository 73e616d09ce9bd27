namespace Sarai.Panchang.Tests;

/// <summary>
/// Worked examples of Jean Meeus, Astronomical Algorithms, second edition. He uses the precession and nutation of 1976
/// and 1980, so tenths of an arcsecond may differ.
/// </summary>
public class MeeusExamples
{
    private const double Arcsecond = 1 / 3600.0;
    private const double Second = 1 / 86400.0;

    [Theory]
    [InlineData("1957-10-04T19:26:24Z", 2436116.31)]
    [InlineData("2000-01-01T12:00:00Z", 2451545.0)]
    [InlineData("1987-06-19T12:00:00Z", 2446966.0)]
    [InlineData("1600-12-31T00:00:00Z", 2305812.5)]
    public void Julian_dates_of_chapter_7(string instant, double jd)
    {
        JulianDate.FromInstant(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture)).ShouldBe(jd, 1e-9);
        JulianDate.ToInstant(jd).ShouldBe(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Delta_T_of_example_10a() => TimeScale.DeltaT(2443192.65118).ShouldBe(48, 0.5);

    [Fact]
    public void Sidereal_time_of_example_12a()
    {
        Earth.SiderealTime(2446895.5).ShouldBe(15 * (13 + 10 / 60.0 + 46.1351 / 3600), 15 * 0.005 * Arcsecond);
        // Example 12.b: mean 128.7378734°, here with the equation of the equinoxes of that evening.
        Earth.SiderealTime(2446896.30625).ShouldBe(128.7378734 - 3.8 * Arcsecond * 0.917, 0.5 * Arcsecond);
    }

    [Fact]
    public void Nutation_and_obliquity_of_example_22a()
    {
        var (longitude, obliquity) = Earth.Nutation(2446895.5);
        longitude.ShouldBe(-3.788 * Arcsecond, 0.01 * Arcsecond);
        obliquity.ShouldBe(9.443 * Arcsecond, 0.01 * Arcsecond);
        Earth.TrueObliquity(2446895.5).ShouldBe(23 + 26 / 60.0 + 36.850 / 3600, 0.05 * Arcsecond);
    }

    [Fact]
    public void The_Sun_of_example_25b()
    {
        var sun = Sun.Apparent(2448908.5);
        sun.Longitude.ShouldBe(199 + 54 / 60.0 + 21.818 / 3600, 0.3 * Arcsecond);
        sun.Latitude.ShouldBe(0.72 * Arcsecond, 0.1 * Arcsecond);
        sun.Distance.ShouldBe(0.99760853, 2e-6);
    }

    [Theory]
    [InlineData(90, 2437837.39245)] // June 1962, example 27.a: 21:24:42
    [InlineData(0, 2450162.836192)] // March 1996, 8:04:07 (table 27.E)
    [InlineData(180, 2450349.250787)] // September 1996, 18:01:08
    [InlineData(270, 2450439.088148)] // December 1996, 14:06:56
    public void Equinoxes_and_solstices_of_chapter_27(double longitude, double jdTt) =>
        Events.Crossing(Angle.SunTropical, longitude, jdTt - 100).ShouldBe(jdTt, 65 * Second);

    [Fact]
    public void Venus_of_example_33a()
    {
        var venus = Planets.Apparent(Body.Venus, 2448976.5);
        var (ascension, declination) = Equatorial(venus, Earth.TrueObliquity(2448976.5));
        ascension.ShouldBe(15 * (21 + 4 / 60.0 + 41.454 / 3600), 5 * Arcsecond);
        declination.ShouldBe(-(18 + 53 / 60.0 + 16.84 / 3600), 5 * Arcsecond);
        venus.Distance.ShouldBe(0.910947, 1e-4);
    }

    [Fact]
    public void The_Moon_of_example_47a()
    {
        var moon = Moon.Apparent(2448724.5);
        moon.Longitude.ShouldBe(133.167265, 10 * Arcsecond);
        moon.Latitude.ShouldBe(-3.229126, 4 * Arcsecond);
        moon.Distance.ShouldBe(368409.7, 10);
    }

    [Theory]
    [InlineData(0, 2443192.65118)] // February 1977, example 49.a
    [InlineData(270, 2467636.49186)] // January 2044, example 49.b
    public void Phases_of_the_Moon_of_chapter_49(double elongation, double jdTt) =>
        Events.Crossing(Angle.Elongation, elongation, jdTt - 10).ShouldBe(jdTt, 20 * Second);

    private static (double Ascension, double Declination) Equatorial(Ecliptic at, double tilt)
    {
        var (sinTilt, cosTilt) = Math.SinCos(tilt * Math.PI / 180);
        var (sinAlong, cosAlong) = Math.SinCos(at.Longitude * Math.PI / 180);
        var (sinAcross, cosAcross) = Math.SinCos(at.Latitude * Math.PI / 180);
        var ascension = Math.Atan2(sinAlong * cosTilt * cosAcross - sinAcross * sinTilt, cosAlong * cosAcross);
        return (Degrees.Wrap(ascension * 180 / Math.PI), Math.Asin(sinAcross * cosTilt + cosAcross * sinTilt * sinAlong) * 180 / Math.PI);
    }
}
