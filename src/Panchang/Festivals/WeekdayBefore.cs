namespace Sarai.Panchang;

/// <summary>A weekday on or before the date of another rule.</summary>
/// <param name="Weekday">Which weekday.</param>
/// <param name="Rule">The other rule.</param>
/// <param name="Of">What the other rule dates, in words.</param>
public sealed record WeekdayBefore(DayOfWeek Weekday, FestivalRule Rule, string Of) : FestivalRule
{
    internal override IEnumerable<Choice> In(Reckoning reckoning, int year)
    {
        foreach (var other in Rule.In(reckoning, year))
        {
            var back = ((int)other.Date.DayOfWeek - (int)Weekday + 7) % 7;
            yield return new Choice(other.Date.AddDays(-back), $"The {Weekday} on or before {Of} ({other.Date.Written()}).");
        }
    }
}
