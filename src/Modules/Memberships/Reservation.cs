using Microsoft.EntityFrameworkCore;

namespace Sarai.Memberships;

/// <summary>What gives a discount and is used up by it.</summary>
public enum Source
{
    /// <summary>A promo code.</summary>
    Promo,

    /// <summary>A package of sessions.</summary>
    Package,

    /// <summary>A free booking of a membership.</summary>
    Member,
}

/// <summary>The states of a reservation.</summary>
public enum ReservationStatus
{
    /// <summary>For a hold.</summary>
    Reserved,

    /// <summary>The booking is confirmed.</summary>
    Used,

    /// <summary>Nothing came of the hold.</summary>
    Lapsed,

    /// <summary>Paid so late that the count was full; the promised price stays.</summary>
    Honoured,

    /// <summary>The booking was called off.</summary>
    Returned,
}

/// <summary>What a booking has of a promo code, a package or a membership.</summary>
public sealed class Reservation : IOwned
{
    /// <summary>The booking.</summary>
    public Guid BookingId { get; init; }

    /// <summary>The kind.</summary>
    public Source Source { get; init; }

    /// <summary>The promo code, package or membership.</summary>
    public Guid SourceId { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>Whose booking.</summary>
    public Guid GuestId { get; init; }

    /// <summary>What it took off, in minor units.</summary>
    public long Amount { get; init; }

    /// <summary>The state.</summary>
    public ReservationStatus Status { get; init; }

    /// <summary>For a free booking: the period of the membership that it counts in.</summary>
    public Instant? PeriodStart { get; init; }

    /// <summary>Until when it is reserved; null once that is decided.</summary>
    public Instant? ExpiresAt { get; init; }

    /// <summary>When it was made.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>What its line of the booking is known by.</summary>
    public string Key => $"{Source.ToString().ToLowerInvariant()}:{SourceId}";
}

/// <summary>
/// What bookings have of promo codes, packages and memberships. Every counter moves by a conditional update in the transaction that writes the reservation, so
/// no number of guests at once can have more than there is.
/// </summary>
internal static class Reservations
{
    // A confirmation that is on its way when the hold ends finds its reservation still there.
    private static readonly Duration Slack = Duration.FromMinutes(10);

    /// <summary>One booking's reservations change one after another.</summary>
    public static Task Queue(MembershipsDb db, Guid bookingId, CancellationToken cancel) => db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({bookingId.ToString()}, 21))", cancel);

    /// <summary>Writes down what a booking has taken.</summary>
    public static async Task Keep(MembershipsDb db, BenefitWish wish, Source source, Guid sourceId, long amount, Instant? period, CancellationToken cancel) => await db.Database.ExecuteSqlAsync($"""
        insert into memberships.reservation (booking_id, source, source_id, organisation_id, guest_id, amount, status, period_start, expires_at, created_at)
        values ({wish.BookingId}, {source.ToString()}, {sourceId}, {wish.OrganisationId}, {wish.GuestId}, {amount}, 'Reserved', {period?.ToDateTimeUtc()}::timestamptz, {(wish.Until + Slack).ToDateTimeUtc()}, {wish.At.ToDateTimeUtc()})
        """, cancel);

    /// <summary>Takes one of a promo code's bookings.</summary>
    /// <returns>Null, or that there is none left, for anybody or for this guest.</returns>
    public static async Task<Fault?> Take(MembershipsDb db, Promo promo, Guid guestId, CancellationToken cancel)
    {
        var most = promo.MostPerGuest;
        if (await db.Database.ExecuteSqlAsync($"update memberships.promo set taken = taken + 1 where id = {promo.Id} and (quota is null or taken < quota)", cancel) == 0)
            return Fault.Refused("promo_used_up", "This code has been used up.");
        var mine = await db.Database.ExecuteSqlAsync($"""
            insert into memberships.promo_guest as g (promo_id, guest_id, taken, most) values ({promo.Id}, {guestId}, 1, {most}::int)
            on conflict (promo_id, guest_id) do update set taken = g.taken + 1, most = case when {most}::int < g.taken + 1 then g.most else {most}::int end where {most}::int is null or g.taken < {most}::int
            """, cancel);
        return mine > 0 ? null : Fault.Refused("promo_used", "You have used this code as often as it allows.");
    }

