using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Memberships;

/// <summary>
/// A manager gave the money of a package or a month back. When all of it is back, what was bought goes: the package can no longer be used, the month that runs ends,
/// and the membership with it. What was played with it before stays played, and a month that is over was had.
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
        var taken = true;
        if (purchase.Kind == PurchaseKind.Package)
            await db.Database.ExecuteSqlAsync($"update memberships.package set remaining = 0, expires_at = least(expires_at, {now.ToDateTimeUtc()}) where purchase_id = {purchase.Id}", cancel);
        else if (purchase.MembershipId is not { } id || await db.Lock(id, cancel) is not { Status: not MembershipStatus.Ended } membership)
            taken = false;
        else
            taken = await End(membership, purchase, now, db, cancel);
        if (taken) db.Publish(new NotificationRequested(
            purchase.GuestId, "plan_refunded", await FulfilPurchase.Words(delivery.Services, purchase.OrganisationId, purchase.Text, purchase.Sum, now, cancel), "/memberships"));
    }

    private static async Task<bool> End(Membership membership, PlanPurchase purchase, Instant now, MembershipsDb db, CancellationToken cancel)
    {
        // What a dearer plan cost more, and a month that is over, come back as a favour.
        var running = purchase.Kind == PurchaseKind.Join ? membership.Periods == 1 : purchase.Kind == PurchaseKind.Renewal && purchase.PeriodStart == membership.PeriodStart;
        if (!running) return false;
        membership.End(now);
        await db.Purchases.Where(p => p.MembershipId == membership.Id && p.Status == PurchaseStatus.Open).ExecuteUpdateAsync(set => set.SetProperty(p => p.Status, PurchaseStatus.Closed), cancel);
        await Members.Tell(db, membership, cancel);
        return true;
    }
}
