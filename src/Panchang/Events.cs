namespace Sarai.Panchang;

/// <summary>
/// When an angle of the sky reaches a value. Instants are Julian dates in TT, found to 0.1 ms; an instant asked from
/// counts as the crossing itself when it lies within a millisecond of one.
/// </summary>
public static class Events
{
    /// <summary>A millisecond in days: below it two instants are one.</summary>
    internal const double Slack = 0.001 / TimeScale.Day;

    /// <summary>The angle at an instant, degrees in [0, 360).</summary>
    /// <param name="angle">Which angle.</param>
    /// <param name="jdTt">Julian date in TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">An unknown angle, or a date outside the years 1000 to 2999.</exception>
    public static double Value(Angle angle, double jdTt)
    {
        var sky = Sky.At(jdTt);
        // Apparent longitude less true ayanamsa: the nutation in both cancels.
        return Degrees.Wrap(angle switch
        {
            Angle.Elongation => sky.Moon - sky.Sun,
            Angle.MoonSidereal => sky.Moon - Ayanamsa.Mean(jdTt),
            Angle.SunPlusMoonSidereal => sky.Moon + sky.Sun - 2 * Ayanamsa.Mean(jdTt),
            Angle.SunTropical => sky.Sun + sky.Nutation,
            Angle.SunSidereal => sky.Sun - Ayanamsa.Mean(jdTt),
            _ => throw UnknownAngle(angle),
        });
    }

    /// <summary>The first instant, at or after a given one, at which an angle reaches a value.</summary>
    /// <param name="angle">Which angle.</param>
    /// <param name="targetDegrees">The value to reach, any finite number of degrees.</param>
    /// <param name="fromJdTt">Where to start, Julian date in TT.</param>
    /// <returns>Julian date in TT.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A target that is not finite, an unknown angle, or a date outside the years 1000 to 2999.</exception>
    public static double Crossing(Angle angle, double targetDegrees, double fromJdTt)
    {
        CheckTarget(targetDegrees);
        return Refine(angle, targetDegrees, fromJdTt + Way(targetDegrees - Value(angle, fromJdTt), MeanRate(angle)));
    }

    /// <summary>The last instant, at or before a given one, at which an angle reached a value.</summary>
    /// <param name="angle">Which angle.</param>
    /// <param name="targetDegrees">The value reached, any finite number of degrees.</param>
    /// <param name="beforeJdTt">Where to start going back, Julian date in TT.</param>
    /// <returns>Julian date in TT.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A target that is not finite, an unknown angle, or a date outside the years 1000 to 2999.</exception>
    public static double CrossingBefore(Angle angle, double targetDegrees, double beforeJdTt)
    {
        CheckTarget(targetDegrees);
        return Refine(angle, targetDegrees, beforeJdTt - Way(Value(angle, beforeJdTt) - targetDegrees, MeanRate(angle)));
    }

    /// <summary>Every crossing of a multiple of a step between two instants, in order: every tithi end for a step of 12°.</summary>
    /// <param name="angle">Which angle.</param>
    /// <param name="stepDegrees">A divisor of 360 such as 12, 6, 30 or 360/27.0.</param>
    /// <param name="fromJdTt">The first instant, Julian date in TT.</param>
    /// <param name="toJdTt">The end, itself not included, Julian date in TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">A step that does not divide the circle, an unknown angle, or dates outside the years 1000 to 2999 or in the wrong order.</exception>
    public static Passages Crossings(Angle angle, double stepDegrees, double fromJdTt, double toJdTt)
    {
        var parts = Math.Round(360 / stepDegrees);
        if (!(stepDegrees is > 0 and <= 360) || Math.Abs(parts * stepDegrees - 360) > 1e-6)
            throw new ArgumentOutOfRangeException(nameof(stepDegrees), stepDegrees, "A step is degrees that divide the circle evenly, such as 6, 12 or 30.");
        if (MeanRate(angle) <= 0) throw UnknownAngle(angle);
        JulianDate.Checked(fromJdTt, nameof(fromJdTt));
        JulianDate.Checked(toJdTt, nameof(toJdTt));
        if (toJdTt < fromJdTt)
            throw new ArgumentOutOfRangeException(nameof(toJdTt), toJdTt, "The end of a range is not before its start.");
        return new Passages(angle, (int)parts, fromJdTt, toJdTt);
    }

    /// <summary>The first new moon (amavasya's end) at or after an instant.</summary>
    /// <param name="fromJdTt">Julian date in TT.</param>
    public static double NewMoon(double fromJdTt) => Crossing(Angle.Elongation, 0, fromJdTt);

    /// <summary>The last new moon at or before an instant.</summary>
    /// <param name="beforeJdTt">Julian date in TT.</param>
    public static double NewMoonBefore(double beforeJdTt) => CrossingBefore(Angle.Elongation, 0, beforeJdTt);

    /// <summary>The first full moon (purnima's end) at or after an instant.</summary>
    /// <param name="fromJdTt">Julian date in TT.</param>
    public static double FullMoon(double fromJdTt) => Crossing(Angle.Elongation, 180, fromJdTt);

    /// <summary>Mean motion of an angle, degrees a day.</summary>
    internal static double MeanRate(Angle angle) => angle switch
    {
        Angle.Elongation => 12.19074912,
        Angle.MoonSidereal => 13.17635819,
        Angle.SunPlusMoonSidereal => 14.16196726,
        Angle.SunTropical => 0.98564736,
        Angle.SunSidereal => 0.98560911,
        _ => throw UnknownAngle(angle),
    };

    /// <summary>The crossing nearest to a guess, by secants: the angles are smooth, always growing and nearly straight over an hour.</summary>
    internal static double Refine(Angle angle, double target, double guess)
    {
        const double Enough = 1e-9;
        var rate = MeanRate(angle);
        var off = Degrees.WrapSigned(target - Value(angle, guess));
        for (var pass = 0; pass < 12; pass++)
        {
            var move = off / rate;
            guess += move;
            if (Math.Abs(move) < Enough) break;
            var left = Degrees.WrapSigned(target - Value(angle, guess));
            if (Math.Abs(move) > 1e-6) rate = (off - left) / move;
            off = left;
        }
        return guess;
    }

    // Days to go at the mean rate; a target passed within the slack counts as just being reached, not as a round to go.
    private static double Way(double degrees, double rate)
    {
        var slack = Slack * rate;
        return (Degrees.Wrap(degrees + slack) - slack) / rate;
    }

    private static void CheckTarget(double target)
    {
        if (!double.IsFinite(target))
            throw new ArgumentOutOfRangeException(nameof(target), target, "A target is a finite number of degrees.");
    }

    private static ArgumentOutOfRangeException UnknownAngle(Angle angle) =>
        new(nameof(angle), angle, "There is no such angle.");
}
