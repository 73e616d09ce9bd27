namespace Sarai.Panchang.Cli;

/// <summary>A language, in its own script or in Latin letters.</summary>
internal readonly record struct Tongue(Language Language, bool Latin);

internal static class Tongues
{
    /// <summary>A name as this tongue writes it.</summary>
    internal static string In(this Name name, Tongue tongue) => tongue.Latin ? name.Transliterated(tongue.Language) : name.In(tongue.Language);
}
