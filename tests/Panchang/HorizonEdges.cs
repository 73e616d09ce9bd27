namespace Sarai.Panchang.Tests;

public class HorizonEdges
{
    private static double Midnight(int year, int month, int day) => JulianDate.FromDate(new DateOnly(year, month, day));

    [Theory]
    [InlineData(69.65, 6, 21)]
    [InlineData(69.65, 12, 21)]
    [InlineData(-77.85, 12, 21)]
    [InlineData(-77.85, 6, 21)]
    [InlineData(90, 6, 21)]
    [InlineData(-90, 6, 21)]
    public void Polar_day_and_night_have_neither_sunrise_nor_sunset(double latitude, int month, int day)
    {
        Horizon.Sunrise(new Place(latitude, 18.96), Midnight(2026, month, day)).ShouldBeNull();
        Horizon.Sunset(new Place(latitude, 18.96), Midnight(2026, month, day)).ShouldBeNull();
    }

    [Fact]
    public void At_the_poles_the_Sun_rises_once_a_year_and_sets_once()
    {
        foreach (var (latitude, month) in new[] { (90.0, 3), (-90.0, 9) })
        {
            var pole = new Place(latitude, 0);
            var rises = Enumerable.Range(0, 365).Select(day => Horizon.Sunrise(pole, Midnight(2026, 1, 1) + day)).OfType<double>().ToList();
            rises.Count.ShouldBe(1);
            JulianDate.ToInstant(rises[0]).Month.ShouldBe(month);
        }
    }

    [Fact]
    public void Between_sunrise_and_sunset_lies_half_a_day_at_the_equator_and_a_second_never_is_lost_at_the_date_line()
    {
        foreach (var longitude in new[] { -180, -179.999, 179.999, 180 })
        {
            var place = new Place(0, longitude);
            var rise = Horizon.Sunrise(place, Midnight(2026, 3, 20))!.Value;
            var set = Horizon.Sunset(place, rise)!.Value;
            ((set - rise) * 24).ShouldBe(12.11, 0.02);
        }
        var west = Horizon.Sunrise(new Place(0, -180), Midnight(2026, 3, 20))!.Value;
        var east = Horizon.Sunrise(new Place(0, 180), Midnight(2026, 3, 20))!.Value;
        west.ShouldBe(east, 1e-8);
    }

    [Fact]
    public void A_lower_horizon_means_an_earlier_rise_and_a_later_set()
    {
        var delhi = new Place(28.6139, 77.209);
        var conventions = new[] { RiseConvention.UpperLimb, RiseConvention.Pac, RiseConvention.Centre, RiseConvention.CentreGeometric };
        var rises = conventions.Select(convention => Horizon.Sunrise(delhi, Midnight(2026, 11, 8), convention)!.Value).ToList();
        var sets = conventions.Select(convention => Horizon.Sunset(delhi, Midnight(2026, 11, 8), convention)!.Value).ToList();
        rises.ShouldBe(rises.Order());
        sets.ShouldBe(sets.OrderDescending());
    }

    [Fact]
    public void The_Sun_stands_at_minus_fifty_minutes_when_it_rises()
    {
        foreach (var latitude in new[] { -59.0, -23, 0, 28.6, 45, 59, 66 })
        {
            var place = new Place(latitude, 77.2);
            for (var day = 0; day < 365; day += 13)
            {
                var rise = Horizon.Sunrise(place, Midnight(2026, 1, 1) + day);
                if (rise is null) continue;
                Altitude(place, rise.Value).ShouldBe(-50, 0.002);
                var set = Horizon.Sunset(place, rise.Value)!.Value;
                Altitude(place, set).ShouldBe(-50, 0.002);
            }
        }
    }

    [Fact]
    public void The_Moon_skips_one_rising_a_month_and_rises_again_within_25_hours()
    {
        var delhi = new Place(28.6139, 77.209);
        var none = 0;
        double? last = null;
        for (var day = 0; day < 354; day++)
        {
            var rise = Horizon.Moonrise(delhi, Midnight(2026, 1, 1) + day);
            if (rise is null) none++;
            else
            {
                if (last is { } before) ((rise.Value - before) * 24).ShouldBeInRange(24.2, 25.6);
                last = rise;
            }
        }
        none.ShouldBe(12);
    }

    // Minutes of arc, from the series and the sidereal time, by another way than the one under test.
    private static double Altitude(Place place, double jdUt)
    {
        const double Radian = Math.PI / 180;
        var jdTt = TimeScale.ToTt(jdUt);
        var sun = Sun.Apparent(jdTt);
        var tilt = Earth.TrueObliquity(jdTt) * Radian;
        var (along, across) = (sun.Longitude * Radian, sun.Latitude * Radian);
        var declination = Math.Asin(Math.Sin(across) * Math.Cos(tilt) + Math.Cos(across) * Math.Sin(tilt) * Math.Sin(along));
        var ascension = Math.Atan2(Math.Sin(along) * Math.Cos(tilt) - Math.Tan(across) * Math.Sin(tilt), Math.Cos(along));
        var hourAngle = (Earth.SiderealTime(jdUt) + place.Longitude) * Radian - ascension;
        var latitude = place.Latitude * Radian;
        return Math.Asin(Math.Sin(latitude) * Math.Sin(declination) + Math.Cos(latitude) * Math.Cos(declination) * Math.Cos(hourAngle)) / Radian * 60;
    }
}
