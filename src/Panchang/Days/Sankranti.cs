namespace Sarai.Panchang;

/// <summary>The Sun's entry into a sidereal sign.</summary>
/// <param name="Rashi">1 (Mesha) to 12 (Meena).</param>
/// <param name="Name">The sign's name.</param>
/// <param name="At">The instant.</param>
public sealed record Sankranti(int Rashi, Name Name, DateTimeOffset At);
