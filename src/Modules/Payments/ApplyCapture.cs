using System.Diagnostics.Metrics;
using Npgsql;

namespace Sarai.Payments;

/// <summary>
/// The one way money gets in, whoever brings the news: webhook, return page, poll or desk. Attempt, payment, ledger and event are one batch, which is
/// one transaction and one round trip; the posting's key makes the second bringer of the same news change nothing.
/// </summary>
public static class ApplyCapture
{
    /// <summary>What the news changed.</summary>
    public enum Outcome
    {
        /// <summary>The money is in the ledger and offered to the booking.</summary>
        Applied,

        /// <summary>It was known already.</summary>
        Known,

        /// <summary>It does not fit; a person decides.</summary>
        Parked,

        /// <summary>The provider refused; the guest may try again.</summary>
        Failed,
    }

    private static readonly Meter Meter = new("Sarai");
    private static readonly Counter<long> Revenue = Meter.CreateCounter<long>("revenue_total", description: "Captured for bookings, in minor units.");
    private static readonly Counter<long> Outcomes = Meter.CreateCounter<long>("payment_outcomes_total", description: "News of payments by what became of them.");

    /// <summary>Applies news of an attempt.</summary>
    /// <returns>What it changed; <c>insufficient_funds</c> when the wallet it was to come from has not enough.</returns>
    public static async Task<Answer<Outcome>> Handle(ProviderNews news, PaymentsDb db, Ledger ledger, Providers providers, TimeProvider clock, CancellationToken cancel)
    {
        var found = await db.Read("""
            select p.id, p.purpose, p.booking_id, p.guest_id, p.organisation_id, p.venue_id, p.method, p.currency, p.amount, p.status, p.captured_amount, a.id,
              exists (select 1 from payments.posting where key = $3), p.share_id, p.purchase_id
            from payments.attempt a join payments.payment p on p.id = a.payment_id where a.provider = $1 and a.reference = $2 and a.account = $4
            """, Row, cancel, news.Provider, news.Reference, KeyOf(news), news.Account);
        // The gateway may have said its own name for the attempt.
        if (found.Count == 0 && providers.Find(news.Provider) is IGateway { Fields.Count: > 0 })
        {
            found = await db.Read("""
                select p.id, p.purpose, p.booking_id, p.guest_id, p.organisation_id, p.venue_id, p.method, p.currency, p.amount, p.status, p.captured_amount, a.id,
                  exists (select 1 from payments.posting where key = $3), p.share_id, p.purchase_id
                from payments.attempt a join payments.payment p on p.id = a.payment_id where a.provider = $1 and a.gateway_id = $2 and a.account = $4
                """, Row, cancel, news.Provider, news.Reference, KeyOf(news), news.Account);
        }
        if (found is [{ Posted: true }]) return Outcome.Known;
        if (news.AsAsked && found is [{ Payment: var asked }]) news = news with { Amount = asked.Sum };
        // Nobody knows it, and it does not say how much: there is nothing to put aside.
        if (news.Amount.Amount < 1 && news.Captured) return Outcome.Known;
        try
        {
            var applied = await (found switch
            {
                [] => news.Captured ? Park(news, null, "unknown_payment", db, ledger, clock, cancel) : Task.FromResult<Answer<Outcome>>(Outcome.Known),
                [var known] when !news.Captured => Fail(news, known, db, clock, cancel),
                [var known] when news.Amount.Currency != known.Payment.Currency => Park(news, known, "wrong_currency", db, ledger, clock, cancel),
                [var known] when news.Amount != known.Payment.Sum => Park(news, known, "wrong_amount", db, ledger, clock, cancel),
                [var known, ..] => Apply(news, known, db, ledger, providers, clock, cancel),
            });
            if (applied.Ok) Outcomes.Add(1, new("method", news.Provider), new("outcome", applied.Value.ToString().ToLowerInvariant()));
            return applied;
        }
        catch (PostgresException problem) when (Ledger.IsRepeat(problem) && db.Database.CurrentTransaction is null)
        {
            // Two brought the same news at once; the other one was first.
            return Outcome.Known;
        }
        catch (PostgresException problem) when (Ledger.IsShort(problem))
        {
            return Fault.Refused("insufficient_funds", "There is not enough in the wallet. Top it up, or pay another way.");
        }
    }

