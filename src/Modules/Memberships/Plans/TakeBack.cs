using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Memberships;

/// <summary>
/// A manager gave the money of a package or a month back. When all of it is back, what was bought goes: the package can no longer be used, a first month ends the
/// membership, a further one is taken off its end. What was played with it before stays played.
/// </summary>
public static class TakeBack
{
    internal static void Register(IServiceCollection services)
    {
        services.On<PaymentRefunded, MembershipsDb>(On, when: e => e.Reason == "desk");
        services.Hear<PaymentRefunded>(async (e, delivery, cancel) =>
        {
            if (e.Reason == "desk") await delivery.Services.GetRequiredService<Members>().Reload(e.OrganisationId, e.UserId, cancel);
        });
    }

    private static async Task On(PaymentRefunded refund, MembershipsDb db, Delivery delivery, CancellationToken cancel)
    {
        // The event names what was paid for, a booking or a purchase; only what paid the purchase counts, not a second payment that found nothing to pay for.
        var purchase = await db.Purchases.FromSql($"select * from memberships.purchase where id = {refund.BookingId} and payment_id = {refund.PaymentId} for update").FirstOrDefaultAsync(cancel);
        if (purchase is null || !purchase.GiveBack(refund.Amount)) return;
        var now = delivery.Services.GetRequiredService<TimeProvider>().Now();
        if (purchase.Kind == PurchaseKind.Package)
            await db.Database.ExecuteSqlAsync($"update memberships.package set remaining = 0, expires_at = least(expires_at, {now.ToDateTimeUtc()}) where purchase_id = {purchase.Id}", cancel);
        else if (purchase.MembershipId is { } id && await db.Lock(id, cancel) is { Status: not MembershipStatus.Ended } membership)
            await Shorten(membership, purchase, now, db, cancel);
        db.Publish(new NotificationRequested(
            purchase.GuestId, "plan_refunded", await FulfilPurchase.Words(delivery.Services, purchase.OrganisationId, purchase.Text, purchase.Sum, now, cancel), "/memberships"));
    }

    private static async Task Shorten(Membership membership, PlanPurchase purchase, Instant now, MembershipsDb db, CancellationToken cancel)
    {
        // What a dearer plan cost more comes back as a favour; the plan stays.
        if (purchase.Kind == PurchaseKind.Change) return;
        if (purchase.Kind == PurchaseKind.Join) membership.End(now);
        else membership.Unrenew(now);
        if (membership.Status == MembershipStatus.Ended)
            await db.Purchases.Where(p => p.MembershipId == membership.Id && p.Status == PurchaseStatus.Open).ExecuteUpdateAsync(set => set.SetProperty(p => p.Status, PurchaseStatus.Closed), cancel);
        await Members.Tell(db, membership, cancel);
    }
}
