using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Payments.Sandbox;

/// <summary>
/// Tells the sandbox what to do with a payment: take it, refuse it, take it after the hold has run out, say it five times at once, or take the wrong
/// amount. What follows comes over HTTP as a signed webhook, like from any gateway.
/// </summary>
public static class PlaySandbox
{
    private static readonly string[] Outcomes = ["succeed", "fail", "late", "duplicate", "wrong_amount"];
    private static readonly Duration Lateness = Duration.FromMinutes(1);

    /// <summary>What shall happen.</summary>
    public sealed record Request
    {
        /// <summary>succeed, fail, late, duplicate or wrong_amount.</summary>
        [Required] public string? Outcome { get; set; }
    }

    /// <summary>What the sandbox did.</summary>
    /// <param name="PaymentId">The payment.</param>
    /// <param name="Outcome">What was asked for.</param>
    /// <param name="Status">The payment's state after the webhook, if one was sent already.</param>
    /// <param name="DueAt">When the webhook is sent; asking for <c>late</c> once more sends it now.</param>
    public sealed record Response(Guid PaymentId, string Outcome, PaymentStatus Status, Instant DueAt);

    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/sandbox/payments/{paymentId:guid}", Handle).AllowAnonymous().Limited(RateLimits.Write).WithTags("Sandbox").WithSummary("Decide what the sandbox does with a payment (Development only)");

    /// <summary>Does it, as anybody at the gateway's own page could: the gateway knows no accounts of ours.</summary>
    public static async Task<Answer<Response>> Handle(Guid paymentId, Request request, PaymentsDb db, SandboxWebhooks webhooks, TimeProvider clock, CancellationToken cancel)
    {
        if (!Outcomes.Contains(request.Outcome)) return Fault.Invalid("outcome", $"Choose one of: {string.Join(", ", Outcomes)}.");
        var payment = await db.Find(paymentId, cancel);
        if (payment is not { Method: SandboxProvider.Method }) return Fault.NotFound("payment");
        return await Play(payment, request.Outcome!, db, webhooks, clock, cancel);
    }

    /// <summary>Does it: the sandbox's memory and the webhook it owes are saved together, so that a crash loses neither.</summary>
    internal static async Task<Answer<Response>> Play(Payment payment, string outcome, PaymentsDb db, SandboxWebhooks webhooks, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.Now();
        var attempt = await db.Attempts.AsNoTracking().Where(a => a.PaymentId == payment.Id).OrderByDescending(a => a.Id).FirstAsync(cancel);
        var due = outcome == "late" ? Max(now, payment.ExpiresAt ?? now) + Lateness : now;
        var amount = outcome == "wrong_amount" ? Math.Max(1, payment.Amount / 2) : payment.Amount;
        var failed = outcome == "fail";
        var happened = new SandboxProvider.Event(failed ? "failed" : "paid", attempt.Reference, amount, payment.Currency, attempt.Reference, due, failed ? "card_declined" : null);
        var begun = await db.Run(cancel,
            PaymentsDb.Sql("""
                with c as (insert into payments.sandbox_charge (reference, outcome, capture, currency, amount, settles_at) values ($1, $2, $1, $3, $4, $5) on conflict do nothing returning reference)
                insert into payments.sandbox_webhook (id, reference, body, copies, due_at) select $6, reference, $7, $8, $5 from c
                """, attempt.Reference, outcome, happened.Currency, amount, due, Guid.CreateVersion7(), JsonSerializer.Serialize(happened, Json.Options), outcome == "duplicate" ? 5 : 1));
        if (begun == 0)
        {
            // Told again: what is still to be sent is sent now.
            due = now;
            await db.Run(cancel,
                PaymentsDb.Sql("update payments.sandbox_charge set settles_at = least(settles_at, $2) where reference = $1", attempt.Reference, now),
                PaymentsDb.Sql("update payments.sandbox_webhook set due_at = $2 where reference = $1 and sent_at is null", attempt.Reference, now));
        }
        if (due <= now) await webhooks.SendDue(attempt.Reference, cancel);
        var after = await db.Find(payment.Id, cancel);
        return new Response(payment.Id, outcome, after!.Status, due);
    }

    private static Instant Max(Instant a, Instant b) => a > b ? a : b;
}
