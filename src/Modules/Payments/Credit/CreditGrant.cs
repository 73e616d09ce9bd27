namespace Sarai.Payments;

/// <summary>Credit an organisation gave a guest.</summary>
public sealed class CreditGrant : IOwned
{
    /// <summary>The credit.</summary>
    public Guid Id { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>Whose it is.</summary>
    public Guid UserId { get; init; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; init; } = "";

    /// <summary>How much was given, in minor units.</summary>
    public long Amount { get; init; }

    /// <summary>How much is left; moved by conditional updates.</summary>
    public long Remaining { get; init; }

    /// <summary>Why, for the guest.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Until when it can be spent.</summary>
    public Instant ExpiresAt { get; init; }

    /// <summary>How often what was left of it has expired.</summary>
    public int Expiries { get; init; }

    /// <summary>Who gave it.</summary>
    public Guid? GivenBy { get; init; }

    /// <summary>When it was given.</summary>
    public Instant GivenAt { get; init; }
}

/// <summary>Paying from credit; it takes part in every payment of the guest by itself and cannot be asked for.</summary>
public sealed class CreditProvider : IProvider
{
    /// <summary>The method's name.</summary>
    public const string Method = "credit";

    /// <inheritdoc/>
    public string Name => Method;

    /// <inheritdoc/>
    public LedgerAccount Source(Payment payment, Guid merchant) => LedgerAccount.Credit(payment.GuestId, payment.OrganisationId, payment.Currency);
}