    /// <summary>The event that tells the rest of the house.</summary>
    internal static IEvent Told(Payment payment, Money amount, Instant at) => payment.Purpose switch
    {
        Purpose.Booking => new PaymentCaptured(payment.Id, payment.BookingId!.Value, payment.GuestId, payment.OrganisationId, amount, payment.Method, at),
        Purpose.Purchase => new PurchasePaid(payment.Id, payment.PurchaseId!.Value, payment.GuestId, payment.OrganisationId, amount, payment.Method, at),
        _ => new WalletToppedUp(payment.Id, payment.GuestId, amount, at),
    };

    /// <summary>The account that receives a payment's money.</summary>
    internal static LedgerAccount Receiver(Payment payment) => (payment.Purpose, payment.Method) switch
    {
        (Purpose.TopUp, _) => LedgerAccount.Wallet(payment.GuestId, payment.Currency),
        // Spent credit is a promise kept: no money comes in with it, so none is owed to the organisation.
        (_, CreditProvider.Method) => LedgerAccount.Promised(payment.OrganisationId, payment.Currency),
        _ => LedgerAccount.Organisation(payment.OrganisationId, payment.Currency),
    };

    /// <summary>Marks a payment as having received an amount.</summary>
    internal static NpgsqlBatchCommand Receive(Payment payment, Money amount, Instant at) => PaymentsDb.Sql(
        "update payments.payment set status = 'Captured', captured_amount = captured_amount + $2, captured_at = coalesce(captured_at, $3), problem = null where id = $1",
        payment.Id, amount.Amount, at);

    private static async Task<Answer<Outcome>> Apply(ProviderNews news, Known known, PaymentsDb db, Ledger ledger, Providers providers, TimeProvider clock, CancellationToken cancel)
    {
        var payment = known.Payment;
        var now = clock.Now();
        var posting = new Posting(
            payment.Purpose == Purpose.TopUp ? "top_up" : "payment", KeyOf(news), news.Amount, providers.Of(payment).Source(payment, news.Account), Receiver(payment), payment.Id, null, payment.Method, now);
        if (payment.ShareId is { } share)
        {
            var shared = await db.InTransaction<Outcome>(async () =>
            {
                await db.Run(cancel, Close(known, news, now), Receive(payment, news.Amount, news.At), await ledger.Write(posting, db, cancel));
                if (await PayShare.Applied(payment, news.Amount, share, db, ledger, providers, clock, cancel)) db.Publish(Told(payment, news.Amount, news.At));
                await db.SaveChangesAsync(cancel);
                return Outcome.Applied;
            }, cancel);
            if (shared.Fault is { } fault) return fault;
        }
        else
        {
            await db.Run(cancel,
                Close(known, news, now),
                Receive(payment, news.Amount, news.At),
                await ledger.Write(posting, db, cancel),
                db.Publishing(Told(payment, news.Amount, news.At)));
            db.Announce();
        }
        ledger.Faults.Reach("capture:after");
        if (payment.Purpose != Purpose.TopUp && payment.Method != CreditProvider.Method) Revenue.Add(news.Amount.Amount, new KeyValuePair<string, object?>("currency", news.Amount.Currency));
        return Outcome.Applied;
    }

