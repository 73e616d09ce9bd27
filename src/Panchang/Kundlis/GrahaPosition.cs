namespace Sarai.Panchang;

/// <summary>A graha in a chart.</summary>
/// <param name="Graha">Which.</param>
/// <param name="At">Where in the sidereal zodiac.</param>
/// <param name="House">Whole-sign house from the lagna, 1 to 12.</param>
/// <param name="PlacidusHouse">Placidus house, 1 to 12; null beyond the polar circles.</param>
/// <param name="DegreesPerDay">Motion in longitude; negative when retrograde.</param>
public sealed record GrahaPosition(Graha Graha, Zodiacal At, int House, int? PlacidusHouse, double DegreesPerDay)
{
    /// <summary>Whether it moves backwards.</summary>
    public bool IsRetrograde => DegreesPerDay < 0;
}
