using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Memberships;

/// <summary>What was paid for becomes the guest's: a package, a first month, a further one, a dearer plan. Money that finds nothing to pay for goes back.</summary>
public static class FulfilPurchase
{
    internal static void Register(IServiceCollection services)
    {
        services.On<PurchasePaid, MembershipsDb>(On);
        // After the transaction, so that the next booking on this node knows.
        services.Hear<PurchasePaid>((e, delivery, cancel) => delivery.Services.GetRequiredService<Members>().Reload(e.OrganisationId, e.UserId, cancel));
    }

    private static async Task On(PurchasePaid paid, MembershipsDb db, Delivery delivery, CancellationToken cancel)
    {
        var purchase = await db.Purchases.FromSql($"select * from memberships.purchase where id = {paid.PurchaseId} for update").FirstOrDefaultAsync(cancel);
        if (purchase is null) return;
        var now = delivery.Services.GetRequiredService<TimeProvider>().Now();
        if (purchase.Status == PurchaseStatus.Paid || !await Give(purchase, now, db, delivery, cancel))
        {
            db.Publish(new PurchasePaymentRefused(purchase.Id, paid.PaymentId, paid.Amount, "overpaid"));
            return;
        }
        purchase.Pay(paid.PaymentId);
    }

    private static async Task<bool> Give(PlanPurchase purchase, Instant now, MembershipsDb db, Delivery delivery, CancellationToken cancel)
    {
        var plan = await db.Plans.AsNoTracking().FirstAsync(p => p.Id == purchase.PlanId, cancel);
        if (purchase.Kind == PurchaseKind.Package)
        {
            var package = Package.Of(plan, purchase, now);
            db.Packages.Add(package);
            await Say("plan_bought", purchase, plan.Name, package.ExpiresAt, db, delivery, cancel);
            return true;
        }
        var membership = purchase.MembershipId is { } id
            ? await db.Lock(id, cancel)
            : await db.Memberships.FirstOrDefaultAsync(m => m.OrganisationId == purchase.OrganisationId && m.GuestId == purchase.GuestId && m.Status != MembershipStatus.Ended, cancel);
        // Joined twice, ended meanwhile, paid for already, or the month of the change is over: there is nothing this money can pay for.
        if (purchase.Kind == PurchaseKind.Join != membership is null || membership?.Status == MembershipStatus.Ended) return false;
        switch (purchase.Kind)
        {
            case PurchaseKind.Join:
                membership = Membership.Join(plan, purchase, now);
                db.Memberships.Add(membership);
                purchase.MembershipId = membership.Id;
                await Say("plan_bought", purchase, plan.Name, membership.PeriodEnd, db, delivery, cancel);
                break;
            case PurchaseKind.Renewal:
                if (membership!.PeriodEnd != purchase.PeriodStart) return false;
                membership.Renew();
                await Say("membership_renewed", purchase, membership.Name, membership.PeriodEnd, db, delivery, cancel);
                break;
            default:
                if (membership!.Refuses(plan, now) is not null) return false;
                membership.Change(plan, 0);
                await Say("plan_bought", purchase, plan.Name, membership.PeriodEnd, db, delivery, cancel);
                break;
        }
        await Members.Tell(db, membership, cancel);
        return true;
    }

    private static async Task Say(string type, PlanPurchase purchase, string plan, Instant until, MembershipsDb db, Delivery delivery, CancellationToken cancel) =>
        db.Publish(new NotificationRequested(purchase.GuestId, type, await Words(delivery.Services, purchase.OrganisationId, plan, purchase.Sum, until, cancel), "/memberships"));

    /// <summary>What messages about a plan say.</summary>
    internal static async Task<Dictionary<string, string>> Words(IServiceProvider services, Guid organisation, string plan, Money amount, Instant until, CancellationToken cancel)
    {
        var venue = await services.GetRequiredService<ICatalog>().VenuesOf(organisation, cancel) is [var first, ..] ? first : null;
        return new Dictionary<string, string> { ["plan"] = plan, ["venue"] = venue?.Name ?? "Sarai", ["amount"] = Told.Money(amount), ["until"] = Told.Day(until, venue?.TimeZone ?? "UTC") };
    }
}
