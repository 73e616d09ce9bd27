namespace Sarai.Panchang;

/// <summary>Names of the eleven karanas: seven that move and four that stand once a month.</summary>
public static class KaranaNames
{
    private static readonly Name[] Moving =
    [
        new("Bava", "बव", "பவம்", "బవ", "ಬವ"),
        new("Balava", "बालव", "பாலவம்", "బాలవ", "ಬಾಲವ"),
        new("Kaulava", "कौलव", "கௌலவம்", "కౌలవ", "ಕೌಲವ"),
        new("Taitila", "तैतिल", "தைதுலம்", "తైతుల", "ತೈತಿಲ"),
        new("Garaja", "गर", "கரசை", "గరజి", "ಗರಜ"),
        new("Vanija", "वणिज", "வணிசை", "వణిజ", "ವಣಿಜ"),
        new("Vishti", "विष्टि", "பத்திரை", "విష్టి", "ವಿಷ್ಟಿ"),
    ];

    private static readonly Name Kimstughna = new("Kimstughna", "किंस्तुघ्न", "கிம்ஸ்துக்னம்", "కింస్తుఘ్న", "ಕಿಂಸ್ತುಘ್ನ");
    private static readonly Name Shakuni = new("Shakuni", "शकुनि", "சகுனி", "శకుని", "ಶಕುನಿ");
    private static readonly Name Chatushpada = new("Chatushpada", "चतुष्पद", "சதுஷ்பாதம்", "చతుష్పాద", "ಚತುಷ್ಪಾದ");
    private static readonly Name Naga = new("Naga", "नाग", "நாகவம்", "నాగవ", "ನಾಗವ");

    /// <summary>The name of a half tithi.</summary>
    /// <param name="karana">⌊E/6°⌋, 0 to 59: 0 Kimstughna, 1 to 56 the seven moving ones in turn, 57 Shakuni, 58 Chatushpada, 59 Naga.</param>
    public static Name Of(int karana) => karana switch
    {
        0 => Kimstughna,
        57 => Shakuni,
        58 => Chatushpada,
        59 => Naga,
        _ => Moving[(karana - 1) % 7],
    };

    /// <summary>Whether a half tithi is Vishti, also called Bhadra, in which Rakhi is not tied nor Holika burnt.</summary>
    /// <param name="karana">⌊E/6°⌋, 0 to 59.</param>
    public static bool IsBhadra(int karana) => karana is > 0 and < 57 && karana % 7 == 0;
}
