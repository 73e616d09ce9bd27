using System.ComponentModel.DataAnnotations;

namespace Sarai.Bookings;

/// <summary>
/// Changes a stay: other dates or rooms at the price of now, or one of its rooms for another, from the start or in the middle (a split stay). The old
/// claims are freed and the new ones taken in one transaction; the guest keeps the room they had where that is possible.
/// </summary>
public static class ChangeNights
{
    /// <summary>The new dates and rooms, all of them.</summary>
    public sealed record Request : BookNights.Request
    {
        /// <summary>Why, for the other side.</summary>
        [StringLength(500)] public string? Reason { get; set; }
    }

    /// <summary>Another room.</summary>
    public sealed record RoomRequest
    {
        /// <summary>Which of the booking's rooms, counted from 0.</summary>
        [Range(0, 19)] public int Unit { get; set; }

        /// <summary>The room to move to.</summary>
        [Required] public Guid? ResourceId { get; set; }

        /// <summary>From this night on, or nothing for the whole stay or what is left of it.</summary>
        public LocalDate? From { get; set; }

        /// <summary>Why.</summary>
        [StringLength(500)] public string? Reason { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPut("/bookings/{id:guid}/nights", (Request request, Guid id, Actor actor, BookingsDb db, Planner planner, Availability availability, TimeProvider clock, CancellationToken cancel) =>
                Handle(id, request.Wish(Guid.Empty), request.Reason, actor, db, planner, availability, clock, cancel))
            .Needs("update:bookings").Limited(RateLimits.Write).WithTags("Nights").WithSummary("Change the dates or rooms of a stay");
        api.MapPost("/bookings/{id:guid}/nights/preview", (Request request, Guid id, Actor actor, BookingsDb db, Planner planner, TimeProvider clock, CancellationToken cancel) =>
                RescheduleBooking.Tried(db, async () => Seen(await Change(id, request.Wish(Guid.Empty), request.Reason, actor, db, planner, clock.Now(), cancel)), cancel))
            .Needs("update:bookings").Limited(RateLimits.Read).WithTags("Nights").WithSummary("What changing a stay would cost, without changing it");
        api.MapPost("/bookings/{id:guid}/room/preview", (RoomRequest request, Guid id, Actor actor, BookingsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel) =>
                RescheduleBooking.Tried(db, async () => Seen(await Move(id, request, actor, db, catalog, clock.Now(), cancel)), cancel))
            .Needs("update:desk_bookings").Limited(RateLimits.Read).WithTags("Nights").WithSummary("Whether a guest can move to another room, without moving them");
        api.MapPost("/bookings/{id:guid}/room", (RoomRequest request, Guid id, Actor actor, BookingsDb db, ICatalog catalog, Availability availability, TimeProvider clock, CancellationToken cancel) =>
                MoveRoom(id, request, actor, db, catalog, availability, clock, cancel))
            .Needs("update:desk_bookings").Limited(RateLimits.Write).WithTags("Nights").WithSummary("Move a guest to another room, also in the middle of a stay");
    }

    /// <summary>Changes dates and rooms.</summary>
    public static async Task<Answer<BookingView>> Handle(
        Guid id, StayWish stay, string? reason, Actor actor, BookingsDb db, Planner planner, Availability availability, TimeProvider clock, CancellationToken cancel)
    {
        var answer = await db.InTransaction<BookingView>(async () =>
        {
            var changed = await Change(id, stay, reason, actor, db, planner, clock.Now(), cancel);
            if (changed.Fault is { } fault) return fault;
            var (booking, happened) = changed.Value;
            db.Publish(happened);
            if (booking.GuestId != actor.UserId) db.Audit(actor, booking.OrganisationId, "update:desk_bookings", booking.Id, new { happened.PreviousStart, happened.PreviousResources, happened.PreviousTotal }, new { booking.StartsAt, booking.EndsAt, booking.Resources, booking.Total });
            return BookingView.Of(booking);
        }, cancel);
        if (answer.Ok) availability.Changed(answer.Value.VenueId);
        return answer;
    }

    /// <summary>Moves a guest to another room.</summary>
    public static async Task<Answer<BookingView>> MoveRoom(
        Guid id, RoomRequest request, Actor actor, BookingsDb db, ICatalog catalog, Availability availability, TimeProvider clock, CancellationToken cancel)
    {
        var answer = await db.InTransaction<BookingView>(async () =>
        {
            var moved = await Move(id, request, actor, db, catalog, clock.Now(), cancel);
            if (moved.Fault is { } fault) return fault;
            var (booking, happened, before) = moved.Value;
            db.Publish(happened);
            db.Audit(actor, booking.OrganisationId, "update:desk_bookings", id, new { Resources = before }, new { booking.Resources });
            return BookingView.Of(booking);
        }, cancel);
        if (answer.Ok) availability.Changed(answer.Value.VenueId);
        return answer;
    }

