using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Memberships;

/// <summary>What a guest has, and what they do with it: change the plan for the rest of the month, end with the month or go on after all, pay from the wallet or by hand.</summary>
public static class KeepMembership
{
    /// <summary>How it goes on.</summary>
    public sealed record Request
    {
        /// <summary>Whether further months are taken from the wallet.</summary>
        [Required] public bool? FromWallet { get; set; }

        /// <summary>Whether it ends with the month.</summary>
        [Required] public bool? Ends { get; set; }
    }

    /// <summary>Another plan.</summary>
    public sealed record ChangeRequest
    {
        /// <summary>The plan.</summary>
        [Required] public Guid? PlanId { get; set; }
    }

    /// <summary>What changing means now.</summary>
    /// <param name="Due">What is to be paid for the rest of the month.</param>
    /// <param name="LeftOver">What a cheaper plan leaves over; the next months take it.</param>
    /// <param name="PurchaseId">What waits to be paid before the plan changes; null when nothing does or this was only asked.</param>
    public sealed record Effect(Money Due, Money LeftOver, Guid? PurchaseId);

    /// <summary>A package.</summary>
    public sealed record PackageView(Guid Id, Guid OrganisationId, string Venue, string Name, int Sessions, int Remaining, Instant ExpiresAt, string Code);

    /// <summary>A membership.</summary>
    public sealed record MembershipView(
        Guid Id, Guid OrganisationId, string Venue, Guid PlanId, string Name, string Tier, MembershipStatus Status, Instant PeriodEnd, int FreeLeft, int FreeBookings, decimal DiscountPercent, Money NextPrice, bool FromWallet, bool Ends, string? PayAt);

