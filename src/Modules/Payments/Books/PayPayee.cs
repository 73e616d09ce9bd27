using System.ComponentModel.DataAnnotations;

namespace Sarai.Payments;

/// <summary>
/// A coach or pandit is paid what they have earned: by the organisation out of its own pocket (then the platform owes it that much again), or by the platform
/// from its bank. Every posting is in one statement exactly once.
/// </summary>
public static class PayPayee
{
    /// <summary>What was paid.</summary>
    public sealed record Request
    {
        /// <summary>ISO 4217.</summary>
        [Required, RegularExpression("^[A-Z]{3}$", ErrorMessage = "Give a currency such as PKR.")] public string? Currency { get; set; }

        /// <summary>The bank's reference, or a word about the cash.</summary>
        [Required, StringLength(100, MinimumLength = 2)] public string? Reference { get; set; }
    }

    /// <summary>A payout.</summary>
    /// <param name="Id">The payout.</param>
    /// <param name="OrganisationId">For whom they work.</param>
    /// <param name="UserId">Who was paid.</param>
    /// <param name="Amount">How much.</param>
    /// <param name="ByPlatform">Whether the platform sent it.</param>
    /// <param name="Reference">The bank's reference.</param>
    /// <param name="MadeAt">When.</param>
    public sealed record View(Guid Id, Guid OrganisationId, Guid UserId, Money Amount, bool ByPlatform, string Reference, Instant MadeAt);

