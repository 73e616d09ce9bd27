using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Memberships;

/// <summary>What becomes of reservations when something becomes of the booking. Each reaction runs once in effect.</summary>
public static class ReactToBookings
{
    private const int Batch = 200;

    internal static void Register(IServiceCollection services)
    {
        services.On<BookingConfirmed, MembershipsDb>(On, when: e => Has(e.Booking));
        services.On<BookingExpired, MembershipsDb>(On, when: e => Has(e.Booking));
        services.On<BookingCancelled, MembershipsDb>(On, when: e => Has(e.Booking));
        services.On<EqualSlotOffered, MembershipsDb>(On, when: e => Has(e.Booking));
        services.AddSingleton(new Job("free reservations", TimeSpan.FromMinutes(1), Run));
    }

    private static Task On(BookingConfirmed happened, MembershipsDb db, Delivery delivery, CancellationToken cancel) => Confirm(happened.Booking, db, cancel);

    // It may be confirmed after all, when money comes late.
    private static Task On(BookingExpired happened, MembershipsDb db, Delivery delivery, CancellationToken cancel) =>
        Reservations.GiveBack(db, happened.Booking.Id, ["Reserved", "Used"], "Lapsed", Enum.GetValues<Source>(), cancel);

    private static async Task On(BookingCancelled happened, MembershipsDb db, Delivery delivery, CancellationToken cancel)
    {
        // A code is used up by a booking that was paid for; sessions come back while the policy gives anything back.
        var unpaid = happened.Booking.Paid.Amount + happened.Refund.Amount == 0;
        var back = new List<Source>();
        if (unpaid) back.Add(Source.Promo);
        if (happened.RefundPercent > 0) back.AddRange([Source.Package, Source.Member]);
        await Reservations.GiveBack(db, happened.Booking.Id, ["Reserved", "Used"], "Returned", back, cancel);
    }

    // The price of the slot that was gone goes with the guest to the equal one, and is counted when that is taken.
    private static Task On(EqualSlotOffered happened, MembershipsDb db, Delivery delivery, CancellationToken cancel) => db.Database.ExecuteSqlAsync($"""
        insert into memberships.reservation (booking_id, source, source_id, organisation_id, guest_id, amount, status, period_start, expires_at, created_at)
        select {happened.Booking.Id}, source, source_id, organisation_id, guest_id, amount, 'Lapsed', period_start, null, created_at from memberships.reservation where booking_id = {happened.Gone.Id}
        on conflict do nothing
        """, cancel);

    private static bool Has(BookingInfo booking) => booking.Lines.Any(l => l.Key is not null);

    private static async Task Confirm(BookingInfo booking, MembershipsDb db, CancellationToken cancel)
    {
        await Reservations.Queue(db, booking.Id, cancel);
        await db.Database.ExecuteSqlAsync($"update memberships.reservation set status = 'Used', expires_at = null where booking_id = {booking.Id} and status = 'Reserved'", cancel);
        // Paid after the hold had lapsed: the price was promised, so it stays, and is counted where the count still allows.
        foreach (var lapsed in await db.Reservations.AsNoTracking().Where(r => r.BookingId == booking.Id && r.Status == ReservationStatus.Lapsed).ToListAsync(cancel))
        {
            var status = booking.Lines.Any(l => l.Key == lapsed.Key) && await Reservations.TakeAgain(db, lapsed, cancel) ? "Used" : "Honoured";
            await db.Database.ExecuteSqlAsync($"update memberships.reservation set status = {status} where booking_id = {booking.Id} and source = {lapsed.Source.ToString()}", cancel);
        }
    }

    // What a crash left behind between the reservation and its booking.
    private static async Task<bool> Run(IServiceProvider services, CancellationToken cancel)
    {
        var (db, now) = (services.GetRequiredService<MembershipsDb>(), services.GetRequiredService<TimeProvider>().Now());
        var lapsed = await db.Reservations.AsNoTracking().Where(r => r.ExpiresAt <= now).OrderBy(r => r.ExpiresAt).Take(Batch).Select(r => r.BookingId).Distinct().ToListAsync(cancel);
        foreach (var booking in lapsed) await db.InTransaction<Done>(() => Lapse(booking, now, db, cancel), cancel);
        return lapsed.Count == Batch;
    }

    private static async Task<Answer<Done>> Lapse(Guid booking, Instant now, MembershipsDb db, CancellationToken cancel)
    {
        await Reservations.Queue(db, booking, cancel);
        if (await db.Reservations.AnyAsync(r => r.BookingId == booking && r.ExpiresAt <= now, cancel)) await Reservations.GiveBack(db, booking, ["Reserved"], "Lapsed", Enum.GetValues<Source>(), cancel);
        return Done.It;
    }
}
