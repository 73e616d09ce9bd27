namespace Sarai.Panchang;

/// <summary>What a chart takes for granted where usage differs.</summary>
/// <param name="TrueNode">Rahu by the true (osculating) node of the Moon instead of the mean one.</param>
public sealed record KundliSettings(bool TrueNode = false)
{
    /// <summary>The usual settings: the mean node.</summary>
    public static KundliSettings Usual { get; } = new();
}
