namespace Sarai.Panchang;

/// <summary>An angle of the sky whose crossings are events of the almanac. All of them grow with time.</summary>
public enum Angle
{
    /// <summary>Longitude of the Moon less longitude of the Sun: tithi and karana.</summary>
    Elongation,

    /// <summary>Longitude of the Moon less the true ayanamsa: nakshatra.</summary>
    MoonSidereal,

    /// <summary>Sum of the sidereal longitudes of Sun and Moon: yoga.</summary>
    SunPlusMoonSidereal,

    /// <summary>Longitude of the Sun from the true equinox: seasons, ayana, ritu.</summary>
    SunTropical,

    /// <summary>Longitude of the Sun less the true ayanamsa: sankranti.</summary>
    SunSidereal,
}
