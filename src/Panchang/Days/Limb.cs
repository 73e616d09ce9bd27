namespace Sarai.Panchang;

/// <summary>One of the four limbs of a panchang that come from Sun and Moon; the fifth, vara, is the weekday.</summary>
public enum Limb
{
    /// <summary>Lunar day: 12° of elongation.</summary>
    Tithi,

    /// <summary>Lunar mansion: 13°20′ of the Moon's sidereal longitude.</summary>
    Nakshatra,

    /// <summary>13°20′ of the sum of the sidereal longitudes of Sun and Moon.</summary>
    Yoga,

    /// <summary>Half a tithi: 6° of elongation.</summary>
    Karana,
}
