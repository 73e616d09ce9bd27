namespace Sarai.Panchang;

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
                $"The Sun enters {RashiNames.Of(Rashi)} on {at.Written()}{(late ? $", after {which}: the next day" : "")}.",
                at,
                reckoning.LocalOfTt(reckoning.Rashis.At(index + 1)));
        }
    }
}
