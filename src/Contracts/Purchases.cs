namespace Sarai.Contracts;

/// <summary>Questions to whoever sells something that is no booking: a package, a month of a membership. Payments asks what is to be paid, and for whom.</summary>
public interface IPurchases
{
    /// <summary>A purchase, or null. The caller checks whose it is.</summary>
    Task<Purchase?> Find(Guid purchaseId, CancellationToken cancel = default);
}

/// <summary>Something that is being bought.</summary>
/// <param name="Id">The purchase.</param>
/// <param name="BuyerId">Who buys.</param>
/// <param name="OrganisationId">Of whom.</param>
/// <param name="VenueId">Where it was bought, or null.</param>
/// <param name="Text">What, for people.</param>
/// <param name="Price">What it costs.</param>
/// <param name="Open">Whether it still waits to be paid.</param>
/// <param name="ExpiresAt">Until when it waits.</param>
public sealed record Purchase(Guid Id, Guid BuyerId, Guid OrganisationId, Guid? VenueId, string Text, Money Price, bool Open, Instant ExpiresAt);

/// <summary>Money for a purchase arrived and stands in the ledger.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="PurchaseId">What it was for.</param>
/// <param name="UserId">Who paid.</param>
/// <param name="OrganisationId">Whom.</param>
/// <param name="Amount">How much.</param>
/// <param name="Method">How.</param>
/// <param name="CapturedAt">When the provider took it.</param>
[EventName("purchase.paid")]
public sealed record PurchasePaid(Guid PaymentId, Guid PurchaseId, Guid UserId, Guid OrganisationId, Money Amount, string Method, Instant CapturedAt) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => PurchaseId;
}

/// <summary>Money came for a purchase that cannot take it, because it was paid before: Payments gives it back.</summary>
/// <param name="PurchaseId">The purchase.</param>
/// <param name="PaymentId">The payment to give back.</param>
/// <param name="Amount">How much of it.</param>
/// <param name="Reason"><c>overpaid</c>.</param>
[EventName("purchase.payment_refused")]
public sealed record PurchasePaymentRefused(Guid PurchaseId, Guid PaymentId, Money Amount, string Reason) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => PurchaseId;
}