    /// <summary>What a guest has.</summary>
    public sealed record Mine(IReadOnlyList<PackageView> Packages, IReadOnlyList<MembershipView> Memberships);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/memberships", List).Limited(RateLimits.Read).WithTags("Plans").WithSummary("My packages and memberships");
        api.MapPut("/memberships/{id:guid}", Keep).Limited(RateLimits.Write).WithTags("Plans").WithSummary("End a membership with the month, or go on");
        api.MapGet("/memberships/{id:guid}/change", (Guid id, Guid planId, Actor actor, MembershipsDb db, TimeProvider clock, CancellationToken cancel) => Look(id, planId, actor, db, clock, cancel))
            .Limited(RateLimits.Read).WithTags("Plans").WithSummary("What another plan would cost for the rest of the month");
        api.MapPost("/memberships/{id:guid}/change", Change).Limited(RateLimits.Write).WithTags("Plans").WithSummary("Change the plan");
    }

    /// <summary>What the caller has; what is over is left out.</summary>
    public static async Task<Answer<Mine>> List(Actor actor, MembershipsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.Now();
        var packages = await db.Packages.AsNoTracking().Where(p => p.GuestId == actor.Id && p.ExpiresAt > now).OrderBy(p => p.ExpiresAt).Take(100).ToListAsync(cancel);
        var memberships = await db.Memberships.AsNoTracking().Where(m => m.GuestId == actor.Id && m.Status != MembershipStatus.Ended).OrderBy(m => m.Id).ToListAsync(cancel);
        var open = await db.Purchases.AsNoTracking().Where(p => p.GuestId == actor.Id && p.Kind == PurchaseKind.Renewal && p.Status == PurchaseStatus.Open && p.ExpiresAt > now).ToListAsync(cancel);
        return new Mine(
            [.. await Task.WhenAll(packages.Select(async p => new PackageView(p.Id, p.OrganisationId, await Venue(p.OrganisationId), p.Name, p.Sessions, p.Remaining, p.ExpiresAt, p.Key)))],
            [.. await Task.WhenAll(memberships.Select(async m => new MembershipView(
                m.Id, m.OrganisationId, await Venue(m.OrganisationId), m.PlanId, m.Name, m.Tier, m.Status, m.PeriodEnd, m.FreeLeft, m.FreeBookings, m.DiscountPercent, m.NextPrice, m.FromWallet, m.Ends,
                open.FirstOrDefault(p => p.MembershipId == m.Id && p.PeriodStart == m.PeriodEnd) is { } due ? $"/purchases/{due.Id}/pay" : null)))]);

        async Task<string> Venue(Guid organisation) => await catalog.VenuesOf(organisation, cancel) is [var first, ..] ? first.Name : "";
    }

    /// <summary>Ends it with the month, or lets it go on.</summary>
    public static async Task<Answer<Done>> Keep(Guid id, Request request, Actor actor, MembershipsDb db, Members members, CancellationToken cancel)
    {
        var kept = await db.InTransaction<Membership>(async () =>
        {
            if (await Own(id, actor, db, cancel) is not { } membership) return Fault.NotFound("membership");
            (membership.FromWallet, membership.Ends) = (request.FromWallet!.Value, request.Ends!.Value);
            await Members.Tell(db, membership, cancel);
            return membership;
        }, cancel);
        if (kept.Fault is { } fault) return fault;
        await members.Reload(kept.Value.OrganisationId, kept.Value.GuestId, cancel);
        return Done.It;
    }

    /// <summary>What a change would cost.</summary>
    public static async Task<Answer<Effect>> Look(Guid id, Guid planId, Actor actor, MembershipsDb db, TimeProvider clock, CancellationToken cancel)
    {
        var membership = await db.Memberships.AsNoTracking().FirstOrDefaultAsync(m => m.Id == id && m.GuestId == actor.Id && m.Status != MembershipStatus.Ended, cancel);
        if (membership is null) return Fault.NotFound("membership");
        var plan = await db.Plans.AsNoTracking().FirstOrDefaultAsync(p => p.Id == planId, cancel);
        if (plan is null) return Fault.NotFound("plan");
        return membership.Refuses(plan, clock.Now()) is { } no ? no : EffectOf(membership.Difference(plan, clock.Now()), null);
    }

    /// <summary>Changes at once when nothing is to be paid; else when it is paid.</summary>
    public static async Task<Answer<Effect>> Change(Guid id, ChangeRequest request, Actor actor, MembershipsDb db, Members members, ICatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        Membership? changed = null;
        var answer = await db.InTransaction<Effect>(async () =>
        {
            if (await Own(id, actor, db, cancel) is not { } membership) return Fault.NotFound("membership");
            if (await db.Plans.AsNoTracking().FirstOrDefaultAsync(p => p.Id == request.PlanId, cancel) is not { } plan) return Fault.NotFound("plan");
            var now = clock.Now();
            if (membership.Refuses(plan, now) is { } no) return no;
            var difference = membership.Difference(plan, now);
            // What was begun before is called off: its price was for another moment.
            await db.Purchases.Where(p => p.MembershipId == id && p.Kind == PurchaseKind.Change && p.Status == PurchaseStatus.Open).ExecuteUpdateAsync(set => set.SetProperty(p => p.Status, PurchaseStatus.Closed), cancel);
            if (difference.Amount > 0)
            {
                var purchase = new PlanPurchase
                {
                    Id = Guid.CreateVersion7(), OrganisationId = plan.OrganisationId, VenueId = await BuyPlan.VenueOf(plan.OrganisationId, plan.Currency, null, catalog, cancel), GuestId = actor.Id, Kind = PurchaseKind.Change, PlanId = plan.Id, MembershipId = id, Text = plan.Name, Price = difference.Amount,
                    Currency = plan.Currency, CreatedAt = now, ExpiresAt = Instant.Min(membership.PeriodEnd, now + Duration.FromDays(1)),
                };
                db.Purchases.Add(purchase);
                return EffectOf(difference, purchase.Id);
            }
            membership.Change(plan, -difference.Amount);
            await Members.Tell(db, membership, cancel);
            changed = membership;
            return EffectOf(difference, null);
        }, cancel);
        if (changed is not null) await members.Reload(changed.OrganisationId, changed.GuestId, cancel);
        return answer;
    }

    private static async Task<Membership?> Own(Guid id, Actor actor, MembershipsDb db, CancellationToken cancel) =>
        await db.Lock(id, cancel) is { Status: not MembershipStatus.Ended } membership && membership.GuestId == actor.Id ? membership : null;

    private static Effect EffectOf(Money difference, Guid? purchase) =>
        new(difference with { Amount = Math.Max(0, difference.Amount) }, difference with { Amount = Math.Max(0, -difference.Amount) }, purchase);
}
