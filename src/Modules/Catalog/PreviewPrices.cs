using System.ComponentModel.DataAnnotations;

namespace Sarai.Catalog;

/// <summary>
/// What a week would cost by a list of price rules, beside what it costs now: before the list is saved. By the same price list that makes quotes, so the
/// picture cannot differ from the price.
/// </summary>
public static class PreviewPrices
{
    /// <summary>Which rules, and where to look.</summary>
    public sealed record Request
    {
        /// <summary>The rules in order, or nothing for those that are saved.</summary>
        [MaxLength(200)] public ChangeVenue.PriceLineRequest[]? Prices { get; set; }

        /// <summary>Any date of the week to show; this week when absent.</summary>
        public LocalDate? Week { get; set; }

        /// <summary>What is sold; the first offering when absent.</summary>
        public Guid? OfferingId { get; set; }

        /// <summary>Where; the first court of the offering when absent.</summary>
        public Guid? ResourceId { get; set; }

        /// <summary>How many hours before the start of its opening a slot is booked, for rules by lead time.</summary>
        [Range(0, 8760)] public int LeadHours { get; set; } = 72;
    }

    /// <summary>The week.</summary>
    /// <param name="Monday">Its first date.</param>
    /// <param name="OfferingId">What is priced.</param>
    /// <param name="ResourceId">Where.</param>
    /// <param name="Days">Monday to Sunday.</param>
    /// <param name="Prices">The prices of an hour that occur, lowest first.</param>
    /// <param name="OpenMinutes">Minutes the venue is open in this week.</param>
    /// <param name="ChangedMinutes">Of these, minutes whose price differs from the saved one.</param>
    /// <param name="UnpricedMinutes">Of these, minutes no rule gives a price; they cannot be booked.</param>
    public sealed record Response(
        LocalDate Monday, Guid OfferingId, Guid ResourceId, IReadOnlyList<Day> Days, IReadOnlyList<Money> Prices, int OpenMinutes, int ChangedMinutes, int UnpricedMinutes);

    /// <summary>A day's opening.</summary>
    public sealed record Day(LocalDate Date, IReadOnlyList<Stretch> Stretches);

    /// <summary>A stretch of one price.</summary>
    /// <param name="From">Start, local.</param>
    /// <param name="To">End, local.</param>
    /// <param name="Label">The rule that decides, or null when none does.</param>
    /// <param name="PerHour">The price of an hour, or null.</param>
    /// <param name="Peak">Shown as peak.</param>
    /// <param name="Before">The saved price of an hour, or null.</param>
    public sealed record Stretch(OffsetDateTime From, OffsetDateTime To, string? Label, Money? PerHour, bool Peak, Money? Before)
    {
        /// <summary>Whether the price differs from the saved one.</summary>
        public bool Changed => PerHour != Before;
    }

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/venues/{id:guid}/prices/preview", Handle)
        .Needs("update:prices").Limited(RateLimits.Read).WithTags("Venues").WithSummary("What a week would cost by other price rules; changes nothing");

    /// <summary>The week by the rules of the request.</summary>
    public static async Task<Answer<Response>> Handle(Guid id, Request request, Actor actor, ICatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("update:prices", venue.OrganisationId, "venue") is { } barred) return barred;
        var draft = venue;
        if (request.Prices is not null)
        {
            var rules = ChangeVenue.Rules(request.Prices);
            if (Venue.CheckPrices(rules, venue.Offerings, venue.Resources) is { } fault) return fault;
            draft = venue with { Prices = rules };
        }
        var offering = request.OfferingId is { } wanted ? venue.Offering(wanted) : venue.Offerings.OrderByDescending(o => o.Active).FirstOrDefault();
        if (offering is null) return request.OfferingId is null ? Fault.Refused("incomplete", "Add an offering first; prices are shown for it.") : Fault.Invalid("offeringId", "This venue does not sell that.");
        if (request.ResourceId is { } asked && venue.Resource(asked) is null) return Fault.Invalid("resourceId", "This venue has no such court.");
        var court = request.ResourceId ?? venue.Resources.FirstOrDefault(r => !r.Retired && offering.ResourceIds.Contains(r.Id))?.Id ?? Guid.Empty;
        var date = request.Week ?? clock.Now().InZone(venue.Zone).Date;
        if (date.Year is < 2000 or > 2200) return Fault.Invalid("week", "Choose a date between 2000 and 2200.");
        var monday = date.PlusDays(1 - (int)date.DayOfWeek);
        Day[] days = [.. Enumerable.Range(0, 7).Select(monday.PlusDays).Select(d => DayOf(d, draft, venue, offering, court, Duration.FromHours(request.LeadHours)))];
        var all = days.SelectMany(d => d.Stretches).ToList();
        return new Response(monday, offering.Id, court, days, [.. all.Where(s => s.PerHour is not null).Select(s => s.PerHour!.Value).Distinct().OrderBy(p => p.Amount)],
            all.Sum(Minutes), all.Where(s => s.Changed).Sum(Minutes), all.Where(s => s.PerHour is null).Sum(Minutes));

        static int Minutes(Stretch stretch) => (int)(stretch.To.ToInstant() - stretch.From.ToInstant()).TotalMinutes;
    }

    private static Day DayOf(LocalDate date, VenueInfo draft, VenueInfo saved, OfferingInfo offering, Guid court, Duration lead)
    {
        var stretches = new List<Stretch>();
        foreach (var open in draft.OpenOn(date))
        {
            var (next, now) = (PriceList.Rates(draft, offering, court, open, open.Start - lead, null), PriceList.Rates(saved, offering, court, open, open.Start - lead, null));
            var cuts = next.Concat(now).SelectMany(r => new[] { r.Stretch.Start, r.Stretch.End }).Distinct().Order().ToList();
            foreach (var (start, end) in cuts.Zip(cuts.Skip(1)))
            {
                var (rule, before) = (At(next, start), At(now, start));
                var stretch = new Stretch(Local(start), Local(end), rule?.Label, Cost(rule), rule?.Peak ?? false, Cost(before));
                var joins = stretches.Count > 0 && stretches[^1] is var last && last.To == stretch.From && (last.Label, last.PerHour, last.Peak, last.Before) == (stretch.Label, stretch.PerHour, stretch.Peak, stretch.Before);
                if (joins) stretches[^1] = stretches[^1] with { To = stretch.To };
                else stretches.Add(stretch);
            }
        }
        return new Day(date, stretches);

        static PriceRule? At(IReadOnlyList<(Interval Stretch, PriceRule? Rule)> rates, Instant at) => rates.First(r => r.Stretch.Contains(at)).Rule;

        Money? Cost(PriceRule? rule) => rule is null ? null : new Money(rule.PerHour, saved.Currency);

        OffsetDateTime Local(Instant at) => at.InZone(saved.Zone).ToOffsetDateTime();
    }
}
