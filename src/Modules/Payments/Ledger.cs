using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Sarai.Payments;

/// <summary>The kinds of accounts.</summary>
public enum AccountKind
{
    /// <summary>What a guest has with us; never below zero.</summary>
    Wallet,

    /// <summary>What we owe an organisation for what guests paid.</summary>
    Organisation,

    /// <summary>What a gateway took and has not paid out to us; its balance is negative.</summary>
    Clearing,

    /// <summary>What an organisation's desk took in cash; its balance is negative.</summary>
    Cash,

    /// <summary>The platform's own: money under review, refunds on their way.</summary>
    Platform,

    /// <summary>What an organisation's coach or pandit has earned and has not been paid.</summary>
    Payee,

    /// <summary>Credit a guest has with an organisation; never below zero.</summary>
    Credit,

    /// <summary>What an organisation has promised as credit; its balance is negative.</summary>
    Promised,

    /// <summary>The tax within what an organisation received and was not yet paid; the organisation hands it on to its tax office.</summary>
    Tax,
}

/// <summary>An account of the ledger. Its id follows from what it is, so that nobody has to look it up.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Owner">The user or organisation; all zeros for the platform and its merchant accounts.</param>
/// <param name="Name">Tells several of one owner apart; the gateway's name for clearing.</param>
/// <param name="Currency">ISO 4217; an account has one.</param>
public readonly record struct LedgerAccount(AccountKind Kind, Guid Owner, string Name, string Currency)
{
    /// <summary>The account's id.</summary>
    public Guid Id => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{Kind}|{Owner:N}|{Name}|{Currency}")).AsSpan(0, 16));

    /// <summary>A guest's wallet.</summary>
    public static LedgerAccount Wallet(Guid user, string currency) => new(AccountKind.Wallet, user, "", currency);

    /// <summary>The credit a guest has with an organisation.</summary>
    public static LedgerAccount Credit(Guid user, Guid organisation, string currency) => new(AccountKind.Credit, user, organisation.ToString("N"), currency);

    /// <summary>What an organisation has promised as credit.</summary>
    public static LedgerAccount Promised(Guid organisation, string currency) => new(AccountKind.Promised, organisation, "", currency);

    /// <summary>An organisation's account.</summary>
    public static LedgerAccount Organisation(Guid organisation, string currency) => new(AccountKind.Organisation, organisation, "", currency);

    /// <summary>The tax within what guests paid an organisation.</summary>
    public static LedgerAccount Tax(Guid organisation, string currency) => new(AccountKind.Tax, organisation, "", currency);

    /// <summary>What somebody has earned with an organisation.</summary>
    public static LedgerAccount Payee(Guid organisation, Guid user, string currency) => new(AccountKind.Payee, user, organisation.ToString("n"), currency);

    /// <summary>What a gateway holds: for the platform, or in an organisation's own merchant account.</summary>
    public static LedgerAccount Clearing(string provider, string currency, Guid merchant = default) => new(AccountKind.Clearing, merchant, provider, currency);

    /// <summary>The cash at an organisation's desks.</summary>
    public static LedgerAccount Cash(Guid organisation, string currency) => new(AccountKind.Cash, organisation, "", currency);

    /// <summary>Money that arrived and waits for a person's decision.</summary>
    public static LedgerAccount UnderReview(string currency) => new(AccountKind.Platform, Guid.Empty, "review", currency);

    /// <summary>Refunds promised that a gateway has not sent yet.</summary>
    public static LedgerAccount RefundsDue(string currency) => new(AccountKind.Platform, Guid.Empty, "refunds", currency);

    /// <summary>How many rows its running total is kept in.</summary>
    public int Stripes => IsGuarded ? 1 : 16;

    /// <summary>Whether the database keeps it from going below zero.</summary>
    public bool IsGuarded => Kind is AccountKind.Wallet or AccountKind.Credit;
}

/// <summary>A movement of money from one account to another, written once under its key.</summary>
/// <param name="Kind">payment, top_up, refund, refund_sent, review, review_decided, tax, earned, payee_paid and others.</param>
/// <param name="Key">What makes it happen only once.</param>
/// <param name="Amount">How much; above zero.</param>
/// <param name="From">Whose balance falls.</param>
/// <param name="To">Whose balance rises.</param>
/// <param name="PaymentId">The payment, if there is one.</param>
/// <param name="RefundId">The refund, if there is one.</param>
/// <param name="Memo">A few words for the statement.</param>
/// <param name="At">When.</param>
public sealed record Posting(string Kind, string Key, Money Amount, LedgerAccount From, LedgerAccount To, Guid? PaymentId, Guid? RefundId, string Memo, Instant At);