    private static async Task<Answer<Outcome>> Fail(ProviderNews news, Known known, PaymentsDb db, TimeProvider clock, CancellationToken cancel)
    {
        var (payment, reason) = (known.Payment, news.Problem ?? "declined");
        if (!news.Final)
        {
            await db.Run(cancel, PaymentsDb.Sql("update payments.attempt set problem = $2 where id = $1 and status = 'Open'", known.AttemptId, reason));
            return Outcome.Failed;
        }
        return await db.InTransaction<Outcome>(async () =>
        {
            var first = await db.Run(cancel, PaymentsDb.Sql(
                "update payments.attempt set status = 'Failed', problem = $2, ended_at = $3, poll_at = null where id = $1 and status = 'Open'", known.AttemptId, reason, clock.Now()));
            if (first == 0) return Outcome.Known;
            var failed = await db.Run(cancel, PaymentsDb.Sql("update payments.payment set status = 'Failed', problem = $2 where id = $1 and status = 'Pending'", payment.Id, reason));
            if (failed > 0 && payment.Purpose == Purpose.Booking)
                db.Publish(new PaymentFailed(payment.Id, payment.BookingId!.Value, payment.GuestId, payment.OrganisationId, payment.Sum, reason));
            return Outcome.Failed;
        }, cancel);
    }

    private static async Task<Answer<Outcome>> Park(ProviderNews news, Known? known, string reason, PaymentsDb db, Ledger ledger, TimeProvider clock, CancellationToken cancel)
    {
        var payment = known?.Payment;
        var now = clock.Now();
        var posting = new Posting(
            "review", KeyOf(news), news.Amount, LedgerAccount.Clearing(news.Provider, news.Amount.Currency, news.Account), LedgerAccount.UnderReview(news.Amount.Currency), payment?.Id, null, reason, now);
        var commands = new List<NpgsqlBatchCommand>
        {
            PaymentsDb.Sql("""
                insert into payments.review (id, organisation_id, venue_id, payment_id, provider, reference, currency, amount, reason, status, created_at)
                values ($1, $2, $3::uuid, $4::uuid, $5, $6, $7, $8, $9, 'Open', $10)
                """, Guid.CreateVersion7(), payment?.OrganisationId ?? news.Account, payment?.VenueId, payment?.Id, news.Provider, news.Reference, news.Amount.Currency, news.Amount.Amount, reason, now),
            await ledger.Write(posting, db, cancel),
        };
        if (known is not null) commands.Insert(0, Close(known, news, now));
        await db.Run(cancel, commands);
        return Outcome.Parked;
    }

    private static NpgsqlBatchCommand Close(Known known, ProviderNews news, Instant at) => PaymentsDb.Sql(
        "update payments.attempt set status = 'Captured', problem = null, ended_at = coalesce(ended_at, $2), poll_at = null, capture_id = $3 where id = $1", known.AttemptId, at, news.CaptureReference);

    // What one merchant account calls a movement says nothing about another's.
    private static string KeyOf(ProviderNews news) => news.Account == Payment.Platform ? $"capture:{news.Provider}:{news.CaptureReference}" : $"capture:{news.Provider}:{news.Account:n}:{news.CaptureReference}";

    private static Known Row(NpgsqlDataReader row) => new(
        new Payment
        {
            Id = row.GetGuid(0), Purpose = Enum.Parse<Purpose>(row.GetString(1)), BookingId = row.IsDBNull(2) ? null : row.GetGuid(2), GuestId = row.GetGuid(3), OrganisationId = row.GetGuid(4),
            VenueId = row.IsDBNull(5) ? null : row.GetGuid(5), Method = row.GetString(6), Currency = row.GetString(7), Amount = row.GetInt64(8), Status = Enum.Parse<PaymentStatus>(row.GetString(9)),
            CapturedAmount = row.GetInt64(10), ShareId = row.IsDBNull(13) ? null : row.GetGuid(13), PurchaseId = row.IsDBNull(14) ? null : row.GetGuid(14),
        },
        row.GetGuid(11), row.GetBoolean(12));

    private sealed record Known(Payment Payment, Guid AttemptId, bool Posted);
}
