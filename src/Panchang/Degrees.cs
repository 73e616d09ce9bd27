namespace Sarai.Panchang;

/// <summary>Arithmetic of angles in degrees.</summary>
public static class Degrees
{
    /// <summary>Arcseconds in a degree.</summary>
    public const double Arcseconds = 3600;

    internal const double ToRadians = Math.PI / 180;

    internal const double FromRadians = 180 / Math.PI;

    /// <summary>The same direction in [0, 360).</summary>
    /// <param name="degrees">Any finite angle in degrees.</param>
    public static double Wrap(double degrees)
    {
        var wrapped = degrees - 360 * Math.Floor(degrees / 360);
        return wrapped < 360 ? wrapped : 0;
    }

    /// <summary>The same direction in [-180, 180): how far and which way to turn.</summary>
    /// <param name="degrees">Any finite angle in degrees.</param>
    public static double WrapSigned(double degrees) => Wrap(degrees + 180) - 180;

    internal static (double Sin, double Cos) SinCos(double degrees) => Math.SinCos(degrees * ToRadians);
}