/// <summary>
/// The double-entry ledger. The database keeps it honest: entries of a posting sum to zero or the transaction fails, totals move with the entries,
/// wallets stay above zero, nothing is ever changed or deleted.
/// </summary>
public sealed class Ledger(NpgsqlDataSource source, FaultPoints faults)
{
    private readonly ConcurrentDictionary<Guid, bool> _open = new();

    /// <summary>Where tests let the app die; every movement of money passes by here.</summary>
    internal FaultPoints Faults => faults;

    /// <summary>The command that writes a posting; it belongs into the same batch as what it is the money of.</summary>
    /// <param name="posting">The movement.</param>
    /// <param name="db">The database.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="beside">Which of the rows of the running totals: one for all postings of a transaction that writes many between the same accounts, so that it locks few; null for any.</param>
    public async ValueTask<NpgsqlBatchCommand> Write(Posting posting, PaymentsDb db, CancellationToken cancel, byte? beside = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(posting.Amount.Amount, 1);
        if (faults.Reached is not null) faults.Reach($"post:{posting.Kind}");
        var (id, from, to) = (Guid.CreateVersion7(), posting.From, posting.To);
        var stripe = beside ?? id.ToByteArray()[15];
        // Always in the same order, so that two postings between the same accounts never wait for each other crosswise.
        var lines = new[] { (Account: from, Amount: -posting.Amount.Amount), (Account: to, posting.Amount.Amount) }.OrderBy(l => l.Account.Id).ToArray();
        foreach (var line in lines) await Open(line.Account, posting.At, db, cancel);
        return PaymentsDb.Sql("""
            with p as (insert into payments.posting (id, kind, key, payment_id, refund_id, memo, at) values ($1, $2, $3, $4, $5, $6, $7) returning id)
            insert into payments.entry (posting_id, account_id, stripe, currency, amount)
            select p.id, e.account_id, e.stripe, $8, e.amount from p, unnest($9::uuid[], $10::smallint[], $11::bigint[]) with ordinality as e(account_id, stripe, amount, n) order by e.n
            """,
            id, posting.Kind, posting.Key, posting.PaymentId ?? (object)DBNull.Value, posting.RefundId ?? (object)DBNull.Value, posting.Memo, posting.At, posting.Amount.Currency,
            lines.Select(l => l.Account.Id).ToArray(), lines.Select(l => (short)(stripe % l.Account.Stripes)).ToArray(), lines.Select(l => l.Amount).ToArray());
    }

    /// <summary>Whether PostgreSQL refused because this key was written before.</summary>
    public static bool IsRepeat(PostgresException problem) => problem is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "posting_once" };

    /// <summary>Whether PostgreSQL refused because a wallet would have gone below zero.</summary>
    public static bool IsShort(PostgresException problem) => problem is { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: "wallet_not_below_zero" };

    /// <summary>What an account has now.</summary>
    public async Task<Money> Balance(LedgerAccount account, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("select coalesce(sum(amount), 0)::bigint from payments.balance where account_id = $1");
        command.Parameters.Add(new() { Value = account.Id });
        return new Money((long)(await command.ExecuteScalarAsync(cancel))!, account.Currency);
    }

    /// <summary>
    /// Opens an account if it is not open yet; <see cref="Write"/> does so by itself. On its own an opened account is remembered: it never closes. Inside a
    /// transaction it is opened on that connection, for a second one could starve the pool when many wait, and is not remembered, for the transaction may still
    /// be rolled back: whoever writes many postings in one opens their accounts before.
    /// </summary>
    internal async ValueTask Open(LedgerAccount account, Instant at, PaymentsDb db, CancellationToken cancel)
    {
        if (_open.ContainsKey(account.Id)) return;
        await db.Run(cancel, PaymentsDb.Sql("""
            with a as (insert into payments.account (id, kind, owner, name, currency, opened_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing)
            insert into payments.balance (account_id, stripe, currency, guarded) select $1, s, $5, $7 from generate_series(0, $8) s on conflict do nothing
            """, account.Id, account.Kind, account.Owner, account.Name, account.Currency, at, account.IsGuarded, account.Stripes - 1));
        if (db.Database.CurrentTransaction is null) _open[account.Id] = true;
    }
}
