using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Sarai.Memberships;

/// <summary>A manager makes promo codes, changes them, and switches them off. A booking keeps what a code gave it.</summary>
public static class KeepPromos
{
    internal const string Permission = "update:prices";
    private const int Most = 500;

    /// <summary>A code as it shall be.</summary>
    public sealed record Request
    {
        /// <summary>What guests type: letters, digits and hyphens.</summary>
        [Required, RegularExpression("^[A-Za-z0-9 -]{3,30}$", ErrorMessage = "Use 3 to 30 letters, digits and hyphens.")] public string? Code { get; set; }

        /// <summary>What it is for; only staff see it.</summary>
        [StringLength(200)] public string Description { get; set; } = "";

        /// <summary>The share of the price that comes off; or give an amount.</summary>
        [Range(0.01, 100)] public decimal? Percent { get; set; }

        /// <summary>Minor units that come off; or give a percentage.</summary>
        [Range(1, 1_000_000_000)] public long? Amount { get; set; }

        /// <summary>ISO 4217, of the amounts.</summary>
        [Required, RegularExpression("^[A-Z]{3}$", ErrorMessage = "Give a currency such as PKR.")] public string? Currency { get; set; }

        /// <summary>Only for prices of at least so many minor units.</summary>
        [Range(0, 1_000_000_000)] public long MinAmount { get; set; }

        /// <summary>From when on.</summary>
        [Required] public Instant? ValidFrom { get; set; }

        /// <summary>Until when.</summary>
        [Required] public Instant? ValidUntil { get; set; }

        /// <summary>For how many bookings; nothing for any number.</summary>
        [Range(1, 10_000_000)] public int? Quota { get; set; }

        /// <summary>For how many bookings of one guest; nothing for any number.</summary>
        [Range(1, 1000)] public int? PerGuest { get; set; }

        /// <summary>Only for a guest's first booking with the organisation.</summary>
        public bool FirstBookingOnly { get; set; }

        /// <summary>For which bookings.</summary>
        public Scope Scope { get; set; } = new();

        /// <summary>Whether it can be used.</summary>
        public bool Active { get; set; } = true;
    }

    /// <summary>A code.</summary>
    public sealed record View(
        Guid Id, string Code, string Description, decimal? Percent, Money? Amount, Money MinAmount, Instant ValidFrom, Instant ValidUntil, int? Quota, int? PerGuest, bool FirstBookingOnly, Scope Scope, bool Active, int Taken)
    {
        internal static View Of(Promo p) => new(
            p.Id, p.Code, p.Description, p.Percent, p.Amount is { } amount ? new Money(amount, p.Currency) : null, new Money(p.MinAmount, p.Currency), p.ValidFrom, p.ValidUntil, p.Quota, p.PerGuest, p.FirstBookingOnly, p.Scope, p.Active, p.Taken);
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/organisations/{id:guid}/promos", List).Needs(Permission).Limited(RateLimits.Read).WithTags("Promo codes").WithSummary("An organisation's promo codes");
        api.MapPost("/organisations/{id:guid}/promos", Add).Idempotent<MembershipsDb, View>().Needs(Permission).Limited(RateLimits.Write).WithTags("Promo codes").WithSummary("Make a promo code")
            .Produces<Envelope<View>>(StatusCodes.Status201Created).Produces<ErrorEnvelope>(StatusCodes.Status409Conflict);
        api.MapPut("/organisations/{id:guid}/promos/{promoId:guid}", Change).Needs(Permission).Limited(RateLimits.Write).WithTags("Promo codes").WithSummary("Change a promo code, switch it off or on");
    }

    /// <summary>All of them, the latest first.</summary>
    public static async Task<Answer<Slice<View>>> List(Guid id, Actor actor, MembershipsDb db, CancellationToken cancel)
    {
        if (actor.Barred(Permission, id, "organisation") is { } barred) return barred;
        var promos = await db.Promos.AsNoTracking().Where(p => p.OrganisationId == id).OrderByDescending(p => p.Id).Take(Most).ToListAsync(cancel);
        return new Slice<View>([.. promos.Select(View.Of)], null);
    }

    /// <summary>Makes one.</summary>
    public static async Task<Answer<View>> Add(Guid id, Request request, Actor actor, MembershipsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        if (actor.Barred(Permission, id, "organisation") is { } barred) return barred;
        if (request.Scope.Check(await catalog.VenuesOf(id, cancel)) is { } elsewhere) return elsewhere;
        var promo = new Promo { Id = Guid.CreateVersion7(), OrganisationId = id, CreatedAt = clock.Now() };
        if (promo.Describe(request) is { } fault) return fault;
        return await Save(() => db.InTransaction<View>(async () =>
        {
            db.Promos.Add(promo);
            db.Audit(actor, id, Permission, promo.Id, null, View.Of(promo));
            await db.SaveChangesAsync(cancel);
            return Answer<View>.Created(View.Of(promo));
        }, cancel));
    }

    /// <summary>Changes one.</summary>
    public static Task<Answer<View>> Change(Guid id, Guid promoId, Request request, Actor actor, MembershipsDb db, ICatalog catalog, CancellationToken cancel) => Save(() => db.InTransaction<View>(async () =>
    {
        if (actor.Barred(Permission, id, "organisation") is { } barred) return barred;
        if (request.Scope.Check(await catalog.VenuesOf(id, cancel)) is { } elsewhere) return elsewhere;
        var promo = await db.Promos.FromSql($"select * from memberships.promo where id = {promoId} and organisation_id = {id} for update").FirstOrDefaultAsync(cancel);
        if (promo is null) return Fault.NotFound("promo code");
        var before = View.Of(promo);
        if (promo.Describe(request) is { } fault) return fault;
        db.Audit(actor, id, Permission, promo.Id, before, View.Of(promo));
        await db.SaveChangesAsync(cancel);
        return View.Of(promo);
    }, cancel));

    private static async Task<Answer<View>> Save(Func<Task<Answer<View>>> work)
    {
        try
        {
            return await work();
        }
        catch (DbUpdateException problem) when (problem.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "promo_code_once" })
        {
            return Fault.Conflict("code_taken", "You have a code of this name already.");
        }
    }
}
