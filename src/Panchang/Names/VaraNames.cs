namespace Sarai.Panchang;

/// <summary>Names of the seven days of the week.</summary>
public static class VaraNames
{
    private static readonly Name[] All =
    [
        new("Ravivara", "रविवार", "ஞாயிறு", "ఆదివారం", "ಭಾನುವಾರ"),
        new("Somavara", "सोमवार", "திங்கள்", "సోమవారం", "ಸೋಮವಾರ"),
        new("Mangalavara", "मंगलवार", "செவ்வாய்", "మంగళవారం", "ಮಂಗಳವಾರ"),
        new("Budhavara", "बुधवार", "புதன்", "బుధవారం", "ಬುಧವಾರ"),
        new("Guruvara", "गुरुवार", "வியாழன்", "గురువారం", "ಗುರುವಾರ"),
        new("Shukravara", "शुक्रवार", "வெள்ளி", "శుక్రవారం", "ಶುಕ್ರವಾರ"),
        new("Shanivara", "शनिवार", "சனி", "శనివారం", "ಶನಿವಾರ"),
    ];

    /// <summary>The name of a day of the week, which here runs from sunrise to sunrise.</summary>
    /// <param name="day">The day.</param>
    public static Name Of(DayOfWeek day) => All[(int)day];

    /// <summary>The graha that rules a day: Sun for Sunday, Moon, Mars, Mercury, Jupiter, Venus, Saturn.</summary>
    /// <param name="day">The day.</param>
    public static Graha LordOf(DayOfWeek day) => (Graha)(int)day;
}
