namespace Sarai.Panchang;

/// <summary>
/// Precession of the ecliptic and the equinox, IAU 2006 (Capitaine, Wallace and Chapront, Astronomy and Astrophysics
/// 412, 567, 2003, "P03"). Angles in degrees, t in Julian centuries of TT from J2000.
/// </summary>
internal static class Precession
{
    /// <summary>General precession in longitude: from the departure point, which has no rotation, to the equinox of date.</summary>
    internal static double Longitude(double t) =>
        t * (5028.796195 + t * (1.1054348 + t * (0.00007964 + t * (-0.000023857 - t * 0.0000000383)))) / 3600;

    /// <summary>Mean obliquity of the ecliptic.</summary>
    internal static double Obliquity(double t) =>
        (84381.406 + t * (-46.836769 + t * (-0.0001831 + t * (0.00200340 + t * (-0.000000576 - t * 0.0000000434))))) / 3600;

    /// <summary>From ecliptic and equinox of J2000 to mean ecliptic and equinox of date; a longitude that is not reduced stays so.</summary>
    internal static (double Longitude, double Latitude) ToDate(double longitude, double latitude, double t)
    {
        var inclination = t * (46.998973 + t * (-0.0334926 + t * (-0.00012559 + t * (0.000000113 - t * 0.0000000022)))) / 3600;
        var node = (629546.7936 + t * (-867.95758 + t * (0.157992 + t * (-0.0005371 + t * (-0.00004797 + t * 0.000000072))))) / 3600;
        var (sinTilt, cosTilt) = Degrees.SinCos(inclination);
        var (sinArc, cosArc) = Degrees.SinCos(node - longitude);
        var (sinLatitude, cosLatitude) = Degrees.SinCos(latitude);
        var y = cosTilt * cosLatitude * sinArc - sinTilt * sinLatitude;
        var x = cosLatitude * cosArc;
        var z = cosTilt * sinLatitude + sinTilt * cosLatitude * sinArc;
        var ofDate = Longitude(t) + node - Math.Atan2(y, x) * Degrees.FromRadians;
        return (longitude + Degrees.WrapSigned(ofDate - longitude), Math.Asin(z) * Degrees.FromRadians);
    }
}
