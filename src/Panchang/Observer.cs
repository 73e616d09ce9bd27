namespace Sarai.Panchang;

/// <summary>Somebody watching a body for a day; what hardly changes in a day is taken at its middle.</summary>
internal readonly struct Observer
{
    // Degrees the meridian turns in a day of UT.
    private const double Turning = 360.98564736629;

    // Kilometres: the Earth's equator, its flattening (WGS 84), and the Moon's radius (k = 0.2725076, IAU 1982).
    private const double EarthRadius = 6378.137;
    private const double Flattening = 1 / 298.257223563;
    private const double MoonRadius = 0.2725076 * EarthRadius;

    private readonly bool sun;
    private readonly bool upperLimb;
    private readonly double refraction;
    private readonly double noon;
    private readonly double deltaT;
    private readonly double nutation;
    private readonly double meridian;
    private readonly double sinTilt, cosTilt;
    private readonly double sinPlace, cosPlace;
    private readonly double axis, equator;

    internal Observer(Body body, Place place, double from, RiseConvention convention)
    {
        place.Checked();
        sun = body == Body.Sun;
        upperLimb = convention is RiseConvention.UpperLimb or RiseConvention.Pac;
        refraction = Depression(convention, sun);
        noon = from + 0.5;
        deltaT = TimeScale.DeltaT(noon) / TimeScale.Day;
        var sky = Sky.At(noon + deltaT);
        nutation = sky.Nutation;
        meridian = Earth.SiderealTime(noon) + place.Longitude;
        var obliquity = Precession.Obliquity(JulianDate.Centuries(noon + deltaT)) + sky.NutationInObliquity;
        (sinTilt, cosTilt) = Degrees.SinCos(obliquity);
        (sinPlace, cosPlace) = Degrees.SinCos(place.Latitude);
        // Where the observer is, in kilometres along the Earth's axis and away from it.
        var polar = (1 - Flattening) * (1 - Flattening);
        var vertical = EarthRadius / Math.Sqrt(cosPlace * cosPlace + polar * sinPlace * sinPlace);
        axis = (vertical * polar + place.ElevationMetres / 1000) * sinPlace;
        equator = (vertical + place.ElevationMetres / 1000) * cosPlace;
    }

    /// <summary>Degrees the body, at a Julian date in UT, stands above where it stands at rising and setting.</summary>
    internal double Altitude(double jdUt)
    {
        var sky = Sky.At(jdUt + deltaT);
        var (sinLongitude, cosLongitude) = Degrees.SinCos((sun ? sky.Sun : sky.Moon) + nutation);
        var (sinLatitude, cosLatitude) = Degrees.SinCos(sun ? sky.SunLatitude : sky.MoonLatitude);
        var x = cosLatitude * cosLongitude;
        var y = cosLatitude * sinLongitude * cosTilt - sinLatitude * sinTilt;
        var z = cosLatitude * sinLongitude * sinTilt + sinLatitude * cosTilt;
        var (sinMeridian, cosMeridian) = Degrees.SinCos(meridian + (jdUt - noon) * Turning);
        var outward = x * cosMeridian + y * sinMeridian;
        var up = sinPlace * z + cosPlace * outward;
        if (sun) return Math.Asin(up) * Degrees.FromRadians + refraction;
        var distance = sky.MoonDistance;
        var height = distance * up - (sinPlace * axis + cosPlace * equator);
        var away = Math.Sqrt(distance * (distance - 2 * (axis * z + equator * outward)) + axis * axis + equator * equator);
        return (Math.Asin(height / away) + (upperLimb ? MoonRadius / away : 0)) * Degrees.FromRadians + refraction;
    }

    /// <summary>The crossing near a guess, by secants from a first rate in degrees a day.</summary>
    internal double Refine(double guess, double rate)
    {
        var off = Altitude(guess);
        for (var pass = 0; pass < 12; pass++)
        {
            var move = Math.Clamp(-off / rate, -0.02, 0.02);
            guess += move;
            if (Math.Abs(move) < 1e-9) break;
            var left = Altitude(guess);
            if (Math.Abs(move) > 1e-7 && left != off) rate = (left - off) / move;
            off = left;
        }
        return guess;
    }

    // Degrees below the true horizon. The Moon's disc is added as large as it is, so its limb touches at 34′ (31′ for
    // the Positional Astronomy Centre's rule, which takes 16′ for the Sun's disc as all do).
    private static double Depression(RiseConvention convention, bool sun) => convention switch
    {
        RiseConvention.UpperLimb => sun ? 50 / 60.0 : 34 / 60.0,
        RiseConvention.Pac => sun ? 47 / 60.0 : 31 / 60.0,
        RiseConvention.Centre => 34 / 60.0,
        RiseConvention.CentreGeometric => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(convention), convention, "There is no such convention of rising."),
    };
}
