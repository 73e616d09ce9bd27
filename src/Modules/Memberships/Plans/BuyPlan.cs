using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Memberships;

/// <summary>A guest chooses a package or a membership, or the desk does for somebody who stands there; what comes of it has to be paid, by any way there is.</summary>
public static class BuyPlan
{
    private static readonly Duration Waits = Duration.FromDays(1);

    /// <summary>How.</summary>
    public sealed record Request
    {
        /// <summary>For a membership: whether further months are taken from the wallet.</summary>
        public bool FromWallet { get; set; }

        /// <summary>Where it is bought: the money is counted there. Nothing for the organisation's first venue.</summary>
        public Guid? VenueId { get; set; }

        /// <summary>Desk only: for whom.</summary>
        [EmailAddress, StringLength(254)] public string? Email { get; set; }
    }

    /// <summary>A purchase that waits to be paid.</summary>
    public sealed record View(Guid PurchaseId, string Text, Money Price, PurchaseStatus Status, Instant ExpiresAt, string PayAt)
    {
        internal static View Of(PlanPurchase p) => new(p.Id, p.Text, p.Sum, p.Status, p.ExpiresAt, $"/purchases/{p.Id}/pay");
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/plans/{id:guid}/buy", Handle).Idempotent<MembershipsDb, View>().Needs("create:booking").Limited(RateLimits.Write).WithTags("Plans").WithSummary("Buy a package or a membership")
            .Produces<Envelope<View>>(StatusCodes.Status201Created).Produces<ErrorEnvelope>(StatusCodes.Status409Conflict);
        api.MapGet("/purchases/{id:guid}", Look).Limited(RateLimits.Read).WithTags("Plans").WithSummary("Where a purchase stands");
    }

    /// <summary>Begins; paying for it makes it the guest's.</summary>
    public static async Task<Answer<View>> Handle(Guid id, Request request, Actor actor, MembershipsDb db, IIdentity identity, ICatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        var plan = await db.Plans.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, cancel);
        if (plan is null) return Fault.NotFound("plan");
        var buyer = actor.Id;
        if (request.Email is { } email)
        {
            if (actor.Barred("create:cash_payments", plan.OrganisationId, "plan") is { } barred) return barred;
            if (await identity.FindByEmail(email, cancel) is not { } guest) return Fault.Invalid("email", "Nobody has an account with this e-mail.");
            buyer = guest.Id;
        }
        if (!plan.Active) return Fault.NotFound("plan");
        if (plan.Kind == PlanKind.Membership && await db.Memberships.AnyAsync(m => m.OrganisationId == plan.OrganisationId && m.GuestId == buyer && m.Status != MembershipStatus.Ended, cancel)) return AlreadyMember;
        var venue = await VenueOf(plan.OrganisationId, plan.Currency, request.VenueId, catalog, cancel);
        if (request.VenueId is not null && venue != request.VenueId) return Fault.NotFound("venue");
        var now = clock.Now();
        var purchase = new PlanPurchase
        {
            Id = Guid.CreateVersion7(), OrganisationId = plan.OrganisationId, VenueId = venue, GuestId = buyer, Kind = plan.Kind == PlanKind.Package ? PurchaseKind.Package : PurchaseKind.Join, PlanId = plan.Id, Text = plan.Name,
            Price = plan.Price, Currency = plan.Currency, FromWallet = request.FromWallet, CreatedAt = now, ExpiresAt = now + Waits,
        };
        db.Purchases.Add(purchase);
        await db.SaveChangesAsync(cancel);
        return Answer<View>.Created(View.Of(purchase));
    }

    /// <summary>For the buyer and the desk.</summary>
    public static async Task<Answer<View>> Look(Guid id, Actor actor, MembershipsDb db, CancellationToken cancel)
    {
        var purchase = await db.Purchases.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, cancel);
        if (purchase is null) return Fault.NotFound("purchase");
        if (purchase.GuestId != actor.UserId && actor.Barred("read:payments", purchase.OrganisationId, "purchase") is { } barred) return barred;
        return View.Of(purchase);
    }

    /// <summary>The venue at which money of a plan is counted: the wished one, or the first that takes the currency.</summary>
    internal static async ValueTask<Guid?> VenueOf(Guid organisation, string currency, Guid? wished, ICatalog catalog, CancellationToken cancel) =>
        (await catalog.VenuesOf(organisation, cancel)).FirstOrDefault(v => v.Currency == currency && (wished is null || v.Id == wished))?.Id;

    /// <summary>409 <c>already_member</c>.</summary>
    internal static Fault AlreadyMember { get; } = Fault.Conflict("already_member", "There is a membership here already. Change its plan instead.");
}

/// <summary>Answers what is to be paid for a purchase.</summary>
internal sealed class PurchaseQuestions(MembershipsDb db, TimeProvider clock) : IPurchases
{
    public async Task<Purchase?> Find(Guid purchaseId, CancellationToken cancel = default) =>
        (await db.Purchases.AsNoTracking().FirstOrDefaultAsync(p => p.Id == purchaseId, cancel))?.Info(clock.Now());
}
