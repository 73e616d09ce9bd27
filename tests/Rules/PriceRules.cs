using FsCheck;
using FsCheck.Fluent;
using Sarai.Catalog;
using Interval = NodaTime.Interval;

namespace Sarai.Rules;

/// <summary>What must hold for every list of price rules, however odd.</summary>
public sealed class PriceRules
{
    private static readonly Instant Booked = Instant.FromUtc(2026, 5, 1, 0, 0);
    private static readonly LocalDate Monday = new(2026, 6, 1);
    private static readonly ResourceInfo Court = new(Guid.NewGuid(), "Court 1", "court", 1, false, []);
    private static readonly OfferingInfo Padel = new(Guid.NewGuid(), "Padel", Shape.Slots, [60, 90, 120], 30, [Court.Id], 4, true);

    // A few rules with odd hours and days, the last of which always matches; a start within the week, and two lengths.
    private static readonly Arbitrary<(VenueInfo Venue, Interval First, Interval Second)> Splits = Arb.From(
        from rules in Gen.Choose(0, 5).SelectMany(n => Gen.ListOf(OddRule(), n))
        from last in Gen.Choose(0, 1_000_000)
        from zone in Gen.Elements("Asia/Karachi", "Europe/London", "America/St_Johns", "Australia/Lord_Howe")
        from day in Gen.Elements(Monday, new LocalDate(2026, 3, 27), new LocalDate(2026, 10, 23), new LocalDate(2026, 4, 3))
        from minute in Gen.Choose(0, 7 * 1440)
        from first in Gen.Choose(1, 300)
        from second in Gen.Choose(1, 300)
        let venue = Venue(zone, [.. rules, Rule("Always", 0, 0, last)])
        let start = venue.Zone.AtStartOfDay(day).ToInstant() + Duration.FromMinutes(minute)
        let middle = start + Duration.FromMinutes(first)
        select (venue, new Interval(start, middle), new Interval(middle, middle + Duration.FromMinutes(second))));

