using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Payments;

/// <summary>A payment as guest and desk see it: its state, and the receipt.</summary>
public static class GetPayment
{
    /// <summary>Where a payment stands.</summary>
    /// <param name="PaymentId">The payment.</param>
    /// <param name="BookingId">The booking, or null for a top-up.</param>
    /// <param name="Status">pending, captured, failed or cancelled.</param>
    /// <param name="Method">How it is paid.</param>
    /// <param name="Amount">What was to be paid.</param>
    /// <param name="Captured">What arrived.</param>
    /// <param name="Refunded">What went back.</param>
    /// <param name="Problem">Why it failed, or null.</param>
    public sealed record Standing(Guid PaymentId, Guid? BookingId, PaymentStatus Status, string Method, Money Amount, Money Captured, Money Refunded, string? Problem);

    /// <summary>A receipt.</summary>
    /// <param name="Payment">Where the payment stands.</param>
    /// <param name="CreatedAt">When it was begun.</param>
    /// <param name="CapturedAt">When the money arrived, or null.</param>
    /// <param name="Booking">What it was for, or null for a top-up.</param>
    /// <param name="Refunds">What went back.</param>
    public sealed record Receipt(Standing Payment, Instant CreatedAt, Instant? CapturedAt, BookingInfo? Booking, IReadOnlyList<RefundLine> Refunds);

    /// <summary>A refund on a receipt.</summary>
    public sealed record RefundLine(Guid RefundId, Money Amount, Destination To, RefundStatus Status, string Reason, Instant CreatedAt);

    /// <summary>Which payment to ask the provider about.</summary>
    public sealed record VerifyRequest
    {
        /// <summary>The payment.</summary>
        [Required] public Guid? PaymentId { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/payments/{id:guid}/status", Status).Limited(RateLimits.Read).WithTags("Payments").WithSummary("Where a payment stands");
        api.MapGet("/payments/{id:guid}", ReceiptOf).Limited(RateLimits.Read).WithTags("Payments").WithSummary("A payment's receipt");
        api.MapPost("/payments/verify", Verify).Limited(RateLimits.Write).WithTags("Payments").WithSummary("Ask the provider where a payment stands, now");
    }

    /// <summary>Where it stands by our books.</summary>
    public static async Task<Answer<Standing>> Status(Guid id, Actor actor, PaymentsDb db, CancellationToken cancel) =>
        await Visible(id, actor, db, cancel) is { } payment ? StandingOf(payment) : Fault.NotFound("payment");

    /// <summary>The receipt.</summary>
    public static async Task<Answer<Receipt>> ReceiptOf(Guid id, Actor actor, PaymentsDb db, IBookings bookings, CancellationToken cancel)
    {
        if (await Visible(id, actor, db, cancel) is not { } payment) return Fault.NotFound("payment");
        var refunds = await db.Refunds.AsNoTracking().Where(r => r.PaymentId == id).OrderBy(r => r.Id).ToListAsync(cancel);
        var booking = payment.BookingId is { } bookingId ? await bookings.Find(bookingId, cancel) : null;
        return new Receipt(StandingOf(payment), payment.CreatedAt, payment.CapturedAt, booking, [.. refunds.Select(r => new RefundLine(r.Id, r.Sum, r.Destination, r.Status, r.Reason, r.CreatedAt))]);
    }

    /// <summary>Asks the provider about every attempt that has no final answer yet, and applies what it says.</summary>
    public static async Task<Answer<Standing>> Verify(VerifyRequest request, Actor actor, PaymentsDb db, IServiceProvider services, CancellationToken cancel)
    {
        if (await Visible(request.PaymentId!.Value, actor, db, cancel) is not { } payment) return Fault.NotFound("payment");
        var open = await db.Attempts.AsNoTracking().Where(a => a.PaymentId == payment.Id && a.Status == AttemptStatus.Open).ToListAsync(cancel);
        try
        {
            foreach (var attempt in open) await Reconcile.Ask(attempt, services, cancel);
        }
        catch (GatewayDown)
        {
            // The books say what is known; the gateway is asked again by itself.
        }
        return StandingOf((await db.Find(payment.Id, cancel))!);
    }

    internal static Standing StandingOf(Payment p) =>
        new(p.Id, p.BookingId, p.Status, p.Method, p.Sum, new Money(p.CapturedAmount, p.Currency), new Money(p.RefundedAmount, p.Currency), p.Problem);

    private static async Task<Payment?> Visible(Guid id, Actor actor, PaymentsDb db, CancellationToken cancel) =>
        await db.Find(id, cancel) is { } payment && payment.HiddenFrom(actor) is null ? payment : null;
}
