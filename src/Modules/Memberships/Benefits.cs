using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Memberships;

/// <summary>
/// Answers what comes off a price: a package covers all of it; else a free booking of the membership does, or its discount comes off first and a promo code
/// off what is left. Guests without a code and without a membership, nearly all, are answered from memory.
/// </summary>
public sealed class Benefits(Members members, IServiceScopeFactory scopes, TimeProvider clock) : IBenefits
{
    private static readonly PriceLine[] Nothing = [];

    /// <inheritdoc/>
    public async ValueTask<MemberTerms?> Terms(Guid organisationId, Guid guestId, Instant at, CancellationToken cancel = default) =>
        await members.Find(organisationId, guestId, at, cancel) is { } member ? new MemberTerms(member.Tier, member.WindowDays) : null;

    /// <inheritdoc/>
    public ValueTask<bool> Sells(Guid organisationId, CancellationToken cancel = default) => members.Sells(organisationId, cancel);

    /// <inheritdoc/>
    public async ValueTask<Answer<IReadOnlyList<PriceLine>>> Reserve(BenefitWish wish, CancellationToken cancel = default)
    {
        var member = await members.Find(wish.OrganisationId, wish.GuestId, wish.At, cancel);
        // Taking off what was used before needs the database, which only a booking that has something gets to.
        if (wish.Code is null && member is null && !wish.Again) return Nothing;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MembershipsDb>();
        return await db.InTransaction<IReadOnlyList<PriceLine>>(() => Reserve(wish, member, db, scope.ServiceProvider, cancel), cancel);
    }

    /// <inheritdoc/>
    public async Task Release(Guid bookingId, CancellationToken cancel = default)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MembershipsDb>();
        await db.InTransaction<Done>(async () =>
        {
            await Reservations.Queue(db, bookingId, cancel);
            await Reservations.Clear(db, bookingId, cancel);
            return Done.It;
        }, cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenefitChoice>> Choices(BookingInfo booking, CancellationToken cancel = default)
    {
        var now = clock.Now();
        if (!await members.Sells(booking.OrganisationId, cancel)) return [];
        await using var scope = scopes.CreateAsyncScope();
        var packages = await scope.ServiceProvider.GetRequiredService<MembershipsDb>().Packages.AsNoTracking()
            .Where(p => p.GuestId == booking.GuestId && p.OrganisationId == booking.OrganisationId && p.Remaining > 0 && p.ExpiresAt > now).OrderBy(p => p.ExpiresAt).Take(20).ToListAsync(cancel);
        var wish = new BenefitWish(
            booking.Id, booking.OrganisationId, booking.VenueId, booking.OfferingId, booking.GuestId, new Interval(booking.StartsAt, booking.EndsAt), booking.TimeZone, booking.Total, null, now, now);
        return [.. packages.Where(p => p.Refuses(wish) is null).Select(p => new BenefitChoice(p.Key, Wording.Of("Use 1 of {0} left of {1}", p.Remaining, p.Name)))];
    }

    private static async Task<Answer<IReadOnlyList<PriceLine>>> Reserve(BenefitWish wish, Member? member, MembershipsDb db, IServiceProvider services, CancellationToken cancel)
    {
        await Reservations.Queue(db, wish.BookingId, cancel);
        await Reservations.Clear(db, wish.BookingId, cancel);
        var lines = new List<PriceLine>();
        if (wish.Code?.Split(':') is ["package", var id]) return await UsePackage(wish, id, lines, db, cancel) is { } unfit ? unfit : lines;
        var left = wish.Price;
        if (member is not null) left = await UseMembership(wish, member.Id, lines, db, cancel);
        if (wish.Code is { } code && await UsePromo(wish, code, left, lines, db, services, cancel) is { } refused) return refused;
        return lines;
    }

    private static async Task<Fault?> UsePackage(BenefitWish wish, string id, List<PriceLine> lines, MembershipsDb db, CancellationToken cancel)
    {
        var package = Guid.TryParse(id, out var packageId) ? await db.Packages.AsNoTracking().FirstOrDefaultAsync(p => p.Id == packageId, cancel) : null;
        if (package is null) return Fault.NotFound("package");
        if (package.Refuses(wish) is { } no) return no;
        if (wish.Price.Amount == 0) return Fault.Refused("promo_needless", "There is nothing left to pay; keep the code for another time.");
        if (!await Reservations.TakeSession(db, package.Id, cancel)) return Fault.Refused("package_used_up", "Nothing is left of this package.");
        await Reservations.Keep(db, wish, Source.Package, package.Id, wish.Price.Amount, null, cancel);
        lines.Add(package.Line(wish.Price));
        return null;
    }

    private static async Task<Money> UseMembership(BenefitWish wish, Guid membershipId, List<PriceLine> lines, MembershipsDb db, CancellationToken cancel)
    {
        var membership = await db.Memberships.AsNoTracking().FirstOrDefaultAsync(m => m.Id == membershipId && m.Status != MembershipStatus.Ended, cancel);
        if (membership is null || !membership.Scope.Fits(wish) || wish.Price.Amount == 0) return wish.Price;
        var free = wish.At < membership.PeriodEnd && await Reservations.TakeFree(db, membership.Id, membership.PeriodStart, cancel);
        var percent = free ? 100 : membership.DiscountPercent;
        var off = wish.Price.Percent(percent);
        if (off.Amount == 0) return wish.Price;
        await Reservations.Keep(db, wish, Source.Member, membership.Id, off.Amount, free ? membership.PeriodStart : null, cancel);
        lines.Add(new PriceLine("discount", free ? $"Free with {membership.Name}" : $"Member discount {membership.Name}", -off.Amount) { Key = membership.Key, Percent = free ? null : percent });
        return wish.Price - off;
    }

    private static async Task<Fault?> UsePromo(BenefitWish wish, string code, Money left, List<PriceLine> lines, MembershipsDb db, IServiceProvider services, CancellationToken cancel)
    {
        var promo = await db.Promos.AsNoTracking().FirstOrDefaultAsync(p => p.OrganisationId == wish.OrganisationId && p.Code == Promo.Canonical(code), cancel);
        if (promo is null) return Promo.Unknown;
        if (promo.Refuses(wish) is { } no) return no;
        if (left.Amount == 0) return Fault.Refused("promo_needless", "There is nothing left to pay; keep the code for another time.");
        // Two first bookings at once are told apart by the guest's own quota, which is one.
        if (promo.FirstBookingOnly && await services.GetRequiredService<IBookings>().HasBooked(wish.GuestId, wish.OrganisationId, wish.BookingId, cancel))
            return Fault.Refused("promo_first_only", "This code is for a first booking only.");
        if (await Reservations.Take(db, promo, wish.GuestId, cancel) is { } gone) return gone;
        var line = promo.Line(left);
        await Reservations.Keep(db, wish, Source.Promo, promo.Id, -line.Amount, null, cancel);
        lines.Add(line);
        return null;
    }
}
