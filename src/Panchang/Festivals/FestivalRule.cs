namespace Sarai.Panchang;

/// <summary>How the date of a festival follows from the sky. Rules are data; each kind knows how to read itself.</summary>
public abstract record FestivalRule
{
    /// <summary>The dates this rule gives for festivals of a lunation that begins before or in a Gregorian year.</summary>
    internal abstract IEnumerable<Choice> In(Reckoning reckoning, int year);

    /// <summary>A date with the reason for it.</summary>
    internal readonly record struct Choice(
        DateOnly Date, string Reason, DateTimeOffset? StartsAt = null, DateTimeOffset? EndsAt = null, bool Ambiguous = false);
}
