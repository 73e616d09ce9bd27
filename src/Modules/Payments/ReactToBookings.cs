using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Payments;

/// <summary>What happens to the money when something happens to the booking. Each reaction runs once in effect, in one transaction with its inbox row.</summary>
public static class ReactToBookings
{
    internal static void Register(IServiceCollection services)
    {
        services.On<BookingCancelled, PaymentsDb>(On);
        services.On<BookingExpired, PaymentsDb>(On);
        services.On<BookingRescheduled, PaymentsDb>(On);
        services.On<BookingPaymentRefused, PaymentsDb>(On);
        services.On<BookingCompleted, PaymentsDb>(EarnShares.On);
        services.On<EqualSlotOffered, PaymentsDb>(On);
    }

    private static async Task On(BookingCancelled happened, PaymentsDb db, Delivery delivery, CancellationToken cancel)
    {
        await StopWaiting(happened.Booking.Id, db, cancel);
        await GiveBack(happened.Booking, happened.Refund, happened.ToSource ? Destination.Source : Destination.Wallet, "cancelled", db, delivery, cancel);
    }

    private static async Task On(BookingExpired happened, PaymentsDb db, Delivery delivery, CancellationToken cancel)
    {
        await StopWaiting(happened.Booking.Id, db, cancel);
        await GiveBack(happened.Booking, happened.Booking.Paid, LateRefundTo(delivery), happened.Booking.InsteadOf is null ? "expired" : "slot_taken", db, delivery, cancel);
    }

    private static Task On(BookingRescheduled happened, PaymentsDb db, Delivery delivery, CancellationToken cancel) =>
        GiveBack(happened.Booking, happened.Refund, Destination.Wallet, "rescheduled", db, delivery, cancel);

    // The booking cannot take this payment: late and the slot is gone, cancelled meanwhile, or paid twice.
    private static async Task On(BookingPaymentRefused happened, PaymentsDb db, Delivery delivery, CancellationToken cancel)
    {
        var payment = await db.Find(happened.PaymentId, cancel);
        if (payment is null) return;
        var kept = payment.Kept;
        var amount = happened.Amount.Amount <= kept.Amount ? happened.Amount : kept;
        if (amount.Amount > 0) await Give(payment, amount, LateRefundTo(delivery), happened.Reason, db, delivery, cancel);
        // Another event may have given this payment's money back in another one's place; then the other one's goes back in its place.
        await GiveBack(happened.Booking, happened.Amount - amount, LateRefundTo(delivery), happened.Reason, db, delivery, cancel);
    }

    // From here on it is the money of the slot that is offered in place of the one that was gone.
    private static Task On(EqualSlotOffered happened, PaymentsDb db, Delivery delivery, CancellationToken cancel) =>
        db.Run(cancel, PaymentsDb.Sql("update payments.payment set booking_id = $2 where id = $1", happened.PaymentId, happened.Booking.Id));

    private static Destination LateRefundTo(Delivery delivery) =>
        string.Equals(delivery.Services.GetRequiredService<IConfiguration>()["Sarai:Payments:LateRefundTo"], "source", StringComparison.OrdinalIgnoreCase) ? Destination.Source : Destination.Wallet;

    // Open payments of a booking that is gone are closed. Money that arrives for one all the same is applied and offered to the booking, which decides.
    private static Task StopWaiting(Guid bookingId, PaymentsDb db, CancellationToken cancel) =>
        db.Run(cancel, PaymentsDb.Sql("update payments.payment set status = 'Cancelled' where booking_id = $1 and status = 'Pending'", bookingId));

    private static async Task GiveBack(BookingInfo booking, Money amount, Destination to, string reason, PaymentsDb db, Delivery delivery, CancellationToken cancel)
    {
        if (amount.Amount <= 0) return;
        var captured = await db.Payments.FromSql($"""
            select * from payments.payment where booking_id = {booking.Id} and captured_amount > refunded_amount order by captured_at desc, id desc for update
            """).AsNoTracking().ToListAsync(cancel);
        var rest = amount;
        foreach (var payment in captured)
        {
            var part = payment.Kept.Amount < rest.Amount ? payment.Kept : rest;
            if (part.Amount <= 0) break;
            await Give(payment, part, to, reason, db, delivery, cancel);
            rest -= part;
        }
        if (rest.Amount > 0) await Miss(booking, rest, db, delivery, cancel);
    }

    private static async Task Give(Payment payment, Money amount, Destination to, string reason, PaymentsDb db, Delivery delivery, CancellationToken cancel)
    {
        // Nobody stands at the desk to hand out cash when the house gives back by itself.
        if (payment.Method == CashProvider.Method) to = Destination.Wallet;
        var services = delivery.Services;
        var given = await RefundPayment.Give(
            payment, amount, to, reason, db, services.GetRequiredService<Ledger>(), services.GetRequiredService<Providers>(), services.GetRequiredService<TimeProvider>(), cancel, cause: delivery.EventId);
        if (given.Fault is { } fault) throw new InvalidOperationException($"Payment {payment.Id}: {fault.Message}");
    }

    // What the desk gave back before by hand is no longer there to give; anything beyond that is for a person to look at.
    private static async Task Miss(BookingInfo booking, Money rest, PaymentsDb db, Delivery delivery, CancellationToken cancel)
    {
        var byDesk = await db.Read("""
            select coalesce(sum(r.amount), 0)::bigint from payments.refund r join payments.payment p on p.id = r.payment_id where p.booking_id = $1 and r.reason = 'desk'
            """, row => row.GetInt64(0), cancel, booking.Id);
        if (rest.Amount <= byDesk[0]) return;
        db.Reviews.Add(new Review
        {
            Id = Guid.CreateVersion7(), OrganisationId = booking.OrganisationId, VenueId = booking.VenueId, Provider = "-", Reference = booking.Code, Currency = rest.Currency,
            Amount = rest.Amount, Reason = "refund_exceeds_capture", CreatedAt = delivery.Services.GetRequiredService<TimeProvider>().Now(),
        });
    }
}
