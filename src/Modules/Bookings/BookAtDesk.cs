using System.ComponentModel.DataAnnotations;

namespace Sarai.Bookings;

/// <summary>The desk books for somebody who stands there or calls: one line, confirmed at once, the balance due.</summary>
public static class BookAtDesk
{
    /// <summary>Who and what.</summary>
    public sealed record Request
    {
        /// <summary>What to book.</summary>
        [Required] public Guid? OfferingId { get; set; }

        /// <summary>A certain court, or nothing for any.</summary>
        public Guid? ResourceId { get; set; }

        /// <summary>The start, with its offset.</summary>
        [Required] public Instant? StartsAt { get; set; }

        /// <summary>How long.</summary>
        [Required, Range(5, 1440)] public int? Minutes { get; set; }

        /// <summary>The guest's name.</summary>
        [Required, StringLength(100, MinimumLength = 2)] public string? Name { get; set; }

        /// <summary>The guest's phone; one of phone and e-mail is needed, so that they can be told of changes.</summary>
        [StringLength(30)] public string? Phone { get; set; }

        /// <summary>The guest's e-mail.</summary>
        [StringLength(254)] public string? Email { get; set; }

        /// <summary>How many people come.</summary>
        [Range(1, 1000)] public int Participants { get; set; } = 1;

        /// <summary>Anything to remember.</summary>
        [StringLength(1000)] public string? Notes { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/venues/{id:guid}/desk-bookings", Handle).Idempotent<BookingsDb, BookingView>()
            .Needs("create:desk_bookings").Limited(RateLimits.Write).WithTags("Desk").WithSummary("Book for a walk-in or a caller")
            .Produces<Envelope<BookingView>>(StatusCodes.Status201Created);

    /// <summary>Books and confirms.</summary>
    public static async Task<Answer<BookingView>> Handle(
        Guid id, Request request, Actor actor, BookingsDb db, Planner planner, ICatalog catalog, IIdentity identity, Availability availability, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("create:desk_bookings", venue.OrganisationId, "venue") is { } barred) return barred;
        if (venue.Offering(request.OfferingId!.Value) is null) return Fault.NotFound("offering");
        var guest = await identity.FindOrInvite(request.Name!, request.Phone, request.Email, cancel);
        if (guest.Fault is { } malformed) return malformed;
        var wish = await planner.Wish(request.OfferingId.Value, request.StartsAt!.Value, request.Minutes!.Value, request.ResourceId, guest.Value.Id, request.Participants, clock.Now(), true, cancel);
        if (wish.Fault is { } unknown) return unknown;
        var alternatives = await planner.Alternatives(wish.Value, cancel);
        if (alternatives.Fault is { } no) return no;

        var answer = await db.InTransaction<BookingView>(async () =>
        {
            foreach (var alternative in availability.LikelyFirst(venue, alternatives.Value))
            {
                var quote = await planner.Price(wish.Value, alternative, cancel);
                if (quote.Fault is { } unpriced) return unpriced;
                var booking = Booking.Hold(wish.Value, alternative, quote.Value, request.Name!, request.Notes, actor);
                if (await Quota.Check(db, booking, venue.Policy, true, cancel) is { } refused) return refused;
                if (!await Claims.TryTake(db, booking.Id, alternative, null, wish.Value.At, cancel)) continue;
                if (await planner.Grant(booking, null, cancel) is { } unfit) return unfit;
                db.Bookings.Add(booking);
                db.Publish(new BookingHeld(booking.Info()));
                db.Publish(booking.Confirm(actor, "booked at the desk", wish.Value.At).Value);
                db.Audit(actor, venue.OrganisationId, "create:desk_bookings", booking.Id, null, new { booking.Code, booking.StartsAt, booking.EndsAt, booking.Total });
                await db.SaveChangesAsync(cancel);
                return Answer<BookingView>.Created(BookingView.Of(booking));
            }
            return Claims.TakenFault;
        }, cancel);
        if (answer.Ok) availability.Changed(id);
        return answer;
    }
}
