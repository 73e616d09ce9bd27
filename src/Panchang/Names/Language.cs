namespace Sarai.Panchang;

/// <summary>A language in which the almanac can name things.</summary>
public enum Language
{
    /// <summary>English spelling, without diacritics ("Shukla Ekadashi"). Code <c>en</c>.</summary>
    English,

    /// <summary>Hindi in Devanagari. Code <c>hi</c>.</summary>
    Hindi,

    /// <summary>Tamil in its own script. Code <c>ta</c>.</summary>
    Tamil,

    /// <summary>Telugu in its own script. Code <c>te</c>.</summary>
    Telugu,

    /// <summary>Kannada in its own script. Code <c>kn</c>.</summary>
    Kannada,
}
