using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sarai.Payments;

/// <summary>
/// Triggers move the totals and constraints keep them; each night they are proved all the same, from the entries themselves, in one statement, which sees one
/// moment. What does not agree is named in the log, counted for an alert, and kept for the administrator.
/// </summary>
public static class ProveBooks
{
    private static readonly Meter Meter = new("Sarai");
    private static readonly Counter<long> Wrong = Meter.CreateCounter<long>("ledger_proof_problems_total", description: "What the nightly proof of the ledger found wrong.");

    /// <summary>A night.</summary>
    /// <param name="Day">The day in UTC.</param>
    /// <param name="EndedAt">When it was proved; null while it is being done.</param>
    /// <param name="Problems">What did not agree; empty when all did.</param>
    public sealed record View(LocalDate Day, Instant? EndedAt, IReadOnlyList<string> Problems);

    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/admin/ledger/proofs", List).Limited(RateLimits.Read).WithTags("Payouts").WithSummary("What the nightly proof of the ledger found");

    /// <summary>For the platform's administrator: the last 60 nights, the latest first.</summary>
    public static async Task<Answer<Slice<View>>> List(Actor actor, PaymentsDb db, CancellationToken cancel) => !actor.IsAdmin ? Fault.Forbidden() : new Slice<View>(await db.Read(
        "select day, ended_at, problems from payments.proof order by day desc limit 60",
        row => new View(LocalDate.FromDateOnly(row.GetFieldValue<DateOnly>(0)), row.IsDBNull(1) ? null : Instant.FromDateTimeUtc(row.GetDateTime(1)), row.GetFieldValue<string[]>(2)), cancel), null);

    internal static async Task<bool> Run(IServiceProvider services, CancellationToken cancel)
    {
        var (db, now) = (services.GetRequiredService<PaymentsDb>(), services.GetRequiredService<TimeProvider>().Now());
        var day = now.InUtc().Date.ToDateOnly();
        // One node does it; one that died over it is replaced after an hour.
        var mine = await db.Run(cancel, PaymentsDb.Sql("""
            insert into payments.proof (day, begun_at) values ($1, $2)
            on conflict (day) do update set begun_at = excluded.begun_at where proof.ended_at is null and proof.begun_at < excluded.begun_at - interval '1 hour'
            """, day, now));
        if (mine == 0) return false;
        var problems = await db.Read(Question, row => row.GetString(0), cancel);
        await db.Run(cancel, PaymentsDb.Sql("update payments.proof set ended_at = $2, problems = $3 where day = $1", day, now, problems.ToArray()));
        if (problems.Count == 0) return false;
        Wrong.Add(problems.Count);
        services.GetRequiredService<ILogger<Ledger>>().LogCritical("The books do not agree: {Problems}", string.Join("; ", problems));
        return false;
    }

    private const string Question = """
        select 'entries in ' || currency || ' sum to ' || sum(amount) from payments.entry group by currency having sum(amount) <> 0
        union all
        select 'posting ' || posting_id || ' sums to ' || sum(amount) from payments.entry group by posting_id, currency having sum(amount) <> 0
        union all
        select 'account ' || coalesce(b.account_id, e.account_id) || ' says ' || coalesce(b.amount, 0) || ', its entries say ' || coalesce(e.amount, 0)
        from (select account_id, stripe, amount from payments.balance) b
        full join (select account_id, stripe, sum(amount)::bigint as amount from payments.entry group by 1, 2) e on e.account_id = b.account_id and e.stripe = b.stripe
        where coalesce(b.amount, 0) <> coalesce(e.amount, 0)
        union all
        select 'payment ' || p.id || ' gave back ' || p.refunded_amount || ', its refunds say ' || coalesce(sum(r.amount), 0)
        from payments.payment p left join payments.refund r on r.payment_id = p.id group by p.id having p.refunded_amount <> coalesce(sum(r.amount), 0)
        union all
        select 'invoice ' || i.id || ' has tax ' || i.tax || ', the ledger has ' || coalesce(sum(e.amount), 0)
        from payments.invoice i left join payments.posting o on o.key = 'tax:' || i.posting_id
        left join (payments.entry e join payments.account a on a.id = e.account_id and a.kind = 'Tax') on e.posting_id = o.id
        group by i.id having i.tax <> coalesce(sum(e.amount), 0)
        limit 50
        """;
}
