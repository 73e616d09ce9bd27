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

/// <summary>Reads language codes.</summary>
public static class Languages
{
    /// <summary>The language of a two-letter code, with or without a region ("ta", "ta-IN").</summary>
    /// <param name="code">An ISO 639-1 code: en, hi, ta, te or kn, in any case.</param>
    /// <param name="language">The language found; English when none was.</param>
    /// <returns>False when the almanac does not speak this language.</returns>
    public static bool TryParse(string? code, out Language language)
    {
        Language? found = code?.Split('-', '_')[0].ToUpperInvariant() switch
        {
            "EN" => Language.English,
            "HI" => Language.Hindi,
            "TA" => Language.Tamil,
            "TE" => Language.Telugu,
            "KN" => Language.Kannada,
            _ => null,
        };
        language = found ?? Language.English;
        return found is not null;
    }
}
