namespace Sarai.Payments;

/// <summary>A transfer to the organisation's bank account: the guest sends it with a short code and shows a proof; the desk says when it has arrived.</summary>
public sealed class BankTransferGateway : IGateway
{
    /// <summary>The method's name.</summary>
    public const string Method = "bank_transfer";

    /// <inheritdoc/>
    public string Name => Method;

    /// <inheritdoc/>
    public IReadOnlyList<GatewayField> Fields { get; } =
    [
        new("bank", "Bank"), new("accountTitle", "Account title"), new("iban", "IBAN or account number", Pattern: "^[A-Za-z0-9 -]{6,40}$"),
        new("confirmOnProof", "Keep the slot as soon as the guest shows a proof", Options: ["no", "yes"]),
    ];

    /// <summary>Short enough to write on a transfer form.</summary>
    public string NameOf(Payment payment, Guid attemptId) => JazzCashGateway.ShortName("SR", attemptId)[..12];

    /// <inheritdoc/>
    public Task<Answer<Checkout>> Open(Order order, Merchant merchant, CancellationToken cancel) => Task.FromResult<Answer<Checkout>>(new Checkout($"/pay/{order.AttemptId}"));

    /// <summary>Banks do not call.</summary>
    public Task<Answer<Heard>> Read(GatewayMessage message, Merchant merchant, CancellationToken cancel) => Task.FromResult<Answer<Heard>>(ReceiveWebhook.Forged);

    /// <summary>Only a person can see the account.</summary>
    public Task<ProviderNews?> Query(Attempt attempt, Merchant merchant, CancellationToken cancel) => Task.FromResult<ProviderNews?>(null);

    /// <inheritdoc/>
    public Task<RefundNews> Refund(RefundWish wish, Merchant merchant, CancellationToken cancel) => Task.FromResult(new RefundNews(RefundState.ByHand, null, "send_by_bank"));
}
