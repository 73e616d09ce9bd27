using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Payments;

/// <summary>Gives money back, to the wallet or where it came from: by the desk, or because a booking was cancelled, moved to a lower price, or could not take the money.</summary>
public static class RefundPayment
{
    /// <summary>What to give back.</summary>
    public sealed record Request
    {
        /// <summary>Of which payment.</summary>
        [Required] public Guid? PaymentId { get; set; }

        /// <summary>How much in minor units, or nothing for all that is left.</summary>
        [Range(1, long.MaxValue)] public long? Amount { get; set; }

        /// <summary>wallet or source.</summary>
        [AllowedValues("wallet", "source")] public string To { get; set; } = "wallet";

        /// <summary>Why.</summary>
        [Required, StringLength(300, MinimumLength = 2)] public string? Reason { get; set; }
    }

    /// <summary>A refund.</summary>
    public sealed record Response(Guid RefundId, Guid PaymentId, Money Amount, string To);

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/payments/refund", Handle).Idempotent<PaymentsDb, Response>()
        .Needs("process:refunds").Limited(RateLimits.Write).WithTags("Payments").WithSummary("Give money back").Produces<Envelope<Response>>(StatusCodes.Status201Created);

    /// <summary>The desk gives money back.</summary>
    public static Task<Answer<Response>> Handle(Request request, Actor actor, PaymentsDb db, TimeProvider clock, CancellationToken cancel) => db.InTransaction<Response>(async () =>
    {
        var payment = await db.Lock(request.PaymentId!.Value, cancel);
        if (payment is null) return Fault.NotFound("payment");
        if (actor.Barred("process:refunds", payment.OrganisationId, "payment") is { } barred) return barred;
        var left = payment.Captured - payment.Refunded;
        var amount = request.Amount ?? left;
        if (amount > left || left == 0) return Fault.Conflict("refund_too_large", $"At most {new Money(left, payment.Currency)} can be given back.");
        var refund = await Give(payment, amount, request.To, "desk", db, clock.Now(), cancel);
        db.Audit(actor, payment.OrganisationId, "process:refunds", payment.Id, null, new { Amount = amount, request.To, request.Reason });
        await db.SaveChangesAsync(cancel);
        return Answer<Response>.Created(new Response(refund.Id, payment.Id, new Money(amount, payment.Currency), request.To));
    }, cancel);

    internal static Task On(BookingCancelled cancelled, PaymentsDb db, Delivery delivery, CancellationToken cancel) =>
        GiveBack(cancelled.Booking, cancelled.Refund.Amount, cancelled.ToSource ? "source" : "wallet", "cancelled", db, delivery.At, cancel);

    internal static Task On(BookingRescheduled moved, PaymentsDb db, Delivery delivery, CancellationToken cancel) =>
        GiveBack(moved.Booking, moved.Refund.Amount, "wallet", "rescheduled", db, delivery.At, cancel);

    internal static async Task On(BookingPaymentRefused refused, PaymentsDb db, Delivery delivery, CancellationToken cancel)
    {
        var payment = await db.Lock(refused.PaymentId, cancel);
        if (payment is null) return;
        var amount = Math.Min(refused.Amount.Amount, payment.Captured - payment.Refunded);
        if (amount > 0) await Give(payment, amount, "wallet", refused.Reason, db, delivery.At, cancel);
    }

    // What is given back for a booking is taken from its payments, the latest first.
    private static async Task GiveBack(BookingInfo booking, long amount, string to, string reason, PaymentsDb db, Instant at, CancellationToken cancel)
    {
        var pending = await db.Payments.FromSql($"select * from payments.payment where booking_id = {booking.Id} order by created_at desc for update").ToListAsync(cancel);
        if (reason == "cancelled")
        {
            foreach (var open in pending.Where(p => p.Status is PaymentStatus.Pending or PaymentStatus.Promised)) open.Status = PaymentStatus.Cancelled;
        }
        foreach (var payment in pending.Where(p => p.Status == PaymentStatus.Captured))
        {
            var part = Math.Min(amount, payment.Captured - payment.Refunded);
            if (part <= 0) continue;
            await Give(payment, part, to, reason, db, at, cancel);
            amount -= part;
        }
    }

    private static async Task<Refund> Give(Payment payment, long amount, string to, string reason, PaymentsDb db, Instant at, CancellationToken cancel)
    {
        var refund = new Refund { Id = Guid.CreateVersion7(), PaymentId = payment.Id, Amount = amount, To = to, Reason = reason, CreatedAt = at };
        payment.Refunded += amount;
        var source = payment.Method switch
        {
            "wallet" => new Ledger.Side("wallet", payment.UserId.ToString(), amount),
            "cash" => new Ledger.Side("cash", payment.OrganisationId.ToString(), amount),
            var provider => new Ledger.Side("gateway", provider, amount),
        };
        var receiver = to == "wallet" ? new Ledger.Side("wallet", payment.UserId.ToString(), amount) : source;
        var refused = await Ledger.Post(db, $"refund:{refund.Id}", "refund", payment.Id, at, payment.Currency, [new("organisation", payment.OrganisationId.ToString(), -amount), receiver], cancel);
        if (refused is not null) throw new InvalidOperationException($"A refund could not be posted: {refused.Message}");
        db.Refunds.Add(refund);
        db.Publish(new PaymentRefunded(refund.Id, payment.Id, payment.BookingId, payment.UserId, payment.OrganisationId, new Money(amount, payment.Currency), to, reason));
        return refund;
    }
}
