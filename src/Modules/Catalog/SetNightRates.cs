using System.ComponentModel.DataAnnotations;

namespace Sarai.Catalog;

/// <summary>Sets what a room type costs on a range of nights, or what those nights ask of a stay: the rates calendar of a hotel.</summary>
public static class SetNightRates
{
    private const int MostRules = 500;
    private const int MostDays = 1100;

    /// <summary>Which nights, and what is to be so on them; what is left out stays as it is.</summary>
    public sealed record Request : IValidatableObject
    {
        /// <summary>The room type.</summary>
        [Required] public Guid? OfferingId { get; set; }

        /// <summary>The local date of the first night.</summary>
        [Required] public LocalDate? First { get; set; }

        /// <summary>The local date of the last night.</summary>
        [Required] public LocalDate? Last { get; set; }

        /// <summary>Only these weekdays, or none for all.</summary>
        public IsoDayOfWeek[] Days { get; set; } = [];

        /// <summary>Minor units a night.</summary>
        [Range(0L, 1_000_000_000_000L)] public long? Amount { get; set; }

        /// <summary>Who arrives stays at least so many nights.</summary>
        [Range(1, 365)] public int? MinStay { get; set; }

        /// <summary>Whether nobody may arrive.</summary>
        public bool? ClosedToArrival { get; set; }

        /// <inheritdoc/>
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Amount is null && MinStay is null && ClosedToArrival is null) yield return new ValidationResult("Give a price, a shortest stay, or say whether guests may arrive.", [nameof(Amount)]);
        }
    }

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/venues/{id:guid}/night-rates", (
            Request request, Guid id, Actor actor, CatalogDb db, VenueSnapshots snapshots, TimeProvider clock, CancellationToken cancel) =>
            Handle(id, new NightRates(request.OfferingId!.Value, request.First!.Value, request.Last!.Value) { Days = request.Days, Amount = request.Amount, MinStay = request.MinStay, ClosedToArrival = request.ClosedToArrival }, actor, db, snapshots, clock, cancel))
        .Needs("update:prices").Limited(RateLimits.Write).WithTags("Venues").WithSummary("Set what nights cost, or what they ask of a stay");

    /// <summary>Sets it, on top of the rules there are.</summary>
    public static Task<Answer<ChangeVenue.Response>> Handle(Guid id, NightRates wish, Actor actor, CatalogDb db, VenueSnapshots snapshots, TimeProvider clock, CancellationToken cancel) =>
        ChangeVenue.Apply(id, "update:prices", "prices", venue => Change(venue, wish, clock.Now()), null, actor, db, snapshots, cancel);

    private static Fault? Change(Venue venue, NightRates wish, Instant now)
    {
        var today = now.InZone(Time.Zone(venue.TimeZone)).Date;
        if (venue.Offerings.All(o => o.Id != wish.OfferingId || o.Shape != Shape.Nights)) return Fault.Invalid("offeringId", "Choose a kind of room that is sold by the night.");
        if (wish.First < today) return Fault.Invalid("first", "This date has passed.");
        if (wish.Last < wish.First) return Fault.Invalid("last", "The last night must not be before the first.");
        if (Period.DaysBetween(wish.First, wish.Last) > MostDays) return Fault.Invalid("last", "Choose at most three years.");
        if (wish.Days.Any(d => d is < IsoDayOfWeek.Monday or > IsoDayOfWeek.Sunday)) return Fault.Invalid("days", "Choose from Monday to Sunday.");
        if (wish is { Amount: < 0 or > 1_000_000_000_000 }) return Fault.Invalid("amount", "The price of a night is zero or more.");
        if (wish is { MinStay: < 1 or > 365 }) return Fault.Invalid("minStay", "The shortest stay is 1 to 365 nights.");
        var rules = NightPrices.Set(venue.Prices, wish, today);
        return rules.Count > MostRules ? Fault.Refused("too_many_rates", "There are too many different rates by now. Set longer stretches at once.") : venue.SetPrices(rules);
    }

    /// <summary>Sets rates for pages of verticals.</summary>
    internal sealed class ForVerticals(CatalogDb db, VenueSnapshots snapshots, TimeProvider clock) : INightRates
    {
        public async Task<Answer<Done>> Set(Guid venueId, NightRates rates, Actor actor, CancellationToken cancel = default) =>
            (await Handle(venueId, rates, actor, db, snapshots, clock, cancel)).Fault is { } fault ? fault : Done.It;
    }
}
