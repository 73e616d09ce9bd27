using Microsoft.Extensions.Hosting;

namespace Sarai.Payments;

/// <summary>A way to pay. Adding one is a class and a registration.</summary>
public interface IProvider
{
    /// <summary>The method's name in requests and in the ledger.</summary>
    string Name { get; }

    /// <summary>The account whose balance falls when this payment's money arrives, and rises when it goes back.</summary>
    /// <param name="payment">The payment.</param>
    /// <param name="merchant">Whose merchant account took it; all zeros for the platform's.</param>
    LedgerAccount Source(Payment payment, Guid merchant);
}

/// <summary>A payment that has begun, as far as a provider has to know it.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="AttemptId">The attempt: the provider's idempotency key.</param>
/// <param name="Reference">What the attempt is called towards the provider.</param>
/// <param name="Status">The payment's state.</param>
/// <param name="Amount">What is to be paid.</param>
/// <param name="GuestId">Who pays.</param>
/// <param name="OrganisationId">Whom.</param>
/// <param name="Account">Whose merchant account takes it; all zeros for the platform's.</param>
public sealed record Order(Guid PaymentId, Guid AttemptId, string Reference, PaymentStatus Status, Money Amount, Guid GuestId, Guid OrganisationId, Guid Account = default)
{
    /// <summary>Who pays, as far as the gateway wants to know.</summary>
    public Person? Payer { get; init; }

    /// <summary>Our own address as guests see it, without a slash at its end.</summary>
    public string Site { get; init; } = "";

    /// <summary>Where a gateway sends the guest's browser with something to read.</summary>
    public string ReturnUrl(string gateway) => $"{Site}/api/v1/webhooks/payments/{gateway}/{Account}/return/{PaymentId}";
}

/// <summary>What a provider says of an attempt, whichever way it came: webhook, return page, poll, desk.</summary>
/// <param name="Provider">Who says it.</param>
/// <param name="Reference">The attempt as we called it, or as the provider calls it.</param>
/// <param name="Captured">True: it took the money; false: it refused.</param>
/// <param name="CaptureReference">What the provider calls this very movement of money; the same in every repetition.</param>
/// <param name="Amount">How much it took; of <c>AsAsked</c> news it does not matter.</param>
/// <param name="At">When.</param>
/// <param name="Problem">Why it refused, or null.</param>
public sealed record ProviderNews(string Provider, string Reference, bool Captured, string CaptureReference, Money Amount, Instant At, string? Problem = null)
{
    /// <summary>Whose merchant account it was; news of one account never touches attempts of another.</summary>
    public Guid Account { get; init; }

    /// <summary>The gateway names no amount: it is the one that was asked for.</summary>
    public bool AsAsked { get; init; }

    /// <summary>False when the guest may still succeed with this attempt after this refusal.</summary>
    public bool Final { get; init; } = true;
}

/// <summary>The providers of this installation.</summary>
public sealed class Providers(IEnumerable<IProvider> providers, IHostEnvironment environment)
{
    private readonly Dictionary<string, IProvider> _byName = providers
        .Where(p => p is not IGateway { IsPretence: true } || !environment.IsProduction()).ToDictionary(p => p.Name);

    /// <summary>The provider of this name, or null.</summary>
    public IProvider? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The provider of a payment that exists.</summary>
    public IProvider Of(Payment payment) => _byName.GetValueOrDefault(payment.Method) ?? throw new InvalidOperationException($"The payment method {payment.Method} is not installed.");

    /// <summary>The gateways, for paying from outside.</summary>
    public IEnumerable<IGateway> Gateways => _byName.Values.OfType<IGateway>();

    /// <summary>The methods' names.</summary>
    public IEnumerable<string> Names => _byName.Keys;
}

/// <summary>Paying from what one has in the wallet.</summary>
public sealed class WalletProvider : IProvider
{
    /// <summary>The method's name.</summary>
    public const string Method = "wallet";

    /// <inheritdoc/>
    public string Name => Method;

    /// <inheritdoc/>
    public LedgerAccount Source(Payment payment, Guid merchant) => LedgerAccount.Wallet(payment.GuestId, payment.Currency);
}

/// <summary>Cash into a colleague's hand at the desk.</summary>
public sealed class CashProvider : IProvider
{
    /// <summary>The method's name.</summary>
    public const string Method = "cash";

    /// <inheritdoc/>
    public string Name => Method;

    /// <inheritdoc/>
    public LedgerAccount Source(Payment payment, Guid merchant) => LedgerAccount.Cash(payment.OrganisationId, payment.Currency);
}
