namespace Sarai.Payments;

/// <summary>A way to pay that lives elsewhere: it has pages of its own, and tells later what became of it. One class per gateway; what differs between
/// organisations (keys, accounts) comes with the <see cref="Merchant"/>.</summary>
public interface IGateway : IProvider
{
    /// <summary>Whether it moves no real money and so is refused in Production.</summary>
    bool IsPretence => false;

    /// <summary>What an organisation has to set before it can use the gateway; none for one that needs no account.</summary>
    IReadOnlyList<GatewayField> Fields => [];

    /// <summary>The currencies it can take at all; none means any.</summary>
    IReadOnlyList<string> Currencies => [];

    /// <summary>The least and the most it takes at once, in minor units.</summary>
    (long Least, long Most) Range(string currency) => (1, long.MaxValue);

    /// <summary>The earliest moment after the beginning at which it may be asked about an attempt.</summary>
    Duration EarliestQuery => Duration.Zero;

    /// <summary>Whether it cannot tell a repeated refund from a second one, so that it is asked only once.</summary>
    bool RefundsOnce => false;

    /// <summary>What a new attempt is called towards the gateway, in the form it wants; unique for the gateway.</summary>
    string NameOf(Payment payment, Guid attemptId);

    /// <summary>
    /// Prepares the page where the guest pays. Called after the attempt is saved, outside any transaction, and again whenever the guest comes back
    /// before it has answered once: the attempt's id is the idempotency key.
    /// </summary>
    /// <returns>Where to go, or <see cref="Gateways.ReferenceUsed"/> when the gateway knows the reference already and cannot say its page again.</returns>
    /// <exception cref="GatewayDown">It did not answer; nobody knows whether it did anything.</exception>
    Task<Answer<Checkout>> Open(Order order, Merchant merchant, CancellationToken cancel);

    /// <summary>Checks a message's signature over its raw body, and says what it tells.</summary>
    /// <returns>A fault when it is forged, too old or makes no sense.</returns>
    Task<Answer<Heard>> Read(GatewayMessage message, Merchant merchant, CancellationToken cancel);

    /// <summary>What the gateway wants to read when its message was taken in; null for our usual answer.</summary>
    IResult? Thanks(Merchant merchant) => null;

    /// <summary>Asks what became of an attempt.</summary>
    /// <returns>Null while there is no final answer.</returns>
    /// <exception cref="GatewayDown">It did not answer.</exception>
    Task<ProviderNews?> Query(Attempt attempt, Merchant merchant, CancellationToken cancel);

    /// <summary>Sends money back; <see cref="RefundWish.Key"/> is the idempotency key.</summary>
    /// <exception cref="GatewayDown">It did not answer; it is asked again with the same key.</exception>
    Task<RefundNews> Refund(RefundWish wish, Merchant merchant, CancellationToken cancel);

    /// <summary>Asks what became of a refund that was on its way.</summary>
    Task<RefundNews> QueryRefund(RefundWish wish, Merchant merchant, CancellationToken cancel) => Task.FromResult(new RefundNews(RefundState.OnItsWay));

    /// <inheritdoc/>
    LedgerAccount IProvider.Source(Payment payment, Guid merchant) => LedgerAccount.Clearing(Name, payment.Currency, merchant);
}

/// <summary>A gateway that can ask the guest's phone for consent instead of showing a page.</summary>
public interface IPushGateway : IGateway
{
    /// <summary>Asks the phone and waits for the answer, which may take a minute. Never sent twice for one attempt.</summary>
    /// <returns>Final news, or null while the guest has not decided.</returns>
    /// <exception cref="GatewayDown">It did not answer; it is asked later what became of it.</exception>
    Task<ProviderNews?> Push(Order order, string mobile, string identity, Merchant merchant, CancellationToken cancel);
}

/// <summary>A gateway whose page is reached by posting a form from the guest's browser.</summary>
public interface IFormGateway : IGateway
{
    /// <summary>The form that takes the guest there.</summary>
    /// <param name="order">The attempt.</param>
    /// <param name="gatewayId">What the gateway calls it, if it has said so.</param>
    /// <param name="query">What the gateway added to our address when it sent the guest back for a second step.</param>
    /// <param name="merchant">The account.</param>
    /// <param name="cancel">Stops it.</param>
    Task<Answer<HandOver>> HandOver(Order order, string? gatewayId, IQueryCollection query, Merchant merchant, CancellationToken cancel);
}

/// <summary>A form the guest's browser posts to a gateway.</summary>
/// <param name="Url">Where to.</param>
/// <param name="Fields">Its hidden fields.</param>
public sealed record HandOver(string Url, IReadOnlyDictionary<string, string> Fields);

/// <summary>Where the guest goes to pay.</summary>
/// <param name="Url">The address, absolute or on this site.</param>
/// <param name="GatewayId">What the gateway calls the attempt, when that is not what we call it.</param>
public sealed record Checkout(string Url, string? GatewayId = null);

/// <summary>A message of a gateway as it came.</summary>
/// <param name="Headers">Its headers.</param>
/// <param name="Query">What stood behind the question mark.</param>
/// <param name="Body">Its raw body.</param>
public sealed record GatewayMessage(IHeaderDictionary Headers, IQueryCollection Query, ReadOnlyMemory<byte> Body);

/// <summary>What a message tells; nothing at all when it is about something we do not follow.</summary>
public sealed record Heard
{
    /// <summary>Nothing we follow.</summary>
    public static Heard Nothing { get; } = new();

