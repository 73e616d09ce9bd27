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
