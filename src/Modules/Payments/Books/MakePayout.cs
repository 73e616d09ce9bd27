using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;

namespace Sarai.Payments;

/// <summary>
/// The platform pays an organisation what it owes: what came in for its bookings, less what went back, the commission, and what the organisation has already
/// (cash at its desks, money in its own gateway accounts). The tax within it goes with it: the organisation owes it to its tax office, not we. Every posting is in
/// one statement exactly once.
/// </summary>
public static class MakePayout
{
    /// <summary>The commission.</summary>
    public sealed record CommissionRequest
    {
        /// <summary>Percent of the turnover: 0 to 50.</summary>
        [Required, Range(0, 50)] public decimal? Percent { get; set; }
    }

    /// <summary>Which payout to make.</summary>
    public sealed record Request
    {
        /// <summary>ISO 4217.</summary>
        [Required, RegularExpression("^[A-Z]{3}$", ErrorMessage = "Give a currency such as PKR.")] public string? Currency { get; set; }
    }

    /// <summary>The bank has it.</summary>
    public sealed record SentRequest
    {
        /// <summary>The bank's reference.</summary>
        [Required, StringLength(100, MinimumLength = 2)] public string? Reference { get; set; }
    }

    /// <summary>A payout.</summary>
    /// <param name="Id">The payout.</param>
    /// <param name="OrganisationId">Whose.</param>
    /// <param name="Turnover">Received for bookings less given back.</param>
    /// <param name="Commission">What the platform keeps.</param>
    /// <param name="Held">What the organisation had already.</param>
    /// <param name="Amount">What is sent; below zero it is carried into the next one.</param>
    /// <param name="Status">made, sent or carried.</param>
    /// <param name="Reference">The bank's reference, or null.</param>
    /// <param name="MadeAt">When.</param>
    /// <param name="Tax">How much of the turnover is tax, by the invoices; the organisation hands it on.</param>
    public sealed record View(Guid Id, Guid OrganisationId, Money Turnover, Money Commission, Money Held, Money Amount, string Status, string? Reference, Instant MadeAt, Money Tax);

