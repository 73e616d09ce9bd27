using System.ComponentModel.DataAnnotations;

namespace Sarai.Bookings;

/// <summary>
/// A weekly series: every occurrence is checked and taken in one transaction. Conflicts are skipped, moved to the nearest free time of that day, or
/// abort the whole; nothing is ever half-made. Occurrences keep their wall time across changes of the clocks.
/// </summary>
public static class BookSeries
{
    private static readonly Duration NearestWithin = Duration.FromHours(3);

    /// <summary>What to do with an occurrence that cannot be had.</summary>
    public enum OnConflict
    {
        /// <summary>Make none.</summary>
        Abort,

        /// <summary>Leave it out.</summary>
        Skip,

        /// <summary>Take the nearest free start within three hours on that day, else leave it out.</summary>
        Nearest,
    }

    /// <summary>What a guest asks for.</summary>
    public sealed record Request
    {
        /// <summary>What to book.</summary>
        [Required] public Guid? OfferingId { get; set; }

        /// <summary>A certain court, or nothing for any.</summary>
        public Guid? ResourceId { get; set; }

        /// <summary>The first occurrence's start, with its offset; its wall time and weekday are kept.</summary>
        [Required] public Instant? StartsAt { get; set; }

        /// <summary>How long.</summary>
        [Required, Range(1, 1440)] public int? Minutes { get; set; }

        /// <summary>How many weeks: 2 to 52.</summary>
        [Required, Range(2, 52)] public int? Weeks { get; set; }

        /// <summary>How many people come.</summary>
        [Range(1, 1000)] public int Participants { get; set; } = 1;

        /// <summary>What to do with occurrences that cannot be had.</summary>
        public OnConflict OnConflict { get; set; }

        /// <summary>Only look: nothing is taken.</summary>
        public bool Preview { get; set; }

        /// <summary>Anything the club should know.</summary>
        [StringLength(1000)] public string? Notes { get; set; }
    }

    /// <summary>What became of each week.</summary>
    /// <param name="SeriesId">The series.</param>
    /// <param name="Occurrences">One for each week, in order.</param>
    /// <param name="Total">What the taken ones cost together.</param>
    public sealed record Response(Guid SeriesId, IReadOnlyList<Occurrence> Occurrences, Money Total);

    /// <summary>One week.</summary>
    /// <param name="Week">1 for the first.</param>
    /// <param name="WantedAt">The wall time that was wanted.</param>
    /// <param name="Conflict">Why that could not be had, or null.</param>
    /// <param name="Booking">What was taken, or null.</param>
    public sealed record Occurrence(int Week, LocalDateTime WantedAt, string? Conflict, BookingView? Booking);

    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/bookings/series", Handle).Idempotent<BookingsDb, Response>().Needs("create:booking").Limited(RateLimits.Write)
            .WithTags("Bookings").WithSummary("Book a weekly series").Produces<Envelope<Response>>(StatusCodes.Status201Created);

    /// <summary>Takes every occurrence, or says what stands against them.</summary>
    public static async Task<Answer<Response>> Handle(Request request, Actor actor, BookingsDb db, Planner planner, ICatalog catalog, Availability availability, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await catalog.VenueOfOffering(request.OfferingId!.Value, cancel);
        if (venue is not { State: VenueState.Active }) return Fault.NotFound("offering");
        var byDesk = actor.Can("create:desk_bookings", venue.OrganisationId);
        Answer<Response>? seen = null;
        var granted = new List<Booking>();
        var answer = await db.InTransaction<Response>(async () =>
        {
            var made = await Make(request, venue, byDesk, actor, db, planner, clock.Now(), granted, cancel);
            if (!request.Preview || !made.Ok) return made;
            seen = made;
            return Fault.Conflict("preview", "Nothing is kept of a preview.");
        }, cancel);
        // What memberships gave to bookings that are not kept goes back; should the app die here, it lapses by itself.
        if (!answer.Ok) foreach (var booking in granted) await planner.Forgo(booking, cancel);
        else availability.Changed(venue.Id);
        return seen ?? answer;
    }

