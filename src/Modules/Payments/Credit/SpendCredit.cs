using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Sarai.Payments;

/// <summary>
/// Credit goes before real money: what a guest has at an organisation is spent on a booking first, the soonest to expire first of all, as a payment of its own.
/// What comes back of it comes back as credit, and what nobody spent in time expires.
/// </summary>
public static class SpendCredit
{
    private const int Batch = 100;

    /// <summary>What a guest can spend with an organisation now, the soonest to expire first.</summary>
    public static Task<List<CreditGrant>> Of(Guid user, Guid organisation, string currency, Instant now, PaymentsDb db, CancellationToken cancel) => db.Credits.AsNoTracking()
        .Where(c => c.UserId == user && c.OrganisationId == organisation && c.Currency == currency && c.Remaining > 0 && c.ExpiresAt > now).OrderBy(c => c.ExpiresAt).ThenBy(c => c.Id).ToListAsync(cancel);

    /// <summary>Pays what it can of a booking.</summary>
    /// <returns>The payment, or null when there was no credit to spend.</returns>
    internal static async Task<Answer<Order>?> On(BookingInfo booking, PaymentsDb db, Ledger ledger, Providers providers, TimeProvider clock, CancellationToken cancel)
    {
        // Nearly nobody has credit, and that costs one look at an index.
        var any = await db.Read("select 1 from payments.credit where user_id = $1 and organisation_id = $2 and currency = $3 and remaining > 0 and expires_at > $4 limit 1",
            _ => true, cancel, booking.GuestId, booking.OrganisationId, booking.Total.Currency, clock.Now());
        if (any.Count == 0) return null;
        var spent = await db.InTransaction<Order>(() => Spend(booking, db, ledger, providers, clock, cancel), cancel);
        return spent.Fault is { Code: "no_credit" } ? null : spent;
    }

    private static async Task<Answer<Order>> Spend(BookingInfo booking, PaymentsDb db, Ledger ledger, Providers providers, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.Now();
        await db.Run(cancel, PaymentsDb.Sql("select pg_advisory_xact_lock(hashtextextended($1::text, 11))", booking.Id));
        var (due, _) = await CreateOrder.Look(booking, CreditProvider.Method, db, cancel);
        var usable = await db.Read("""
            select id, remaining from payments.credit where user_id = $1 and organisation_id = $2 and currency = $3 and remaining > 0 and expires_at > $4 order by expires_at, id for update
            """, row => (Id: row.GetGuid(0), Left: row.GetInt64(1)), cancel, booking.GuestId, booking.OrganisationId, booking.Total.Currency, now);
        var parts = new List<(Guid Id, long Amount)>();
        foreach (var credit in usable)
        {
            var part = Math.Min(credit.Left, due.Amount - parts.Sum(p => p.Amount));
            if (part > 0) parts.Add((credit.Id, part));
        }
        if (parts.Count == 0) return Fault.Conflict("no_credit", "There is no credit to spend.");
        var payment = Payment.For(booking, new Money(parts.Sum(p => p.Amount), due.Currency), CreditProvider.Method, booking.GuestId, now);
        var commands = new List<NpgsqlBatchCommand>();
        var (attemptId, reference) = CreateOrder.Begin(payment, null, commands, Payment.Platform);
        foreach (var (id, amount) in parts)
        {
            commands.Add(PaymentsDb.Sql("update payments.credit set remaining = remaining - $2 where id = $1", id, amount));
            commands.Add(PaymentsDb.Sql("insert into payments.credit_use (payment_id, credit_id, amount) values ($1, $2, $3)", payment.Id, id, amount));
        }
        await db.Run(cancel, commands);
        var applied = await ApplyCapture.Handle(new ProviderNews(CreditProvider.Method, reference, true, reference, payment.Sum, now), db, ledger, providers, clock, cancel);
        return applied.Fault is { } fault ? fault : new Order(payment.Id, attemptId, reference, PaymentStatus.Captured, payment.Sum, payment.GuestId, payment.OrganisationId);
    }

    /// <summary>Gives back to the credits what a refund of their payment gives back, the last to expire first; inside the transaction of the refund.</summary>
    internal static async Task Restore(Guid paymentId, long amount, PaymentsDb db, CancellationToken cancel)
    {
        var used = await db.Read("""
            select u.credit_id, u.amount - u.returned from payments.credit_use u join payments.credit c on c.id = u.credit_id where u.payment_id = $1 and u.returned < u.amount
            order by c.expires_at desc, c.id desc for update
            """, row => (Id: row.GetGuid(0), Left: row.GetInt64(1)), cancel, paymentId);
        foreach (var use in used)
        {
            var part = Math.Min(use.Left, amount);
            if (part <= 0) break;
            amount -= part;
            await db.Run(cancel,
                PaymentsDb.Sql("update payments.credit_use set returned = returned + $3 where payment_id = $1 and credit_id = $2", paymentId, use.Id, part),
                PaymentsDb.Sql("update payments.credit set remaining = remaining + $2 where id = $1", use.Id, part));
        }
    }

    /// <summary>Lets expire what nobody spent in time.</summary>
    internal static async Task<bool> Expire(IServiceProvider services, CancellationToken cancel)
    {
        var (db, ledger, now) = (services.GetRequiredService<PaymentsDb>(), services.GetRequiredService<Ledger>(), services.GetRequiredService<TimeProvider>().Now());
        var more = false;
        await db.InTransaction<Done>(async () =>
        {
            var over = await db.Credits.FromSql($"select * from payments.credit where remaining > 0 and expires_at <= {now.ToDateTimeUtc()} order by expires_at limit {Batch} for update skip locked").AsNoTracking().ToListAsync(cancel);
            foreach (var credit in over)
            {
                var left = new Money(credit.Remaining, credit.Currency);
                await db.Run(cancel,
                    PaymentsDb.Sql("update payments.credit set remaining = 0, expiries = expiries + 1 where id = $1", credit.Id),
                    await ledger.Write(new Posting(
                        "credit_expired", $"credit_expired:{credit.Id}:{credit.Expiries}", left, LedgerAccount.Credit(credit.UserId, credit.OrganisationId, credit.Currency), LedgerAccount.Promised(credit.OrganisationId, credit.Currency),
                        null, null, credit.Reason, now), db, cancel));
            }
            more = over.Count == Batch;
            return Done.It;
        }, cancel);
        return more;
    }
}
