namespace Sarai.Payments;

/// <summary>The states of a review.</summary>
public enum ReviewStatus
{
    /// <summary>Somebody has to decide.</summary>
    Open,

    /// <summary>The money was applied to its booking.</summary>
    Accepted,

    /// <summary>The money went back.</summary>
    Returned,
}

/// <summary>Money that arrived and fits nowhere by itself: a wrong amount, a wrong currency, a payment nobody knows. It stands in the ledger until a person decides.</summary>
public sealed class Review : IOwned
{
    /// <summary>The review.</summary>
    public Guid Id { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>The venue, if it is known.</summary>
    public Guid? VenueId { get; init; }

    /// <summary>The payment it was meant for, if it is known.</summary>
    public Guid? PaymentId { get; init; }

    /// <summary>Who brought the money.</summary>
    public string Provider { get; init; } = "";

    /// <summary>What the provider calls it.</summary>
    public string Reference { get; init; } = "";

    /// <summary>ISO 4217.</summary>
    public string Currency { get; init; } = "";

    /// <summary>How much, in minor units.</summary>
    public long Amount { get; init; }

    /// <summary><c>wrong_amount</c>, <c>wrong_currency</c>, <c>unknown_payment</c>, <c>refund_exceeds_capture</c>, <c>disputed</c>, <c>settlement_missing</c>, <c>settlement_unknown</c>, <c>settlement_differs</c>.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The state.</summary>
    public ReviewStatus Status { get; private set; }

    /// <summary>When it came up.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>When it was decided.</summary>
    public Instant? DecidedAt { get; private set; }

    /// <summary>Who decided.</summary>
    public Guid? DecidedBy { get; private set; }

    /// <summary>What they wrote.</summary>
    public string? Note { get; private set; }

    /// <summary>Whether money stands on the account under review for it; the other cases only want to be looked at.</summary>
    public bool Moves => Reason is "wrong_amount" or "wrong_currency" or "unknown_payment";

    /// <summary>The money in question.</summary>
    public Money Sum => new(Amount, Currency);

    /// <summary>Decides it, once.</summary>
    public Fault? Decide(ReviewStatus decision, Guid by, string note, Instant at)
    {
        if (Status != ReviewStatus.Open) return Fault.Conflict("already_decided", "Somebody has already decided this.");
        (Status, DecidedBy, DecidedAt, Note) = (decision, by, at, note);
        return null;
    }
}
