namespace Sarai.Panchang;

/// <summary>
/// Rising and setting. For the Sun the true altitude of the centre, geocentric as almanacs have it, reaches the one the
/// convention names; for the Moon parallax and the size of the disc at that moment are reckoned in. Horizon of the sea.
/// </summary>
public static class Horizon
{
    /// <summary>The first sunrise within 24 hours.</summary>
    /// <param name="place">Where.</param>
    /// <param name="fromJdUt">Where the 24 hours start, Julian date in UT.</param>
    /// <param name="convention">Which moment counts.</param>
    /// <returns>Julian date in UT; null when the Sun does not rise within the 24 hours (polar day or night).</returns>
    /// <exception cref="ArgumentOutOfRangeException">A place off the globe, an unknown convention, or a date outside the years 1000 to 2999.</exception>
    public static double? Sunrise(Place place, double fromJdUt, RiseConvention convention = RiseConvention.UpperLimb) =>
        Find(default(Theory), Body.Sun, place, fromJdUt, convention, rising: true);

    /// <summary>The first sunset within 24 hours.</summary>
    /// <param name="place">Where.</param>
    /// <param name="fromJdUt">Where the 24 hours start, Julian date in UT.</param>
    /// <param name="convention">Which moment counts.</param>
    /// <returns>Julian date in UT; null when the Sun does not set within the 24 hours (polar day or night).</returns>
    /// <exception cref="ArgumentOutOfRangeException">A place off the globe, an unknown convention, or a date outside the years 1000 to 2999.</exception>
    public static double? Sunset(Place place, double fromJdUt, RiseConvention convention = RiseConvention.UpperLimb) =>
        Find(default(Theory), Body.Sun, place, fromJdUt, convention, rising: false);

    /// <summary>The first moonrise within 24 hours.</summary>
    /// <param name="place">Where.</param>
    /// <param name="fromJdUt">Where the 24 hours start, Julian date in UT.</param>
    /// <param name="convention">Which moment counts.</param>
    /// <returns>Julian date in UT; null when the Moon does not rise within the 24 hours, which happens once a month.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A place off the globe, an unknown convention, or a date outside the years 1000 to 2999.</exception>
    public static double? Moonrise(Place place, double fromJdUt, RiseConvention convention = RiseConvention.UpperLimb) =>
        Find(default(Theory), Body.Moon, place, fromJdUt, convention, rising: true);

    /// <summary>The first moonset within 24 hours.</summary>
    /// <param name="place">Where.</param>
    /// <param name="fromJdUt">Where the 24 hours start, Julian date in UT.</param>
    /// <param name="convention">Which moment counts.</param>
    /// <returns>Julian date in UT; null when the Moon does not set within the 24 hours, which happens once a month.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A place off the globe, an unknown convention, or a date outside the years 1000 to 2999.</exception>
    public static double? Moonset(Place place, double fromJdUt, RiseConvention convention = RiseConvention.UpperLimb) =>
        Find(default(Theory), Body.Moon, place, fromJdUt, convention, rising: false);

    // Altitude above the convention's horizon is sampled every hour; a parabola through three samples finds the crossings
    // of each two hours, also where the Sun only grazes the horizon, and secants sharpen the one asked for.
    internal static double? Find<TSky>(TSky sky, Body body, Place place, double from, RiseConvention convention, bool rising)
        where TSky : ISky
    {
        place.Checked();
        JulianDate.Checked(from, nameof(from));
        var depression = Depression(convention);
        const double Hour = 1.0 / 24;
        var left = Altitude(sky, body, place, from, depression);
        for (var hour = 1; hour < 24; hour += 2)
        {
            var middle = Altitude(sky, body, place, from + hour * Hour, depression);
            var right = Altitude(sky, body, place, from + (hour + 1) * Hour, depression);
            var curve = (left + right) / 2 - middle;
            var slope = (right - left) / 2;
            var root = slope * slope - 4 * curve * middle;
            if (root >= 0)
            {
                // The root where the parabola climbs, or falls, written so that it is exact for a nearly straight one.
                var sign = rising ? 1 : -1;
                var climb = sign * Math.Sqrt(root);
                var at = sign * slope > 0 ? -2 * middle / (slope + climb) : (climb - slope) / (2 * curve);
                if (at is >= -1 and <= 1)
                {
                    var found = Refine(sky, body, place, from + (hour + at) * Hour, slope + 2 * curve * at, depression);
                    if (found >= from && found <= from + 1) return found;
                }
            }
            left = right;
        }
        return null;
    }

