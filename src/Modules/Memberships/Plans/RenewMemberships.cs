using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Memberships;

/// <summary>
/// When a month is over the next one is taken from the wallet, or the member is asked to pay; what fails is tried again on days 1, 3 and 5, with a message each
/// time, and then the membership lapses. What is to be done next is written down before the wallet is asked, and one purchase stands for one month, so dying in
/// between charges nobody twice.
/// </summary>
public static class RenewMemberships
{
    private const int Batch = 50;

    internal static async Task<bool> Run(IServiceProvider services, CancellationToken cancel)
    {
        var (db, now) = (services.GetRequiredService<MembershipsDb>(), services.GetRequiredService<TimeProvider>().Now());
        var due = await db.Memberships.AsNoTracking().Where(m => m.LookAt <= now).OrderBy(m => m.LookAt).Take(Batch).Select(m => m.Id).ToListAsync(cancel);
        foreach (var id in due)
        {
            var step = await db.InTransaction<Step>(() => Look(id, now, db, services, cancel), cancel);
            db.ChangeTracker.Clear();
            if (!step.Ok) continue;
            var (membership, purchase) = step.Value;
            if (purchase is not null && membership.FromWallet) await TakeFromWallet(membership, purchase, db, services, cancel);
            await services.GetRequiredService<Members>().Reload(membership.OrganisationId, membership.GuestId, cancel);
        }
        return due.Count == Batch;
    }

    private static async Task<Answer<Step>> Look(Guid id, Instant now, MembershipsDb db, IServiceProvider services, CancellationToken cancel)
    {
        var membership = await db.Lock(id, cancel);
        // Another node has looked at it already.
        if (membership?.LookAt is not { } look || look > now) return Fault.NotFound("membership");
        await Members.Tell(db, membership, cancel);
        if (membership.Ends || membership.Lapsed(now))
        {
            membership.End(now);
            await db.Purchases.Where(p => p.MembershipId == id && p.Status == PurchaseStatus.Open).ExecuteUpdateAsync(set => set.SetProperty(p => p.Status, PurchaseStatus.Closed), cancel);
            if (!membership.Ends) await Say("membership_lapsed", membership, membership.PeriodEnd, db, services, cancel);
            return new Step(membership, null);
        }
        if (membership.NextPrice.Amount == 0)
        {
            membership.Renew();
            await Say("membership_renewed", membership, membership.PeriodEnd, db, services, cancel);
            return new Step(membership, null);
        }
        var purchase = await Purchase(membership, now, db, services.GetRequiredService<ICatalog>(), cancel);
        membership.Ask();
        // Who pays by hand is asked each time; with a wallet only what fails is told.
        if (!membership.FromWallet) await Say("membership_due", membership, membership.PeriodEnd + Membership.Grace, db, services, cancel);
        return new Step(membership, purchase);
    }

    private static async Task<PlanPurchase> Purchase(Membership membership, Instant now, MembershipsDb db, ICatalog catalog, CancellationToken cancel)
    {
        var known = await db.Purchases.FirstOrDefaultAsync(p => p.MembershipId == membership.Id && p.Kind == PurchaseKind.Renewal && p.PeriodStart == membership.PeriodEnd, cancel);
        if (known is not null) return known;
        var purchase = new PlanPurchase
        {
            Id = Guid.CreateVersion7(), OrganisationId = membership.OrganisationId, VenueId = await BuyPlan.VenueOf(membership.OrganisationId, membership.Currency, null, catalog, cancel), GuestId = membership.GuestId, Kind = PurchaseKind.Renewal, PlanId = membership.PlanId, MembershipId = membership.Id, Text = membership.Name,
            Price = membership.NextPrice.Amount, Currency = membership.Currency, PeriodStart = membership.PeriodEnd, CreatedAt = now, ExpiresAt = membership.PeriodEnd + Membership.Grace,
        };
        db.Purchases.Add(purchase);
        return purchase;
    }

    private static async Task TakeFromWallet(Membership membership, PlanPurchase purchase, MembershipsDb db, IServiceProvider services, CancellationToken cancel)
    {
        // Paid before, on an earlier try whose news is still on its way, or by hand a moment ago: then there is nothing to say.
        var taken = await services.GetRequiredService<IPayments>().TakeFromWallet(purchase.Id, cancel);
        if (taken.Fault is null or { Code: "nothing_due" }) return;
        await Say("membership_due", membership, membership.PeriodEnd + Membership.Grace, db, services, cancel);
        await db.SaveChangesAsync(cancel);
    }

    private static async Task Say(string type, Membership membership, Instant until, MembershipsDb db, IServiceProvider services, CancellationToken cancel) => db.Publish(new NotificationRequested(
        membership.GuestId, type, await FulfilPurchase.Words(services, membership.OrganisationId, membership.Name, membership.NextPrice, until, cancel), "/memberships"));

    private sealed record Step(Membership Membership, PlanPurchase? Purchase);
}