    /// <summary>Takes one of a package's sessions.</summary>
    /// <returns>False when there is none left.</returns>
    public static async Task<bool> TakeSession(MembershipsDb db, Guid packageId, CancellationToken cancel) =>
        await db.Database.ExecuteSqlAsync($"update memberships.package set remaining = remaining - 1 where id = {packageId} and remaining > 0", cancel) > 0;

    /// <summary>Takes one of the free bookings of a membership's month.</summary>
    /// <returns>False when there is none left, or the month is over.</returns>
    public static async Task<bool> TakeFree(MembershipsDb db, Guid membershipId, Instant period, CancellationToken cancel) => await db.Database.ExecuteSqlAsync($"""
        update memberships.membership set free_left = free_left - 1 where id = {membershipId} and status = 'Active' and period_start = {period.ToDateTimeUtc()} and free_left > 0
        """, cancel) > 0;

    /// <summary>Takes again what had lapsed.</summary>
    /// <returns>False when it has gone to others.</returns>
    public static async Task<bool> TakeAgain(MembershipsDb db, Reservation lapsed, CancellationToken cancel)
    {
        if (lapsed.Source == Source.Package) return await TakeSession(db, lapsed.SourceId, cancel);
        if (lapsed.Source == Source.Member) return lapsed.PeriodStart is { } period && await TakeFree(db, lapsed.SourceId, period, cancel);
        if (await db.Promos.AsNoTracking().FirstOrDefaultAsync(p => p.Id == lapsed.SourceId, cancel) is not { } promo) return false;
        if (await Take(db, promo, lapsed.GuestId, cancel) is not { } gone) return true;
        // The booking goes on all the same, so what was taken before the refusal goes back by itself.
        if (gone.Code == "promo_used") await db.Database.ExecuteSqlAsync($"update memberships.promo set taken = taken - 1 where id = {promo.Id}", cancel);
        return false;
    }

    /// <summary>Gives back what is reserved for a booking, as if it had never been, to reserve anew.</summary>
    public static async Task Clear(MembershipsDb db, Guid bookingId, CancellationToken cancel)
    {
        await GiveBack(db, bookingId, ["Reserved"], "Returned", Enum.GetValues<Source>(), cancel);
        await db.Database.ExecuteSqlAsync($"delete from memberships.reservation where booking_id = {bookingId} and status in ('Lapsed', 'Returned')", cancel);
    }

    /// <summary>Gives counters back what a booking has of them.</summary>
    public static Task<int> GiveBack(MembershipsDb db, Guid bookingId, string[] of, string becomes, IEnumerable<Source> sources, CancellationToken cancel)
    {
        var which = sources.Select(s => s.ToString()).ToArray();
        return db.Database.ExecuteSqlAsync($"""
            with gone as (update memberships.reservation set status = {becomes}, expires_at = null where booking_id = {bookingId} and status = any({of}) and source = any({which}) returning source, source_id, guest_id, period_start),
              packages as (update memberships.package k set remaining = least(k.sessions, k.remaining + 1) from gone where gone.source = 'Package' and k.id = gone.source_id),
              members as (update memberships.membership m set free_left = least(m.free_bookings, m.free_left + 1) from gone where gone.source = 'Member' and m.id = gone.source_id and m.period_start = gone.period_start),
              guests as (update memberships.promo_guest g set taken = g.taken - 1 from gone where gone.source = 'Promo' and g.promo_id = gone.source_id and g.guest_id = gone.guest_id)
            update memberships.promo p set taken = p.taken - 1 from gone where gone.source = 'Promo' and p.id = gone.source_id
            """, cancel);
    }
}
