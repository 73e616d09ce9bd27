namespace Sarai.Panchang;

/// <summary>What an almanac takes for granted where usage differs.</summary>
/// <param name="Convention">Which moment is sunrise; the upper limb on a refracted horizon unless said otherwise.</param>
/// <param name="AbhijitOnWednesday">Whether Wednesday has an Abhijit muhurta. Most almanacs say it has none, since it is that day's dur muhurta.</param>
public sealed record AlmanacSettings(RiseConvention Convention = RiseConvention.UpperLimb, bool AbhijitOnWednesday = false)
{
    /// <summary>The usual settings.</summary>
    public static AlmanacSettings Usual { get; } = new();
}
