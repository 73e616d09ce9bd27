using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Memberships;

/// <summary>Answers what comes off a price. Guests without a code and without a membership, nearly all, are answered from memory.</summary>
public sealed class Benefits(IServiceScopeFactory scopes) : IBenefits
{
    private static readonly PriceLine[] Nothing = [];

    /// <inheritdoc/>
    public ValueTask<MemberTerms?> Terms(Guid organisationId, Guid guestId, Instant at, CancellationToken cancel = default) => ValueTask.FromResult<MemberTerms?>(null);

    /// <inheritdoc/>
    public async ValueTask<Answer<IReadOnlyList<PriceLine>>> Reserve(BenefitWish wish, CancellationToken cancel = default)
    {
        if (wish.Code is null) return Nothing;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MembershipsDb>();
        return await db.InTransaction<IReadOnlyList<PriceLine>>(() => Reserve(wish, db, scope.ServiceProvider, cancel), cancel);
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
    public Task<IReadOnlyList<BenefitChoice>> Choices(BookingInfo booking, CancellationToken cancel = default) => Task.FromResult<IReadOnlyList<BenefitChoice>>([]);

    private static async Task<Answer<IReadOnlyList<PriceLine>>> Reserve(BenefitWish wish, MembershipsDb db, IServiceProvider services, CancellationToken cancel)
    {
        await Reservations.Queue(db, wish.BookingId, cancel);
        await Reservations.Clear(db, wish.BookingId, cancel);
        var lines = new List<PriceLine>();
        if (await UsePromo(wish, wish.Code!, wish.Price, lines, db, services, cancel) is { } refused) return refused;
        return lines;
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
