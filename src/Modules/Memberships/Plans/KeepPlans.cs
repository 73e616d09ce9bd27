using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Memberships;

/// <summary>What an organisation sells beyond bookings: guests look at it, a manager changes it.</summary>
public static class KeepPlans
{
    internal const string Permission = "update:prices";

    /// <summary>A plan as it shall be.</summary>
    public sealed record Request
    {
        /// <summary>package or membership; it stays what it was made.</summary>
        [Required] public PlanKind? Kind { get; set; }

        /// <summary>The name guests see.</summary>
        [Required, StringLength(100, MinimumLength = 2)] public string? Name { get; set; }

        /// <summary>What guests read.</summary>
        [StringLength(500)] public string Description { get; set; } = "";

        /// <summary>Minor units: of the package, or of a month.</summary>
        [Required, Range(1, 1_000_000_000)] public long? Price { get; set; }

        /// <summary>ISO 4217.</summary>
        [Required, RegularExpression("^[A-Z]{3}$", ErrorMessage = "Give a currency such as PKR.")] public string? Currency { get; set; }

        /// <summary>For a package: how many bookings.</summary>
        [Range(1, 1000)] public int? Sessions { get; set; }

        /// <summary>For a package: for how many days.</summary>
        [Range(1, 1095)] public int? ValidDays { get; set; }

        /// <summary>For a membership: the tier price rules may ask for.</summary>
        [StringLength(30)] public string? Tier { get; set; }

        /// <summary>For a membership: what comes off every price, in percent.</summary>
        [Range(0, 100)] public decimal DiscountPercent { get; set; }

        /// <summary>For a membership: how many bookings a month cost nothing.</summary>
        [Range(0, 1000)] public int FreeBookings { get; set; }

        /// <summary>For a membership: how many days ahead members may book; nothing for as many as others.</summary>
        [Range(1, 730)] public int? WindowDays { get; set; }

        /// <summary>For which bookings it counts.</summary>
        public Scope Scope { get; set; } = new();

        /// <summary>Whether it is on sale.</summary>
        public bool Active { get; set; } = true;
    }

    /// <summary>A plan.</summary>
    public sealed record View(
        Guid Id, PlanKind Kind, string Name, string Description, Money Price, int? Sessions, int? ValidDays, string? Tier, decimal DiscountPercent, int FreeBookings, int? WindowDays, Scope Scope, bool Active)
    {
        internal static View Of(Plan p) => new(p.Id, p.Kind, p.Name, p.Description, p.Sum, p.Sessions, p.ValidDays, p.Tier, p.DiscountPercent, p.FreeBookings, p.WindowDays, p.Scope, p.Active);
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/organisations/{id:guid}/plans", (Guid id, bool? all, Actor actor, MembershipsDb db, CancellationToken cancel) => List(id, all ?? false, actor, db, cancel))
            .AllowAnonymous().Limited(RateLimits.Read).WithTags("Plans").WithSummary("The packages and memberships of an organisation");
        api.MapPost("/organisations/{id:guid}/plans", Add).Idempotent<MembershipsDb, View>().Needs(Permission).Limited(RateLimits.Write).WithTags("Plans").WithSummary("Sell a new package or membership").Produces<Envelope<View>>(StatusCodes.Status201Created);
        api.MapPut("/organisations/{id:guid}/plans/{planId:guid}", Change).Needs(Permission).Limited(RateLimits.Write).WithTags("Plans").WithSummary("Change a plan for whoever buys it from now on, or take it off sale");
    }

    /// <summary>What is on sale; staff may see all there is.</summary>
    public static async Task<Answer<Slice<View>>> List(Guid id, bool all, Actor actor, MembershipsDb db, CancellationToken cancel)
    {
        if (all && actor.Barred(Permission, id, "organisation") is { } barred) return barred;
        var plans = await db.Plans.AsNoTracking().Where(p => p.OrganisationId == id && (all || p.Active)).OrderBy(p => p.Id).Take(200).ToListAsync(cancel);
        return new Slice<View>([.. plans.Select(View.Of)], null);
    }

    /// <summary>Makes one.</summary>
    public static async Task<Answer<View>> Add(Guid id, Request request, Actor actor, MembershipsDb db, Members members, ICatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        if (actor.Barred(Permission, id, "organisation") is { } barred) return barred;
        if (request.Scope.Check(await catalog.VenuesOf(id, cancel)) is { } elsewhere) return elsewhere;
        var plan = new Plan { Id = Guid.CreateVersion7(), OrganisationId = id, Kind = request.Kind!.Value, CreatedAt = clock.Now() };
        if (plan.Describe(request) is { } fault) return fault;
        return await db.InTransaction<View>(async () =>
        {
            db.Plans.Add(plan);
            db.Audit(actor, id, Permission, plan.Id, null, View.Of(plan));
            await db.SaveChangesAsync(cancel);
            await Members.TellSells(db, id, cancel);
            members.Sell(id);
            return Answer<View>.Created(View.Of(plan));
        }, cancel);
    }

    /// <summary>Changes one; what was bought stays as it was bought.</summary>
    public static Task<Answer<View>> Change(Guid id, Guid planId, Request request, Actor actor, MembershipsDb db, ICatalog catalog, CancellationToken cancel) => db.InTransaction<View>(async () =>
    {
        if (actor.Barred(Permission, id, "organisation") is { } barred) return barred;
        if (request.Scope.Check(await catalog.VenuesOf(id, cancel)) is { } elsewhere) return elsewhere;
        var plan = await db.Plans.FirstOrDefaultAsync(p => p.Id == planId && p.OrganisationId == id, cancel);
        if (plan is null) return Fault.NotFound("plan");
        if (plan.Kind != request.Kind) return Fault.Invalid("kind", "A plan stays what it was made. Make a new one.");
        var before = View.Of(plan);
        if (plan.Describe(request) is { } fault) return fault;
        db.Audit(actor, id, Permission, plan.Id, before, View.Of(plan));
        return View.Of(plan);
    }, cancel);
}
