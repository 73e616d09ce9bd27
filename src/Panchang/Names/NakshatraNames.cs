namespace Sarai.Panchang;

/// <summary>Names of the twenty-seven nakshatras.</summary>
public static class NakshatraNames
{
    private static readonly Name[] All =
    [
        new("Ashwini", "अश्विनी", "அசுவினி", "అశ్విని", "ಅಶ್ವಿನಿ"),
        new("Bharani", "भरणी", "பரணி", "భరణి", "ಭರಣಿ"),
        new("Krittika", "कृत्तिका", "கார்த்திகை", "కృత్తిక", "ಕೃತ್ತಿಕಾ"),
        new("Rohini", "रोहिणी", "ரோகிணி", "రోహిణి", "ರೋಹಿಣಿ"),
        new("Mrigashira", "मृगशिरा", "மிருகசீரிடம்", "మృగశిర", "ಮೃಗಶಿರ"),
        new("Ardra", "आर्द्रा", "திருவாதிரை", "ఆరుద్ర", "ಆರಿದ್ರಾ"),
        new("Punarvasu", "पुनर्वसु", "புனர்பூசம்", "పునర్వసు", "ಪುನರ್ವಸು"),
        new("Pushya", "पुष्य", "பூசம்", "పుష్యమి", "ಪುಷ್ಯ"),
        new("Ashlesha", "आश्लेषा", "ஆயில்யம்", "ఆశ్లేష", "ಆಶ್ಲೇಷ"),
        new("Magha", "मघा", "மகம்", "మఖ", "ಮಘ"),
        new("Purva Phalguni", "पूर्वा फाल्गुनी", "பூரம்", "పుబ్బ", "ಹುಬ್ಬ"),
        new("Uttara Phalguni", "उत्तरा फाल्गुनी", "உத்திரம்", "ఉత్తర", "ಉತ್ತರ"),
        new("Hasta", "हस्त", "அஸ்தம்", "హస్త", "ಹಸ್ತ"),
        new("Chitra", "चित्रा", "சித்திரை", "చిత్త", "ಚಿತ್ತ"),
        new("Swati", "स्वाती", "சுவாதி", "స్వాతి", "ಸ್ವಾತಿ"),
        new("Vishakha", "विशाखा", "விசாகம்", "విశాఖ", "ವಿಶಾಖ"),
        new("Anuradha", "अनुराधा", "அனுஷம்", "అనూరాధ", "ಅನುರಾಧ"),
        new("Jyeshtha", "ज्येष्ठा", "கேட்டை", "జ్యేష్ఠ", "ಜ್ಯೇಷ್ಠ"),
        new("Mula", "मूल", "மூலம்", "మూల", "ಮೂಲ"),
        new("Purva Ashadha", "पूर्वाषाढ़ा", "பூராடம்", "పూర్వాషాఢ", "ಪೂರ್ವಾಷಾಢ"),
        new("Uttara Ashadha", "उत्तराषाढ़ा", "உத்திராடம்", "ఉత్తరాషాఢ", "ಉತ್ತರಾಷಾಢ"),
        new("Shravana", "श्रवण", "திருவோணம்", "శ్రవణం", "ಶ್ರವಣ"),
        new("Dhanishta", "धनिष्ठा", "அவிட்டம்", "ధనిష్ఠ", "ಧನಿಷ್ಠ"),
        new("Shatabhisha", "शतभिषा", "சதயம்", "శతభిషం", "ಶತಭಿಷ"),
        new("Purva Bhadrapada", "पूर्वाभाद्रपद", "பூரட்டாதி", "పూర్వాభాద్ర", "ಪೂರ್ವಾಭಾದ್ರ"),
        new("Uttara Bhadrapada", "उत्तराभाद्रपद", "உத்திரட்டாதி", "ఉత్తరాభాద్ర", "ಉತ್ತರಾಭಾದ್ರ"),
        new("Revati", "रेवती", "ரேவதி", "రేవతి", "ರೇವತಿ"),
    ];

    /// <summary>The name of a nakshatra.</summary>
    /// <param name="nakshatra">1 (Ashwini) to 27 (Revati).</param>
    public static Name Of(int nakshatra) => All[nakshatra - 1];
}
