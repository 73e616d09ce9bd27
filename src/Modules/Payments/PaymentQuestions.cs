namespace Sarai.Payments;

/// <summary>Answers what other modules ask of Payments.</summary>
internal sealed class PaymentQuestions(Ledger ledger) : IPayments
{
    public Task<Money> WalletBalance(Guid userId, string currency, CancellationToken cancel = default) => ledger.Balance(LedgerAccount.Wallet(userId, currency), cancel);
}
