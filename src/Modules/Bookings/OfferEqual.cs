using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Bookings;

/// <summary>
/// Money came after the hold had run out, and somebody else has the slot. If there is an equal one (same venue, offering and length, at the same or the nearest
/// time, on any court, for no more than was paid; for nights the same dates and room types) it is held for the guest, paid with that money: one click takes it.
/// If the guest declines or does nothing, it is a hold like any other, and its money comes back.
/// </summary>
public static class OfferEqual
{
    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/bookings/{id:guid}/accept", Handle).Needs("create:booking").Limited(RateLimits.Write).WithTags("Bookings").WithSummary("Take the equal slot offered for one that was gone");

    /// <summary>The guest takes it.</summary>
    public static async Task<Answer<BookingView>> Handle(Guid id, Actor actor, BookingsDb db, Availability availability, TimeProvider clock, CancellationToken cancel) =>
        await db.InTransaction<BookingView>(async () =>
        {
            var booking = await db.Lock(id, cancel);
            if (booking is null || booking.GuestId != actor.UserId || booking.InsteadOf is null) return Fault.NotFound("offer");
            if (booking.Status == BookingStatus.Confirmed) return BookingView.Of(booking);
            if (booking.Status != BookingStatus.Held || booking.ExpiresAt <= clock.Now()) return Fault.Conflict("offer_over", "This offer has run out. Your money comes back to you.");
            if (booking.Paid < booking.Total) return Fault.Conflict("not_paid", "Something is still due on this booking. Pay it to keep the slot.");
            return await ConfirmBooking.Confirm(booking, actor, "accepted in place of a slot that was gone", db, availability, clock, cancel) is { } refused ? refused : BookingView.Of(booking);
        }, cancel);

    /// <summary>Holds an equal slot for a booking that lost its own, and hands it the money. Inside the open transaction.</summary>
    /// <returns>False when there is none.</returns>
    internal static async Task<bool> Offer(Booking gone, PaymentCaptured payment, BookingsDb db, IServiceProvider services, CancellationToken cancel)
    {
        if (payment.UserId != gone.GuestId || payment.Amount.Currency != gone.Currency) return false;
        var now = services.GetRequiredService<TimeProvider>().Now();
        if (gone.EndsAt <= now) return false;
        var booking = await (gone.Nights > 0 ? Rooms(gone, payment.Amount, db, services, now, cancel) : NearestSlot.Hold(Wanted(gone), db, services, now, (wish, alternative, quote) => Made(gone, wish, alternative, quote, payment.Amount), cancel));
        if (booking is null) return false;
        var excess = payment.Amount.Amount - booking.Total;
        booking.Receive(booking.Total);
        db.Bookings.Add(booking);
        db.Publish(new BookingHeld(booking.Info()));
        db.Publish(new EqualSlotOffered(gone.Info(), booking.Info(), payment.PaymentId));
        if (excess > 0) db.Publish(new BookingPaymentRefused(booking.Info(), payment.PaymentId, new Money(excess, booking.Currency), "overpaid"));
        await db.SaveChangesAsync(cancel);
        services.GetRequiredService<Availability>().Changed(booking.VenueId);
        return true;
    }

    private static SlotWish Wanted(Booking gone) =>
        new(gone.VenueId, gone.OfferingId, gone.StartsAt, (int)(gone.EndsAt - gone.StartsAt).TotalMinutes, null, gone.GuestId, gone.Participants, Duration.FromHours(24));

    private static async Task<Booking?> Rooms(Booking gone, Money paid, BookingsDb db, IServiceProvider services, Instant now, CancellationToken cancel)
    {
        var planner = services.GetRequiredService<Planner>();
        var stay = new StayWish(gone.VenueId, gone.LocalDate, gone.UntilDate!.Value, [.. gone.Units.Select(u => new UnitWish(u.OfferingId, null, u.Adults, u.Children, u.GuestName))], gone.Notes);
        var wish = await planner.Stay(stay, gone.GuestId, now, false, cancel);
        if (!wish.Ok) return null;
        var wanted = await planner.Rooms(wish.Value, cancel);
        if (!wanted.Ok) return null;
        var quote = await planner.Price(wish.Value, wanted.Value, cancel);
        if (!quote.Ok || Made(gone, wish.Value, wanted.Value, quote.Value, paid) is not { } booking) return null;
        if (await FreeRooms.Take(db, booking.Id, wanted.Value, booking.ExpiresAt, now, cancel) is not { } taken) return null;
        booking.Rehouse(taken);
        return booking;
    }

    // Whatever came off the price that was paid comes off this one, too: it is what the guest pays that is compared.
    private static Booking? Made(Booking gone, Wish wish, Alternative alternative, Quote quote, Money paid)
    {
        var booking = Booking.Hold(wish, alternative, quote, gone.GuestName, gone.Notes, Actor.System("late payment"), insteadOf: gone.Id);
        if (gone.Lines.Any(l => l.Key is not null)) booking.Grant([.. gone.Lines.Where(l => l.Key is not null)]);
        return booking.Total > paid.Amount ? null : booking;
    }
}