    private static async Task<Answer<Changed>> Change(Guid id, StayWish stay, string? reason, Actor actor, BookingsDb db, Planner planner, Instant now, CancellationToken cancel)
    {
        var booking = await db.Lock(id, cancel);
        if (booking is null) return Fault.NotFound("booking");
        var byDesk = booking.GuestId != actor.UserId;
        if (byDesk && actor.Barred("update:desk_bookings", booking.OrganisationId, "booking") is { } barred) return barred;
        if (booking.MayChangeNights(stay.CheckIn, now, byDesk) is { } no) return no;
        var moved = await Rebook(booking, stay with { VenueId = booking.VenueId }, byDesk, reason, actor, db, planner, now, cancel);
        return moved.Fault is { } fault ? fault : new Changed(booking, moved.Value);
    }

    private static async Task<Answer<Moved>> Move(Guid id, RoomRequest request, Actor actor, BookingsDb db, ICatalog catalog, Instant now, CancellationToken cancel)
    {
        var booking = await db.Lock(id, cancel);
        if (booking is null) return Fault.NotFound("booking");
        if (actor.Barred("update:desk_bookings", booking.OrganisationId, "booking") is { } barred) return barred;
        var venue = await catalog.Venue(booking.VenueId, cancel);
        if (booking.Nights == 0 || venue is null) return Fault.Refused("wrong_shape", "This is not a booking of nights.");
        if (venue.Resource(request.ResourceId!.Value) is not { Retired: false } room) return Fault.NotFound("room");
        var before = booking.Resources;
        var from = request.From is { } date ? venue.Zone.AtLeniently(date + venue.Policy.CheckIn).ToInstant() : booking.StartsAt;
        // What was slept stays where it was slept.
        if (booking.Status == BookingStatus.CheckedIn && from < now) from = now;
        var moved = booking.MoveUnit(request.Unit, room, from, actor, request.Reason, now);
        if (moved.Fault is { } fault) return fault;
        await Claims.Release(db, id, cancel);
        if (!await Claims.TryTake(db, id, booking.Claims(), booking.ExpiresAt, now, cancel)) return Claims.TakenFault with { Said = $"{room.Name} is not free on all of these nights." };
        return new Moved(booking, moved.Value, before);
    }

    private static Answer<RescheduleBooking.Preview> Seen(Answer<Changed> changed) => changed.Fault is { } fault ? fault : RescheduleBooking.Say(changed.Value.Event);

    private static Answer<RescheduleBooking.Preview> Seen(Answer<Moved> moved) =>
        moved.Fault is { } fault ? fault : new RescheduleBooking.Preview(true, null, Wording.Of("The price stays the same."), new Money(0, moved.Value.Booking.Currency));

    private static async Task<Answer<BookingRescheduled>> Rebook(
        Booking booking, StayWish stay, bool byDesk, string? reason, Actor actor, BookingsDb db, Planner planner, Instant now, CancellationToken cancel)
    {
        // A guest in the house keeps the arrival that has passed, so the wish is made as of then.
        var asOf = booking.Status == BookingStatus.CheckedIn ? Instant.Min(now, booking.StartsAt) : now;
        var wish = await planner.Stay(stay, booking.GuestId, asOf, byDesk, cancel);
        if (wish.Fault is { } unknown) return unknown;
        var wanted = await planner.Rooms(wish.Value, cancel);
        if (wanted.Fault is { } no) return no;
        var quote = stay.AgreedPerNight is { } agreed ? Nights.Agreed(wish.Value, agreed) : await planner.Price(wish.Value, wanted.Value, cancel);
        if (quote.Fault is { } unpriced) return unpriced;
        await Claims.Release(db, booking.Id, cancel);
        var kept = Keep(booking, wanted.Value);
        var taken = kept is not null && await Claims.TryTake(db, booking.Id, kept, booking.ExpiresAt, now, cancel) ? kept : await FreeRooms.Take(db, booking.Id, wanted.Value, booking.ExpiresAt, now, cancel);
        if (taken is null) return BookNights.Full(wish.Value);
        return booking.Move(taken, quote.Value, wish.Value, actor, reason ?? "changed", now);
    }

    // The rooms it has now, if each still does for its unit.
    private static Alternative? Keep(Booking booking, Alternative wanted)
    {
        var kept = new List<ClaimNeed>();
        foreach (var need in wanted.Claims)
        {
            if (booking.Resources.LastOrDefault(r => r.Unit == need.Unit) is not { } has || (need.ResourceId != has.Id && need.OrAnyOf.All(r => r.Id != has.Id))) return null;
            kept.Add(new ClaimNeed(has.Id, has.Name, need.During) { Unit = need.Unit });
        }
        return kept.DistinctBy(k => k.ResourceId).Count() == kept.Count ? new Alternative(kept) : null;
    }

    private sealed record Changed(Booking Booking, BookingRescheduled Event);

    private sealed record Moved(Booking Booking, RoomChanged Event, IReadOnlyList<ClaimedResource> Before);
}
