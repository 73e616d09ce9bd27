using System.ComponentModel.DataAnnotations;
// The attribute is the only way to say it by hand, and what it does is what the generator does for every other request.
#pragma warning disable ASP0029
using ValidatableTypeAttribute = Microsoft.Extensions.Validation.ValidatableTypeAttribute;

namespace Sarai.Catalog;

/// <summary>
/// Staff open a venue and change its parts. Every change is one transaction: the row, the audit entry, the event and the word to the other nodes;
/// the new state is in place on this node before the answer goes out.
/// </summary>
public static class ChangeVenue
{
    /// <summary>A new venue.</summary>
    public sealed record OpenRequest
    {
        /// <summary>Whose.</summary>
        [Required] public Guid? OrganisationId { get; set; }

        /// <summary>The trade.</summary>
        [Required, StringLength(20)] public string? Vertical { get; set; }

        /// <summary>Texts and place.</summary>
        [Required] public Details? Details { get; set; }
    }

    /// <summary>Weekly hours.</summary>
    [ValidatableType]
    public sealed record HoursRequest
    {
        /// <summary>The hours; several a day are fine.</summary>
        [Required, MaxLength(70)] public OpeningHours[]? Hours { get; set; }
    }

    /// <summary>Days that differ.</summary>
    [ValidatableType]
    public sealed record ClosuresRequest
    {
        /// <summary>The days.</summary>
        [Required, MaxLength(500)] public Closure[]? Closures { get; set; }
    }

    /// <summary>Courts or rooms.</summary>
    [ValidatableType]
    public sealed record ResourcesRequest
    {
        /// <summary>All of them, in order; a new one has no id.</summary>
        [Required, MaxLength(500)] public ResourceLine[]? Resources { get; set; }
    }

    /// <summary>A court or room.</summary>
    [ValidatableType]
    public sealed record ResourceLine
    {
        /// <summary>Which, or nothing for a new one.</summary>
        public Guid? Id { get; set; }

        /// <summary>The name guests see.</summary>
        [Required, StringLength(60, MinimumLength = 1)] public string? Name { get; set; }

        /// <summary>What it is.</summary>
        [StringLength(30)] public string Kind { get; set; } = "court";

        /// <summary>No longer bookable.</summary>
        public bool Retired { get; set; }

        /// <summary>Words such as indoor.</summary>
        [MaxLength(20)] public string[] Tags { get; set; } = [];
    }

    /// <summary>What is sold.</summary>
    [ValidatableType]
    public sealed record OfferingsRequest
    {
        /// <summary>All of them; a new one has no id.</summary>
        [Required, MaxLength(100)] public OfferingLine[]? Offerings { get; set; }
    }

    /// <summary>An offering.</summary>
    [ValidatableType]
    public sealed record OfferingLine
    {
        /// <summary>Which, or nothing for a new one.</summary>
        public Guid? Id { get; set; }

        /// <summary>The name guests see.</summary>
        [Required, StringLength(80, MinimumLength = 1)] public string? Name { get; set; }

        /// <summary>How it is sold.</summary>
        public Shape Shape { get; set; }

        /// <summary>The lengths in minutes.</summary>
        [MaxLength(20)] public int[] Durations { get; set; } = [];

        /// <summary>The grid in minutes.</summary>
        public int StepMinutes { get; set; } = 30;

        /// <summary>On which resources; empty means all.</summary>
        public Guid[] ResourceIds { get; set; } = [];

        /// <summary>How many people may come.</summary>
        public int MaxParticipants { get; set; } = 4;

        /// <summary>On sale.</summary>
        public bool Active { get; set; } = true;
    }

    /// <summary>The price rules.</summary>
    [ValidatableType]
    public sealed record PricesRequest
    {
        /// <summary>All of them, in order.</summary>
        [Required, MaxLength(200)] public PriceLineRequest[]? Prices { get; set; }
    }

    /// <summary>A price rule as it is entered.</summary>
    [ValidatableType]
    public sealed record PriceLineRequest : IValidatableObject
    {
        /// <summary>What guests see.</summary>
        [Required, StringLength(60, MinimumLength = 1)] public string? Label { get; set; }

        /// <summary>Only this offering, or nothing for all.</summary>
        public Guid? OfferingId { get; set; }

        /// <summary>Only these courts, or none for all.</summary>
        public Guid[] ResourceIds { get; set; } = [];

        /// <summary>Only these weekdays, or none for all.</summary>
        public IsoDayOfWeek[] Days { get; set; } = [];

        /// <summary>From this local time.</summary>
        public LocalTime From { get; set; }

        /// <summary>To this local time; midnight is the day's end.</summary>
        public LocalTime To { get; set; }

        /// <summary>From this date, or nothing.</summary>
        public LocalDate? FirstDate { get; set; }

        /// <summary>To this date inclusive, or nothing.</summary>
        public LocalDate? LastDate { get; set; }

