using System.ComponentModel.DataAnnotations;

namespace Sarai.Catalog;

/// <summary>
/// An owner sets up a venue in one go: the organisation when there is none yet, texts and place, courts, hours and prices. It is a draft that can be
/// refined and submitted.
/// </summary>
public static class StartVenue
{
    /// <summary>Everything a venue needs to begin with.</summary>
    public sealed record Request
    {
        /// <summary>Whose; nothing for an owner who has no organisation yet.</summary>
        public Guid? OrganisationId { get; set; }

        /// <summary>The name of the organisation to open; the venue's name when absent.</summary>
        [StringLength(120, MinimumLength = 2)] public string? OrganisationName { get; set; }

        /// <summary>The trade.</summary>
        [Required, StringLength(20)] public string? Vertical { get; set; }

        /// <summary>Texts and place.</summary>
        [Required] public Details? Details { get; set; }

        /// <summary>How many courts: 1 to 50.</summary>
        [Required(ErrorMessage = "Give the number of courts."), Range(1, 50)] public int? Courts { get; set; }

        /// <summary>Opens every day at.</summary>
        [Required(ErrorMessage = "Give the time it opens.")] public LocalTime? Opens { get; set; }

        /// <summary>Closes at; at or before the opening it is the next day.</summary>
        [Required(ErrorMessage = "Give the time it closes.")] public LocalTime? Closes { get; set; }

        /// <summary>Minor units for an hour.</summary>
        [Required(ErrorMessage = "Give the price of an hour."), Range(0L, 1_000_000_000_000L)] public long? PerHour { get; set; }

        /// <summary>Minor units for an hour from <see cref="PeakFrom"/> to <see cref="PeakTo"/>, or nothing for one price.</summary>
        [Range(0L, 1_000_000_000_000L)] public long? PeakPerHour { get; set; }

        /// <summary>When the dearer hours begin.</summary>
        public LocalTime? PeakFrom { get; set; }

        /// <summary>When they end.</summary>
        public LocalTime? PeakTo { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/venues/start", Handle).Idempotent<CatalogDb, ChangeVenue.Response>()
        .Needs("update:profile").Limited(RateLimits.Write).WithTags("Venues").WithSummary("Set up a venue in one go, with an organisation if need be").Produces<Envelope<ChangeVenue.Response>>(201);

    /// <summary>Sets it up as a draft.</summary>
    public static async Task<Answer<ChangeVenue.Response>> Handle(
        Request request, Actor actor, CatalogDb db, VenueSnapshots snapshots, IIdentity identity, IEnumerable<IVertical> verticals, TimeProvider clock, CancellationToken cancel)
    {
        if (request.OrganisationId is { } organisation && actor.Barred("create:venue", organisation, "organisation") is { } barred) return barred;
        if (verticals.All(v => v.Manifest.Name != request.Vertical)) return Fault.Invalid("vertical", $"Choose one of {string.Join(", ", verticals.Select(v => v.Manifest.Name))}.");
        if (request.PeakPerHour is not null && (request.PeakFrom is null || request.PeakTo is null)) return Fault.Invalid(request.PeakFrom is null ? "peakFrom" : "peakTo", "Say when the dearer hours begin and end.");
        // The owner joins the organisation only when everything else is right, so that a second try does not open a second one.
        var draft = Furnished(Guid.Empty, request, actor, clock.Now());
        if (draft.Fault is { } fault) return fault;
        var owner = request.OrganisationId;
        if (owner is null)
        {
            var opened = await identity.OpenOrganisation(actor.Id, request.OrganisationName ?? request.Details!.Name!, request.Vertical!, cancel);
            if (opened.Fault is { } refused) return refused;
            owner = opened.Value;
        }
        var venue = Furnished(owner.Value, request, actor, clock.Now()).Value;
        var answer = await db.InTransaction<ChangeVenue.Response>(async () =>
        {
            db.Venues.Add(venue);
            await ChangeVenue.Note(db, venue, actor, "create:venue", "created", null, cancel);
            await db.SaveChangesAsync(cancel);
            return Answer<ChangeVenue.Response>.Created(new ChangeVenue.Response(venue.Info()));
        }, cancel);
        if (answer.Ok) snapshots.Replace(venue.Info());
        return answer;
    }

    private static Answer<Venue> Furnished(Guid organisation, Request request, Actor actor, Instant at)
    {
        var venue = Venue.Open(organisation, request.Vertical!, request.Details!, actor, at);
        var days = Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None);
        var fault = venue.SetHours([.. days.Select(day => new OpeningHours(day, request.Opens!.Value, request.Closes!.Value))])
            ?? venue.SetResources([.. Enumerable.Range(1, request.Courts!.Value).Select(n => new ResourceInfo(Guid.CreateVersion7(), $"Court {n}", "court", n, false, []))])
            ?? venue.SetOfferings([new OfferingInfo(Guid.CreateVersion7(), "Court", Shape.Slots, [60, 90, 120], 30, [.. venue.Resources.Select(r => r.Id)], 4, true)])
            ?? venue.SetPrices(Prices(request));
        return fault is null ? venue : fault;
    }

    private static List<PriceRule> Prices(Request request)
    {
        var usual = new PriceRule(Guid.CreateVersion7(), request.PeakPerHour is null ? "Court" : "Off-peak", null, [], [], LocalTime.Midnight, LocalTime.Midnight, null, null, null, null, null, request.PerHour!.Value, false);
        return request.PeakPerHour is not { } peak ? [usual]
            : [new PriceRule(Guid.CreateVersion7(), "Peak", null, [], [], request.PeakFrom!.Value, request.PeakTo!.Value, null, null, null, null, null, peak, true), usual];
    }
}
