namespace Sarai.Panchang;

/// <summary>Names of the twelve rashis and of the Tamil solar months that follow the Sun through them.</summary>
public static class RashiNames
{
    private static readonly Name[] All =
    [
        new("Mesha", "मेष", "மேஷம்", "మేషం", "ಮೇಷ"),
        new("Vrishabha", "वृषभ", "ரிஷபம்", "వృషభం", "ವೃಷಭ"),
        new("Mithuna", "मिथुन", "மிதுனம்", "మిథునం", "ಮಿಥುನ"),
        new("Karka", "कर्क", "கடகம்", "కర్కాటకం", "ಕರ್ಕಾಟಕ"),
        new("Simha", "सिंह", "சிம்மம்", "సింహం", "ಸಿಂಹ"),
        new("Kanya", "कन्या", "கன்னி", "కన్య", "ಕನ್ಯಾ"),
        new("Tula", "तुला", "துலாம்", "తుల", "ತುಲಾ"),
        new("Vrishchika", "वृश्चिक", "விருச்சிகம்", "వృశ్చికం", "ವೃಶ್ಚಿಕ"),
        new("Dhanu", "धनु", "தனுசு", "ధనుస్సు", "ಧನು"),
        new("Makara", "मकर", "மகரம்", "మకరం", "ಮಕರ"),
        new("Kumbha", "कुम्भ", "கும்பம்", "కుంభం", "ಕುಂಭ"),
        new("Meena", "मीन", "மீனம்", "మీనం", "ಮೀನ"),
    ];

    private static readonly (string English, string Tamil)[] TamilMonths =
    [
        ("Chittirai", "சித்திரை"), ("Vaikasi", "வைகாசி"), ("Aani", "ஆனி"), ("Aadi", "ஆடி"), ("Aavani", "ஆவணி"), ("Purattasi", "புரட்டாசி"),
        ("Aippasi", "ஐப்பசி"), ("Karthigai", "கார்த்திகை"), ("Margazhi", "மார்கழி"), ("Thai", "தை"), ("Maasi", "மாசி"), ("Panguni", "பங்குனி"),
    ];

    /// <summary>The name of a sign.</summary>
    /// <param name="rashi">1 (Mesha) to 12 (Meena).</param>
    public static Name Of(int rashi) => All[rashi - 1];

    /// <summary>The Tamil solar month in which the Sun stands in a sign, in English spelling and in Tamil.</summary>
    /// <param name="rashi">1 (Mesha, Chittirai) to 12 (Meena, Panguni).</param>
    public static (string English, string Tamil) TamilMonth(int rashi) => TamilMonths[rashi - 1];

    /// <summary>The graha that owns a sign.</summary>
    /// <param name="rashi">1 (Mesha) to 12 (Meena).</param>
    public static Graha LordOf(int rashi) => rashi switch
    {
        1 or 8 => Graha.Mars,
        2 or 7 => Graha.Venus,
        3 or 6 => Graha.Mercury,
        4 => Graha.Moon,
        5 => Graha.Sun,
        9 or 12 => Graha.Jupiter,
        _ => Graha.Saturn,
    };
}
