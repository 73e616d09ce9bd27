namespace Sarai.Panchang;

/// <summary>Names of the thirty tithis and the two halves of the month.</summary>
public static class TithiNames
{
    private static readonly Name[] OfHalf =
    [
        new("Pratipada", "प्रतिपदा", "பிரதமை", "పాడ్యమి", "ಪಾಡ್ಯ"),
        new("Dwitiya", "द्वितीया", "துவிதியை", "విదియ", "ಬಿದಿಗೆ"),
        new("Tritiya", "तृतीया", "திருதியை", "తదియ", "ತದಿಗೆ"),
        new("Chaturthi", "चतुर्थी", "சதுர்த்தி", "చవితి", "ಚೌತಿ"),
        new("Panchami", "पञ्चमी", "பஞ்சமி", "పంచమి", "ಪಂಚಮಿ"),
        new("Shashthi", "षष्ठी", "சஷ்டி", "షష్ఠి", "ಷಷ್ಠಿ"),
        new("Saptami", "सप्तमी", "சப்தமி", "సప్తమి", "ಸಪ್ತಮಿ"),
        new("Ashtami", "अष्टमी", "அஷ்டமி", "అష్టమి", "ಅಷ್ಟಮಿ"),
        new("Navami", "नवमी", "நவமி", "నవమి", "ನವಮಿ"),
        new("Dashami", "दशमी", "தசமி", "దశమి", "ದಶಮಿ"),
        new("Ekadashi", "एकादशी", "ஏகாதசி", "ఏకాదశి", "ಏಕಾದಶಿ"),
        new("Dwadashi", "द्वादशी", "துவாதசி", "ద్వాదశి", "ದ್ವಾದಶಿ"),
        new("Trayodashi", "त्रयोदशी", "திரயோதசி", "త్రయోదశి", "ತ್ರಯೋದಶಿ"),
        new("Chaturdashi", "चतुर्दशी", "சதுர்தசி", "చతుర్దశి", "ಚತುರ್ದಶಿ"),
        new("Purnima", "पूर्णिमा", "பௌர்ணமி", "పౌర్ణమి", "ಹುಣ್ಣಿಮೆ"),
        new("Amavasya", "अमावस्या", "அமாவாசை", "అమావాస్య", "ಅಮಾವಾಸ್ಯೆ"),
    ];

    /// <summary>The bright half: new to full moon.</summary>
    public static Name Shukla { get; } = new("Shukla", "शुक्ल", "சுக்ல", "శుక్ల", "ಶುಕ್ಲ");

    /// <summary>The dark half: full to new moon.</summary>
    public static Name Krishna { get; } = new("Krishna", "कृष्ण", "கிருஷ்ண", "కృష్ణ", "ಕೃಷ್ಣ");

    private static readonly Name[] All = [.. Enumerable.Range(1, 30).Select(Whole)];

    /// <summary>The name of a half of the month.</summary>
    /// <param name="paksha">Which half.</param>
    public static Name Of(Paksha paksha) => paksha == Paksha.Shukla ? Shukla : Krishna;

    /// <summary>The full name: "Shukla Ekadashi", "Purnima", "Amavasya".</summary>
    /// <param name="tithi">1 to 30: 1 to 15 of the bright half, 16 to 30 of the dark.</param>
    public static Name Of(int tithi) => All[tithi - 1];

    private static Name Whole(int tithi) => tithi switch
    {
        15 => OfHalf[14],
        30 => OfHalf[15],
        < 15 => Shukla.With(OfHalf[tithi - 1]),
        _ => Krishna.With(OfHalf[tithi - 16]),
    };
}
