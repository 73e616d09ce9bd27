namespace Sarai.Panchang;

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
