using System.Text;

namespace Sarai.Panchang;

/// <summary>
/// Indian scripts to Latin letters by ISO 15919, letter by letter (no schwa is dropped: शुक्ल is śukla).
/// Devanagari, Tamil, Telugu and Kannada share one layout in Unicode, so one table of 128 places serves all four.
/// </summary>
public static class Transliteration
{
    private const int Devanagari = 0x0900, Tamil = 0x0B80, Telugu = 0x0C00, Kannada = 0x0C80;
    private const int FirstConsonant = 0x15, LastConsonant = 0x39, FirstSign = 0x3E, LastSign = 0x4C, Virama = 0x4D, Nukta = 0x3C;

    // Independent vowels stand at 05 to 14 of a block; the dependent signs at 3E to 4C follow the same order from AA on.
    private static readonly string[] Vowels =
        ["a", "ā", "i", "ī", "u", "ū", "r̥", "l̥", "ê", "e", "ē", "ai", "ô", "o", "ō", "au"];

    private static readonly string[] Consonants =
    [
        "k", "kh", "g", "gh", "ṅ", "c", "ch", "j", "jh", "ñ", "ṭ", "ṭh", "ḍ", "ḍh", "ṇ", "t", "th", "d", "dh", "n", "ṉ",
        "p", "ph", "b", "bh", "m", "y", "r", "ṟ", "l", "ḷ", "ḻ", "v", "ś", "ṣ", "s", "h",
    ];

    private static readonly string[] Signs =
        ["ā", "i", "ī", "u", "ū", "r̥", "r̥̄", "ê", "e", "ē", "ai", "ô", "o", "ō", "au"];

    /// <summary>Latin letters for a text; anything that is not of the four scripts is kept as it is.</summary>
    /// <param name="text">Text in Devanagari, Tamil, Telugu or Kannada; may be mixed with Latin.</param>
    public static string Of(string text)
    {
        var latin = new StringBuilder(text.Length * 2);
        var vowelDue = false; // a consonant was written and its inherent "a" is still to come
        foreach (var letter in text)
        {
            var block = Block(letter);
            var place = letter - block;
            if (block != 0 && vowelDue && place is >= FirstSign and <= LastSign)
            {
                latin.Append(Vowel(Signs[place - FirstSign], block));
                vowelDue = false;
                continue;
            }
            if (block != 0 && place == Nukta)
            {
                continue;
            }
            if (vowelDue && !(block != 0 && place == Virama))
            {
                latin.Append('a');
            }
            vowelDue = false;
            switch (block == 0 ? -1 : place)
            {
                case Virama:
                    break;
                case 0x01 or 0x02:
                    latin.Append('ṁ');
                    break;
                case 0x03:
                    latin.Append(block == Tamil ? "ḵ" : "ḥ");
                    break;
                case >= 0x05 and <= 0x14:
                    latin.Append(Vowel(Vowels[place - 5], block));
                    break;
                case >= FirstConsonant and <= LastConsonant:
                    latin.Append(Consonants[place - FirstConsonant]);
                    vowelDue = true;
                    break;
                case >= 0x66 and <= 0x6F:
                    latin.Append((char)('0' + place - 0x66));
                    break;
                default:
                    latin.Append(letter);
                    break;
            }
        }
        if (vowelDue)
        {
            latin.Append('a');
        }
        return latin.ToString();
    }

    private static int Block(char letter) => (int)letter switch
    {
        // The danda and double danda are punctuation.
        0x0964 or 0x0965 => 0,
        >= Devanagari and < Devanagari + 0x80 => Devanagari,
        >= Tamil and < Tamil + 0x80 => Tamil,
        >= Telugu and < Telugu + 0x80 => Telugu,
        >= Kannada and < Kannada + 0x80 => Kannada,
        _ => 0,
    };

    // Devanagari has only one e and one o, which are long; the southern scripts tell short from long.
    private static string Vowel(string vowel, int block) => (block, vowel) switch
    {
        (Devanagari, "ē") => "e",
        (Devanagari, "ō") => "o",
        _ => vowel,
    };
}
