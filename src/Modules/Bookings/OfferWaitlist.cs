using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Bookings;

/// <summary>
/// When something comes free, the guest who has waited longest gets a timed hold on it; when that lapses, the release it causes offers it to the next.
/// Runs on the events that free a slot, so the order of the queue and the offer are one transaction.
/// </summary>
public static class OfferWaitlist
{
    private static readonly Duration OfferFor = Duration.FromMinutes(15);

    internal static Task On(BookingExpired freed, BookingsDb db, Delivery delivery, CancellationToken cancel) => Freed(freed.Booking, db, delivery, cancel);

    internal static Task On(BookingCancelled freed, BookingsDb db, Delivery delivery, CancellationToken cancel) => Freed(freed.Booking, db, delivery, cancel);

    internal static Task On(BookingRescheduled freed, BookingsDb db, Delivery delivery, CancellationToken cancel) =>
        Offer(freed.Booking.VenueId, freed.PreviousStart, db, delivery, cancel);

    private static async Task Freed(BookingInfo booking, BookingsDb db, Delivery delivery, CancellationToken cancel)
    {
        // The one whose offer lapsed has had a turn.
        await db.Waitlist.Where(w => w.BookingId == booking.Id && w.Status == WaitlistStatus.Offered).ExecuteUpdateAsync(set => set.SetProperty(w => w.Status, WaitlistStatus.Lapsed), cancel);
        await Offer(booking.VenueId, booking.StartsAt, db, delivery, cancel);
    }

    private static async Task Offer(Guid venueId, Instant around, BookingsDb db, Delivery delivery, CancellationToken cancel)
    {
        var now = delivery.Services.GetRequiredService<TimeProvider>().Now();
        var (from, to) = ((around - Duration.FromHours(14)).ToDateTimeUtc(), (around + Duration.FromHours(14)).ToDateTimeUtc());
        var waiting = await db.Waitlist.FromSql($"""
            select * from bookings.waitlist where venue_id = {venueId} and status = 'Waiting' and starts_at between {from} and {to} and starts_at > {now.ToDateTimeUtc()}
            order by created_at, id limit 20 for update skip locked
            """).ToListAsync(cancel);
        foreach (var entry in waiting)
        {
            if (await Hold(entry, db, delivery, now, cancel)) return;
        }
    }

    private static async Task<bool> Hold(WaitlistEntry entry, BookingsDb db, Delivery delivery, Instant now, CancellationToken cancel)
    {
        var wanted = new SlotWish(entry.VenueId, entry.OfferingId, entry.StartsAt, entry.Minutes, entry.ResourceId, entry.GuestId, entry.Participants, Duration.FromMinutes(entry.FlexibilityMinutes));
        var booking = await NearestSlot.Hold(wanted, db, delivery.Services, now, (wish, alternative, quote) =>
            Booking.Hold(wish, alternative, quote, entry.GuestName, null, Actor.System("waitlist"), waitlistId: entry.Id, holdFor: OfferFor), cancel);
        if (booking is null) return false;
        await delivery.Services.GetRequiredService<Planner>().Grant(booking, null, cancel);
        db.Bookings.Add(booking);
        (entry.Status, entry.BookingId) = (WaitlistStatus.Offered, booking.Id);
        db.Publish(new BookingHeld(booking.Info()));
        db.Publish(new WaitlistOffered(entry.Id, booking.Info()));
        await db.SaveChangesAsync(cancel);
        delivery.Services.GetRequiredService<Availability>().Changed(entry.VenueId);
        return true;
    }
}
