using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sarai.Payments;

/// <summary>
/// Asks gateways what became of attempts nobody has told us about: a webhook may be lost, or the app may have died between the gateway and its own
/// commit. Payments nobody waits for any more are closed; their attempts are asked about until the gateway can hardly change its mind.
/// </summary>
public static class Reconcile
{
    /// <summary>When a new attempt is asked about first.</summary>
    public static readonly Duration FirstLook = Duration.FromMinutes(1);

    /// <summary>How long a gateway may still bring money for an attempt (some repeat their webhooks for three days).</summary>
    public static readonly Duration LastLook = Duration.FromHours(72);

    private const int BatchSize = 50;

    internal static async Task<bool> Run(IServiceProvider services, CancellationToken cancel)
    {
        var db = services.GetRequiredService<PaymentsDb>();
        var now = services.GetRequiredService<TimeProvider>().Now();
        await db.Run(cancel, PaymentsDb.Sql("update payments.payment set status = 'Cancelled' where status = 'Pending' and expires_at < $1 and method <> 'cash'", now - FirstLook));
        var due = await Take(db, now, cancel);
        foreach (var attempt in due)
        {
            try
            {
                await Ask(attempt, services, cancel);
            }
            catch (GatewayDown problem)
            {
                services.GetRequiredService<ILogger<Attempt>>().LogWarning("{Provider} could not be asked about attempt {Attempt}: {Problem}; it is asked again", attempt.Provider, attempt.Id, problem.Message);
            }
            catch (Exception problem) when (problem is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                services.GetRequiredService<ILogger<Attempt>>().LogError(problem, "What {Provider} said of attempt {Attempt} could not be applied; it is asked again", attempt.Provider, attempt.Id);
            }
        }
        return due.Count == BatchSize;
    }

    /// <summary>Asks about one attempt and applies the answer; a gateway that must not be asked yet is not.</summary>
    /// <exception cref="GatewayDown">The gateway did not answer.</exception>
    internal static async Task<Answer<ApplyCapture.Outcome>> Ask(Attempt attempt, IServiceProvider services, CancellationToken cancel)
    {
        var (providers, clock) = (services.GetRequiredService<Providers>(), services.GetRequiredService<TimeProvider>());
        if (providers.Find(attempt.Provider) is not IGateway gateway || clock.Now() < attempt.CreatedAt + gateway.EarliestQuery) return ApplyCapture.Outcome.Known;
        if (await services.GetRequiredService<Merchants>().Of(gateway, attempt.Account, cancel) is not { } merchant) return ApplyCapture.Outcome.Known;
        var faults = services.GetRequiredService<FaultPoints>();
        faults.Reach("query:before");
        if (await gateway.Query(attempt, merchant, cancel) is not { } news) return ApplyCapture.Outcome.Known;
        faults.Reach("query:after");
        return await ApplyCapture.Handle(news, services.GetRequiredService<PaymentsDb>(), services.GetRequiredService<Ledger>(), providers, clock, cancel);
    }

    // The next look is set before asking: a node that dies meanwhile only makes it later, and two nodes never ask at once.
    private static Task<List<Attempt>> Take(PaymentsDb db, Instant now, CancellationToken cancel) => db.Read("""
        update payments.attempt a set polls = polls + 1,
          poll_at = case when a.created_at < $2 then null else $1 + least(interval '1 hour', interval '1 minute' * power(2, least(a.polls, 10))) end
        from (select id from payments.attempt where poll_at <= $1 order by poll_at limit 50 for update skip locked) t
        where a.id = t.id returning a.id, a.payment_id, a.provider, a.reference, a.created_at, a.account, a.gateway_id
        """,
        row => new Attempt
        {
            Id = row.GetGuid(0), PaymentId = row.GetGuid(1), Provider = row.GetString(2), Reference = row.GetString(3), CreatedAt = Instant.FromDateTimeUtc(row.GetDateTime(4)),
            Account = row.GetGuid(5), GatewayId = row.IsDBNull(6) ? null : row.GetString(6),
        },
        cancel, now, now - LastLook);
}
