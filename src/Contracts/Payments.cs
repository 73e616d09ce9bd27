namespace Sarai.Contracts;

/// <summary>Questions to Payments.</summary>
public interface IPayments
{
    /// <summary>What a guest has in the wallet, in this currency.</summary>
    Task<Money> WalletBalance(Guid userId, string currency, CancellationToken cancel = default);

    /// <summary>Pays a purchase from its buyer's wallet. Asked again, it takes nothing more.</summary>
    /// <returns>What was taken; <c>insufficient_funds</c>, or <c>nothing_due</c> when it is paid.</returns>
    Task<Answer<Money>> TakeFromWallet(Guid purchaseId, CancellationToken cancel = default);

    /// <summary>The commission in percent of the organisations that have one; the others pay none.</summary>
    Task<IReadOnlyDictionary<Guid, decimal>> Commissions(CancellationToken cancel = default);
}

/// <summary>Money arrived and stands in the ledger. Outward it is <c>payment.completed</c>.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="BookingId">What it was for.</param>
/// <param name="UserId">Who paid.</param>
/// <param name="OrganisationId">For whom.</param>
/// <param name="Amount">How much.</param>
/// <param name="Method">How: sandbox, wallet, cash …</param>
/// <param name="CapturedAt">When the provider took it.</param>
[EventName("payment.completed")]
public sealed record PaymentCaptured(Guid PaymentId, Guid BookingId, Guid UserId, Guid OrganisationId, Money Amount, string Method, Instant CapturedAt) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => BookingId;
}

/// <summary>The guest will pay at the desk; the booking is confirmed with its balance due.</summary>
[EventName("payment.promised")]
public sealed record PaymentPromised(Guid PaymentId, Guid BookingId, Guid UserId, Guid OrganisationId, Money Amount) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => BookingId;
}

/// <summary>An attempt to pay failed; the hold stands and the guest can try again.</summary>
[EventName("payment.failed")]
public sealed record PaymentFailed(Guid PaymentId, Guid BookingId, Guid UserId, Guid OrganisationId, Money Amount, string Reason) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => BookingId;
}

/// <summary>Money went back: it is in the wallet or the hand, or promised and on its way to the source.</summary>
/// <param name="RefundId">The refund.</param>
/// <param name="PaymentId">The payment it came from.</param>
/// <param name="BookingId">The booking.</param>
/// <param name="UserId">Who gets it.</param>
/// <param name="OrganisationId">Whose money it was.</param>
/// <param name="Amount">How much.</param>
/// <param name="To"><c>wallet</c> or <c>source</c>.</param>
/// <param name="Reason">Why: cancelled, slot_taken, overpaid, rescheduled, desk.</param>
[EventName("payment.refunded")]
public sealed record PaymentRefunded(Guid RefundId, Guid PaymentId, Guid BookingId, Guid UserId, Guid OrganisationId, Money Amount, string To, string Reason) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => BookingId;
}

/// <summary>A guest put money into the wallet.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="UserId">Whose wallet.</param>
/// <param name="Amount">How much.</param>
/// <param name="CapturedAt">When the provider took it.</param>
[EventName("wallet.topped_up")]
public sealed record WalletToppedUp(Guid PaymentId, Guid UserId, Money Amount, Instant CapturedAt) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => UserId;
}

/// <summary>An invoice, or below zero a credit note, was written.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="Number">Its number, without gaps within the organisation.</param>
/// <param name="PaymentId">The payment.</param>
/// <param name="BookingId">What it was for.</param>
/// <param name="UserId">Who paid.</param>
/// <param name="OrganisationId">Whose invoice it is.</param>
/// <param name="Amount">What was received; below zero when it was given back.</param>
/// <param name="Tax">The tax within it.</param>
/// <param name="TaxPercent">Its rate.</param>
/// <param name="IssuedAt">When.</param>
[EventName("invoice.issued")]
public sealed record InvoiceIssued(
    Guid InvoiceId, long Number, Guid PaymentId, Guid BookingId, Guid UserId, Guid OrganisationId, Money Amount, Money Tax, decimal TaxPercent, Instant IssuedAt) : IEvent
{
    /// <summary>Who sold it, as the organisation said; null when it has not said.</summary>
    public InvoiceSeller? Seller { get; init; }

    /// <inheritdoc/>
    public Guid Key => BookingId;
}

/// <summary>The seller on an invoice.</summary>
/// <param name="Name">The name in the trade register.</param>
/// <param name="Address">The address, in lines.</param>
/// <param name="Tax">The tax number with what it is called, such as <c>NTN 1234567-8</c>; null without one.</param>
public sealed record InvoiceSeller(string Name, string Address, string? Tax);

/// <summary>Shares of a booking were not paid in time and the club's policy calls it off; Bookings cancels it, and everybody gets back what they paid.</summary>
/// <param name="SplitId">The split.</param>
/// <param name="BookingId">The booking.</param>
/// <param name="OwnerId">Whose booking it is.</param>
/// <param name="OrganisationId">The tenant.</param>
/// <param name="Missing">How many shares are missing.</param>
[EventName("payment.split_failed")]
public sealed record SplitFailed(Guid SplitId, Guid BookingId, Guid OwnerId, Guid OrganisationId, int Missing) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => BookingId;
}
