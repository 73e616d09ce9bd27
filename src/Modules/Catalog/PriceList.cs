namespace Sarai.Catalog;

/// <summary>
/// What a time costs by a venue's rules. Rules speak local wall time; minutes are real minutes. The first rule that matches decides, minute by minute,
/// worked out in stretches between the moments at which the answer can change.
/// </summary>
public static class PriceList
{
    /// <summary>The price of an interval on a resource.</summary>
    /// <param name="venue">Whose rules.</param>
    /// <param name="offering">What is sold.</param>
    /// <param name="resourceId">Where.</param>
    /// <param name="during">When; whole minutes.</param>
    /// <param name="at">When it is booked.</param>
    /// <param name="tier">The guest's membership tier, or null.</param>
    /// <returns>The lines and their total, or <c>no_price</c> when a minute has no rule.</returns>
    public static Answer<Quote> Price(VenueInfo venue, OfferingInfo offering, Guid resourceId, Interval during, Instant at, string? tier)
    {
        var lines = new List<(PriceRule Rule, long Minutes)>();
        foreach (var (stretch, rule) in Rates(venue, offering, resourceId, during, at, tier))
        {
            if (rule is null) return Fault.Refused("no_price", $"{venue.Name} has set no price for {stretch.Start.InZone(venue.Zone).LocalDateTime:uuuu-MM-dd HH:mm}.");
            lines.Add((rule, (long)stretch.Duration.TotalMinutes));
        }
        return Sum(venue, lines);
    }

    /// <summary>Which rule decides when: the stretches of an interval in order, each with its rule, or null where none matches. Neighbours have different rules.</summary>
    /// <param name="venue">Whose rules.</param>
    /// <param name="offering">What is sold.</param>
    /// <param name="resourceId">Where.</param>
    /// <param name="during">When.</param>
    /// <param name="at">When it is booked.</param>
    /// <param name="tier">The guest's membership tier, or null.</param>
    public static IReadOnlyList<(Interval Stretch, PriceRule? Rule)> Rates(VenueInfo venue, OfferingInfo offering, Guid resourceId, Interval during, Instant at, string? tier)
    {
        var zone = venue.Zone;
        var leadHours = (during.Start - at).TotalHours;
        var rules = venue.Prices.Where(r => Applies(r, offering.Id, resourceId, leadHours, tier)).ToList();
        var rates = new List<(Interval Stretch, PriceRule? Rule)>();
        foreach (var stretch in Stretches(rules, zone, during))
        {
            var local = stretch.Start.InZone(zone).LocalDateTime;
            var rule = rules.Find(r => Matches(r, local));
            if (rates.Count > 0 && ReferenceEquals(rates[^1].Rule, rule)) rates[^1] = (new Interval(rates[^1].Stretch.Start, stretch.End), rule);
            else rates.Add((stretch, rule));
        }
        return rates;
    }

    private static Quote Sum(VenueInfo venue, List<(PriceRule Rule, long Minutes)> parts)
    {
        var lines = new List<PriceLine>(parts.Count + 1);
        // Sixtieths are carried from line to line, so that the lines sum exactly to the rounded whole and no unit is lost.
        var (carried, total) = (0L, 0L);
        foreach (var (rule, minutes) in parts)
        {
            carried += rule.PerHour * minutes;
            var amount = ((carried + 30) / 60) - total;
            total += amount;
            lines.Add(new PriceLine("base", $"{rule.Label}, {minutes} min", amount));
        }
        if (venue.Policy.TaxPercent > 0)
            lines.Add(new PriceLine("tax", $"Includes {venue.Policy.TaxPercent:0.##} % tax", 0));
        return new Quote(lines, new Money(total, venue.Currency), parts.Exists(p => p.Rule.Peak));
    }

    private static bool Applies(PriceRule rule, Guid offeringId, Guid resourceId, double leadHours, string? tier) =>
        rule.Night is null && (rule.OfferingId is null || rule.OfferingId == offeringId)
        && (rule.ResourceIds.Count == 0 || rule.ResourceIds.Contains(resourceId))
        && (rule.Tier is null || rule.Tier == tier)
        && !(leadHours < rule.LeadHoursAtLeast) && !(leadHours > rule.LeadHoursAtMost);

    private static bool Matches(PriceRule rule, LocalDateTime local)
    {
        var time = local.TimeOfDay;
        var wraps = rule.To <= rule.From;
        var inside = wraps ? time >= rule.From || time < rule.To : time >= rule.From && time < rule.To;
        if (!inside) return false;
        // The hours after midnight of a rule that wraps belong to the day it began on; a rule of the whole day begins at midnight.
        var day = wraps && time < rule.From ? local.Date.PlusDays(-1) : local.Date;
        return (rule.Days.Count == 0 || rule.Days.Contains(day.DayOfWeek)) && !(day < rule.FirstDate) && !(day > rule.LastDate);
    }

    private static IEnumerable<Interval> Stretches(List<PriceRule> rules, DateTimeZone zone, Interval during)
    {
        var cuts = new SortedSet<Instant> { during.Start, during.End };
        var (first, last) = (during.Start.InZone(zone).Date, during.End.InZone(zone).Date);
        for (var date = first; date <= last; date = date.PlusDays(1))
        {
            Cut(date, LocalTime.Midnight);
            foreach (var rule in rules)
            {
                Cut(date, rule.From);
                Cut(date, rule.To);
            }
        }
        // Where the clocks change, wall time jumps and the answer may with it.
        foreach (var change in zone.GetZoneIntervals(during))
        {
            if (change.HasStart && during.Contains(change.Start)) cuts.Add(change.Start);
        }
        return cuts.Zip(cuts.Skip(1), (start, end) => new Interval(start, end));

        void Cut(LocalDate date, LocalTime time)
        {
            foreach (var instant in Instants(zone, date + time))
            {
                if (during.Contains(instant)) cuts.Add(instant);
            }
        }
    }

    // A repeated wall time happens twice, a missing one never.
    private static IEnumerable<Instant> Instants(DateTimeZone zone, LocalDateTime local)
    {
        var map = zone.MapLocal(local);
        if (map.Count == 0) return [];
        return map.Count == 1 ? [map.Single().ToInstant()] : [map.First().ToInstant(), map.Last().ToInstant()];
    }
}
