using System.ComponentModel.DataAnnotations;

namespace Sarai.Bookings;

/// <summary>
/// Books nights: one room or several, of one type or of several, all of them or none. A guest gets a hold and some minutes to pay; the desk books for
/// somebody who stands there or calls, confirmed at once, also at a price that was agreed.
/// </summary>
public static class BookNights
{
    /// <summary>Dates and rooms.</summary>
    public record Request
    {
        /// <summary>The local date of arrival.</summary>
        [Required] public LocalDate? CheckIn { get; set; }

        /// <summary>The local date of departure.</summary>
        [Required] public LocalDate? CheckOut { get; set; }

        /// <summary>One entry for each room.</summary>
        [Required, MinLength(1), MaxLength(20)] public Room[]? Rooms { get; set; }

        /// <summary>Special requests, the hour of arrival.</summary>
        [StringLength(1000)] public string? Notes { get; set; }

        internal StayWish Wish(Guid venue) => new(venue, CheckIn!.Value, CheckOut!.Value, [.. Rooms!.Select(r => new UnitWish(r.OfferingId!.Value, r.ResourceId, r.Adults, r.Children, r.GuestName))], Notes);
    }

    /// <summary>What a guest asks for.</summary>
    public sealed record GuestRequest : Request;

    /// <summary>What the desk asks for.</summary>
    public sealed record DeskRequest : Request
    {
        /// <summary>The guest's name.</summary>
        [Required, StringLength(100, MinimumLength = 2)] public string? Name { get; set; }

        /// <summary>The guest's phone; one of phone and e-mail is needed.</summary>
        [StringLength(30)] public string? Phone { get; set; }

        /// <summary>The guest's e-mail.</summary>
        [StringLength(254)] public string? Email { get; set; }

        /// <summary>A price for a room and night that was agreed, in minor units, or nothing for the price list.</summary>
        [Range(0L, 1_000_000_000_000L)] public long? AgreedPerNight { get; set; }
    }

    /// <summary>A room.</summary>
    public sealed record Room
    {
        /// <summary>The room type.</summary>
        [Required] public Guid? OfferingId { get; set; }

        /// <summary>A certain room, or nothing for any of the type.</summary>
        public Guid? ResourceId { get; set; }

        /// <summary>How many adults sleep in it.</summary>
        [Range(1, 100)] public int Adults { get; set; } = 1;

        /// <summary>How many children sleep in it.</summary>
        [Range(0, 100)] public int Children { get; set; }

        /// <summary>Who sleeps in it, or nothing for whoever books.</summary>
        [StringLength(100)] public string? GuestName { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/venues/{id:guid}/nights", (GuestRequest request, Guid id, Actor actor, BookingsDb db, Planner planner, Availability availability, TimeProvider clock, CancellationToken cancel) =>
                Hold(request.Wish(id), actor, db, planner, availability, clock, cancel))
            .Idempotent<BookingsDb, BookingView>().Needs("create:booking").Limited(RateLimits.Write).WithTags("Nights").WithSummary("Hold rooms for some nights")
            .Produces<Envelope<BookingView>>(StatusCodes.Status201Created).Produces<ErrorEnvelope>(StatusCodes.Status409Conflict);
        api.MapPost("/venues/{id:guid}/nights/desk-bookings", (DeskRequest request, Guid id, Actor actor, BookingsDb db, Planner planner, ICatalog catalog, IIdentity identity, Availability availability, TimeProvider clock, CancellationToken cancel) =>
                AtDesk(request.Wish(id) with { AgreedPerNight = request.AgreedPerNight }, new DeskGuest(request.Name!, request.Phone, request.Email), actor, db, planner, catalog, identity, availability, clock, cancel))
            .Idempotent<BookingsDb, BookingView>().Needs("create:desk_bookings").Limited(RateLimits.Write).WithTags("Nights").WithSummary("Book nights for a walk-in or a caller")
            .Produces<Envelope<BookingView>>(StatusCodes.Status201Created).Produces<ErrorEnvelope>(StatusCodes.Status409Conflict);
    }

