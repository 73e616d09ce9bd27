using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sarai.Payments;

/// <summary>
/// Asks gateways to send the refunds that were promised. The refund's id is the gateway's idempotency key and the posting's key is ours: dying between
/// the gateway's answer and our commit only means asking again.
/// </summary>
public static class SendRefunds
{
    internal static async Task<bool> Run(IServiceProvider services, CancellationToken cancel)
    {
        var db = services.GetRequiredService<PaymentsDb>();
        var clock = services.GetRequiredService<TimeProvider>();
        // Put off before asking, so that two nodes never ask at once.
        var due = await db.Read("""
            update payments.refund r set retry_at = $1 + interval '5 minutes'
            from (select id from payments.refund where status = 'Pending' and retry_at <= $1 order by retry_at limit 20 for update skip locked) t
            where r.id = t.id returning r.id
            """, row => row.GetGuid(0), cancel, clock.Now());
        foreach (var id in due)
        {
            await using var scope = services.CreateAsyncScope();
            await Send(id, scope.ServiceProvider, cancel);
        }
        return due.Count == 20;
    }

    private static async Task Send(Guid refundId, IServiceProvider services, CancellationToken cancel)
    {
        var db = services.GetRequiredService<PaymentsDb>();
        var clock = services.GetRequiredService<TimeProvider>();
        var refund = await db.Refunds.AsNoTracking().FirstAsync(r => r.Id == refundId, cancel);
        var payment = (await db.Find(refund.PaymentId, cancel))!;
        var attempt = await db.Attempts.AsNoTracking().Where(a => a.PaymentId == payment.Id && a.Status == AttemptStatus.Captured).OrderByDescending(a => a.Id).FirstAsync(cancel);
        string? problem;
        try
        {
            problem = await ((IGateway)services.GetRequiredService<Providers>().Of(payment)).Refund(refund, payment, attempt, cancel);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            services.GetRequiredService<ILogger<Refund>>().LogWarning(failure, "{Provider} could not be asked for refund {Refund}; it is asked again", payment.Method, refundId);
            problem = failure.Message;
        }
        await Record(refundId, payment, problem, services, clock.Now(), cancel);
    }

    private static async Task Record(Guid refundId, Payment payment, string? problem, IServiceProvider services, Instant now, CancellationToken cancel)
    {
        var db = services.GetRequiredService<PaymentsDb>();
        var ledger = services.GetRequiredService<Ledger>();
        await db.InTransaction<Done>(async () =>
        {
            var refund = await db.Refunds.FromSql($"select * from payments.refund where id = {refundId} for update").FirstAsync(cancel);
            if (refund.Status != RefundStatus.Pending) return Done.It;
            if (problem is not null)
            {
                refund.Postpone(problem, now);
                return Done.It;
            }
            var source = services.GetRequiredService<Providers>().Of(payment).Source(payment);
            await db.Run(cancel, await ledger.Write(new Posting("refund_sent", $"refund_sent:{refund.Id}", refund.Sum, LedgerAccount.RefundsDue(refund.Currency), source, payment.Id, refund.Id, refund.Reason, now), db, cancel));
            refund.Complete(now);
            return Done.It;
        }, cancel);
    }
}
