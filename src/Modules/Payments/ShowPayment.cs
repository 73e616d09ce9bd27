using Microsoft.EntityFrameworkCore;

namespace Sarai.Payments;

/// <summary>A payment as its payer and the desk see it, and an organisation's list of them.</summary>
public static class ShowPayment
{
    /// <summary>A payment.</summary>
    public sealed record Response(
        Guid Id, Guid BookingId, string Description, string Method, PaymentStatus Status, Money Amount, Money Refunded, string? Reason, Instant CreatedAt, Instant? CapturedAt, IReadOnlyList<RefundLine> Refunds);

    /// <summary>A refund on it.</summary>
    public sealed record RefundLine(Money Amount, string To, string Reason, Instant At);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/payments/{id:guid}", Handle).Needs("read:bookings").Limited(RateLimits.Read).WithTags("Payments").WithSummary("A payment, for the receipt");
        api.MapGet("/payments/{id:guid}/status", Handle).Needs("read:bookings").Limited(RateLimits.Read).WithTags("Payments").WithSummary("Where a payment is");
        api.MapGet("/organisations/{id:guid}/payments", List).Needs("read:payments").Limited(RateLimits.Read).WithTags("Payments").WithSummary("An organisation's payments");
    }

    /// <summary>The payment.</summary>
    public static async Task<Answer<Response>> Handle(Guid id, Actor actor, PaymentsDb db, CancellationToken cancel)
    {
        var payment = await db.Payments.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, cancel);
        if (payment is null) return Fault.NotFound("payment");
        if (payment.UserId != actor.UserId && actor.Barred("read:payments", payment.OrganisationId, "payment") is { } barred) return barred;
        var refunds = await db.Refunds.AsNoTracking().Where(r => r.PaymentId == id).OrderBy(r => r.CreatedAt).ToListAsync(cancel);
        return View(payment, refunds);
    }

    /// <summary>The payments, the latest first; those a person has to look at with <c>status=review</c>.</summary>
    public static async Task<Answer<Slice<Response>>> List(Guid id, string? status, [AsParameters] Paging paging, Actor actor, PaymentsDb db, CancellationToken cancel)
    {
        if (actor.Barred("read:payments", id, "organisation") is { } barred) return barred;
        var wanted = Json.ParseWord<PaymentStatus>(status);
        if (status is not null && wanted is null) return Fault.Invalid("status", $"Choose one of {Json.Words<PaymentStatus>()}.");
        db.OrganisationId = id;
        var rows = db.Payments.AsNoTracking().Where(p => p.OrganisationId == id && (wanted == null || p.Status == wanted));
        if (paging.Cursor is not null)
        {
            if (!Guid.TryParse(Cursor.Read(paging.Cursor), out var after)) return Fault.Invalid("cursor", "This cursor is not one of ours.");
            rows = rows.Where(p => p.Id < after);
        }
        var page = await rows.OrderByDescending(p => p.Id).Take(paging.Size + 1).ToListAsync(cancel);
        return Slice<Response>.Of([.. page.Select(p => View(p, []))], paging.Size, p => p.Id.ToString());
    }

    private static Response View(Payment p, IReadOnlyList<Refund> refunds) => new(
        p.Id, p.BookingId, p.Description, p.Method, p.Status, new Money(p.Amount, p.Currency), new Money(p.Refunded, p.Currency), p.Reason, p.CreatedAt, p.CapturedAt,
        [.. refunds.Select(r => new RefundLine(new Money(r.Amount, p.Currency), r.To, r.Reason, r.CreatedAt))]);
}
