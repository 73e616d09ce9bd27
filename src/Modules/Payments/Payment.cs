namespace Sarai.Payments;

/// <summary>Where a payment is.</summary>
public enum PaymentStatus
{
    /// <summary>Waiting for the money.</summary>
    Pending,

    /// <summary>To be paid at the desk.</summary>
    Promised,

    /// <summary>The money is in the ledger.</summary>
    Captured,

    /// <summary>The last attempt failed; another can be made.</summary>
    Failed,

    /// <summary>Called off before money came.</summary>
    Cancelled,

    /// <summary>Money came that does not match; a person has to look.</summary>
    Review,
}

/// <summary>The wish to pay for a booking, or to fill a wallet.</summary>
public sealed class Payment : IOwned
{
    /// <summary>The payment.</summary>
    public Guid Id { get; init; }

    /// <summary><c>booking</c> or <c>top_up</c>.</summary>
    public string Purpose { get; init; } = "booking";

    /// <summary>What it is for; the user for a top-up.</summary>
    public Guid BookingId { get; init; }

    /// <summary>Who pays.</summary>
    public Guid UserId { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>sandbox, wallet or cash.</summary>
    public string Method { get; init; } = "";

    /// <summary>How much, in minor units.</summary>
    public long Amount { get; init; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; init; } = "";

    /// <summary>Where it is.</summary>
    public PaymentStatus Status { get; set; }

    /// <summary>What came in.</summary>
    public long Captured { get; set; }

    /// <summary>What went back.</summary>
    public long Refunded { get; set; }

    /// <summary>Why it failed, or null.</summary>
    public string? Reason { get; set; }

    /// <summary>What the receipt says.</summary>
    public string Description { get; init; } = "";

    /// <summary>When it was begun.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>When the money came, or null.</summary>
    public Instant? CapturedAt { get; set; }
}

/// <summary>One try with a provider.</summary>
public sealed class Attempt
{
    /// <summary>The attempt.</summary>
    public Guid Id { get; init; }

    /// <summary>Of which payment.</summary>
    public Guid PaymentId { get; init; }

    /// <summary>With whom.</summary>
    public string Provider { get; init; } = "";

    /// <summary>The provider's own reference, unique there.</summary>
    public string Reference { get; init; } = "";

    /// <summary>Open, Captured, Failed, Review.</summary>
    public string Status { get; set; } = "Open";

    /// <summary>When it was begun.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>When the provider was last asked about it.</summary>
    public Instant? AskedAt { get; set; }
}

/// <summary>Money that went back.</summary>
public sealed class Refund
{
    /// <summary>The refund.</summary>
    public Guid Id { get; init; }

    /// <summary>Of which payment.</summary>
    public Guid PaymentId { get; init; }

    /// <summary>How much, in minor units.</summary>
    public long Amount { get; init; }

    /// <summary><c>wallet</c> or <c>source</c>.</summary>
    public string To { get; init; } = "";

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>When.</summary>
    public Instant CreatedAt { get; init; }
}
