using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Payments;

/// <summary>Answers what other modules ask of Payments.</summary>
internal sealed class PaymentQuestions(Ledger ledger, Providers providers, IPurchases purchases, IServiceProvider services) : IPayments
{
    public Task<Money> WalletBalance(Guid userId, string currency, CancellationToken cancel = default) => ledger.Balance(LedgerAccount.Wallet(userId, currency), cancel);

    public async Task<Answer<Money>> TakeFromWallet(Guid purchaseId, CancellationToken cancel = default)
    {
        if (await purchases.Find(purchaseId, cancel) is not { } purchase) return Fault.NotFound("purchase");
        var taken = await PayPurchase.Take(purchase, providers.Find(WalletProvider.Method)!, Actor.System("renewal"), services, cancel);
        if (taken.Fault is { } fault) return fault;
        services.GetRequiredService<PaymentsDb>().Announce();
        return taken.Value.Amount;
    }

    public async Task<IReadOnlyDictionary<Guid, decimal>> Commissions(CancellationToken cancel = default) =>
        (await services.GetRequiredService<PaymentsDb>().Read("select organisation_id, percent from payments.commission", row => (row.GetGuid(0), row.GetDecimal(1)), cancel)).ToDictionary();
}