    /// <summary>News of an attempt.</summary>
    public ProviderNews? Money { get; init; }

    /// <summary>News of a refund.</summary>
    public RefundNews? Refund { get; init; }

    /// <summary>The gateway should be asked about this attempt: the message itself proves nothing, or not all.</summary>
    public string? AskAbout { get; init; }

    /// <summary>Money a bank wants back from the guest's behalf; a person must look.</summary>
    public Dispute? Dispute { get; init; }

    /// <summary>News of an attempt.</summary>
    public static implicit operator Heard(ProviderNews news) => new() { Money = news };
}

/// <summary>A guest's bank wants money back.</summary>
/// <param name="Id">What the gateway calls the dispute.</param>
/// <param name="Reference">The attempt, as we or the gateway call it.</param>
/// <param name="Amount">How much.</param>
public sealed record Dispute(string Id, string Reference, Money Amount);

/// <summary>The states of a refund at a gateway.</summary>
public enum RefundState
{
    /// <summary>The gateway has sent it.</summary>
    Done,

    /// <summary>The gateway has taken it on and says later what became of it.</summary>
    OnItsWay,

    /// <summary>The gateway refused, or it failed on its way.</summary>
    Refused,

    /// <summary>The gateway cannot do it by its interface: a person sends it and says so.</summary>
    ByHand,
}

/// <summary>What a gateway says of a refund.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="GatewayId">What the gateway calls it.</param>
/// <param name="Problem">Why it was refused.</param>
/// <param name="RefundId">Which one, when the message says so.</param>
public sealed record RefundNews(RefundState State, string? GatewayId = null, string? Problem = null, Guid? RefundId = null)
{
    /// <summary>The attempt whose refunds should be asked about, when the message names none of ours.</summary>
    public string? OfAttempt { get; init; }
}

/// <summary>A refund as a gateway has to know it.</summary>
/// <param name="Refund">The refund.</param>
/// <param name="Payment">What it is of.</param>
/// <param name="Attempt">Which attempt brought the money.</param>
public sealed record RefundWish(Refund Refund, Payment Payment, Attempt Attempt)
{
    /// <summary>The idempotency key: the refund and its round.</summary>
    public string Key => $"{Refund.Id:n}-{Refund.Round}";
}

/// <summary>Something an organisation sets for a gateway.</summary>
/// <param name="Key">Its name in requests.</param>
/// <param name="Label">Its name for people.</param>
/// <param name="Secret">Whether it is sealed and never shown again.</param>
/// <param name="Required">Whether the gateway works without it.</param>
/// <param name="Pattern">What it looks like, as a regular expression, or null.</param>
/// <param name="Options">The values to choose from, or null.</param>
public sealed record GatewayField(string Key, string Label, bool Secret = false, bool Required = true, string? Pattern = null, IReadOnlyList<string>? Options = null)
{
    /// <summary>Whether messages signed with the value before the last change are still accepted.</summary>
    public bool Signs { get; init; }
}

/// <summary>An organisation's account with a gateway, opened for use.</summary>
/// <param name="OrganisationId">Whose; all zeros for the platform's.</param>
/// <param name="Gateway">The gateway.</param>
/// <param name="Enabled">Whether guests are offered it.</param>
/// <param name="Currencies">What it takes.</param>
/// <param name="Values">Settings and keys by field.</param>
public sealed record Merchant(Guid OrganisationId, string Gateway, bool Enabled, IReadOnlyList<string> Currencies, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>A setting or key; empty when it is not set.</summary>
    public string this[string key] => Values.GetValueOrDefault(key, "");

    /// <summary>A key and the one it replaced, whose signatures still count for messages on their way.</summary>
    public IEnumerable<string> Both(string key) => new[] { this[key], this["former." + key] }.Where(k => k.Length > 0);

    /// <summary>The account of a gateway that needs none.</summary>
    public static Merchant None(string gateway) => new(Payment.Platform, gateway, true, [], new Dictionary<string, string>());
}

/// <summary>What all gateways answer alike.</summary>
public static class Gateways
{
    /// <summary>422 <c>amount_not_taken</c>; null when the gateway takes so much at once.</summary>
    public static Fault? Beyond(IGateway gateway, Money amount)
    {
        var (least, most) = gateway.Range(amount.Currency);
        if (amount.Amount < least) return Fault.Refused("amount_not_taken", Wording.Of("This way to pay takes at least {0}. Choose another one.", new Money(least, amount.Currency).Shown()));
        return amount.Amount > most ? Fault.Refused("amount_not_taken", Wording.Of("This way to pay takes at most {0} at once. Choose another one.", new Money(most, amount.Currency).Shown())) : null;
    }

    /// <summary>The gateway knows this reference already and does not say its page again: a new attempt is needed.</summary>
    public static Fault ReferenceUsed { get; } = Fault.Conflict("reference_used", "This try was used up. Try again.");

    /// <summary>503 <c>gateway_unavailable</c>.</summary>
    public static Fault Unavailable { get; } = new(503, "gateway_unavailable", "The payment gateway does not answer. Your slot is still held: try again in a moment, or pay another way.");

    /// <summary>422 <c>gateway_refused</c>, with the gateway's words.</summary>
    public static Fault Refused(string message) => Fault.Refused("gateway_refused", $"The payment gateway refused: {message}");
}
