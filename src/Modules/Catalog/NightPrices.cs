namespace Sarai.Catalog;

/// <summary>
/// What nights cost by a venue's rules, night by night: the first rule with a night's price that matches decides. The rule of the arrival night also says
/// how long a stay must be, and whether anybody may arrive.
/// </summary>
public static class NightPrices
{
    /// <summary>The price of nights in one unit, in lines of equal nights.</summary>
    public static Answer<Quote> Price(VenueInfo venue, OfferingInfo offering, UnitWish unit, DateInterval nights, Instant at, bool byDesk)
    {
        var leadHours = (venue.Zone.AtLeniently(nights.Start + venue.Policy.CheckIn).ToInstant() - at).TotalHours;
        var rules = venue.Prices.Where(r => r.Night is { } night && night.NightsAtLeast <= nights.Length && Applies(r, offering.Id, unit.ResourceId, leadHours)).ToList();
        var parts = new List<(PriceRule Rule, long Amount, int Nights)>();
        foreach (var date in nights)
        {
            if (rules.Find(r => Matches(r, date)) is not { } rule) return Fault.Refused("no_price", $"{venue.Name} has set no price for {offering.Name} on {date:uuuu-MM-dd}.");
            if (date == nights.Start && !byDesk && Restriction(rule, nights) is { } refusal) return refusal;
            var amount = Amount(rule.Night!, unit);
            if (parts.Count > 0 && parts[^1].Rule.Id == rule.Id) parts[^1] = (rule, amount, parts[^1].Nights + 1);
            else parts.Add((rule, amount, 1));
        }
        var lines = parts.ConvertAll(p => new PriceLine("base", $"{offering.Name}, {p.Rule.Label}, {(p.Nights == 1 ? "1 night" : $"{p.Nights} nights")}", p.Amount * p.Nights));
        if (venue.Policy.TaxPercent > 0) lines.Add(new PriceLine("tax", $"Includes {venue.Policy.TaxPercent:0.##} % tax", 0));
        return new Quote(lines, new Money(lines.Sum(l => l.Amount), venue.Currency), parts.Exists(p => p.Rule.Peak));
    }

    /// <summary>
    /// The rules after nights were set: each rule that holds on them is repeated on top, only for them and with what was set, so that nothing else changes,
    /// neither on other nights nor in what else those rules ask. What the new rules cover wholly, and what is over, goes.
    /// </summary>
    public static IReadOnlyList<PriceRule> Set(IReadOnlyList<PriceRule> rules, NightRates wish, LocalDate today)
    {
        var set = rules.Where(r => r.Night is not null && (r.OfferingId is null || r.OfferingId == wish.OfferingId)).Select(r => Narrowed(r, wish)).OfType<PriceRule>().ToList();
        // Where nothing was priced yet, the new price is the first.
        if (wish.Amount is { } amount && !set.Exists(r => IsPlain(r) && r.FirstDate == wish.First && r.LastDate == wish.Last && r.Days.Count == wish.Days.Count))
        {
            set.Add(new PriceRule(Guid.CreateVersion7(), "Night", wish.OfferingId, [], wish.Days, LocalTime.Midnight, LocalTime.Midnight, wish.First, wish.Last, null, null, null, 0, false)
            {
                Night = new NightPrice(amount, set.FirstOrDefault()?.Night?.GuestsIncluded ?? 2) { MinStay = wish.MinStay ?? 1, ClosedToArrival = wish.ClosedToArrival ?? false },
            });
        }
        set.AddRange(rules.Where(r => !(r.LastDate < today) && !IsCovered(r, wish)));
        // What was set before and can no longer decide anything goes, or the list would grow with every change of mind.
        return [.. set.Where((rule, i) => rule is not { Night: not null, FirstDate: not null, LastDate: not null } || !set.Take(i).Any(earlier => Hides(earlier, rule)))];
    }

