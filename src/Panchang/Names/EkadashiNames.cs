namespace Sarai.Panchang;

/// <summary>Names of the twenty-six ekadashis.</summary>
public static class EkadashiNames
{
    private static readonly Name[] Bright =
    [
        new("Kamada", "कामदा", "காமதா", "కామదా", "ಕಾಮದಾ"),
        new("Mohini", "मोहिनी", "மோகினி", "మోహినీ", "ಮೋಹಿನಿ"),
        new("Nirjala", "निर्जला", "நிர்ஜலா", "నిర్జల", "ನಿರ್ಜಲ"),
        new("Devshayani", "देवशयनी", "தேவசயனி", "శయన (తొలి)", "ಶಯನಿ"),
        new("Shravana Putrada", "श्रावण पुत्रदा", "சிராவண புத்ரதா", "శ్రావణ పుత్రద", "ಶ್ರಾವಣ ಪುತ್ರದಾ"),
        new("Parsva", "पार्श्व", "பார்ச்வ", "పరివర్తినీ", "ಪರಿವರ್ತಿನಿ"),
        new("Papankusha", "पापांकुशा", "பாபாங்குசா", "పాపాంకుశ", "ಪಾಪಾಂಕುಶ"),
        new("Devutthana", "देवउठनी", "பிரபோதினி", "ఉత్థాన", "ಉತ್ಥಾನ"),
        new("Mokshada", "मोक्षदा", "மோட்சதா", "మోక్షద", "ಮೋಕ್ಷದಾ"),
        new("Pausha Putrada", "पौष पुत्रदा", "பௌஷ புத்ரதா", "పుష్య పుత్రద", "ಪುಷ್ಯ ಪುತ್ರದಾ"),
        new("Jaya", "जया", "ஜயா", "జయ (భీష్మ)", "ಜಯಾ"),
        new("Amalaki", "आमलकी", "ஆமலகி", "ఆమలకీ", "ಆಮಲಕಿ"),
    ];

    private static readonly Name[] Dark =
    [
        new("Varuthini", "वरूथिनी", "வரூதினி", "వరూథినీ", "ವರೂಥಿನಿ"),
        new("Apara", "अपरा", "அபரா", "అపర", "ಅಪರಾ"),
        new("Yogini", "योगिनी", "யோகினி", "యోగినీ", "ಯೋಗಿನಿ"),
        new("Kamika", "कामिका", "காமிகா", "కామిక", "ಕಾಮಿಕಾ"),
        new("Aja", "अजा", "அஜா", "అజ", "ಅಜಾ"),
        new("Indira", "इन्दिरा", "இந்திரா", "ఇందిర", "ಇಂದಿರಾ"),
        new("Rama", "रमा", "ரமா", "రమ", "ರಮಾ"),
        new("Utpanna", "उत्पन्ना", "உத்பன்னா", "ఉత్పన్న", "ಉತ್ಪನ್ನಾ"),
        new("Saphala", "सफला", "சபலா", "సఫల", "ಸಫಲಾ"),
        new("Shattila", "षट्तिला", "ஷட்திலா", "షట్తిల", "ಷಟ್ತಿಲಾ"),
        new("Vijaya", "विजया", "விஜயா", "విజయ", "ವಿಜಯಾ"),
        new("Papamochani", "पापमोचनी", "பாபமோசனி", "పాపవిమోచని", "ಪಾಪಮೋಚನಿ"),
    ];

    private static readonly Name Padmini = new("Padmini", "पद्मिनी", "பத்மினி", "పద్మినీ", "ಪದ್ಮಿನಿ");
    private static readonly Name Parama = new("Parama", "परमा", "பரமா", "పరమ", "ಪರಮಾ");

    /// <summary>The name of an ekadashi of a regular month.</summary>
    /// <param name="month">The amanta month, 1 to 12.</param>
    /// <param name="paksha">Which half.</param>
    public static Name Of(int month, Paksha paksha) => (paksha == Paksha.Shukla ? Bright : Dark)[month - 1];

    /// <summary>The name of an ekadashi of an added month: Padmini of the bright half, Parama of the dark.</summary>
    /// <param name="paksha">Which half.</param>
    public static Name OfAdhika(Paksha paksha) => paksha == Paksha.Shukla ? Padmini : Parama;
}
