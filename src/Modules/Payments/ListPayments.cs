using Microsoft.EntityFrameworkCore;

namespace Sarai.Payments;

/// <summary>A venue's payments for the desk, the latest first.</summary>
public static class ListPayments
{
    /// <summary>A payment in the list.</summary>
    /// <param name="Payment">Where it stands.</param>
    /// <param name="GuestId">Whose.</param>
    /// <param name="CreatedAt">When it was begun.</param>
    /// <param name="CapturedAt">When the money arrived, or null.</param>
    /// <param name="RefundsPending">Refunds a gateway has not sent yet.</param>
    /// <param name="RefundsFailed">Refunds a gateway keeps refusing: somebody must look.</param>
    public sealed record Line(GetPayment.Standing Payment, Guid GuestId, Instant CreatedAt, Instant? CapturedAt, int RefundsPending, int RefundsFailed);

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/venues/{id:guid}/payments", (Guid id, [AsParameters] Paging paging, Actor actor, PaymentsDb db, ICatalog catalog, CancellationToken cancel) =>
        Handle(id, paging, actor, db, catalog, cancel)).Needs("read:payments").Limited(RateLimits.Read).WithTags("Desk").WithSummary("A venue's payments");

    /// <summary>For staff of the venue.</summary>
    public static async Task<Answer<Slice<Line>>> Handle(Guid venueId, Paging paging, Actor actor, PaymentsDb db, ICatalog catalog, CancellationToken cancel)
    {
        var venue = await catalog.Venue(venueId, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("read:payments", venue.OrganisationId, "venue") is { } barred) return barred;
        db.OrganisationId = venue.OrganisationId;
        var payments = db.Payments.AsNoTracking().Where(p => p.VenueId == venueId);
        if (paging.Cursor is not null)
        {
            if (!Guid.TryParse(Cursor.Read(paging.Cursor), out var after)) return Fault.Invalid("cursor", "This cursor is not one of ours.");
            payments = payments.Where(p => p.Id < after);
        }
        var rows = await payments.OrderByDescending(p => p.Id).Take(paging.Size + 1).ToListAsync(cancel);
        return Slice<Line>.Of(await Lines(rows, db, cancel), paging.Size, l => l.Payment.PaymentId.ToString());
    }

    /// <summary>One payment of a venue, for the page that gives it back; null when it is another venue's or not there.</summary>
    internal static async Task<Line?> One(Guid paymentId, Guid venueId, PaymentsDb db, CancellationToken cancel) =>
        await db.Find(paymentId, cancel) is { } payment && payment.VenueId == venueId ? (await Lines([payment], db, cancel))[0] : null;

    private static async Task<List<Line>> Lines(List<Payment> rows, PaymentsDb db, CancellationToken cancel)
    {
        var ids = rows.Select(r => r.Id).ToList();
        var refunds = (await db.Refunds.AsNoTracking().Where(r => ids.Contains(r.PaymentId) && r.Status != RefundStatus.Done).ToListAsync(cancel)).ToLookup(r => r.PaymentId);
        return
        [
            .. rows.Select(p => new Line(
                GetPayment.StandingOf(p), p.GuestId, p.CreatedAt, p.CapturedAt, refunds[p.Id].Count(r => r.Status is RefundStatus.Pending or RefundStatus.Sent), refunds[p.Id].Count(r => r.Status is RefundStatus.Failed or RefundStatus.ByHand))),
        ];
    }
}
