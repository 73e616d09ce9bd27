using FsCheck;
using FsCheck.Fluent;
using Sarai.Bookings;
using Sarai.Catalog;
using Interval = NodaTime.Interval;

namespace Sarai.Rules;

/// <summary>What must hold for nights and rooms, whatever the dates and the zone.</summary>
public sealed class NightRules
{
    private static readonly LocalDate First = new(2026, 1, 1);
    private static readonly ResourceInfo[] Rooms = [.. Enumerable.Range(1, 6).Select(n => new ResourceInfo(Guid.NewGuid(), $"{100 + n}", "room", n, false, []))];
    private static readonly OfferingInfo Standard = new(Guid.NewGuid(), "Standard", Shape.Nights, [], 30, [.. Rooms.Select(r => r.Id)], 4, true);

    [Fact]
    public void Nights_are_counted_by_dates_and_stays_back_to_back_never_overlap()
    {
        var stays = Arb.From(
            from zone in Gen.Elements("Africa/Lagos", "Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia")
            from offset in Gen.Choose(0, 800)
            from one in Gen.Choose(1, 20)
            from two in Gen.Choose(1, 20)
            from hour in Gen.Choose(0, 23)
            select (Venue: Venue(zone, hour), In: First.PlusDays(offset), One: one, Two: two));
        Prop.ForAll(stays, s =>
        {
            var (middle, end) = (s.In.PlusDays(s.One), s.In.PlusDays(s.One + s.Two));
            var (before, after) = (Bookings.Nights.During(s.Venue, s.In, middle), Bookings.Nights.During(s.Venue, middle, end));
            var wish = Bookings.Nights.Wish(s.Venue, new StayWish(s.Venue.Id, s.In, middle, [new UnitWish(Standard.Id, null, 1, 0, null)], null), Guid.NewGuid(), before.Start - Duration.FromDays(1), true);
            return before.End <= after.Start && before.Duration > Duration.Zero && wish.Value.Nights!.Length == s.One;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_need_gets_a_room_of_its_own_exactly_when_that_is_possible()
    {
        var needs = Arb.From(Gen.Choose(1, 5).SelectMany(count => Gen.ListOf(Gen.SubListOf(Rooms.Select(r => r.Id).ToArray()), count)));
        Prop.ForAll(needs, free =>
        {
            var lists = free.Select(f => (IReadOnlyList<Guid>)[.. f]).ToList();
            var during = new Interval(Instant.FromUtc(2026, 6, 1, 13, 0), Instant.FromUtc(2026, 6, 2, 11, 0));
            var wanted = new Alternative([.. lists.Select((_, i) => new ClaimNeed(Rooms[0].Id, Rooms[0].Name, during) { Unit = i, OrAnyOf = [.. Rooms.Skip(1).Select(r => new ClaimedResource(r.Id, r.Name))] })]);
            var chosen = FreeRooms.Choose(wanted, lists);
            if (chosen is null) return !Possible(lists, 0, []);
            return chosen.Claims.Select(c => c.ResourceId).Distinct().Count() == lists.Count && chosen.Claims.Select((c, i) => lists[i].Contains(c.ResourceId)).All(fits => fits);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_stay_costs_the_sum_of_its_nights_when_no_rule_asks_how_long_it_is()
    {
        var stays = Arb.From(
            from days in Gen.ListOf(Gen.Elements(Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None).ToArray()), 2)
            from special in Gen.Choose(0, 1_000_000)
            from usual in Gen.Choose(0, 1_000_000)
            from adults in Gen.Choose(1, 4)
            from children in Gen.Choose(0, 3)
            from nights in Gen.Choose(1, 25)
            from offset in Gen.Choose(0, 400)
            select (Prices: new[] { Rule([.. days.Distinct()], special), Rule([], usual) }, Adults: adults, Children: children, Nights: nights, In: First.PlusDays(offset)));
        Prop.ForAll(stays, s =>
        {
            var venue = Venue("Africa/Lagos", 12) with { Prices = s.Prices };
            var unit = new UnitWish(Standard.Id, null, s.Adults, s.Children, null);
            long Price(LocalDate from, int nights) => NightPrices.Price(venue, Standard, unit, new DateInterval(from, from.PlusDays(nights - 1)), Instant.FromUtc(2025, 12, 1, 0, 0), false).Value.Total.Amount;
            return Price(s.In, s.Nights) == Enumerable.Range(0, s.Nights).Sum(n => Price(s.In.PlusDays(n), 1));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Setting_nights_changes_what_was_set_on_them_and_nothing_else()
    {
        var some = Gen.ListOf(Gen.Elements(Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None).ToArray()), 2).Select(days => (IReadOnlyList<IsoDayOfWeek>)[.. days.Distinct()]);
        var wishes =
            from days in some
            from first in Gen.Choose(0, 40)
            from length in Gen.Choose(0, 20)
            from amount in Gen.Choose(-1, 3)
            from stay in Gen.Choose(0, 3)
            from closed in Gen.Elements<bool?>(null, true, false)
            select new NightRates(Standard.Id, First.PlusDays(first), First.PlusDays(first + length)) { Days = days, Amount = amount < 0 ? null : amount * 1000, MinStay = stay == 0 ? null : stay, ClosedToArrival = closed };
        var worlds = Arb.From(from weekend in some from special in Gen.Choose(1, 900) from wish in wishes from again in wishes select (Rules: new[] { Rule(weekend, special), Rule([], 5_000) }, Wishes: new[] { wish, again }));
        Prop.ForAll(worlds, w =>
        {
            IReadOnlyList<PriceRule> rules = w.Rules;
            foreach (var wish in w.Wishes)
            {
                var set = NightPrices.Set(rules, wish, First);
                for (var night = First; night < First.PlusDays(70); night = night.PlusDays(1))
                {
                    var (was, now, meant) = (On(rules, night), On(set, night), night >= wish.First && night <= wish.Last && (wish.Days.Count == 0 || wish.Days.Contains(night.DayOfWeek)));
                    var expected = meant ? new NightPrice(wish.Amount ?? was.Amount, was.GuestsIncluded, was.ExtraAdult, was.ExtraChild) { MinStay = wish.MinStay ?? was.MinStay, ClosedToArrival = wish.ClosedToArrival ?? was.ClosedToArrival } : was;
                    if (now != expected) return false;
                }
                if (NightPrices.Set(set, wish, First).Count != set.Count) return false;
                rules = set;
            }
            return true;
        }).QuickCheckThrowOnFailure();

        static NightPrice On(IReadOnlyList<PriceRule> rules, LocalDate night) =>
            rules.First(r => (r.Days.Count == 0 || r.Days.Contains(night.DayOfWeek)) && !(night < r.FirstDate) && !(night > r.LastDate)).Night!;
    }

    [Theory]
    [InlineData(1, 0, 1000)]
    [InlineData(2, 0, 1000)]
    [InlineData(3, 0, 1100)]
    [InlineData(1, 1, 1000)]
    [InlineData(1, 3, 1100)]
    [InlineData(3, 2, 1200)]
    public void Adults_fill_the_places_of_the_price_first_and_children_what_is_left(int adults, int children, long expected)
    {
        var venue = Venue("Africa/Lagos", 12) with { Prices = [Rule([], 1000)] };
        NightPrices.Price(venue, Standard, new UnitWish(Standard.Id, null, adults, children, null), new DateInterval(First, First), Instant.FromUtc(2025, 12, 1, 0, 0), false).Value.Total.Amount.ShouldBe(expected);
    }

    private static bool Possible(List<IReadOnlyList<Guid>> lists, int need, HashSet<Guid> used) =>
        need == lists.Count || lists[need].Any(room => !used.Contains(room) && Possible(lists, need + 1, [.. used, room]));

    private static PriceRule Rule(IReadOnlyList<IsoDayOfWeek> days, long amount) =>
        new(Guid.NewGuid(), "Rate", null, [], days, LocalTime.Midnight, LocalTime.Midnight, null, null, null, null, null, 0, false) { Night = new NightPrice(amount, 2, 100, 50) };

    private static VenueInfo Venue(string zone, int hour) => new(
        Guid.NewGuid(), Guid.NewGuid(), "stays", "Lagoon House", "lagoon-house", VenueState.Active, zone, "NGN", "", "Lagos", "", null, 6.4, 3.4, [], [], [],
        new Policy { CheckIn = new LocalTime(hour, 0), CheckOut = new LocalTime(hour, 0) }, Rooms, [Standard], [], 1);
}