    private static async Task<Answer<Response>> Make(
        Request request, VenueInfo venue, bool byDesk, Actor actor, BookingsDb db, Planner planner, Instant now, List<Booking> granted, CancellationToken cancel)
    {
        var seriesId = Guid.CreateVersion7();
        var occurrences = new List<Occurrence>();
        var first = request.StartsAt!.Value.InZone(venue.Zone).LocalDateTime;
        for (var week = 1; week <= request.Weeks; week++)
        {
            var wanted = first.PlusWeeks(week - 1);
            var (booking, conflict) = await Occur(request, venue, wanted, seriesId, byDesk, actor, db, planner, now, granted, cancel);
            if (conflict is { Status: not (409 or 422 or 400) }) return conflict;
            occurrences.Add(new Occurrence(week, wanted, conflict?.Message, booking is null ? null : BookingView.Of(booking)));
        }
        var conflicts = occurrences.Where(o => o.Conflict is not null).ToList();
        if (conflicts.Count == request.Weeks || (conflicts.Count > 0 && request is { OnConflict: OnConflict.Abort, Preview: false }))
            return Fault.Conflict("series_conflict", $"{conflicts.Count} of {request.Weeks} weeks cannot be had; nothing was booked.",
                new Dictionary<string, object> { ["conflicts"] = conflicts.Select(c => new { c.Week, c.WantedAt, Reason = c.Conflict }).ToArray() });
        var total = new Money(occurrences.Sum(o => o.Booking?.Total.Amount ?? 0), venue.Currency);
        return Answer<Response>.Created(new Response(seriesId, occurrences, total));
    }

    private static async Task<(Booking? Booking, Fault? Conflict)> Occur(
        Request request, VenueInfo venue, LocalDateTime wanted, Guid seriesId, bool byDesk, Actor actor, BookingsDb db, Planner planner, Instant now, List<Booking> granted, CancellationToken cancel)
    {
        if (venue.Zone.At(wanted) is not { } start)
            return (null, Fault.Conflict("missing_time", $"On {wanted.Date:uuuu-MM-dd} the clocks go forward and {wanted.TimeOfDay:HH:mm} does not exist."));
        var (booking, conflict) = await Take(request, start, seriesId, byDesk, actor, db, planner, now, granted, cancel);
        if (conflict is null || request.OnConflict != OnConflict.Nearest) return (booking, conflict);
        var offering = venue.Offering(request.OfferingId!.Value)!;
        var others = Slots.StartsOn(venue, offering, wanted.Date, request.Minutes!.Value)
            .Where(s => s != start && Away(s, start) <= NearestWithin).OrderBy(s => Away(s, start)).ThenBy(s => s);
        foreach (var other in others)
        {
            var (nearest, taken) = await Take(request, other, seriesId, byDesk, actor, db, planner, now, granted, cancel);
            if (taken is null) return (nearest, conflict);
        }
        return (null, conflict);
    }

    private static async Task<(Booking? Booking, Fault? Conflict)> Take(
        Request request, Instant start, Guid seriesId, bool byDesk, Actor actor, BookingsDb db, Planner planner, Instant now, List<Booking> granted, CancellationToken cancel)
    {
        var wish = await planner.Wish(request.OfferingId!.Value, start, request.Minutes!.Value, request.ResourceId, actor.Id, request.Participants, now, false, cancel);
        if (wish.Fault is { } unknown) return (null, unknown);
        // A season is booked at its beginning: the window counts for its first week only.
        var alternatives = await planner.Alternatives(wish.Value with { Venue = WithoutWindow(wish.Value.Venue) }, cancel);
        if (alternatives.Fault is { } no) return (null, no);
        foreach (var alternative in alternatives.Value)
        {
            var quote = await planner.Price(wish.Value, alternative, cancel);
            if (quote.Fault is { } unpriced) return (null, unpriced);
            var booking = Booking.Hold(wish.Value, alternative, quote.Value, actor.Name, request.Notes, actor, seriesId);
            // Where a deposit is asked for, each week waits for its own.
            var firm = byDesk || wish.Value.Venue.Policy is { PayAtDesk: true, DepositPercent: 0 };
            if (!await Claims.TryTake(db, booking.Id, alternative, firm ? null : booking.ExpiresAt, now, cancel)) continue;
            if (await Quota.Check(db, booking, booking.Policy with { MaxUpcoming = null }, byDesk, cancel) is { } quota)
                return (null, quota with { Status = StatusCodes.Status403Forbidden });
            if (await planner.Grant(booking, null, cancel) is { } unfit) return (null, unfit);
            granted.Add(booking);
            db.Bookings.Add(booking);
            db.Publish(new BookingHeld(booking.Info()));
            if (firm) db.Publish(booking.Confirm(actor, "weekly series", now).Value);
            await db.SaveChangesAsync(cancel);
            return (booking, null);
        }
        return (null, Claims.TakenFault);
    }

    private static VenueInfo WithoutWindow(VenueInfo venue) => venue with { Policy = venue.Policy with { WindowDays = 730 } };

    private static Duration Away(Instant a, Instant b) => a > b ? a - b : b - a;
}