    /// <summary>Holds rooms for a guest.</summary>
    public static async Task<Answer<BookingView>> Hold(StayWish stay, Actor actor, BookingsDb db, Planner planner, Availability availability, TimeProvider clock, CancellationToken cancel)
    {
        var wish = await planner.Stay(stay, actor.Id, clock.Now(), false, cancel);
        if (wish.Fault is { } fault) return fault;
        return await Take(wish.Value, stay, actor.Name, actor, db, planner, availability, cancel);
    }

    /// <summary>Books and confirms for somebody else.</summary>
    public static async Task<Answer<BookingView>> AtDesk(
        StayWish stay, DeskGuest guest, Actor actor, BookingsDb db, Planner planner, ICatalog catalog, IIdentity identity, Availability availability, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await catalog.Venue(stay.VenueId, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("create:desk_bookings", venue.OrganisationId, "venue") is { } barred) return barred;
        var now = clock.Now();
        // What cannot be wished is refused before an account is made for the guest.
        if (Nights.Wish(venue, stay, Guid.Empty, now, true).Fault is { } impossible) return impossible;
        var person = await identity.FindOrInvite(guest.Name, guest.Phone, guest.Email, cancel);
        if (person.Fault is { } malformed) return malformed;
        var wish = await planner.Stay(stay, person.Value.Id, now, true, cancel);
        return wish.Fault is { } fault ? fault : await Take(wish.Value, stay, guest.Name, actor, db, planner, availability, cancel);
    }

    private static async Task<Answer<BookingView>> Take(Wish wish, StayWish stay, string name, Actor actor, BookingsDb db, Planner planner, Availability availability, CancellationToken cancel)
    {
        var wanted = await planner.Rooms(wish, cancel);
        if (wanted.Fault is { } no) return no;
        var quote = stay.AgreedPerNight is { } agreed ? Nights.Agreed(wish, agreed) : await planner.Price(wish, wanted.Value, cancel);
        if (quote.Fault is { } unpriced) return unpriced;
        var answer = await db.InTransaction<BookingView>(async () =>
        {
            var booking = Booking.Hold(wish, wanted.Value, quote.Value, name, stay.Notes, actor);
            if (await Quota.Check(db, booking, wish.Venue.Policy, wish.ByDesk, cancel) is { } refused) return refused;
            if (await FreeRooms.Take(db, booking.Id, wanted.Value, wish.ByDesk ? null : booking.ExpiresAt, wish.At, cancel) is not { } taken) return Full(wish);
            booking.Rehouse(taken);
            // What was agreed with the desk is the price.
            if (stay.AgreedPerNight is null && await planner.Grant(booking, null, cancel) is { } unfit) return unfit;
            db.Bookings.Add(booking);
            db.Publish(new BookingHeld(booking.Info()));
            if (wish.ByDesk)
            {
                db.Publish(booking.Confirm(actor, "booked at the desk", wish.At).Value);
                db.Audit(actor, booking.OrganisationId, "create:desk_bookings", booking.Id, null, new { booking.Code, booking.StartsAt, booking.EndsAt, booking.Total, stay.AgreedPerNight });
            }
            await db.SaveChangesAsync(cancel);
            return Answer<BookingView>.Created(BookingView.Of(booking));
        }, cancel);
        if (answer.Ok) availability.Changed(wish.Venue.Id);
        return answer;
    }

    internal static Fault Full(Wish wish) => wish.Units is [{ ResourceId: not null }]
        ? Claims.TakenFault with { Said = "Somebody else has this room on one of these nights. Choose another." }
        : Claims.TakenFault with { Said = $"There are not enough rooms free on every one of these {wish.Nights!.Length} nights. Choose other dates or rooms." };
}
