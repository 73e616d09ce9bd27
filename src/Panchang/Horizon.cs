namespace Sarai.Panchang;

/// <summary>
/// Rising and setting on the horizon of the sea. For the Sun, the altitude of the centre reaches the one the convention
/// names; it is the geocentric one, as almanacs have it (an observer's own, lower by the Sun's parallax of 8.8″, is
/// reached 0.6 s later at the equator). For the Moon, it is the altitude the observer has, from where they stand on the
/// ellipsoid, with the size of the disc at that moment. Within 0.01 s of the ephemeris below 60° of latitude.
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
        Find(Body.Sun, place, fromJdUt, convention, rising: true);

    /// <summary>The first sunset within 24 hours.</summary>
    /// <param name="place">Where.</param>
    /// <param name="fromJdUt">Where the 24 hours start, Julian date in UT.</param>
    /// <param name="convention">Which moment counts.</param>
    /// <returns>Julian date in UT; null when the Sun does not set within the 24 hours (polar day or night).</returns>
    /// <exception cref="ArgumentOutOfRangeException">A place off the globe, an unknown convention, or a date outside the years 1000 to 2999.</exception>
    public static double? Sunset(Place place, double fromJdUt, RiseConvention convention = RiseConvention.UpperLimb) =>
        Find(Body.Sun, place, fromJdUt, convention, rising: false);

    /// <summary>The first moonrise within 24 hours.</summary>
    /// <param name="place">Where.</param>
    /// <param name="fromJdUt">Where the 24 hours start, Julian date in UT.</param>
    /// <param name="convention">Which moment counts.</param>
    /// <returns>Julian date in UT; null when the Moon does not rise within the 24 hours, which happens once a month.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A place off the globe, an unknown convention, or a date outside the years 1000 to 2999.</exception>
    public static double? Moonrise(Place place, double fromJdUt, RiseConvention convention = RiseConvention.UpperLimb) =>
        Find(Body.Moon, place, fromJdUt, convention, rising: true);

    /// <summary>The first moonset within 24 hours.</summary>
    /// <param name="place">Where.</param>
    /// <param name="fromJdUt">Where the 24 hours start, Julian date in UT.</param>
    /// <param name="convention">Which moment counts.</param>
    /// <returns>Julian date in UT; null when the Moon does not set within the 24 hours, which happens once a month.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A place off the globe, an unknown convention, or a date outside the years 1000 to 2999.</exception>
    public static double? Moonset(Place place, double fromJdUt, RiseConvention convention = RiseConvention.UpperLimb) =>
        Find(Body.Moon, place, fromJdUt, convention, rising: false);

    // Altitude over the convention's horizon is sampled every hour; a parabola through three samples finds the crossings
    // of each two hours, also where the body only grazes the horizon, and secants sharpen the one asked for.
    private static double? Find(Body body, Place place, double from, RiseConvention convention, bool rising)
    {
        const double Hour = 1.0 / 24;
        var observer = new Observer(body, place, JulianDate.Checked(from, nameof(from)), convention);
        var left = observer.Altitude(from);
        for (var hour = 1; hour < 24; hour += 2)
        {
            var middle = observer.Altitude(from + hour * Hour);
            var right = observer.Altitude(from + (hour + 1) * Hour);
            var curve = (left + right) / 2 - middle;
            var slope = (right - left) / 2;
            var root = slope * slope - 4 * curve * middle;
            if (root >= 0)
            {
                // The root where the parabola climbs (or falls), in the form that keeps its digits when it is nearly straight.
                var steep = rising ? Math.Sqrt(root) : -Math.Sqrt(root);
                var at = slope * steep > 0 ? -2 * middle / (slope + steep) : (steep - slope) / (2 * curve);
                if (at is >= -1.01 and <= 1.01)
                {
                    var found = observer.Refine(from + (hour + at) * Hour, steep / Hour);
                    if (found >= from && found <= from + 1) return found;
                }
            }
            left = right;
        }
        return null;
    }
}
