using System.Globalization;

namespace Sarai.Panchang;

/// <summary>Sentences read the same whatever the thread's culture is.</summary>
internal static class Words
{
    internal static string Capitalised(this string sentence) => sentence.Length == 0 ? sentence : char.ToUpperInvariant(sentence[0]) + sentence[1..];

    internal static string Written(this DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    internal static string Written(this DateTimeOffset at) => at.ToString("yyyy-MM-dd 'at' HH:mm", CultureInfo.InvariantCulture);
}
