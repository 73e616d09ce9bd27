namespace Sarai.Panchang;

/// <summary>Names of the nine grahas.</summary>
public static class PlanetNames
{
    private static readonly Name[] All =
    [
        new("Sun", "सूर्य", "சூரியன்", "సూర్యుడు", "ಸೂರ್ಯ"),
        new("Moon", "चन्द्र", "சந்திரன்", "చంద్రుడు", "ಚಂದ್ರ"),
        new("Mars", "मंगल", "செவ்வாய்", "కుజుడు", "ಕುಜ"),
        new("Mercury", "बुध", "புதன்", "బుధుడు", "ಬುಧ"),
        new("Jupiter", "गुरु", "குரு", "గురుడు", "ಗುರು"),
        new("Venus", "शुक्र", "சுக்கிரன்", "శుక్రుడు", "ಶುಕ್ರ"),
        new("Saturn", "शनि", "சனி", "శని", "ಶನಿ"),
        new("Rahu", "राहु", "ராகு", "రాహువు", "ರಾಹು"),
        new("Ketu", "केतु", "கேது", "కేతువు", "ಕೇತು"),
    ];

    /// <summary>The name of a graha.</summary>
    /// <param name="graha">Which one.</param>
    public static Name Of(Graha graha) => All[(int)graha];
}
