namespace Sarai.Panchang;

/// <summary>
/// The instants at which a growing angle passes the multiples of a step, counted from an epoch without ever starting
/// again: boundary n is where the angle, unwound, equals n steps. Found once, kept, and so shared between neighbouring days.
/// </summary>
internal sealed class Boundaries
{
    private const double J2000 = 2451545, DaysPerCentury = 36525;

    private readonly Angle angle;
    private readonly double step, meanAtEpoch, meanPerDay;
    private readonly Dictionary<int, double> found = [];

    /// <summary>Boundaries of an angle.</summary>
    /// <param name="angle">Which angle.</param>
    /// <param name="step">Degrees between boundaries; a divisor of 360.</param>
    internal Boundaries(Angle angle, double step)
    {
        (this.angle, this.step) = (angle, step);
        // Mean longitudes at J2000 and their motion in a Julian century; they only choose the turn, so a degree is plenty.
        (double at, double motion) sun = (280.466, 36000.770), moon = (218.316, 481267.881), ayanamsa = (23.857, 1.397);
        (meanAtEpoch, var perCentury) = angle switch
        {
            Angle.Elongation => (moon.at - sun.at, moon.motion - sun.motion),
            Angle.MoonSidereal => (moon.at - ayanamsa.at, moon.motion - ayanamsa.motion),
            Angle.SunPlusMoonSidereal => (moon.at + sun.at - 2 * ayanamsa.at, moon.motion + sun.motion - 2 * ayanamsa.motion),
            Angle.SunSidereal => (sun.at - ayanamsa.at, sun.motion - ayanamsa.motion),
            _ => sun,
        };
        meanPerDay = perCentury / DaysPerCentury;
    }

    /// <summary>The number of the boundary at or before an instant.</summary>
    internal int Before(double jdTt)
    {
        var number = (int)Math.Floor(Unwound(jdTt) / step);
        // The last bits of a boundary's time and of its angle may disagree; the time decides.
        if (At(number) > jdTt)
        {
            return number - 1;
        }
        return At(number + 1) <= jdTt ? number + 1 : number;
    }

    /// <summary>When boundary <paramref name="number"/> is passed, JD (TT).</summary>
    internal double At(int number)
    {
        if (!found.TryGetValue(number, out var jdTt))
        {
            found[number] = jdTt = Find(number * step);
        }
        return jdTt;
    }

    // The angles are nearly straight lines, so that Newton's method with the mean rate, sharpened by the slope between
    // the last two tries, converges from anywhere; the step is limited so that it cannot run away.
    private double Find(double target)
    {
        var at = J2000 + (target - meanAtEpoch) / meanPerDay;
        var off = Unwound(at) - target;
        var rate = meanPerDay;
        for (var round = 0; round < 30; round++)
        {
            var next = at - Math.Clamp(off / rate, -3, 3);
            var nextOff = Unwound(next) - target;
            if (Math.Abs(next - at) < 1e-9 || nextOff == 0)
            {
                return next;
            }
            var slope = (nextOff - off) / (next - at);
            rate = Math.Clamp(slope, meanPerDay * 0.7, meanPerDay * 1.4);
            (at, off) = (next, nextOff);
        }
        return at;
    }

    private double Unwound(double jdTt)
    {
        var mean = meanAtEpoch + meanPerDay * (jdTt - J2000);
        return mean + Degrees.WrapSigned(Events.Value(angle, jdTt) - mean);
    }
}