    [Fact]
    public void The_price_of_two_parts_is_the_price_of_the_whole() => Prop.ForAll(Splits, split =>
    {
        var (venue, first, second) = split;
        var whole = Amount(venue, new Interval(first.Start, second.End));
        // Each price is rounded to a whole unit by itself, so two parts may differ from the whole by one.
        return Math.Abs(Amount(venue, first) + Amount(venue, second) - whole) <= 1;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void At_prices_of_whole_units_a_minute_nothing_is_rounded_at_all() => Prop.ForAll(Splits, split =>
    {
        var (venue, first, second) = split;
        venue = venue with { Prices = [.. venue.Prices.Select(r => r with { PerHour = r.PerHour / 60 * 60 })] };
        return Amount(venue, first) + Amount(venue, second) == Amount(venue, new Interval(first.Start, second.End));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_price_is_never_negative_and_its_lines_sum_to_it() => Prop.ForAll(Splits, split =>
    {
        var quote = PriceList.Price(split.Venue, Padel, Court.Id, split.First, Booked, null).Value;
        return quote.Total.Amount >= 0 && quote.Lines.All(l => l.Amount >= 0) && quote.Lines.Sum(l => l.Amount) == quote.Total.Amount;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_stretches_cover_the_slot_without_gap_and_each_has_the_first_rule_that_matches() => Prop.ForAll(Splits, split =>
    {
        var (venue, during) = (split.Venue, new Interval(split.First.Start, split.Second.End));
        var rates = PriceList.Rates(venue, Padel, Court.Id, during, Booked, null);
        var covered = rates[0].Stretch.Start == during.Start && rates[^1].Stretch.End == during.End && rates.Zip(rates.Skip(1)).All(p => p.First.Stretch.End == p.Second.Stretch.Start);
        return covered && rates.All(r => Minutes(r.Stretch).All(at => ReferenceEquals(First(venue, at), r.Rule)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_rule_in_front_decides_and_one_behind_changes_nothing() => Prop.ForAll(Splits, split =>
    {
        var dear = Rule("Dear", 0, 0, 9_999_960);
        var front = split.Venue with { Prices = [dear, .. split.Venue.Prices] };
        var behind = split.Venue with { Prices = [.. split.Venue.Prices, dear] };
        return Amount(front, split.First) == 9_999_960 / 60 * (long)split.First.Duration.TotalMinutes && Amount(behind, split.First) == Amount(split.Venue, split.First);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_minute_without_a_rule_has_no_price()
    {
        var venue = Venue("Asia/Karachi", [Rule("Evening", 17 * 60, 23 * 60, 600_000)]);
        var five = venue.Zone.At(Monday.At(new LocalTime(17, 0)))!.Value;
        PriceList.Price(venue, Padel, Court.Id, new Interval(five, five + Duration.FromHours(1)), Booked, null).Value.Total.Amount.ShouldBe(600_000);
        PriceList.Price(venue, Padel, Court.Id, new Interval(five - Duration.FromMinutes(1), five + Duration.FromHours(1)), Booked, null).Fault!.Code.ShouldBe("no_price");
    }

    [Fact]
    public void Hours_past_midnight_belong_to_the_evening_they_began()
    {
        var late = Rule("Late Friday", 22 * 60, 2 * 60, 800_000) with { Days = [IsoDayOfWeek.Friday] };
        var venue = Venue("Asia/Karachi", [late, Rule("Always", 0, 0, 300_000)]);
        var saturday = Monday.PlusDays(5);
        At(1, 0).ShouldBe(800_000);
        At(2, 0).ShouldBe(300_000);
        At(22, 0).ShouldBe(300_000);

        long At(int hour, int minute)
        {
            var start = venue.Zone.At(saturday.At(new LocalTime(hour, minute)))!.Value;
            return Amount(venue, new Interval(start, start + Duration.FromHours(1)));
        }
    }

    // The rules read minute by minute, as slowly and plainly as they are written down.
    private static PriceRule? First(VenueInfo venue, Instant at)
    {
        var local = at.InZone(venue.Zone).LocalDateTime;
        return venue.Prices.FirstOrDefault(rule =>
        {
            var wraps = rule.To <= rule.From;
            var yesterdays = wraps && local.TimeOfDay < rule.From;
            var inside = wraps ? yesterdays ? local.TimeOfDay < rule.To : true : local.TimeOfDay >= rule.From && local.TimeOfDay < rule.To;
            var day = yesterdays ? local.Date.PlusDays(-1) : local.Date;
            return inside && (rule.Days.Count == 0 || rule.Days.Contains(day.DayOfWeek));
        });
    }

    private static IEnumerable<Instant> Minutes(Interval during)
    {
        for (var at = during.Start; at < during.End; at += Duration.FromMinutes(1)) yield return at;
    }

    private static Gen<PriceRule> OddRule() =>
        from fromMinute in Gen.Choose(0, 1439)
        from toMinute in Gen.Choose(0, 1439)
        from price in Gen.Choose(0, 1_000_000)
        from days in Gen.SubListOf(Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None))
        select Rule($"{fromMinute}-{toMinute}", fromMinute, toMinute, price) with { Days = [.. days] };

    private static PriceRule Rule(string label, int from, int to, long perHour) => new(
        Guid.NewGuid(), label, null, [], [], new LocalTime(from / 60, from % 60), new LocalTime(to / 60, to % 60), null, null, null, null, null, perHour, false);

    private static long Amount(VenueInfo venue, Interval during) => PriceList.Price(venue, Padel, Court.Id, during, Booked, null).Value.Total.Amount;

    private static VenueInfo Venue(string zone, IReadOnlyList<PriceRule> prices) => new(
        Guid.NewGuid(), Guid.NewGuid(), "courts", "Margalla", "margalla", VenueState.Active, zone, "PKR", "", "Islamabad", "F-7", null, 33.7, 73.05, [], [], [], new Policy(), [Court], [Padel], prices, 1);
}
