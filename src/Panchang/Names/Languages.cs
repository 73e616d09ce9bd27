namespace Sarai.Panchang;

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
