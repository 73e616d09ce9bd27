namespace Sarai.Panchang;

internal static class Words
{
    internal static string Capitalised(this string sentence) => sentence.Length == 0 ? sentence : char.ToUpperInvariant(sentence[0]) + sentence[1..];
}
