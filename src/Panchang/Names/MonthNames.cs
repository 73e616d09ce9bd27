namespace Sarai.Panchang;

/// <summary>Names of the lunar months, the seasons and the half years.</summary>
public static class MonthNames
{
    private static readonly Name[] Lunar =
    [
        new("Chaitra", "चैत्र", "சைத்ரம்", "చైత్రం", "ಚೈತ್ರ"),
        new("Vaishakha", "वैशाख", "வைசாகம்", "వైశాఖం", "ವೈಶಾಖ"),
        new("Jyeshtha", "ज्येष्ठ", "ஜ்யேஷ்டம்", "జ్యేష్ఠం", "ಜ್ಯೇಷ್ಠ"),
        new("Ashadha", "आषाढ़", "ஆஷாடம்", "ఆషాఢం", "ಆಷಾಢ"),
        new("Shravana", "श्रावण", "சிராவணம்", "శ్రావణం", "ಶ್ರಾವಣ"),
        new("Bhadrapada", "भाद्रपद", "பாத்ரபதம்", "భాద్రపదం", "ಭಾದ್ರಪದ"),
        new("Ashvina", "आश्विन", "ஆச்வினம்", "ఆశ్వయుజం", "ಆಶ್ವಯುಜ"),
        new("Kartika", "कार्तिक", "கார்த்திகம்", "కార్తీకం", "ಕಾರ್ತಿಕ"),
        new("Margashirsha", "मार्गशीर्ष", "மார்க்கசீர்ஷம்", "మార్గశిరం", "ಮಾರ್ಗಶಿರ"),
        new("Pausha", "पौष", "பௌஷம்", "పుష్యం", "ಪುಷ್ಯ"),
        new("Magha", "माघ", "மாகம்", "మాఘం", "ಮಾಘ"),
        new("Phalguna", "फाल्गुन", "பால்குனம்", "ఫాల్గుణం", "ಫಾಲ್ಗುಣ"),
    ];

    private static readonly Name[] Seasons =
    [
        new("Vasanta", "वसन्त", "வசந்தம்", "వసంతం", "ವಸಂತ"),
        new("Grishma", "ग्रीष्म", "கிரீஷ்மம்", "గ్రీష్మం", "ಗ್ರೀಷ್ಮ"),
        new("Varsha", "वर्षा", "வர்ஷம்", "వర్షం", "ವರ್ಷ"),
        new("Sharad", "शरद्", "சரத்", "శరత్", "ಶರತ್"),
        new("Hemanta", "हेमन्त", "ஹேமந்தம்", "హేమంతం", "ಹೇಮಂತ"),
        new("Shishira", "शिशिर", "சிசிரம்", "శిశిరం", "ಶಿಶಿರ"),
    ];

    /// <summary>"Adhika", the word before the name of an added month.</summary>
    public static Name Adhika { get; } = new("Adhika", "अधिक", "அதிக", "అధిక", "ಅಧಿಕ");

    /// <summary>"Kshaya", the word for a lost month or tithi.</summary>
    public static Name Kshaya { get; } = new("Kshaya", "क्षय", "க்ஷய", "క్షయ", "ಕ್ಷಯ");

    /// <summary>The name of a lunar month.</summary>
    /// <param name="month">1 (Chaitra) to 12 (Phalguna).</param>
    public static Name Of(int month) => Lunar[month - 1];

    /// <summary>The name of a season.</summary>
    /// <param name="ritu">Which season.</param>
    public static Name Of(Ritu ritu) => Seasons[(int)ritu];

    /// <summary>The name of a half year.</summary>
    /// <param name="ayana">Which half.</param>
    public static Name Of(Ayana ayana) => ayana == Ayana.Uttarayana
        ? new("Uttarayana", "उत्तरायण", "உத்தராயணம்", "ఉత్తరాయణం", "ಉತ್ತರಾಯಣ")
        : new("Dakshinayana", "दक्षिणायन", "தட்சிணாயனம்", "దక్షిణాయనం", "ದಕ್ಷಿಣಾಯನ");
}
