namespace Sarai.Panchang;

/// <summary>
/// The day in one of whose windows a tithi of a lunar month prevails: the rule of most festivals. A tithi is no day; it
/// may touch the window of one day, of two, or of none.
/// </summary>
/// <param name="Month">The month by the amanta reckoning, 1 (Chaitra) to 12 (Phalguna).</param>
/// <param name="Tithi">1 to 30.</param>
/// <param name="Window">When in the day it must prevail.</param>
/// <param name="Both">Which day when it touches the window of two.</param>
/// <param name="Neither">Which day when it touches the window of none.</param>
/// <param name="WithoutBhadra">Leave out the half of the tithi that is Vishti karana.</param>
/// <param name="InAdhika">In a year with an added month of this name, keep the festival in the added one.</param>
/// <param name="AtLeast">Minutes of the window the tithi must cover to count.</param>
public sealed record TithiRule(
    int Month,
    int Tithi,
    DayWindow Window = DayWindow.Sunrise,
    WhenBoth Both = WhenBoth.Longer,
    WhenNeither Neither = WhenNeither.AtSunrise,
    bool WithoutBhadra = false,
    bool InAdhika = false,
    int AtLeast = 0) : FestivalRule
{
    private const double Minute = 1.0 / 1440, ThreeMuhurtas = 144 * Minute;

    internal override IEnumerable<Choice> In(Reckoning reckoning, int year)
    {
        var (first, last) = reckoning.Lunations(year);
        for (var lunation = first; lunation <= last; lunation++)
        {
            var month = reckoning.Month(lunation);
            var kept = InAdhika && month.Number == Month
                ? month.IsAdhika || !reckoning.Month(lunation - 1).IsAdhika
                : month.Holds(Month);
            if (kept)
            {
                yield return Choose(reckoning, lunation);
            }
        }
    }

    /// <summary>The day for one lunation.</summary>
    internal Choice Choose(Reckoning reckoning, int lunation)
    {
        var (start, end) = reckoning.Tithi(lunation, Tithi);
        var (from, to) = (reckoning.LocalOfTt(start), reckoning.LocalOfTt(end));
        var choice = Day(reckoning, lunation);
        return choice with { StartsAt = from, EndsAt = to, Ambiguous = IsAmbiguous(reckoning, choice.Date, start, end) };
    }

    private Choice Day(Reckoning reckoning, int lunation)
    {
        var (startTt, endTt) = reckoning.Tithi(lunation, Tithi);
        double start = TimeScale.ToUt(startTt), end = TimeScale.ToUt(endTt);
        var name = TithiNames.Of(Tithi).English;
        var when = Window.Words() + (WithoutBhadra ? ", free of Bhadra," : "");

        var first = DateOnly.FromDateTime(reckoning.LocalOfTt(startTt).DateTime).AddDays(-1);
        var last = DateOnly.FromDateTime(reckoning.LocalOfTt(endTt).DateTime).AddDays(1);
        var days = new List<(DateOnly Date, double Cover)>(2);
        for (var date = first; date <= last; date = date.AddDays(1))
        {
            if (DayWindows.Of(reckoning, date, Window) is { } window && Cover(reckoning, lunation, window) is var cover && cover > AtLeast * Minute)
            {
                days.Add((date, cover));
            }
        }
        if (days.Count == 0)
        {
            return OfNeither(reckoning, first, last, start, end, $"{name} does not prevail {when} on any day");
        }
        if (days.Count == 1)
        {
            return new Choice(days[0].Date, $"{name} prevails {when} on this day alone.");
        }
        var later = days[^1];
        return Both switch
        {
            WhenBoth.Second => new(later.Date, $"{name} prevails {when} on both days; the second is kept."),
            WhenBoth.SecondIfThreeMuhurtas when end - reckoning.Daylight(later.Date).Sunrise >= ThreeMuhurtas =>
                new(later.Date, $"{name} prevails {when} on both days and on the second for three muhurtas after sunrise; the second is kept."),
            WhenBoth.Longer when later.Cover > days[0].Cover + Minute => new(later.Date, $"{name} prevails {when} on both days, longer on this one."),
            WhenBoth.Longer => new(days[0].Date, $"{name} prevails {when} on both days, {(days[0].Cover > later.Cover + Minute ? "longer on this one" : "equally long; the first is kept")}."),
            _ => new(days[0].Date, $"{name} prevails {when} on both days; the first is kept."),
        };
    }

    // Windows of one moment: a boundary of the tithi within a minute of it lets another convention choose another day.
    private bool IsAmbiguous(Reckoning reckoning, DateOnly chosen, double startTt, double endTt)
    {
        double start = TimeScale.ToUt(startTt), end = TimeScale.ToUt(endTt);
        for (var date = chosen.AddDays(-1); date <= chosen.AddDays(1); date = date.AddDays(1))
        {
            if (DayWindows.Of(reckoning, date, Window) is { } window && window.Start == window.End
                && (Math.Abs(window.Start - start) <= Minute || Math.Abs(window.Start - end) <= Minute))
            {
                return true;
            }
        }
        return false;
    }

    // How much of a window the tithi covers, in days; a moment counts as two minutes.
    private double Cover(Reckoning reckoning, int lunation, (double Start, double End) window)
    {
        var cover = 0.0;
        for (var half = 0; half < 2; half++)
        {
            var karana = lunation * 60 + (Tithi - 1) * 2 + half;
            if (WithoutBhadra && KaranaNames.IsBhadra(Reckoning.Mod(karana, 60)))
            {
                continue;
            }
            double start = TimeScale.ToUt(reckoning.Karanas.At(karana)), end = TimeScale.ToUt(reckoning.Karanas.At(karana + 1));
            cover += window.Start == window.End
                ? start <= window.Start && window.Start < end ? 2 * Minute : 0
                : Math.Max(0, Math.Min(end, window.End) - Math.Max(start, window.Start));
        }
        return cover;
    }

    private Choice OfNeither(Reckoning reckoning, DateOnly first, DateOnly last, double start, double end, string why)
    {
        DateOnly? begins = null, atSunrise = null;
        for (var date = first; date <= last; date = date.AddDays(1))
        {
            var day = reckoning.Daylight(date);
            var (dayStart, dayEnd) = day.Day;
            if (dayStart <= start && start < dayEnd)
            {
                begins ??= date;
            }
            if (day.Sunrise is { } sunrise && start <= sunrise && sunrise < end)
            {
                atSunrise ??= date;
            }
        }
        var fallback = begins ?? first.AddDays(1);
        if (Neither == WhenNeither.Begins || atSunrise is not { } rising)
        {
            return new(fallback, $"{why}; the day on which it begins is kept.");
        }
        var light = reckoning.Daylight(rising);
        switch (Neither)
        {
            case WhenNeither.NextIfThreeMuhurtas when end - light.Sunrise < ThreeMuhurtas:
                return new(fallback, $"{why}; on the next it ends within three muhurtas of sunrise, so the day on which it begins is kept, after Bhadra.");
            case WhenNeither.NextIfThreeMuhurtas:
                return new(rising, $"{why}; the day on which it lasts more than three muhurtas after sunrise is kept.");
            case WhenNeither.NextIfThreeAndAHalfPraharas:
                var late = light.Sunset is { } sunset && end >= light.Sunrise + (sunset - light.Sunrise) * 3.5 / 4;
                return late
                    ? new(rising, $"{why}; it lasts beyond three and a half praharas of this day, so this evening is kept, in the tithi that follows.")
                    : new(fallback, $"{why}; it ends early on the next day, so the night on which it begins is kept, after Bhadra.");
            default:
                return new(rising, $"{why}; the day at whose sunrise it prevails is kept.");
        }
    }
}
