using Microsoft.Extensions.Hosting;

namespace Sarai.Payments;

/// <summary>A way to pay. Adding one is a class and a registration.</summary>
public interface IProvider
{
    /// <summary>The method's name in requests and in the ledger.</summary>
    string Name { get; }

    /// <summary>The account whose balance falls when this payment's money arrives, and rises when it goes back.</summary>
    LedgerAccount Source(Payment payment);
}

/// <summary>A way to pay that lives elsewhere: it has pages of its own, and tells later what became of it.</summary>
public interface IGateway : IProvider
{
    /// <summary>Whether it moves no real money and so is refused in Production.</summary>
    bool IsPretence => false;

    /// <summary>What a new attempt is called towards the gateway, in the form it wants; unique for the gateway.</summary>
    string NameOf(Payment payment, Guid attemptId);

    /// <summary>
    /// Prepares the page where the guest pays. Called after the attempt is saved, outside any transaction, and again whenever the guest comes back:
    /// the attempt's id is the idempotency key.
    /// </summary>
    Task<Checkout> Open(Order order, CancellationToken cancel);

    /// <summary>Checks a webhook's signature over its raw body, and says what it tells.</summary>
    /// <returns>A fault when it is forged, too old or makes no sense.</returns>
    Answer<ProviderNews> Read(IHeaderDictionary headers, ReadOnlyMemory<byte> body);

    /// <summary>Asks what became of an attempt.</summary>
    /// <returns>Null while there is no final answer.</returns>
    Task<ProviderNews?> Query(Attempt attempt, CancellationToken cancel);

    /// <summary>Sends money back; the refund's id is the idempotency key.</summary>
    /// <returns>Null when it is done, else what stands against it; it is tried again.</returns>
    Task<string?> Refund(Refund refund, Payment payment, Attempt attempt, CancellationToken cancel);
}

/// <summary>A payment that has begun, as far as a provider has to know it.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="AttemptId">The attempt: the provider's idempotency key.</param>
/// <param name="Reference">What the attempt is called towards the provider.</param>
/// <param name="Status">The payment's state.</param>
/// <param name="Amount">What is to be paid.</param>
/// <param name="GuestId">Who pays.</param>
/// <param name="OrganisationId">Whom.</param>
public sealed record Order(Guid PaymentId, Guid AttemptId, string Reference, PaymentStatus Status, Money Amount, Guid GuestId, Guid OrganisationId);

/// <summary>Where the guest goes to pay.</summary>
/// <param name="Url">The address, absolute or on this site.</param>
/// <param name="Reference">What the provider calls the attempt, when that is not what we call it.</param>
public sealed record Checkout(string Url, string? Reference = null);

/// <summary>What a provider says of an attempt, whichever way it came: webhook, return page, poll, desk.</summary>
/// <param name="Provider">Who says it.</param>
/// <param name="Reference">The attempt, as the provider calls it.</param>
/// <param name="Captured">True: it took the money; false: it refused.</param>
/// <param name="CaptureReference">What the provider calls this very movement of money; the same in every repetition.</param>
/// <param name="Amount">How much it took.</param>
/// <param name="At">When.</param>
/// <param name="Problem">Why it refused, or null.</param>
public sealed record ProviderNews(string Provider, string Reference, bool Captured, string CaptureReference, Money Amount, Instant At, string? Problem = null);

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
    public LedgerAccount Source(Payment payment) => LedgerAccount.Wallet(payment.GuestId, payment.Currency);
}

/// <summary>Cash into a colleague's hand at the desk.</summary>
public sealed class CashProvider : IProvider
{
    /// <summary>The method's name.</summary>
    public const string Method = "cash";

    /// <inheritdoc/>
    public string Name => Method;

    /// <inheritdoc/>
    public LedgerAccount Source(Payment payment) => LedgerAccount.Cash(payment.OrganisationId, payment.Currency);
}
