using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Bookings;

/// <summary>
/// Makes a hold firm when its money is there, when the guest promises to pay at the desk, or when the desk says so. Before the deadline it always
/// succeeds; after it, the slot is taken again if it is still free, else the money goes back with a message.
/// </summary>
public static class ConfirmBooking
{
    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/bookings/{id:guid}/confirm", Handle).Needs("update:desk_bookings").Limited(RateLimits.Write).WithTags("Desk").WithSummary("Confirm a hold at the desk");

    /// <summary>The desk confirms a hold; the balance stays due.</summary>
    public static Task<Answer<BookingView>> Handle(Guid id, Actor actor, BookingsDb db, Availability availability, TimeProvider clock, CancellationToken cancel) =>
        db.InTransaction<BookingView>(async () =>
        {
            var booking = await db.Lock(id, cancel);
            if (booking is null) return Fault.NotFound("booking");
            if (actor.Barred("update:desk_bookings", booking.OrganisationId, "booking") is { } barred) return barred;
            var confirmed = await Confirm(booking, actor, "confirmed at the desk", db, availability, clock, cancel);
            return confirmed is null ? BookingView.Of(booking) : confirmed;
        }, cancel);

    /// <summary>Confirms a hold for which nothing is to be paid.</summary>
    /// <returns>The booking, or null when it is no longer a hold.</returns>
    internal static async Task<Booking?> Covered(Guid id, BookingsDb db, Availability availability, TimeProvider clock, CancellationToken cancel)
    {
        var confirmed = await db.InTransaction<Booking>(async () =>
        {
            if (await db.Lock(id, cancel) is not { Total: 0 } booking) return Fault.NotFound("booking");
            return await Confirm(booking, Actor.System("nothing to pay"), null, db, availability, clock, cancel) is { } fault ? fault : booking;
        }, cancel);
        return confirmed.Ok ? confirmed.Value : null;
    }

    internal static Task Prepare(IReadOnlyList<PaymentCaptured> payments, BookingsDb db, IServiceProvider services, CancellationToken cancel) =>
        db.LockAll(payments.Select(p => p.BookingId), cancel);

    /// <summary>Money for a booking is in the ledger.</summary>
    internal static async Task On(PaymentCaptured payment, BookingsDb db, Delivery delivery, CancellationToken cancel)
    {
        var booking = await db.Lock(payment.BookingId, cancel);
        if (booking is null) return;
        var actor = Actor.System($"payment by {payment.Method}");
        var excess = Math.Max(0, payment.Amount.Amount - Math.Max(0, booking.Total - booking.Paid));
        if (payment.Amount.Currency != booking.Currency)
        {
            db.Publish(new BookingPaymentRefused(booking.Info(), payment.PaymentId, payment.Amount, "wrong_currency"));
            return;
        }
        if (booking.Status is BookingStatus.Held or BookingStatus.Expired && excess < payment.Amount.Amount)
        {
            booking.Receive(payment.Amount.Amount - excess);
            // A part payment leaves the hold as it is; the rest is still due before the deadline.
            if (booking.Paid < booking.ToConfirm() && booking.Status == BookingStatus.Held && booking.ExpiresAt > Now(delivery)) return;
            var refused = booking.Paid < booking.ToConfirm()
                ? Claims.TakenFault
                : await Confirm(booking, actor, null, db, delivery.Services.GetRequiredService<Availability>(), delivery.Services.GetRequiredService<TimeProvider>(), cancel);
            if (refused is not null)
            {
                var missing = booking.Paid < booking.Total;
                booking.Receive(excess - payment.Amount.Amount);
                if (missing || !await OfferEqual.Offer(booking, payment, db, delivery.Services, cancel))
                    db.Publish(new BookingPaymentRefused(booking.Info(), payment.PaymentId, payment.Amount, "slot_taken"));
                return;
            }
        }
        else if (booking.Status is BookingStatus.Confirmed or BookingStatus.CheckedIn or BookingStatus.Completed)
        {
            booking.Receive(payment.Amount.Amount - excess);
        }
        else
        {
            excess = payment.Amount.Amount;
        }
        if (excess > 0)
        {
            var reason = booking.Status == BookingStatus.Cancelled ? "cancelled" : "overpaid";
            db.Publish(new BookingPaymentRefused(booking.Info(), payment.PaymentId, new Money(excess, booking.Currency), reason));
        }
    }

    /// <summary>The guest will pay at the desk.</summary>
    internal static async Task On(PaymentPromised promise, BookingsDb db, Delivery delivery, CancellationToken cancel)
    {
        var booking = await db.Lock(promise.BookingId, cancel);
        if (booking is null || booking.Status == BookingStatus.Confirmed) return;
        await Confirm(booking, Actor.System("promise to pay at the desk"), null, db, delivery.Services.GetRequiredService<Availability>(), delivery.Services.GetRequiredService<TimeProvider>(), cancel);
    }

    /// <summary>The desk gave money back by hand; what a cancellation or a move gives back is already counted.</summary>
    internal static async Task On(PaymentRefunded refund, BookingsDb db, Delivery delivery, CancellationToken cancel)
    {
        if (refund.Reason != "desk") return;
        var booking = await db.Lock(refund.BookingId, cancel);
        booking?.GiveBack(refund.Amount.Amount);
    }

    internal static async Task<Fault?> Confirm(
        Booking booking, Actor actor, string? reason, BookingsDb db, Availability availability, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.Now();
        var lapsed = booking.Status == BookingStatus.Expired || booking.ExpiresAt <= now;
        if (lapsed && booking.EndsAt <= now) return Fault.Conflict("already_over", "The time of this booking has passed.");
        if (lapsed && !await Reclaim(booking, db, now, cancel)) return Claims.TakenFault;
        var confirmed = booking.Confirm(actor, reason, now);
        if (confirmed.Fault is { } fault) return fault;
        if (!lapsed) db.Keep(booking.Id);
        if (booking.WaitlistId is { } waited)
            await db.Waitlist.Where(w => w.Id == waited && w.Status == WaitlistStatus.Offered).ExecuteUpdateAsync(set => set.SetProperty(w => w.Status, WaitlistStatus.Taken), cancel);
        db.Publish(confirmed.Value);
        availability.Changed(booking.VenueId);
        return null;
    }

    private static async Task<bool> Reclaim(Booking booking, BookingsDb db, Instant now, CancellationToken cancel)
    {
        await Claims.Release(db, booking.Id, cancel);
        return await Claims.TryTake(db, booking.Id, booking.Claims(), null, now, cancel);
    }

    private static Instant Now(Delivery delivery) => delivery.Services.GetRequiredService<TimeProvider>().Now();
}
