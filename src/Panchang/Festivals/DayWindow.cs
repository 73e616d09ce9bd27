namespace Sarai.Panchang;

/// <summary>The part of a day in which a tithi must prevail for a festival to fall on that day.</summary>
public enum DayWindow
{
    /// <summary>The moment of sunrise.</summary>
    Sunrise,

    /// <summary>The 96 minutes (four ghatis) before sunrise.</summary>
    Arunodaya,

    /// <summary>The first half of the daytime.</summary>
    Purvahna,

    /// <summary>The third fifth of the daytime, around noon.</summary>
    Madhyahna,

    /// <summary>The fourth fifth of the daytime.</summary>
    Aparahna,

    /// <summary>The moment of sunset.</summary>
    Sunset,

    /// <summary>The first fifth of the night.</summary>
    Pradosh,

    /// <summary>The eighth of fifteen parts of the night, around midnight.</summary>
    Nishita,

    /// <summary>The moment of moonrise.</summary>
    Moonrise,
}
