namespace Sarai.Payments;

/// <summary>The states of a payment.</summary>
public enum PaymentStatus
{
    /// <summary>The guest has begun, or has promised to pay at the desk; nothing has arrived.</summary>
    Pending,

    /// <summary>Money arrived and stands in the ledger.</summary>
    Captured,

    /// <summary>The provider refused.</summary>
    Failed,

    /// <summary>Nobody waits for it any more.</summary>
    Cancelled,
}

/// <summary>What a payment is for.</summary>
public enum Purpose
{
    /// <summary>A booking.</summary>
    Booking,

    /// <summary>The guest's own wallet.</summary>
    TopUp,

    /// <summary>A package or a membership.</summary>
    Purchase,
}

/// <summary>
/// The intent to pay: one sum, for one thing, by one method. Money that arrives is applied to it whatever its state, because money that arrived is
/// a fact; a failed or cancelled payment becomes captured then.
/// </summary>
public sealed class Payment : IOwned
{
    /// <summary>The organisation of what belongs to no club, such as top-ups: the platform itself.</summary>
    public static readonly Guid Platform = Guid.Empty;

    /// <summary>The payment.</summary>
    public Guid Id { get; init; }

    /// <summary>What it is for.</summary>
    public Purpose Purpose { get; init; }

    /// <summary>The booking, or null for a top-up.</summary>
    public Guid? BookingId { get; init; }

    /// <summary>Whose money it is.</summary>
    public Guid GuestId { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>The venue, or null for a top-up.</summary>
    public Guid? VenueId { get; init; }

    /// <summary>How: sandbox, wallet, cash, or a gateway's name.</summary>
    public string Method { get; init; } = "";

    /// <summary>ISO 4217.</summary>
    public string Currency { get; init; } = "";

    /// <summary>What is to be paid, in minor units.</summary>
    public long Amount { get; init; }

    /// <summary>The state.</summary>
    public PaymentStatus Status { get; init; }

    /// <summary>What arrived, in minor units; more than <see cref="Amount"/> when somebody paid twice.</summary>
    public long CapturedAmount { get; init; }

    /// <summary>What went back or is on its way back, in minor units; never more than arrived.</summary>
    public long RefundedAmount { get; init; }

    /// <summary>Why it failed, or null.</summary>
    public string? Problem { get; init; }

    /// <summary>When the hold it pays for lapses, or null.</summary>
    public Instant? ExpiresAt { get; init; }

    /// <summary>Who began it: the guest, or staff at the desk.</summary>
    public Guid CreatedBy { get; init; }

    /// <summary>When it was begun.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>When money first arrived, or null.</summary>
    public Instant? CapturedAt { get; init; }

    /// <summary>The share of a split booking it pays, or null.</summary>
    public Guid? ShareId { get; init; }

    /// <summary>The package or membership it pays, or null.</summary>
    public Guid? PurchaseId { get; init; }

    /// <summary>What is to be paid.</summary>
    public Money Sum => new(Amount, Currency);

    /// <summary>What arrived and has not gone back.</summary>
    public Money Kept => new(CapturedAmount - RefundedAmount, Currency);

    /// <summary>A new intent for what is due on a booking.</summary>
    public static Payment For(BookingInfo booking, Money due, string method, Guid by, Instant at, Guid? payer = null, Guid? share = null) => new()
    {
        Id = Guid.CreateVersion7(),
        Purpose = Purpose.Booking,
        BookingId = booking.Id,
        GuestId = payer ?? booking.GuestId,
        ShareId = share,
        OrganisationId = booking.OrganisationId,
        VenueId = booking.VenueId,
        Method = method,
        Currency = due.Currency,
        Amount = due.Amount,
        ExpiresAt = booking.ExpiresAt,
        CreatedBy = by,
        CreatedAt = at,
    };

    /// <summary>A new intent for what is due on a purchase.</summary>
    public static Payment For(Purchase purchase, Money due, string method, Guid by, Instant at) => new()
    {
        Id = Guid.CreateVersion7(),
        Purpose = Purpose.Purchase,
        PurchaseId = purchase.Id,
        GuestId = purchase.BuyerId,
        OrganisationId = purchase.OrganisationId,
        VenueId = purchase.VenueId,
        Method = method,
        Currency = due.Currency,
        Amount = due.Amount,
        ExpiresAt = purchase.ExpiresAt,
        CreatedBy = by,
        CreatedAt = at,
    };

    /// <summary>A new intent to fill a wallet; it lapses after a day.</summary>
    public static Payment TopUp(Guid user, Money sum, string method, Instant at) => new()
    {
        Id = Guid.CreateVersion7(),
        Purpose = Purpose.TopUp,
        GuestId = user,
        OrganisationId = Platform,
        Method = method,
        Currency = sum.Currency,
        Amount = sum.Amount,
        ExpiresAt = at + Duration.FromDays(1),
        CreatedBy = user,
        CreatedAt = at,
    };

    /// <summary>The guest, or staff of the club who may see payments; to everybody else there is no such payment.</summary>
    public Fault? HiddenFrom(Actor actor) => GuestId == actor.UserId ? null : actor.Barred("read:payments", OrganisationId, "payment");
}

/// <summary>The states of an attempt.</summary>
public enum AttemptStatus
{
    /// <summary>The provider has not given its final answer.</summary>
    Open,

    /// <summary>The provider took the money.</summary>
    Captured,

    /// <summary>The provider refused.</summary>
    Failed,
}

/// <summary>One try to pay with a provider.</summary>
public sealed class Attempt
{
    /// <summary>The attempt. Providers get it as their idempotency key: trying again with the same id never charges twice.</summary>
    public Guid Id { get; init; }

    /// <summary>The payment.</summary>
    public Guid PaymentId { get; init; }

    /// <summary>The provider.</summary>
    public string Provider { get; init; } = "";

    /// <summary>What the provider calls it; unique for the provider. Ours until the provider has given its own.</summary>
    public string Reference { get; init; } = "";

    /// <summary>The state.</summary>
    public AttemptStatus Status { get; init; }

    /// <summary>Why it failed, or null.</summary>
    public string? Problem { get; init; }

    /// <summary>When it began.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>When the provider gave its final answer.</summary>
    public Instant? EndedAt { get; init; }

    /// <summary>When the provider is asked next, or null.</summary>
    public Instant? PollAt { get; init; }

    /// <summary>How often it was asked.</summary>
    public int Polls { get; init; }

    /// <summary>Whose merchant account takes the money; all zeros for the platform's.</summary>
    public Guid Account { get; init; }

    /// <summary>What the gateway calls the attempt, or null.</summary>
    public string? GatewayId { get; init; }

    /// <summary>What the gateway calls the movement of money it became, or null.</summary>
    public string? CaptureId { get; init; }

    /// <summary>Where the guest pays, once the gateway has said so.</summary>
    public string? CheckoutUrl { get; init; }

    /// <summary>When the guest's phone was asked for consent, or null.</summary>
    public Instant? PushedAt { get; init; }
}