    /// <summary>What somebody has earned and been paid.</summary>
    public sealed record Earnings(IReadOnlyList<KeepPayees.Owed> Owed, IReadOnlyList<View> Payouts);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/organisations/{id:guid}/payees/{userId:guid}/payouts", Handle).Needs("manage:payouts").Limited(RateLimits.Write).Idempotent<PaymentsDb, View>().WithTags("Payees")
            .WithSummary("Pay a coach or pandit what they have earned").Produces<Envelope<View>>(StatusCodes.Status201Created).Produces<ErrorEnvelope>(StatusCodes.Status409Conflict);
        api.MapGet("/organisations/{id:guid}/payee-payouts", (Guid id, Actor actor, PaymentsDb db, CancellationToken cancel) => List(id, actor, db, cancel)).Needs("manage:payouts").Limited(RateLimits.Read).WithTags("Payees").WithSummary("What coaches and pandits were paid");
        api.MapGet("/users/me/earnings", Mine).Limited(RateLimits.Read).WithTags("Payees").WithSummary("What I have earned and been paid");
        api.MapGet("/payee-payouts/{id:guid}/statement.csv", Csv).Limited(RateLimits.Read).WithTags("Payees").WithSummary("The statement of such a payout as CSV").Produces(StatusCodes.Status200OK);
    }

    /// <summary>Everything earned that is in no statement yet.</summary>
    public static Task<Answer<View>> Handle(Guid id, Guid userId, Request request, Actor actor, PaymentsDb db, Ledger ledger, TimeProvider clock, CancellationToken cancel) => db.InTransaction<View>(async () =>
    {
        if (actor.Barred("manage:payouts", id, "organisation") is { } barred) return barred;
        var (currency, now, payout) = (request.Currency!, clock.Now(), Guid.CreateVersion7());
        var account = LedgerAccount.Payee(id, userId, currency);
        await db.Run(cancel, PaymentsDb.Sql("select pg_advisory_xact_lock(hashtextextended($1, 15))", account.Id.ToString()));
        var earned = await db.Read("""
            select e.posting_id, e.amount from payments.entry e where e.account_id = $1 and not exists (select 1 from payments.payee_payout_line l where l.posting_id = e.posting_id)
            """, row => (Posting: row.GetGuid(0), Amount: row.GetInt64(1)), cancel, account.Id);
        var sum = new Money(earned.Sum(e => e.Amount), currency);
        if (sum.Amount < 1) return Fault.Conflict("nothing_due", "Nothing has been earned since the last payout.");
        var posting = new Posting(
            "payee_paid", $"payee_paid:{payout}", sum, account, actor.IsAdmin ? new LedgerAccount(AccountKind.Platform, Guid.Empty, "bank", currency) : LedgerAccount.Organisation(id, currency), null, null, request.Reference!, now);
        await db.Run(cancel,
            PaymentsDb.Sql("insert into payments.payee_payout (id, organisation_id, user_id, currency, amount, by_platform, reference, made_by, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                payout, id, userId, currency, sum.Amount, actor.IsAdmin, request.Reference, actor.Id, now),
            await ledger.Write(posting, db, cancel),
            PaymentsDb.Sql("insert into payments.payee_payout_line (posting_id, payout_id) select unnest($1::uuid[]), $2", earned.Select(e => e.Posting).Distinct().ToArray(), payout),
            // The payout's own posting belongs to its statement, so that the statement's lines sum to zero.
            PaymentsDb.Sql("insert into payments.payee_payout_line (posting_id, payout_id) select id, $2 from payments.posting where key = $1", posting.Key, payout));
        db.Audit(actor, id, "manage:payouts", payout, null, new { Payee = userId, sum.Amount, currency, request.Reference });
        return Answer<View>.Created((await Views("where id = $1", db, cancel, payout))[0]);
    }, cancel);

    /// <summary>An organisation's, the latest first, at most 100.</summary>
    public static async Task<Answer<Slice<View>>> List(Guid id, Actor actor, PaymentsDb db, CancellationToken cancel) =>
        actor.Barred("manage:payouts", id, "organisation") is { } barred ? barred : new Slice<View>(await Views("where organisation_id = $1 order by id desc limit 100", db, cancel, id), null);

    /// <summary>Somebody's own, wherever they work.</summary>
    public static async Task<Answer<Earnings>> Mine(Actor actor, PaymentsDb db, CancellationToken cancel) => new Earnings(
        await KeepPayees.OwedBy("a.owner = $1", actor.Id, db, cancel), await Views("where user_id = $1 order by id desc limit 100", db, cancel, actor.Id));

    /// <summary>A payout with its lines, for whoever was paid and for the organisation's owner.</summary>
    public static async Task<Answer<(View Payout, IReadOnlyList<MakePayout.Line> Lines)>> Statement(Guid id, Actor actor, PaymentsDb db, CancellationToken cancel)
    {
        if (await Views("where id = $1", db, cancel, id) is not [var payout]) return Fault.NotFound("payout");
        if (payout.UserId != actor.UserId && actor.Barred("manage:payouts", payout.OrganisationId, "payout") is { } barred) return barred;
        var account = LedgerAccount.Payee(payout.OrganisationId, payout.UserId, payout.Amount.Currency);
        return (payout, await db.Read("""
            select o.at, o.kind, o.memo, e.amount from payments.payee_payout_line l join payments.posting o on o.id = l.posting_id join payments.entry e on e.posting_id = o.id and e.account_id = $2
            where l.payout_id = $1 order by o.at, e.id
            """, row => new MakePayout.Line(Instant.FromDateTimeUtc(row.GetDateTime(0)), row.GetString(1), row.GetString(2), null, new Money(row.GetInt64(3), payout.Amount.Currency)), cancel, id, account.Id));
    }

    /// <summary>The statement as a file.</summary>
    public static async Task<IResult> Csv(Guid id, Actor actor, PaymentsDb db, CancellationToken cancel)
    {
        var statement = await Statement(id, actor, db, cancel);
        return statement.Fault is { } fault ? (Answer<Done>)fault : MakePayout.File(statement.Value.Lines, $"payout-{id:n}.csv");
    }

    private static Task<List<View>> Views(string where, PaymentsDb db, CancellationToken cancel, params object[] values) => db.Read(
        $"select id, organisation_id, user_id, amount, currency, by_platform, reference, made_at from payments.payee_payout {where}",
        row => new View(row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), new Money(row.GetInt64(3), row.GetString(4)), row.GetBoolean(5), row.GetString(6), Instant.FromDateTimeUtc(row.GetDateTime(7))), cancel, values);
}
