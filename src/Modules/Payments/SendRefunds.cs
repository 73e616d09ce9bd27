using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sarai.Payments;

/// <summary>
/// Asks gateways to send the refunds that were promised, and then whether they have arrived. A refund and its round are the gateway's idempotency key and the
/// posting's key is ours: dying between the gateway's answer and our commit only means asking again. A gateway that cannot tell a repetition is asked once:
/// that it is being asked is written down before, and if no answer follows, a person finds out.
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
            from (select id from payments.refund where status in ('Pending', 'Sent') and retry_at <= $1 order by retry_at limit 20 for update skip locked) t
            where r.id = t.id returning r.id
            """, row => row.GetGuid(0), cancel, clock.Now());
        foreach (var id in due)
        {
            await using var scope = services.CreateAsyncScope();
            await Send(id, scope.ServiceProvider, cancel);
        }
        return due.Count == 20;
    }

    /// <summary>News of a refund from the gateway itself.</summary>
    /// <returns>Whether it was one of ours.</returns>
    internal static async Task<bool> Hear(RefundNews news, IGateway gateway, Merchant merchant, IServiceProvider services, CancellationToken cancel)
    {
        var db = services.GetRequiredService<PaymentsDb>();
        var now = services.GetRequiredService<TimeProvider>().Now();
        if (news.OfAttempt is { } reference)
        {
            if (await ReceiveWebhook.Known(reference, gateway, merchant, db, cancel) is not { } attempt) return false;
            return await db.Run(cancel, PaymentsDb.Sql("update payments.refund set retry_at = $2 where payment_id = $1 and status = 'Sent'", attempt.PaymentId, now)) > 0;
        }
        var found = await db.Read("""
            select r.id from payments.refund r join payments.attempt a on a.payment_id = r.payment_id
            where a.provider = $1 and a.account = $2 and a.status = 'Captured' and (r.gateway_id = $3 or (r.gateway_id is null and r.id = $4))
            """, row => row.GetGuid(0), cancel, gateway.Name, merchant.OrganisationId, news.GatewayId ?? "", news.RefundId ?? Guid.Empty);
        if (found.Count == 0) return false;
        await Record(found[0], news, services, now, cancel);
        return true;
    }

    private static async Task Send(Guid refundId, IServiceProvider services, CancellationToken cancel)
    {
        var db = services.GetRequiredService<PaymentsDb>();
        var now = services.GetRequiredService<TimeProvider>().Now();
        var refund = await db.Refunds.AsNoTracking().FirstAsync(r => r.Id == refundId, cancel);
        var payment = (await db.Find(refund.PaymentId, cancel))!;
        var attempt = await db.Attempts.AsNoTracking().Where(a => a.PaymentId == payment.Id && a.Status == AttemptStatus.Captured).OrderByDescending(a => a.Id).FirstAsync(cancel);
        var gateway = (IGateway)services.GetRequiredService<Providers>().Of(payment);
        var faults = services.GetRequiredService<FaultPoints>();
        try
        {
            var merchant = await services.GetRequiredService<Merchants>().Of(gateway, attempt.Account, cancel) ?? throw new GatewayDown("its keys were taken away");
            var wish = new RefundWish(refund, payment, attempt);
            if (gateway.RefundsOnce) await Record(refundId, new RefundNews(RefundState.ByHand, null, "unanswered"), services, now, cancel);
            faults.Reach("refund:before");
            var news = refund.Status == RefundStatus.Sent ? await gateway.QueryRefund(wish, merchant, cancel) : await gateway.Refund(wish, merchant, cancel);
            faults.Reach("refund:after");
            await Record(refundId, news, services, now, cancel);
        }
        catch (Exception failure) when (failure is GatewayDown or HttpRequestException || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            services.GetRequiredService<ILogger<Refund>>().LogWarning("{Provider} could not be asked for refund {Refund}: {Problem}", payment.Method, refundId, failure.Message);
            if (!gateway.RefundsOnce) await Change(refundId, (r, _) => r.Postpone(failure.Message, now), services, cancel);
        }
    }

    private static Task Record(Guid refundId, RefundNews news, IServiceProvider services, Instant now, CancellationToken cancel) => Change(refundId, (refund, finish) =>
    {
        switch (news.State)
        {
            case RefundState.Done: finish(); break;
            case RefundState.OnItsWay: refund.Travel(news.GatewayId, now); break;
            case RefundState.Refused: refund.Fail(news.Problem ?? "refused", now); break;
            case RefundState.ByHand: refund.Hand(news.Problem ?? "by_hand"); break;
        }
    }, services, cancel, news.State);

    private static async Task Change(Guid refundId, Action<Refund, Action> change, IServiceProvider services, CancellationToken cancel, RefundState? state = null)
    {
        var db = services.GetRequiredService<PaymentsDb>();
        await db.InTransaction<Done>(async () =>
        {
            var refund = await db.Refunds.FromSql($"select * from payments.refund where id = {refundId} for update").AsTracking().FirstAsync(cancel);
            await db.Entry(refund).ReloadAsync(cancel);
            // What the gateway says last counts: a refund it had sent may still fail, and one that looked failed may have arrived. What is done is done.
            if (refund.Status == RefundStatus.Done || (refund.Status is RefundStatus.Failed && state is not RefundState.Done)) return Done.It;
            var finished = false;
            change(refund, () => finished = true);
            if (finished) await Finish(refund, services, cancel);
            return Done.It;
        }, cancel);
    }

    /// <summary>The guest has it: what was promised leaves the account of the gateway. Inside the open transaction.</summary>
    internal static async Task Finish(Refund refund, IServiceProvider services, CancellationToken cancel)
    {
        var db = services.GetRequiredService<PaymentsDb>();
        var now = services.GetRequiredService<TimeProvider>().Now();
        var payment = (await db.Find(refund.PaymentId, cancel))!;
        var account = await db.Attempts.AsNoTracking().Where(a => a.PaymentId == payment.Id && a.Status == AttemptStatus.Captured).OrderByDescending(a => a.Id).Select(a => a.Account).FirstAsync(cancel);
        var source = services.GetRequiredService<Providers>().Of(payment).Source(payment, account);
        await db.Run(cancel, await services.GetRequiredService<Ledger>().Write(
            new Posting("refund_sent", $"refund_sent:{refund.Id}", refund.Sum, LedgerAccount.RefundsDue(refund.Currency), source, payment.Id, refund.Id, refund.Reason, now), db, cancel));
        refund.Complete(now);
    }
}
