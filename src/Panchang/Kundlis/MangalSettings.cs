namespace Sarai.Panchang;

/// <summary>What counts as mangal dosha.</summary>
/// <param name="SecondHouse">Whether the second house counts, as in southern India.</param>
/// <param name="FromMoon">Whether houses are also counted from the Moon.</param>
/// <param name="FromVenus">Whether houses are also counted from Venus.</param>
public sealed record MangalSettings(bool SecondHouse = true, bool FromMoon = true, bool FromVenus = false)
{
    /// <summary>Houses 1, 2, 4, 7, 8, 12 from lagna and Moon.</summary>
    public static MangalSettings Usual { get; } = new();
}
