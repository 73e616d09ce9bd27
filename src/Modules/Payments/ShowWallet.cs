using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace Sarai.Payments;

/// <summary>What a guest has in the wallet, and how it came there.</summary>
public static class ShowWallet
{
    /// <summary>The wallet in one currency.</summary>
    /// <param name="Balance">What is in it.</param>
    /// <param name="Entries">Its movements, the latest first.</param>
    /// <param name="NextCursor">Give this as <c>cursor</c> for older movements; null when there are none.</param>
    public sealed record Response(Money Balance, IReadOnlyList<Line> Entries, string? NextCursor)
    {
        /// <summary>Credit that organisations gave in this currency, the soonest to expire first.</summary>
        public IReadOnlyList<CreditLine> Credits { get; init; } = [];
    }

    /// <summary>Credit to spend with an organisation.</summary>
    /// <param name="OrganisationId">With whom.</param>
    /// <param name="Name">What it is called.</param>
    /// <param name="Remaining">How much is left.</param>
    /// <param name="Reason">Why it was given.</param>
    /// <param name="ExpiresAt">Until when.</param>
    public sealed record CreditLine(Guid OrganisationId, string Name, Money Remaining, string Reason, Instant ExpiresAt);

    /// <summary>A movement.</summary>
    /// <param name="Id">Its number in the ledger.</param>
    /// <param name="At">When.</param>
    /// <param name="Kind">top_up, payment, refund or review.</param>
    /// <param name="Amount">Above zero when it came in.</param>
    /// <param name="Memo">A word about it.</param>
    /// <param name="PaymentId">The payment it belongs to, or null.</param>
    /// <param name="BookingId">The booking it belongs to, or null.</param>
    public sealed record Line(long Id, Instant At, string Kind, Money Amount, string Memo, Guid? PaymentId, Guid? BookingId);

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/wallet", ([AsParameters] Paging paging, string? currency, Actor actor, PaymentsDb db, Ledger ledger, ICatalog catalog, IConfiguration configuration, TimeProvider clock, CancellationToken cancel) =>
        Handle(paging, currency, actor, db, ledger, catalog, configuration, clock, cancel)).Limited(RateLimits.Read).WithTags("Wallet").WithSummary("My wallet");

    /// <summary>The caller's wallet; without a currency, the one that moved last.</summary>
    public static async Task<Answer<Response>> Handle(Paging paging, string? currency, Actor actor, PaymentsDb db, Ledger ledger, ICatalog catalog, IConfiguration configuration, TimeProvider clock, CancellationToken cancel)
    {
        if (currency is not null && !Money.IsCurrency(currency)) return Fault.Invalid("currency", "Give a currency such as PKR.");
        var before = long.MaxValue;
        if (paging.Cursor is not null && !long.TryParse(Cursor.Read(paging.Cursor), NumberStyles.None, CultureInfo.InvariantCulture, out before)) return Fault.Invalid("cursor", "This cursor is not one of ours.");
        currency ??= await Latest(actor.Id, db, cancel) ?? configuration["Sarai:Payments:Currency"] ?? "PKR";
        var wallet = LedgerAccount.Wallet(actor.Id, currency);
        var lines = await db.Read("""
            select e.id, o.at, o.kind, e.amount, o.memo, o.payment_id, p.booking_id from payments.entry e join payments.posting o on o.id = e.posting_id
            left join payments.payment p on p.id = o.payment_id where e.account_id = $1 and e.id < $2 order by e.id desc limit $3
            """,
            row => new Line(
                row.GetInt64(0), Instant.FromDateTimeUtc(row.GetDateTime(1)), row.GetString(2), new Money(row.GetInt64(3), currency), row.GetString(4),
                row.IsDBNull(5) ? null : row.GetGuid(5), row.IsDBNull(6) ? null : row.GetGuid(6)),
            cancel, wallet.Id, before, paging.Size + 1);
        var page = Slice<Line>.Of(lines, paging.Size, l => l.Id.ToString(CultureInfo.InvariantCulture));
        return new Response(await ledger.Balance(wallet, cancel), page.Items, page.NextCursor) { Credits = await Credits(actor.Id, currency, db, catalog, clock.Now(), cancel) };
    }

    private static async Task<IReadOnlyList<CreditLine>> Credits(Guid user, string currency, PaymentsDb db, ICatalog catalog, Instant now, CancellationToken cancel)
    {
        var lines = new List<CreditLine>();
        foreach (var credit in await db.Credits.AsNoTracking().Where(c => c.UserId == user && c.Currency == currency && c.Remaining > 0 && c.ExpiresAt > now).OrderBy(c => c.ExpiresAt).Take(50).ToListAsync(cancel))
        {
            var venues = await catalog.VenuesOf(credit.OrganisationId, cancel);
            lines.Add(new CreditLine(credit.OrganisationId, venues is [var first, ..] ? first.Name : "", new Money(credit.Remaining, currency), credit.Reason, credit.ExpiresAt));
        }
        return lines;
    }

    private static async Task<string?> Latest(Guid user, PaymentsDb db, CancellationToken cancel)
    {
        var found = await db.Read("""
            select a.currency from payments.account a join lateral (select max(id) as last from payments.entry where account_id = a.id) e on e.last is not null
            where a.kind = 'Wallet' and a.owner = $1 and a.name = '' order by e.last desc limit 1
            """, row => row.GetString(0), cancel, user);
        return found.FirstOrDefault();
    }
}
