namespace Sarai.Panchang;

/// <summary>One of the six seasons.</summary>
public enum Ritu
{
    /// <summary>Spring: Chaitra and Vaishakha; the Sun from 330° to 30°.</summary>
    Vasanta,

    /// <summary>Summer: Jyeshtha and Ashadha; the Sun from 30° to 90°.</summary>
    Grishma,

    /// <summary>Rains: Shravana and Bhadrapada; the Sun from 90° to 150°.</summary>
    Varsha,

    /// <summary>Autumn: Ashvina and Kartika; the Sun from 150° to 210°.</summary>
    Sharad,

    /// <summary>Early winter: Margashirsha and Pausha; the Sun from 210° to 270°.</summary>
    Hemanta,

    /// <summary>Winter: Magha and Phalguna; the Sun from 270° to 330°.</summary>
    Shishira,
}
