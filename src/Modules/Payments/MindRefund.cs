using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Payments;

/// <summary>A refund that a gateway cannot or will not send waits for a person: who tries again, gives the money into the wallet instead, or says that it was sent by hand.</summary>
public static class MindRefund
{
    /// <summary>What to do.</summary>
    public sealed record Request
    {
        /// <summary>retry, wallet or done.</summary>
        [Required, AllowedValues("retry", "wallet", "done", ErrorMessage = "Choose retry, wallet or done.")] public string? Action { get; set; }

        /// <summary>Why; the audit log keeps it.</summary>
        [Required, StringLength(500, MinimumLength = 2)] public string? Note { get; set; }
    }

    /// <summary>A refund that waits.</summary>
    /// <param name="RefundId">The refund.</param>
    /// <param name="PaymentId">The payment.</param>
    /// <param name="GuestId">Whose money it is.</param>
    /// <param name="Method">How it was paid.</param>
    /// <param name="Amount">How much.</param>
    /// <param name="Status">failed or byHand.</param>
    /// <param name="Problem">What the gateway said.</param>
    /// <param name="CreatedAt">Since when.</param>
    public sealed record View(Guid RefundId, Guid PaymentId, Guid GuestId, string Method, Money Amount, RefundStatus Status, string? Problem, Instant CreatedAt);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/venues/{id:guid}/refunds", (Guid id, Actor actor, PaymentsDb db, ICatalog catalog, CancellationToken cancel) => List(id, actor, db, catalog, cancel))
            .Needs("read:payments").Limited(RateLimits.Read).WithTags("Desk").WithSummary("Refunds that wait for a person");
        api.MapPost("/payments/refunds/{id:guid}", Handle).Needs("process:refunds").Limited(RateLimits.Write).WithTags("Desk").WithSummary("Try a refund again, give it to the wallet, or say it was sent");
    }

    /// <summary>What waits at a venue, the oldest first; at most 200.</summary>
    public static async Task<Answer<Slice<View>>> List(Guid venueId, Actor actor, PaymentsDb db, ICatalog catalog, CancellationToken cancel)
    {
        var venue = await catalog.Venue(venueId, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("read:payments", venue.OrganisationId, "venue") is { } barred) return barred;
        return new Slice<View>(await db.Read("""
            select r.id, p.id, p.guest_id, p.method, r.amount, r.currency, r.status, r.problem, r.created_at from payments.refund r join payments.payment p on p.id = r.payment_id
            where r.organisation_id = $1 and r.status in ('Failed', 'ByHand') order by r.id limit 200
            """, row => new View(
                row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.GetString(3), new Money(row.GetInt64(4), row.GetString(5)), Enum.Parse<RefundStatus>(row.GetString(6)), row.IsDBNull(7) ? null : row.GetString(7),
                Instant.FromDateTimeUtc(row.GetDateTime(8))), cancel, venue.OrganisationId), null);
    }

    /// <summary>Does it, once.</summary>
    public static Task<Answer<RefundPayment.Response>> Handle(Guid id, Request request, Actor actor, PaymentsDb db, IServiceProvider services, CancellationToken cancel) => db.InTransaction<RefundPayment.Response>(async () =>
    {
        var refund = await db.Refunds.FromSql($"select * from payments.refund where id = {id} for update").FirstOrDefaultAsync(cancel);
        if (refund is null) return Fault.NotFound("refund");
        if (actor.Barred("process:refunds", refund.OrganisationId, "refund") is { } barred) return barred;
        if (refund.Status is not (RefundStatus.Failed or RefundStatus.ByHand)) return Fault.Conflict("not_waiting", "This refund does not wait for anybody.");
        var (before, now) = (refund.Status, services.GetRequiredService<TimeProvider>().Now());
        switch (request.Action)
        {
            case "retry": refund.Await(now); break;
            case "done": await SendRefunds.Finish(refund, services, cancel); break;
            case "wallet":
                var payment = (await db.Find(refund.PaymentId, cancel))!;
                await db.Run(cancel, await services.GetRequiredService<Ledger>().Write(new Posting(
                    "refund", $"refund_sent:{refund.Id}", refund.Sum, LedgerAccount.RefundsDue(refund.Currency), LedgerAccount.Wallet(payment.GuestId, refund.Currency), payment.Id, refund.Id, refund.Reason, now), db, cancel));
                refund.ToWallet(now);
                break;
        }
        db.Audit(actor, refund.OrganisationId, "process:refunds", refund.Id, new { Status = before, refund.Problem }, new { request.Action, request.Note });
        return new RefundPayment.Response(refund.Id, refund.PaymentId, refund.Sum, refund.Destination, refund.Status);
    }, cancel);
}
