using System.ComponentModel.DataAnnotations;

namespace Sarai.Payments;

/// <summary>
/// Gives money back: by a manager for a payment, or by the house itself when a booking says so. The amount is taken off what the payment has left in
/// the same statement that checks it, so that any number of refunds at once never exceed what arrived.
/// </summary>
public static class RefundPayment
{
    /// <summary>What to give back.</summary>
    public sealed record Request
    {
        /// <summary>The payment.</summary>
        [Required] public Guid? PaymentId { get; set; }

        /// <summary>How much in minor units, or nothing for all that is left.</summary>
        [Range(1, 1_000_000_000_000)] public long? Amount { get; set; }

        /// <summary>wallet or source.</summary>
        [AllowedValues("wallet", "source", ErrorMessage = "Choose wallet or source.")] public string To { get; set; } = "wallet";

        /// <summary>Why; the guest and the audit log see it.</summary>
        [Required, StringLength(500, MinimumLength = 2)] public string? Reason { get; set; }
    }

    /// <summary>A refund.</summary>
    /// <param name="RefundId">The refund.</param>
    /// <param name="PaymentId">The payment.</param>
    /// <param name="Amount">How much.</param>
    /// <param name="To">wallet or source.</param>
    /// <param name="Status">done, or pending while a gateway sends it.</param>
    public sealed record Response(Guid RefundId, Guid PaymentId, Money Amount, Destination To, RefundStatus Status);

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/payments/refund", Handle)
        .Needs("process:refunds").Limited(RateLimits.Write).Idempotent<PaymentsDb, Response>().WithTags("Payments").WithSummary("Give money back")
        .Produces<Envelope<Response>>(StatusCodes.Status201Created).Produces<ErrorEnvelope>(StatusCodes.Status409Conflict);

    /// <summary>A manager gives back.</summary>
    public static Task<Answer<Response>> Handle(Request request, Actor actor, PaymentsDb db, Ledger ledger, Providers providers, TimeProvider clock, CancellationToken cancel) => db.InTransaction<Response>(async () =>
    {
        var to = request.To == "source" ? Destination.Source : Destination.Wallet;
        var payment = await db.Find(request.PaymentId!.Value, cancel);
        if (payment is null) return Fault.NotFound("payment");
        if (actor.Barred("process:refunds", payment.OrganisationId, "payment") is { } barred) return barred;
        if (payment.Purpose == Purpose.TopUp) return Fault.Refused("not_refundable", "A top-up belongs to the guest's wallet; it is not refunded here.");
        var wanted = request.Amount is { } amount ? new Money(amount, payment.Currency) : payment.Kept;
        if (wanted.Amount < 1) return Exceeds;
        var given = await Give(payment, wanted, to, "desk", db, ledger, providers, clock, cancel, note: request.Reason, by: actor.Id);
        if (given.Fault is { } fault) return fault;
        db.Audit(actor, payment.OrganisationId, "process:refunds", payment.Id, new { payment.CapturedAmount, payment.RefundedAmount },
            new { RefundedAmount = payment.RefundedAmount + wanted.Amount, To = to, request.Reason, RefundId = given.Value.Id });
        return Answer<Response>.Created(new Response(given.Value.Id, payment.Id, wanted, to, given.Value.Status));
    }, cancel);

    /// <summary>Gives back an amount inside the open transaction. A gateway is asked afterwards, by <see cref="SendRefunds"/>.</summary>
    /// <returns>The refund, or <c>refund_too_large</c>.</returns>
    internal static async Task<Answer<Refund>> Give(
        Payment payment, Money amount, Destination to, string reason, PaymentsDb db, Ledger ledger, Providers providers, TimeProvider clock, CancellationToken cancel,
        string? note = null, Guid? by = null, Guid? cause = null)
    {
        // Credit comes back as credit and never becomes money.
        if (payment.Method == CreditProvider.Method) to = Destination.Source;
        var left = await db.Run(cancel, PaymentsDb.Sql(
            "update payments.payment set refunded_amount = refunded_amount + $2 where id = $1 and refunded_amount + $2 <= captured_amount", payment.Id, amount.Amount));
        if (left == 0) return Exceeds;
        var now = clock.Now();
        var provider = providers.Of(payment);
        var byGateway = to == Destination.Source && provider is IGateway;
        var refund = new Refund
        {
            Id = Guid.CreateVersion7(), PaymentId = payment.Id, OrganisationId = payment.OrganisationId, Currency = amount.Currency, Amount = amount.Amount, Destination = to,
            Reason = reason, Note = note, Cause = cause, CreatedBy = by, CreatedAt = now,
        };
        var receiver = byGateway ? LedgerAccount.RefundsDue(amount.Currency) : to == Destination.Source ? provider.Source(payment, Payment.Platform) : LedgerAccount.Wallet(payment.GuestId, amount.Currency);
        await db.Run(cancel, await ledger.Write(new Posting("refund", $"refund:{refund.Id}", amount, ApplyCapture.Receiver(payment), receiver, payment.Id, refund.Id, reason, now), db, cancel));
        if (payment.Method == CreditProvider.Method) await SpendCredit.Restore(payment.Id, amount.Amount, db, cancel);
        if (byGateway) refund.Await(now);
        else refund.Complete(now);
        db.Refunds.Add(refund);
        // Told when it is promised, not when the gateway has sent it: from here on the money is no longer the organisation's nor the booking's.
        db.Publish(new PaymentRefunded(
            refund.Id, payment.Id, payment.BookingId ?? payment.PurchaseId!.Value, payment.GuestId, payment.OrganisationId, amount, to == Destination.Source ? "source" : "wallet", reason));
        return refund;
    }

    /// <summary>409 <c>refund_too_large</c>.</summary>
    internal static Fault Exceeds { get; } = Fault.Conflict("refund_too_large", "That is more than is left of this payment.");
}
