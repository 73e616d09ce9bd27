namespace Sarai.Panchang;

/// <summary>The seven visible grahas, in the order of the weekdays they rule.</summary>
public enum Body
{
    /// <summary>Surya, lord of Sunday.</summary>
    Sun,

    /// <summary>Chandra, lord of Monday.</summary>
    Moon,

    /// <summary>Mangala, lord of Tuesday.</summary>
    Mars,

    /// <summary>Budha, lord of Wednesday.</summary>
    Mercury,

    /// <summary>Guru, lord of Thursday.</summary>
    Jupiter,

    /// <summary>Shukra, lord of Friday.</summary>
    Venus,

    /// <summary>Shani, lord of Saturday.</summary>
    Saturn,
}