    private static double Refine<TSky>(TSky sky, Body body, Place place, double guess, double perHour, double depression)
        where TSky : ISky
    {
        var rate = perHour * 24;
        var off = Altitude(sky, body, place, guess, depression);
        for (var pass = 0; pass < 12; pass++)
        {
            var move = -off / rate;
            if (Math.Abs(move) > 0.04) move = Math.CopySign(0.04, move);
            guess += move;
            if (Math.Abs(move) < 1e-9) break;
            var left = Altitude(sky, body, place, guess, depression);
            if (Math.Abs(move) > 1e-7) rate = (left - off) / move;
            off = left;
        }
        return guess;
    }

    private static double Depression(RiseConvention convention) => convention switch
    {
        RiseConvention.UpperLimb => 50,
        RiseConvention.Pac => 47,
        RiseConvention.Centre => 34,
        RiseConvention.CentreGeometric => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(convention), convention, "There is no such convention of rising."),
    };

    // Degrees of the body's centre above where it stands at rising and setting.
    private static double Altitude<TSky>(TSky sky, Body body, Place place, double jdUt, double depression)
        where TSky : ISky
    {
        var jdTt = TimeScale.ToTt(jdUt);
        var t = JulianDate.Centuries(jdTt);
        var (nutation, inObliquity) = sky.Nutation(jdTt);
        var obliquity = Precession.Obliquity(t) + inObliquity;
        var sidereal = Earth.SiderealTime(jdUt, t, nutation, obliquity);
        var at = body == Body.Sun ? sky.Sun(jdTt) : sky.Moon(jdTt);
        var (sinTilt, cosTilt) = Degrees.SinCos(obliquity);
        var (sinLongitude, cosLongitude) = Degrees.SinCos(at.Longitude);
        var (sinLatitude, cosLatitude) = Degrees.SinCos(at.Latitude);
        // Equatorial direction.
        var x = cosLatitude * cosLongitude;
        var y = cosLatitude * sinLongitude * cosTilt - sinLatitude * sinTilt;
        var z = cosLatitude * sinLongitude * sinTilt + sinLatitude * cosTilt;
        var (sinMeridian, cosMeridian) = Degrees.SinCos(sidereal + place.Longitude);
        var (sinPlace, cosPlace) = Degrees.SinCos(place.Latitude);
        var sine = sinPlace * z + cosPlace * (x * cosMeridian + y * sinMeridian);
        var altitude = Math.Asin(sine) * Degrees.FromRadians;
        if (body == Body.Sun) return altitude + depression / 60;
        var parallax = Math.Asin(6378.137 / at.Distance) * Degrees.FromRadians;
        var semidiameter = 0.272481 * parallax;
        return altitude - parallax + (depression == 0 ? 0 : 34.0 / 60) + (depression == 50 ? semidiameter : depression == 47 ? semidiameter : 0);
    }

    /// <summary>Where rising and setting take positions from: the theory itself, or an almanac's fit to it.</summary>
    internal interface ISky
    {
        Ecliptic Sun(double jdTt);

        Ecliptic Moon(double jdTt);

        (double Longitude, double Obliquity) Nutation(double jdTt);
    }

    private readonly struct Theory : ISky
    {
        public Ecliptic Sun(double jdTt) => Panchang.Sun.Apparent(jdTt);

        public Ecliptic Moon(double jdTt) => Panchang.Moon.Apparent(jdTt);

        public (double Longitude, double Obliquity) Nutation(double jdTt) => Earth.Nutation(jdTt);
    }
}