        /// <summary>Booked at least so many hours ahead, or nothing.</summary>
        [Range(0, 8760)] public int? LeadHoursAtLeast { get; set; }

        /// <summary>Booked at most so many hours ahead, or nothing.</summary>
        [Range(0, 8760)] public int? LeadHoursAtMost { get; set; }

        /// <summary>Only for this membership tier, or nothing.</summary>
        [StringLength(30)] public string? Tier { get; set; }

        /// <summary>Minor units for 60 minutes; needed unless it is a rule of nights.</summary>
        public long? PerHour { get; set; }

        /// <summary>For what is sold by the night: its price and what it asks of a stay.</summary>
        public NightPrice? Night { get; set; }

        /// <summary>Shown as peak.</summary>
        public bool Peak { get; set; }

        /// <inheritdoc/>
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (PerHour is null && Night is null) yield return new ValidationResult("Give the price of an hour, or of a night.", [nameof(PerHour)]);
        }
    }

    /// <summary>A venue as its staff see it.</summary>
    public sealed record Response(VenueInfo Venue);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/venues", Open).Idempotent<CatalogDb, Response>().Needs("create:venue").Limited(RateLimits.Write).WithTags("Venues").WithSummary("Open a venue").Produces<Envelope<Response>>(201);
        api.MapGet("/venues/{id:guid}/settings", async (Guid id, Actor actor, ICatalog catalog, HttpContext http, CancellationToken cancel) => Tagged(await Look(id, actor, catalog, cancel), http)).Needs("read:venue").Limited(RateLimits.Read).WithTags("Venues").WithSummary("A venue with all its rules, for its staff");
        Put<Details>(api, "details", "update:venue", "text", (venue, r, _) => Describe(venue, r));
        Put<HoursRequest>(api, "hours", "update:venue", "hours", (venue, r, _) => venue.SetHours(r.Hours!));
        Put<ClosuresRequest>(api, "closures", "update:venue", "closures", (venue, r, _) => venue.SetClosures(r.Closures!));
        Put<Policy>(api, "policy", "update:policies", "policy", (venue, r, _) => venue.SetPolicy(r));
        Put<ResourcesRequest>(api, "resources", "update:venue", "resources", (venue, r, _) => venue.SetResources(Resources(r)));
        Put<OfferingsRequest>(api, "offerings", "update:venue", "offerings", (venue, r, _) => venue.SetOfferings(Offerings(r, venue)));
        Put<PricesRequest>(api, "prices", "update:prices", "prices", (venue, r, _) => venue.SetPrices(Rules(r.Prices!)));
    }

    /// <summary>Opens a venue in draft.</summary>
    public static async Task<Answer<Response>> Open(OpenRequest request, Actor actor, CatalogDb db, VenueSnapshots snapshots, IEnumerable<IVertical> verticals, TimeProvider clock, CancellationToken cancel)
    {
        if (actor.Barred("create:venue", request.OrganisationId!.Value, "organisation") is { } barred) return barred;
        if (verticals.All(v => v.Manifest.Name != request.Vertical)) return Fault.Invalid("vertical", $"Choose one of {string.Join(", ", verticals.Select(v => v.Manifest.Name))}.");
        var venue = Venue.Open(request.OrganisationId.Value, request.Vertical!, request.Details!, actor, clock.Now());
        var answer = await db.InTransaction<Response>(async () =>
        {
            db.Venues.Add(venue);
            await Note(db, venue, actor, "create:venue", "created", null, cancel);
            await db.SaveChangesAsync(cancel);
            return Answer<Response>.Created(new Response(venue.Info()));
        }, cancel);
        if (answer.Ok) snapshots.Replace(venue.Info());
        return answer;
    }

    /// <summary>The venue with all its rules.</summary>
    public static async Task<Answer<Response>> Look(Guid id, Actor actor, ICatalog catalog, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        return actor.Barred("read:venue", venue.OrganisationId, "venue") is { } barred ? barred : new Response(venue);
    }

    /// <summary>Changes a part of a venue.</summary>
    /// <param name="id">Which.</param>
    /// <param name="permission">What the actor needs.</param>
    /// <param name="what">The part, for the event.</param>
    /// <param name="change">The change; a fault keeps everything as it was.</param>
    /// <param name="version">The version the change was made from, or null for whichever it is now. When the venue has changed since, nothing is changed.</param>
    /// <param name="actor">Who.</param>
    /// <param name="db">The database.</param>
    /// <param name="snapshots">Is given the new state.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<Answer<Response>> Apply(
        Guid id, string permission, string what, Func<Venue, Fault?> change, long? version, Actor actor, CatalogDb db, VenueSnapshots snapshots, CancellationToken cancel)
    {
        var answer = await db.InTransaction<Response>(async () =>
        {
            var venue = await db.Lock(id, cancel);
            if (venue is null) return Fault.NotFound("venue");
            if (actor.Barred(permission, venue.OrganisationId, "venue") is { } barred) return barred;
            if (version is { } expected && expected != venue.Version) return ChangedMeanwhile;
            var before = venue.Info();
            if (change(venue) is { } fault) return fault;
            await Note(db, venue, actor, permission, what, before, cancel);
            return new Response(venue.Info());
        }, cancel);
        if (answer.Ok) snapshots.Replace(answer.Value.Venue);
        return answer;
    }

    /// <summary>The refusal when two people change a venue at once.</summary>
    public static Fault ChangedMeanwhile { get; } = new(412, "changed_meanwhile", "Somebody else changed this club since you opened the page. What you entered is kept: look at it again, then save once more.");

    /// <summary>The venue's version as an ETag.</summary>
    internal static string Tag(VenueInfo venue) => $"\"{venue.Id:n}-{venue.Version}\"";

    internal static IReadOnlyList<ResourceInfo> Resources(ResourcesRequest request) =>
        [.. request.Resources!.Select((r, i) => new ResourceInfo(r.Id ?? Guid.CreateVersion7(), r.Name!.Trim(), r.Kind, i + 1, r.Retired, r.Tags))];

    internal static IReadOnlyList<OfferingInfo> Offerings(OfferingsRequest request, Venue venue) =>
        [.. request.Offerings!.Select(o => new OfferingInfo(o.Id ?? Guid.CreateVersion7(), o.Name!.Trim(), o.Shape, [.. o.Durations.Distinct().Order()], o.StepMinutes,
            o.ResourceIds.Length > 0 ? o.ResourceIds : [.. venue.Resources.Where(r => !r.Retired).Select(r => r.Id)], o.MaxParticipants, o.Active))];

    internal static IReadOnlyList<PriceRule> Rules(IEnumerable<PriceLineRequest> prices) =>
        [.. prices.Select(p => new PriceRule(Guid.CreateVersion7(), p.Label!.Trim(), p.OfferingId, p.ResourceIds, p.Days, p.From, p.To, p.FirstDate, p.LastDate,
            p.LeadHoursAtLeast, p.LeadHoursAtMost, p.Tier, p.PerHour ?? 0, p.Peak) { Night = p.Night })];

    // The validation generator reads types off the mapped lambdas; behind a type parameter it sees none, so each request is marked as validatable.
    private static void Put<T>(IEndpointRouteBuilder api, string part, string permission, string what, Func<Venue, T, IServiceProvider, Fault?> change) where T : class =>
        api.MapPut($"/venues/{{id:guid}}/{part}", async (T request, Guid id, Actor actor, CatalogDb db, VenueSnapshots snapshots, HttpContext http, CancellationToken cancel) =>
            {
                var expected = Expected(http, id);
                return expected.Fault is { } fault ? fault : Tagged(await Apply(id, permission, what, venue => change(venue, request, http.RequestServices), expected.Value.Version, actor, db, snapshots, cancel), http);
            })
            .Needs(permission).Limited(RateLimits.Write).WithTags("Venues").WithSummary($"Change a venue's {part}; If-Match with the ETag of its settings keeps two people from undoing each other");

    private static Answer<Response> Tagged(Answer<Response> answer, HttpContext http)
    {
        if (answer.Ok) http.Response.Headers.ETag = Tag(answer.Value.Venue);
        return answer;
    }

    private static Answer<Match> Expected(HttpContext http, Guid id)
    {
        var wanted = http.Request.Headers.IfMatch.ToString();
        if (wanted is "" or "*") return new Match(null);
        return wanted.StartsWith($"\"{id:n}-", StringComparison.Ordinal) && long.TryParse(wanted.AsSpan(34).TrimEnd('"'), out var version) ? new Match(version) : ChangedMeanwhile;
    }

    /// <summary>Puts new texts and another place; the zone and the currency of a venue that was open stay.</summary>
    public static Fault? Describe(Venue venue, Details details)
    {
        if (venue.State != VenueState.Draft && details.Currency != venue.Currency)
            return Fault.Refused("currency_fixed", "The currency cannot change once a venue has been open: quotes and bookings are in it. Open a new venue instead.");
        if (venue.State != VenueState.Draft && details.TimeZone != venue.TimeZone)
            return Fault.Refused("zone_fixed", "The time zone cannot change once a venue has been open: bookings keep their wall time by it. Open a new venue instead.");
        venue.Describe(details);
        return null;
    }

    internal static async Task Note(CatalogDb db, Venue venue, Actor actor, string permission, string what, VenueInfo? before, CancellationToken cancel)
    {
        db.Publish(new VenueChanged(venue.Id, venue.OrganisationId, venue.Vertical, venue.State, what, venue.Version));
        db.Audit(actor, venue.OrganisationId, permission, venue.Id, before, venue.Info());
        await VenueSnapshots.Tell(db, venue.Id, cancel);
    }

    private sealed record Match(long? Version);
}