    /// <summary>A line of a statement.</summary>
    public sealed record Line(Instant At, string Kind, string Memo, Guid? BookingId, Money Amount);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPut("/admin/organisations/{id:guid}/commission", Commission).Limited(RateLimits.Write).WithTags("Payouts").WithSummary("Set an organisation's commission");
        api.MapPost("/admin/organisations/{id:guid}/payouts", Handle).Limited(RateLimits.Write).Idempotent<PaymentsDb, View>().WithTags("Payouts").WithSummary("Pay an organisation what is owed").Produces<Envelope<View>>(StatusCodes.Status201Created);
        api.MapPost("/admin/payouts/{id:guid}/sent", Sent).Limited(RateLimits.Write).WithTags("Payouts").WithSummary("Say that the bank has sent a payout");
        api.MapGet("/organisations/{id:guid}/payouts", (Guid id, Actor actor, PaymentsDb db, CancellationToken cancel) => List(id, actor, db, cancel)).Needs("manage:payouts").Limited(RateLimits.Read).WithTags("Payouts").WithSummary("An organisation's payouts");
        api.MapGet("/payouts/{id:guid}/statement.csv", Csv).Needs("manage:payouts").Limited(RateLimits.Read).WithTags("Payouts").WithSummary("A payout's statement as CSV").Produces(StatusCodes.Status200OK);
    }

    /// <summary>For the platform's administrator.</summary>
    public static Task<Answer<Done>> Commission(Guid id, CommissionRequest request, Actor actor, PaymentsDb db, CancellationToken cancel) => db.InTransaction<Done>(async () =>
    {
        if (!actor.IsAdmin) return Fault.Forbidden();
        await db.Run(cancel, PaymentsDb.Sql("insert into payments.commission (organisation_id, percent) values ($1, $2) on conflict (organisation_id) do update set percent = excluded.percent", id, request.Percent));
        db.Audit(actor, id, "manage:payouts", id, null, new { Commission = request.Percent });
        return Done.It;
    }, cancel);

    /// <summary>Makes one of everything that is in no statement yet.</summary>
    public static async Task<Answer<View>> Handle(Guid id, Request request, Actor actor, PaymentsDb db, Ledger ledger, TimeProvider clock, IServiceProvider services, CancellationToken cancel)
    {
        if (!actor.IsAdmin) return Fault.Forbidden();
        await IssueInvoices.Complete(id, services, cancel);
        return await db.InTransaction<View>(() => Make(id, request, actor, db, ledger, clock, cancel), cancel);
    }

    private static async Task<Answer<View>> Make(Guid id, Request request, Actor actor, PaymentsDb db, Ledger ledger, TimeProvider clock, CancellationToken cancel)
    {
        var (currency, now, payout) = (request.Currency!, clock.Now(), Guid.CreateVersion7());
        var (account, taxes) = (LedgerAccount.Organisation(id, currency), LedgerAccount.Tax(id, currency));
        await db.Run(cancel, PaymentsDb.Sql("select pg_advisory_xact_lock(hashtextextended($1::text, 13))", id));
        await db.Run(cancel, PaymentsDb.Sql("""
            insert into payments.payout (id, organisation_id, currency, turnover, commission, held, amount, status, made_at) values ($1, $2, $3, 0, 0, 0, 0, 'Carried', $4)
            """, payout, id, currency, now));
        var lines = await db.Run(cancel, PaymentsDb.Sql("""
            insert into payments.payout_line (posting_id, organisation_id, payout_id)
            select distinct e.posting_id, $1::uuid, $2::uuid from payments.entry e where e.account_id = any($3) and not exists (select 1 from payments.payout_line l where l.posting_id = e.posting_id and l.organisation_id = $1)
            """, id, payout, new[] { account.Id, taxes.Id }));
        if (lines == 0) return Fault.Conflict("nothing_due", "Nothing has moved since the last payout.");
        var sums = await db.Read("""
            select coalesce(sum(e.amount), 0)::bigint, coalesce(sum(e.amount) filter (where o.kind in ('payment', 'refund', 'review_decided')), 0)::bigint,
              coalesce(sum(e.amount) filter (where e.account_id = $3), 0)::bigint
            from payments.payout_line l join payments.posting o on o.id = l.posting_id join payments.entry e on e.posting_id = l.posting_id and e.account_id in ($2, $3) where l.payout_id = $1
            """, row => (Owed: row.GetInt64(0), Turnover: row.GetInt64(1), Tax: row.GetInt64(2)), cancel, payout, account.Id, taxes.Id);
        var (owed, turnover, tax) = sums[0];
        var percent = (await db.Read("select percent from payments.commission where organisation_id = $1", row => row.GetDecimal(0), cancel, id)) is [var set] ? set : 0;
        var commission = new Money(Math.Max(0, turnover), currency).Percent(percent);
        var held = await Offset(id, currency, payout, db, ledger, now, cancel);
        // The tax joins what it was taken out of, for one sum is sent; where more was given back than came in, it is the other way round.
        await Move("tax_joined", Math.Abs(tax), tax > 0 ? taxes : account, tax > 0 ? account : taxes);
        await Move("commission", commission.Amount, account, new LedgerAccount(AccountKind.Platform, Guid.Empty, "commission", currency));
        var amount = owed - commission.Amount - held;
        if (amount > 0) await Move("payout", amount, account, new LedgerAccount(AccountKind.Platform, Guid.Empty, "bank", currency));
        // What the payout itself moved belongs into its own statement; what is carried comes up again in the next one.
        await db.Run(cancel, PaymentsDb.Sql("insert into payments.payout_line (posting_id, organisation_id, payout_id) select id, $1, $2 from payments.posting where key like $3", id, payout, $"payout:{payout}:%"));
        if (amount < 0) await Carry(-amount);
        await db.Run(cancel, PaymentsDb.Sql("update payments.payout set turnover = $2, commission = $3, held = $4, amount = $5, status = $6, tax = $7 where id = $1", payout, turnover, commission.Amount, held, amount, amount > 0 ? "Made" : "Carried", tax));
        db.Audit(actor, id, "manage:payouts", payout, null, new { turnover, tax, Commission = commission.Amount, held, amount, currency });
        return Answer<View>.Created((await Views("where id = $1", db, cancel, payout))[0]);

        async Task Move(string kind, long sum, LedgerAccount from, LedgerAccount to)
        {
            if (sum > 0) await db.Run(cancel, await ledger.Write(new Posting(kind, $"payout:{payout}:{kind}", new Money(sum, currency), from, to, null, null, kind, now), db, cancel));
        }

        // A debt of the organisation: closed in this statement, opened again for the next.
        async Task Carry(long debt)
        {
            var carried = new LedgerAccount(AccountKind.Platform, id, "carried", currency);
            await db.Run(cancel, await ledger.Write(new Posting("carried", $"payout:{payout}:close", new Money(debt, currency), carried, account, null, null, "carried", now), db, cancel));
            await db.Run(cancel, PaymentsDb.Sql("insert into payments.payout_line (posting_id, organisation_id, payout_id) select id, $1, $2 from payments.posting where key = $3", id, payout, $"payout:{payout}:close"));
            await db.Run(cancel, await ledger.Write(new Posting("carried", $"payout:{payout}:open", new Money(debt, currency), account, carried, null, null, "carried", now), db, cancel));
        }
    }

    /// <summary>The bank has sent it.</summary>
    public static Task<Answer<View>> Sent(Guid id, SentRequest request, Actor actor, PaymentsDb db, TimeProvider clock, CancellationToken cancel) => db.InTransaction<View>(async () =>
    {
        if (!actor.IsAdmin) return Fault.Forbidden();
        if (await Views("where id = $1", db, cancel, id) is not [var payout]) return Fault.NotFound("payout");
        var sent = await db.Run(cancel, PaymentsDb.Sql("update payments.payout set status = 'Sent', reference = $2, sent_at = $3 where id = $1 and status = 'Made'", id, request.Reference, clock.Now()));
        if (sent == 0) return Fault.Conflict("not_waiting", "This payout does not wait to be sent.");
        db.Audit(actor, payout.OrganisationId, "manage:payouts", id, null, new { request.Reference });
        return (await Views("where id = $1", db, cancel, id))[0];
    }, cancel);

    /// <summary>The latest first, at most 100.</summary>
    public static async Task<Answer<Slice<View>>> List(Guid id, Actor actor, PaymentsDb db, CancellationToken cancel) =>
        actor.Barred("manage:payouts", id, "organisation") is { } barred ? barred : new Slice<View>(await Views("where organisation_id = $1 order by id desc limit 100", db, cancel, id), null);

    /// <summary>A payout with its lines, for the page and the file; what only moves between its own accounts (tax out of the turnover and back) is no line.</summary>
    public static async Task<Answer<(View Payout, IReadOnlyList<Line> Lines)>> Statement(Guid id, Actor actor, PaymentsDb db, CancellationToken cancel)
    {
        if (await Views("where id = $1", db, cancel, id) is not [var payout]) return Fault.NotFound("payout");
        if (actor.Barred("manage:payouts", payout.OrganisationId, "payout") is { } barred) return barred;
        var account = LedgerAccount.Organisation(payout.OrganisationId, payout.Amount.Currency);
        return (payout, await db.Read("""
            select o.at, o.kind, o.memo, p.booking_id, e.amount from payments.payout_line l join payments.posting o on o.id = l.posting_id join payments.entry e on e.posting_id = o.id and e.account_id = $2
            left join payments.payment p on p.id = o.payment_id 
            where l.payout_id = $1 and o.kind not in ('tax', 'tax_joined') order by o.at, e.id
            """, row => new Line(Instant.FromDateTimeUtc(row.GetDateTime(0)), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetGuid(3), new Money(row.GetInt64(4), payout.Amount.Currency)), cancel, id, account.Id));
    }

    /// <summary>The statement as a file.</summary>
    public static async Task<IResult> Csv(Guid id, Actor actor, PaymentsDb db, CancellationToken cancel)
    {
        var statement = await Statement(id, actor, db, cancel);
        return statement.Fault is { } fault ? (Answer<Done>)fault : File(statement.Value.Lines, $"payout-{id:n}.csv");
    }

    /// <summary>Lines of a statement as a file.</summary>
    internal static IResult File(IReadOnlyList<Line> lines, string name) => File(
        name, "at,kind,memo,booking,amount,currency", lines.Select(l => new[] { l.At.ToString(), l.Kind, l.Memo, l.BookingId?.ToString() ?? "", Major(l.Amount), l.Amount.Currency }));

    /// <summary>An amount in major units, as spreadsheets want it.</summary>
    internal static string Major(Money money) => (money.Amount / (decimal)Math.Pow(10, Money.Decimals(money.Currency))).ToString(CultureInfo.InvariantCulture);

    /// <summary>Rows as a CSV file.</summary>
    internal static IResult File(string name, string header, IEnumerable<string[]> rows)
    {
        var text = new StringBuilder(header).Append("\r\n");
        foreach (var row in rows) text.AppendJoin(',', row.Select(Cell)).Append("\r\n");
        return Results.File(Encoding.UTF8.GetBytes(text.ToString()), "text/csv; charset=utf-8", name);
    }

    // A spreadsheet takes a text that begins like a formula for one.
    private static string Cell(string text)
    {
        var safe = text.Length > 0 && text[0] is '=' or '+' or '@' ? "'" + text : text;
        return safe.AsSpan().IndexOfAny(',', '"', '\n') >= 0 ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    // Cash and the organisation's own gateway accounts hold money we owe and it has: both sides are closed against each other.
    private static async Task<long> Offset(Guid id, string currency, Guid payout, PaymentsDb db, Ledger ledger, Instant now, CancellationToken cancel)
    {
        var holding = await db.Read("""
            select a.kind, a.name, sum(b.amount)::bigint from payments.account a join payments.balance b on b.account_id = a.id
            where a.owner = $1 and a.currency = $2 and a.kind in ('Cash', 'Clearing') group by 1, 2 having sum(b.amount) < 0 order by 1, 2
            """, row => new { Account = new LedgerAccount(Enum.Parse<AccountKind>(row.GetString(0)), id, row.GetString(1), currency), Amount = -row.GetInt64(2) }, cancel, id, currency);
        foreach (var has in holding)
            await db.Run(cancel, await ledger.Write(new Posting("held", $"payout:{payout}:held:{has.Account.Kind}:{has.Account.Name}", new Money(has.Amount, currency), LedgerAccount.Organisation(id, currency), has.Account, null, null, has.Account.Kind == AccountKind.Cash ? "cash" : has.Account.Name, now), db, cancel));
        return holding.Sum(h => h.Amount);
    }

    private static Task<List<View>> Views(string where, PaymentsDb db, CancellationToken cancel, params object[] values) => db.Read(
        $"select id, organisation_id, currency, turnover, commission, held, amount, status, reference, made_at, tax from payments.payout {where}",
        row => new View(
            row.GetGuid(0), row.GetGuid(1), new Money(row.GetInt64(3), row.GetString(2)), new Money(row.GetInt64(4), row.GetString(2)), new Money(row.GetInt64(5), row.GetString(2)), new Money(row.GetInt64(6), row.GetString(2)),
            row.GetString(7), row.IsDBNull(8) ? null : row.GetString(8), Instant.FromDateTimeUtc(row.GetDateTime(9)), new Money(row.GetInt64(10), row.GetString(2))), cancel, values);
}
