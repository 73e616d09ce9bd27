namespace Sarai.Panchang;

/// <summary>Names of the good and bad periods of a day.</summary>
public static class PeriodNames
{
    private static readonly Name[] Choghadiyas =
    [
        new("Udveg", "उद्वेग", "உத்வேகம்", "ఉద్వేగం", "ಉದ್ವೇಗ"),
        new("Char", "चर", "சரம்", "చర", "ಚರ"),
        new("Labh", "लाभ", "லாபம்", "లాభం", "ಲಾಭ"),
        new("Amrit", "अमृत", "அமிர்தம்", "అమృతం", "ಅಮೃತ"),
        new("Kaal", "काल", "காலம்", "కాలం", "ಕಾಲ"),
        new("Shubh", "शुभ", "சுபம்", "శుభం", "ಶುಭ"),
        new("Rog", "रोग", "ரோகம்", "రోగం", "ರೋಗ"),
    ];

    /// <summary>The eighth of the day ruled by Rahu.</summary>
    public static Name Rahu { get; } = new("Rahu Kaal", "राहुकाल", "இராகு காலம்", "రాహుకాలం", "ರಾಹುಕಾಲ");

    /// <summary>The eighth of the day ruled by Yama.</summary>
    public static Name Yamaganda { get; } = new("Yamaganda", "यमगण्ड", "எமகண்டம்", "యమగండం", "ಯಮಗಂಡ");

    /// <summary>The eighth of the day ruled by Gulika, son of Saturn.</summary>
    public static Name Gulika { get; } = new("Gulika Kaal", "गुलिक काल", "குளிகை", "గుళికకాలం", "ಗುಳಿಕಕಾಲ");

    /// <summary>The eighth of the fifteen muhurtas of the day, around true noon.</summary>
    public static Name Abhijit { get; } = new("Abhijit Muhurta", "अभिजित मुहूर्त", "அபிஜித் முகூர்த்தம்", "అభిజిత్ ముహూర్తం", "ಅಭಿಜಿತ್ ಮುಹೂರ್ತ");

    /// <summary>The last muhurta but one of the night.</summary>
    public static Name Brahma { get; } = new("Brahma Muhurta", "ब्रह्म मुहूर्त", "பிரம்ம முகூர்த்தம்", "బ్రహ్మ ముహూర్తం", "ಬ್ರಹ್ಮ ಮುಹೂರ್ತ");

    /// <summary>The bad muhurtas of each weekday.</summary>
    public static Name DurMuhurta { get; } = new("Dur Muhurta", "दुर्मुहूर्त", "துர்முகூர்த்தம்", "దుర్ముహూర్తం", "ದುರ್ಮುಹೂರ್ತ");

    /// <summary>The nectar part of a nakshatra.</summary>
    public static Name AmritKaal { get; } = new("Amrit Kaal", "अमृत काल", "அமிர்த காலம்", "అమృతకాలం", "ಅಮೃತಕಾಲ");

    /// <summary>The part of a nakshatra to be avoided.</summary>
    public static Name Varjyam { get; } = new("Varjyam", "वर्ज्यम्", "தியாஜ்யம்", "వర్జ్యం", "ವರ್ಜ್ಯ");

    /// <summary>The name of a choghadiya.</summary>
    /// <param name="choghadiya">0 Udveg, 1 Char, 2 Labh, 3 Amrit, 4 Kaal, 5 Shubh, 6 Rog.</param>
    public static Name OfChoghadiya(int choghadiya) => Choghadiyas[choghadiya];

    /// <summary>Whether a choghadiya is good: Char, Labh, Amrit and Shubh are.</summary>
    /// <param name="choghadiya">0 to 6.</param>
    public static bool IsGood(int choghadiya) => choghadiya is 1 or 2 or 3 or 5;
}
