namespace Sarai.Payments;

/// <summary>Where refunded money goes.</summary>
public enum Destination
{
    /// <summary>Into the guest's wallet, at once.</summary>
    Wallet,

    /// <summary>Back to where it came from: the card, the wallet, the hand.</summary>
    Source,
}

/// <summary>The states of a refund.</summary>
public enum RefundStatus
{
    /// <summary>Promised and booked; the provider has not confirmed it yet.</summary>
    Pending,

    /// <summary>The guest has it.</summary>
    Done,

    /// <summary>The gateway has taken it on and has not said yet that the guest has it.</summary>
    Sent,

    /// <summary>The provider keeps refusing; a person must look.</summary>
    Failed,

    /// <summary>The gateway cannot send it by itself, or nobody knows whether it did: a person sends it and says so.</summary>
    ByHand,
}

/// <summary>Money that goes back, of one payment. Its amount is taken off the payment when it is made, so that all refunds together never exceed what arrived.</summary>
public sealed class Refund : IOwned
{
    /// <summary>How often a provider is asked before a person has to look.</summary>
    public const int MaxAttempts = 12;

    /// <summary>The refund. Providers get it as their idempotency key.</summary>
    public Guid Id { get; init; }

    /// <summary>The payment.</summary>
    public Guid PaymentId { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; init; } = "";

    /// <summary>How much, in minor units.</summary>
    public long Amount { get; init; }

    /// <summary>Where to.</summary>
    public Destination Destination { get; set; }

    /// <summary>Why: cancelled, slot_taken, overpaid, rescheduled, desk, wrong_amount.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What the person who made it wrote, or null.</summary>
    public string? Note { get; init; }

    /// <summary>The state.</summary>
    public RefundStatus Status { get; private set; }

    /// <summary>The event that asked for it, or null when a person did.</summary>
    public Guid? Cause { get; init; }

    /// <summary>How often the provider was asked.</summary>
    public int Attempts { get; private set; }

    /// <summary>When the provider is asked next, or null.</summary>
    public Instant? RetryAt { get; private set; }

    /// <summary>What the provider said last, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>Who made it, or null for the system.</summary>
    public Guid? CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>When the guest got it.</summary>
    public Instant? DoneAt { get; private set; }

    /// <summary>What the gateway calls it, or null.</summary>
    public string? GatewayId { get; private set; }

    /// <summary>Which wish towards the gateway this is; the next begins when the gateway has said that this one failed.</summary>
    public int Round { get; private set; }

    /// <summary>How much.</summary>
    public Money Sum => new(Amount, Currency);

    /// <summary>The guest has it.</summary>
    public void Complete(Instant at) => (Status, DoneAt, RetryAt, Problem) = (RefundStatus.Done, at, null, null);

    /// <summary>A provider will be asked to send it.</summary>
    public void Await(Instant at) => (Status, RetryAt, Attempts) = (RefundStatus.Pending, at, 0);

    /// <summary>The gateway has taken it on; it is asked again until it says more.</summary>
    public void Travel(string? gatewayId, Instant at)
    {
        (Status, GatewayId, Problem) = (RefundStatus.Sent, gatewayId ?? GatewayId, null);
        RetryAt = at + Duration.FromMinutes(Math.Min(360, 1L << Math.Min(Attempts++, 8)));
    }

    /// <summary>The guest gets it into the wallet after all.</summary>
    public void ToWallet(Instant at)
    {
        Destination = Destination.Wallet;
        Complete(at);
    }

    /// <summary>A person has to send it.</summary>
    public void Hand(string problem) => (Status, RetryAt, Problem) = (RefundStatus.ByHand, null, problem);

    /// <summary>The gateway said that it failed: it is wished anew, and after three times a person must look.</summary>
    public void Fail(string problem, Instant at)
    {
        (Round, GatewayId, Problem, Attempts) = (Round + 1, null, problem, 0);
        (Status, RetryAt) = Round % 3 == 0 ? (RefundStatus.Failed, (Instant?)null) : (RefundStatus.Pending, at + Duration.FromHours(Round % 3));
    }

    /// <summary>The gateway did not answer: it is asked again after a minute, doubling up to six hours, and then a person must look.</summary>
    public void Postpone(string problem, Instant at)
    {
        Attempts++;
        Problem = problem;
        Status = Attempts >= MaxAttempts ? RefundStatus.Failed : RefundStatus.Pending;
        RetryAt = Status == RefundStatus.Failed ? null : at + Duration.FromMinutes(Math.Min(360, 1L << (Attempts - 1)));
    }
}
