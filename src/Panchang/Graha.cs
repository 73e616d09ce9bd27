namespace Sarai.Panchang;

/// <summary>The nine grahas: the seven bodies in the order of the weekdays they rule, then the two nodes of the Moon.</summary>
public enum Graha
{
    /// <summary>Surya.</summary>
    Sun,

    /// <summary>Chandra.</summary>
    Moon,

    /// <summary>Mangala.</summary>
    Mars,

    /// <summary>Budha.</summary>
    Mercury,

    /// <summary>Guru.</summary>
    Jupiter,

    /// <summary>Shukra.</summary>
    Venus,

    /// <summary>Shani.</summary>
    Saturn,

    /// <summary>The ascending node of the Moon's path.</summary>
    Rahu,

    /// <summary>The descending node, opposite Rahu.</summary>
    Ketu,
}
