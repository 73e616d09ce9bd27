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
            yield return new Choice(other.Date.AddDays(-back), $"The {Weekday} on or before {Of} ({other.Date:yyyy-MM-dd}).");
        }
    }
}

/// <summary>The Sun's entry into a sidereal sign.</summary>
/// <param name="Rashi">1 (Mesha) to 12 (Meena).</param>
/// <param name="Day">Which day counts when the entry comes late.</param>
public sealed record SankrantiRule(int Rashi, IngressDay Day = IngressDay.Civil) : FestivalRule
{
    internal override IEnumerable<Choice> In(Reckoning reckoning, int year)
    {
        var start = TimeScale.ToTt(JulianDate.FromDate(new DateOnly(year, 1, 1))) - 2;
        var first = reckoning.Rashis.Before(start);
        for (var index = first; index <= first + 13; index++)
        {
            if (Reckoning.Mod(index, 12) + 1 != Rashi)
            {
                continue;
            }
            var at = reckoning.LocalOfTt(reckoning.Rashis.At(index));
            var date = DateOnly.FromDateTime(at.DateTime);
            var limit = Day switch
            {
                IngressDay.BeforeSunrise => reckoning.Daylight(date).Sunrise,
                IngressDay.BeforeSunset => reckoning.Daylight(date).Sunset,
                _ => null,
            };
            var late = limit is { } end && at > reckoning.Almanac.Local(end);
            var which = Day == IngressDay.BeforeSunrise ? "sunrise" : "sunset";
            yield return new Choice(
                late ? date.AddDays(1) : date,
                $"The Sun enters {RashiNames.Of(Rashi)} on {at:yyyy-MM-dd} at {at:HH:mm}{(late ? $", after {which}: the next day" : "")}.",
                at,
                reckoning.LocalOfTt(reckoning.Rashis.At(index + 1)));
        }
    }
}

/// <summary>Which date the Sun's entry into a sign gives.</summary>
public enum IngressDay
{
    /// <summary>The civil date of the entry.</summary>
    Civil,

    /// <summary>The date of the entry if it comes before that date's sunset, else the next.</summary>
    BeforeSunset,

    /// <summary>The date of the entry if it comes before that date's sunrise, else the next.</summary>
    BeforeSunrise,
}

/// <summary>A nakshatra of the Moon while the Sun is in a sign (a day of a solar month).</summary>
/// <param name="Rashi">Where the Sun is, 1 to 12.</param>
/// <param name="Nakshatra">Where the Moon is, 1 to 27.</param>
/// <param name="Window">When in the day the nakshatra must prevail.</param>
/// <param name="Last">Of two such days in one solar month take the last, else the first.</param>
public sealed record NakshatraRule(int Rashi, int Nakshatra, DayWindow Window = DayWindow.Sunrise, bool Last = true) : FestivalRule
{
    internal override IEnumerable<Choice> In(Reckoning reckoning, int year)
    {
        foreach (var sankranti in new SankrantiRule(Rashi).In(reckoning, year))
        {
            Choice? choice = null;
            var from = DateOnly.FromDateTime(sankranti.StartsAt!.Value.DateTime);
            var to = DateOnly.FromDateTime(sankranti.EndsAt!.Value.DateTime);
            for (var date = from; date <= to && (Last || choice is null); date = date.AddDays(1))
            {
                if (DayWindows.Of(reckoning, date, Window) is not { } window)
                {
                    continue;
                }
                var (start, end) = (TimeScale.ToTt(window.Start), TimeScale.ToTt(window.End));
                for (var index = reckoning.Before(Limb.Nakshatra, start); reckoning.At(Limb.Nakshatra, index) <= end; index++)
                {
                    if (Reckoning.Mod(index, 27) + 1 == Nakshatra && Reckoning.Mod(reckoning.Rashis.Before(end), 12) + 1 == Rashi)
                    {
                        var span = reckoning.SpanOf(Limb.Nakshatra, index);
                        choice = new Choice(
                            date, $"{span.Name} prevails {Window.Words()} while the Sun is in {RashiNames.Of(Rashi)}.", span.StartsAt, span.EndsAt);
                    }
                }
            }
            if (choice is { } found)
            {
                yield return found;
            }
        }
    }
}
