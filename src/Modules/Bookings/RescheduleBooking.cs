using System.ComponentModel.DataAnnotations;

namespace Sarai.Bookings;

/// <summary>
/// Moves a booking to another time, length or court: the old claims are freed and the new ones taken in one transaction, at the price of now.
/// The preview runs the same transaction and rolls it back, so what it says is what saving would do.
/// </summary>
public static class RescheduleBooking
{
    /// <summary>Where to.</summary>
    public sealed record Request
    {
        /// <summary>The new start, with its offset.</summary>
        [Required] public Instant? StartsAt { get; set; }

        /// <summary>Another court, or nothing to keep the one it has if that is free, else any.</summary>
        public Guid? ResourceId { get; set; }

        /// <summary>Another length in minutes, or nothing to keep it.</summary>
        [Range(1, 1440)] public int? Minutes { get; set; }

        /// <summary>Why, for the other side.</summary>
        [StringLength(500)] public string? Reason { get; set; }
    }

    /// <summary>What the move would mean.</summary>
    /// <param name="Allowed">Whether it can be done.</param>
    /// <param name="Conflict">The code of what stands against it, or null.</param>
    /// <param name="Message">A sentence for the person who is about to do it.</param>
    /// <param name="PriceDifference">New price less old, negative when it is cheaper; null when it cannot be done.</param>
    public sealed record Preview(bool Allowed, string? Conflict, string Message, Money? PriceDifference);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/bookings/{id:guid}/reschedule", Handle).Needs("update:bookings").Limited(RateLimits.Write).WithTags("Bookings").WithSummary("Move a booking");
        api.MapPost("/bookings/{id:guid}/reschedule/preview", Look).Needs("update:bookings").Limited(RateLimits.Read).WithTags("Bookings").WithSummary("What moving it would cost, without moving it");
    }

    /// <summary>Moves it.</summary>
    public static async Task<Answer<BookingView>> Handle(
        Guid id, Request request, Actor actor, BookingsDb db, Planner planner, Availability availability, TimeProvider clock, CancellationToken cancel)
    {
        var answer = await db.InTransaction<BookingView>(async () =>
        {
            var moved = await Move(id, request, actor, db, planner, clock.Now(), cancel);
            if (moved.Fault is { } fault) return fault;
            var (booking, happened) = (moved.Value.Booking, moved.Value.Event);
            db.Publish(happened);
            if (booking.GuestId != actor.UserId)
                db.Audit(actor, booking.OrganisationId, "update:desk_bookings", booking.Id, new { happened.PreviousStart, happened.PreviousResources, happened.PreviousTotal }, new { booking.StartsAt, booking.EndsAt, booking.Resources, booking.Total });
            return BookingView.Of(booking);
        }, cancel);
        if (answer.Ok) availability.Changed(answer.Value.VenueId);
        return answer;
    }

    /// <summary>Tries the move and takes it back.</summary>
    public static Task<Answer<Preview>> Look(Guid id, Request request, Actor actor, BookingsDb db, Planner planner, TimeProvider clock, CancellationToken cancel) => Tried(db, async () =>
    {
        var moved = await Move(id, request, actor, db, planner, clock.Now(), cancel);
        return moved.Fault is { } fault ? fault : Say(moved.Value.Event);
    }, cancel);

    /// <summary>Runs a change and takes it back; what stands against it is said instead of refused.</summary>
    internal static async Task<Answer<Preview>> Tried(BookingsDb db, Func<Task<Answer<Preview>>> change, CancellationToken cancel)
    {
        Answer<Preview>? seen = null;
        await db.InTransaction<Preview>(async () =>
        {
            var tried = await change();
            seen = tried.Fault is { Status: 409 or 422 or 400 } fault ? new Preview(false, fault.Code, fault.Message, null) : tried;
            return Fault.Conflict("preview", "Nothing is kept of a preview.");
        }, cancel);
        return seen!;
    }

    private static async Task<Answer<Moved>> Move(Guid id, Request request, Actor actor, BookingsDb db, Planner planner, Instant now, CancellationToken cancel)
    {
        var booking = await db.Lock(id, cancel);
        if (booking is null) return Fault.NotFound("booking");
        var byDesk = booking.GuestId != actor.UserId;
        if (byDesk && actor.Barred("update:desk_bookings", booking.OrganisationId, "booking") is { } barred) return barred;
        if (booking.MayMove(now, byDesk) is { } no) return no;
        var minutes = request.Minutes ?? (int)(booking.EndsAt - booking.StartsAt).TotalMinutes;
        var wish = await planner.Wish(booking.OfferingId, request.StartsAt!.Value, minutes, request.ResourceId, booking.GuestId, booking.Participants, now, byDesk, cancel);
        if (wish.Fault is { } unknown) return unknown;
        var alternatives = await planner.Alternatives(wish.Value, cancel);
        if (alternatives.Fault is { } refused) return refused;

        await Claims.Release(db, booking.Id, cancel);
        var present = booking.Resources.Select(r => r.Id).ToHashSet();
        foreach (var alternative in alternatives.Value.OrderByDescending(a => a.Claims.Count(c => present.Contains(c.ResourceId))))
        {
            var quote = await planner.Price(wish.Value, alternative, cancel);
            if (quote.Fault is { } unpriced) return unpriced;
            if (!await Claims.TryTake(db, booking.Id, alternative, booking.ExpiresAt, now, cancel)) continue;
            var happened = booking.Move(alternative, quote.Value, wish.Value, actor, request.Reason, now);
            if (await Quota.Check(db, booking, booking.Policy with { MaxUpcoming = null }, byDesk, cancel) is { } quota) return quota;
            return new Moved(booking, happened);
        }
        return Claims.TakenFault;
    }

    internal static Preview Say(BookingRescheduled happened)
    {
        var difference = happened.Booking.Total - happened.PreviousTotal;
        var message = difference.Amount switch
        {
            0 => Wording.Of("The price stays the same."),
            > 0 => Wording.Of("{0} more is due.", difference.Shown()),
            _ => happened.Refund.Amount > 0 ? Wording.Of("{0} goes back to the wallet.", happened.Refund.Shown()) : Wording.Of("It is {0} cheaper.", (-difference).Shown()),
        };
        return new Preview(true, null, message, difference);
    }

    private sealed record Moved(Booking Booking, BookingRescheduled Event);
}