    private static PriceRule? Narrowed(PriceRule rule, NightRates wish)
    {
        IReadOnlyList<IsoDayOfWeek> days = rule.Days.Count == 0 ? wish.Days : wish.Days.Count == 0 ? rule.Days : [.. rule.Days.Intersect(wish.Days)];
        var (first, last) = (LocalDate.Max(rule.FirstDate ?? wish.First, wish.First), LocalDate.Min(rule.LastDate ?? wish.Last, wish.Last));
        if (last < first || (days.Count == 0 && rule.Days.Count > 0 && wish.Days.Count > 0)) return null;
        var night = rule.Night!;
        return rule with
        {
            Id = Guid.CreateVersion7(), OfferingId = wish.OfferingId, Days = days, FirstDate = first, LastDate = last,
            Night = night with { Amount = wish.Amount ?? night.Amount, MinStay = wish.MinStay ?? night.MinStay, ClosedToArrival = wish.ClosedToArrival ?? night.ClosedToArrival },
        };
    }

    // A rule that asks for nothing but its dates.
    private static bool IsPlain(PriceRule rule) =>
        rule.ResourceIds.Count == 0 && rule.LeadHoursAtLeast is null && rule.LeadHoursAtMost is null && rule.Tier is null && rule.Night is { NightsAtLeast: 1 };

    private static bool Hides(PriceRule earlier, PriceRule rule) =>
        earlier.Night is not null && (earlier.OfferingId is null || earlier.OfferingId == rule.OfferingId)
        && (earlier.FirstDate is null || earlier.FirstDate <= rule.FirstDate) && (earlier.LastDate is null || earlier.LastDate >= rule.LastDate)
        && (earlier.Days.Count == 0 || (rule.Days.Count > 0 && rule.Days.All(earlier.Days.Contains)))
        && (IsPlain(earlier) || (earlier.ResourceIds.SequenceEqual(rule.ResourceIds) && earlier.LeadHoursAtLeast == rule.LeadHoursAtLeast && earlier.LeadHoursAtMost == rule.LeadHoursAtMost
            && earlier.Tier == rule.Tier && earlier.Night.NightsAtLeast <= rule.Night!.NightsAtLeast));

    private static bool IsCovered(PriceRule rule, NightRates wish) =>
        rule.Night is not null && rule.OfferingId == wish.OfferingId && rule.FirstDate >= wish.First && rule.LastDate <= wish.Last && (wish.Days.Count == 0 || (rule.Days.Count > 0 && rule.Days.All(wish.Days.Contains)));

    private static Fault? Restriction(PriceRule rule, DateInterval nights)
    {
        if (rule.Night!.ClosedToArrival) return Fault.Refused("closed_to_arrival", $"Nobody can arrive on {nights.Start:uuuu-MM-dd}. Choose another day of arrival; staying over is fine.");
        return nights.Length < rule.Night.MinStay
            ? Fault.Refused("minimum_stay", $"Who arrives on {nights.Start:uuuu-MM-dd} stays at least {rule.Night.MinStay} nights.", new Dictionary<string, object> { ["minStay"] = rule.Night.MinStay })
            : null;
    }

    private static long Amount(NightPrice night, UnitWish unit)
    {
        // Adults fill the places the price includes first; children take what is left of them.
        var adults = Math.Max(0, unit.Adults - night.GuestsIncluded);
        var children = Math.Max(0, unit.Children - Math.Max(0, night.GuestsIncluded - unit.Adults));
        return night.Amount + (adults * night.ExtraAdult) + (children * night.ExtraChild);
    }

    private static bool Applies(PriceRule rule, Guid offeringId, Guid? resourceId, double leadHours) =>
        (rule.OfferingId is null || rule.OfferingId == offeringId)
        && (rule.ResourceIds.Count == 0 || (resourceId is { } room && rule.ResourceIds.Contains(room)))
        && rule.Tier is null && !(leadHours < rule.LeadHoursAtLeast) && !(leadHours > rule.LeadHoursAtMost);

    private static bool Matches(PriceRule rule, LocalDate night) =>
        (rule.Days.Count == 0 || rule.Days.Contains(night.DayOfWeek)) && !(night < rule.FirstDate) && !(night > rule.LastDate);
}
