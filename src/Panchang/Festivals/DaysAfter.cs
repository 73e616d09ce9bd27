namespace Sarai.Panchang;

/// <summary>A festival so many days after (or, negative, before) the date of another rule.</summary>
/// <param name="Days">How many days after.</param>
/// <param name="Rule">The other rule.</param>
/// <param name="Of">What the other rule dates, in words.</param>
public sealed record DaysAfter(int Days, FestivalRule Rule, string Of) : FestivalRule
{
    internal override IEnumerable<Choice> In(Reckoning reckoning, int year)
    {
        foreach (var other in Rule.In(reckoning, year))
        {
            var words = Math.Abs(Days) == 1 ? "the day" : $"{Math.Abs(Days)} days";
            yield return other with { Date = other.Date.AddDays(Days), Reason = $"{words} {(Days > 0 ? "after" : "before")} {Of}. {other.Reason}".Capitalised() };
        }
    }
}
