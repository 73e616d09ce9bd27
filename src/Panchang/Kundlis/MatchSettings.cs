namespace Sarai.Panchang;

/// <summary>Which table to use where almanacs differ.</summary>
/// <param name="StrictVashya">The narrower vashya table, in which beasts yield to hardly anyone.</param>
/// <param name="EvenGana">The even gana table (Deva with Manushya 5 either way, Deva with Rakshasa 1) instead of the one that asks who is the groom.</param>
/// <param name="HorseAndDeerAtOdds">Horse and Deer get 1 point of yoni instead of 3.</param>
/// <param name="BhakootExcuses">Bhakoot dosha is excused when the signs have one lord or their lords are friends.</param>
/// <param name="NadiExcuses">Nadi dosha is excused for one nakshatra in different padas, and for one sign in different nakshatras.</param>
public sealed record MatchSettings(
    bool StrictVashya = false, bool EvenGana = false, bool HorseAndDeerAtOdds = false, bool BhakootExcuses = false, bool NadiExcuses = false)
{
    /// <summary>The tables most used in northern India, no excuses.</summary>
    public static MatchSettings Usual { get; } = new();
}
