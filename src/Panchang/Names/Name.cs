namespace Sarai.Panchang;

/// <summary>What something of the almanac is called, in five languages and their own scripts.</summary>
/// <param name="English">English spelling without diacritics; also the stable name in data ("Uttara Phalguni").</param>
/// <param name="Hindi">Hindi, Devanagari.</param>
/// <param name="Tamil">Tamil.</param>
/// <param name="Telugu">Telugu.</param>
/// <param name="Kannada">Kannada.</param>
public sealed record Name(string English, string Hindi, string Tamil, string Telugu, string Kannada)
{
    /// <summary>The name in a language, in that language's script.</summary>
    /// <param name="language">Which language.</param>
    public string In(Language language) => language switch
    {
        Language.Hindi => Hindi,
        Language.Tamil => Tamil,
        Language.Telugu => Telugu,
        Language.Kannada => Kannada,
        _ => English,
    };

    /// <summary>The name of a language in Latin letters (ISO 15919), so that anyone can read it aloud: Kannada ಹುಣ್ಣಿಮೆ → huṇṇime.</summary>
    /// <param name="language">Which language's word to transliterate.</param>
    public string Transliterated(Language language) => Transliteration.Of(In(language));

    /// <summary>Two names side by side in every language: "Shukla" + "Ekadashi".</summary>
    /// <param name="next">The name that follows this one.</param>
    public Name With(Name next) => new(
        $"{English} {next.English}", $"{Hindi} {next.Hindi}", $"{Tamil} {next.Tamil}", $"{Telugu} {next.Telugu}", $"{Kannada} {next.Kannada}");

    /// <summary>The English name.</summary>
    public override string ToString() => English;
}
