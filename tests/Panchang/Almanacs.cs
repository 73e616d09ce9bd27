namespace Sarai.Panchang.Tests;

/// <summary>Instants printed in Indian almanacs and checked against each other before they came here.</summary>
public class Almanacs
{
    private static readonly TimeSpan India = TimeSpan.FromHours(5.5);

    [Theory]
    [InlineData("2024-01-01", 24, 11, 27.1)]
    [InlineData("2024-08-28", 24, 12, 4.0)]
    [InlineData("2026-01-01", 24, 13, 18.5)]
    [InlineData("2026-12-27", 24, 14, 13.4)]
    public void True_ayanamsa_of_the_Indian_Astronomical_Ephemeris(string date, int degrees, int minutes, double seconds) =>
        Ayanamsa.True(JulianDate.FromDate(DateOnly.Parse(date, CultureInfo.InvariantCulture))).ShouldBe(degrees + minutes / 60.0 + seconds / 3600, 0.2 / 3600);

    [Theory]
    [InlineData(0, "2026-04-14 09:33")]
    [InlineData(30, "2026-05-15 06:22")]
    [InlineData(60, "2026-06-15 12:53")]
    [InlineData(90, "2026-07-16 23:39")]
    [InlineData(120, "2026-08-17 07:59")]
    [InlineData(150, "2026-09-17 07:53")]
    [InlineData(180, "2026-10-17 19:52")]
    [InlineData(210, "2026-11-16 19:43")]
    [InlineData(240, "2026-12-16 10:25")]
    [InlineData(270, "2027-01-14 21:10")]
    [InlineData(300, "2027-02-13 10:09")]
    [InlineData(330, "2027-03-15 07:00")]
    [InlineData(0, "2027-04-14 15:28")]
    public void Sankrantis_of_the_Rashtriya_Panchang(double longitude, string istTime)
    {
        var expected = Ist(istTime);
        var found = Events.Crossing(Angle.SunSidereal, longitude, expected - 10);
        Seconds(found, expected).ShouldBeLessThanOrEqualTo(60);
    }

    [Theory]
    [InlineData("2026-05-17 01:31")]
    [InlineData("2026-06-15 08:24")]
    [InlineData("2026-07-14 15:14")]
    public void New_moons_of_2026(string istTime)
    {
        var expected = Ist(istTime);
        Seconds(Events.NewMoon(expected - 5), expected).ShouldBeLessThanOrEqualTo(60);
        Seconds(Events.NewMoonBefore(expected + 5), expected).ShouldBeLessThanOrEqualTo(60);
    }

    // Bangalore (and Shillong for 2009-06-21); hours above 24 belong to the next day.
    [Theory]
    [InlineData(Angle.Elongation, 30, 23, "2009-07-15", 27, 7, 9)]
    [InlineData(Angle.MoonSidereal, 27, 27, "2009-07-15", 17, 6, 24)]
    [InlineData(Angle.Elongation, 30, 7, "2013-01-18", 16, 24, 4)]
    [InlineData(Angle.MoonSidereal, 27, 27, "2013-01-18", 19, 22, 54)]
    [InlineData(Angle.SunPlusMoonSidereal, 27, 21, "2013-01-18", 29, 10, 40)]
    [InlineData(Angle.Elongation, 30, 22, "1985-06-09", 25, 3, 22)]
    [InlineData(Angle.MoonSidereal, 27, 24, "1985-06-09", 26, 32, 36)]
    [InlineData(Angle.SunPlusMoonSidereal, 27, 1, "1985-06-09", 22, 59, 38)]
    [InlineData(Angle.Elongation, 30, 10, "2010-04-24", 6, 9, 18)]
    [InlineData(Angle.Elongation, 30, 11, "2010-04-24", 27, 33, 50)]
    [InlineData(Angle.Elongation, 30, 22, "2013-02-03", 8, 13, 52)]
    [InlineData(Angle.Elongation, 30, 23, "2013-02-03", 30, 33, 6)]
    [InlineData(Angle.MoonSidereal, 27, 3, "2009-06-21", 5, 0, 59)]
    [InlineData(Angle.MoonSidereal, 27, 4, "2009-06-21", 26, 31, 0)]
    public void Ends_of_tithi_nakshatra_and_yoga(Angle angle, int parts, int number, string date, int hours, int minutes, int seconds)
    {
        var expected = Ist(date + " 00:00") + (hours + minutes / 60.0 + seconds / 3600.0) / 24;
        var found = Events.Crossing(angle, number * 360.0 / parts, expected - 0.5);
        Seconds(found, expected).ShouldBeLessThanOrEqualTo(30);
    }

    [Fact]
    public void Sun_over_Bangalore_and_Delhi()
    {
        var bangalore = new Place(12.972, 77.594);
        var day = Ut("2013-01-18 00:00");
        Horizon.Sunrise(bangalore, day, RiseConvention.Centre)!.Value.ShouldBe(Ut("2013-01-18 06:47:20"), 30 / 86400.0);
        Horizon.Sunset(bangalore, day, RiseConvention.Centre)!.Value.ShouldBe(Ut("2013-01-18 18:12:58"), 30 / 86400.0);

        var delhi = new Place(28.6139, 77.2090);
        Horizon.Sunrise(delhi, Ut("2026-04-02 00:00"))!.Value.ShouldBe(Ut("2026-04-02 06:10"), 120 / 86400.0);
        Horizon.Sunset(delhi, Ut("2026-04-02 00:00"))!.Value.ShouldBe(Ut("2026-04-02 18:39"), 120 / 86400.0);
        Horizon.Sunrise(delhi, Ut("2026-04-16 00:00"))!.Value.ShouldBe(Ut("2026-04-16 05:55"), 120 / 86400.0);
        Horizon.Sunset(delhi, Ut("2026-04-16 00:00"))!.Value.ShouldBe(Ut("2026-04-16 18:47"), 120 / 86400.0);
    }

    private static double Ut(string istTime) => JulianDate.FromInstant(new DateTimeOffset(DateTime.Parse(istTime, CultureInfo.InvariantCulture), India));

    private static double Ist(string istTime) => TimeScale.ToTt(Ut(istTime));

    private static double Seconds(double one, double other) => Math.Abs(one - other) * 86400;
}
