using System.Globalization;

namespace Sarai.Panchang.Tests;

/// <summary>Dates and instants as tests write them.</summary>
internal static class Written
{
    internal static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    internal static int Year(string text) => Date(text).Year;

    internal static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
