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
        var planner = delivery.Services.GetRequiredService<Planner>();
        var catalog = delivery.Services.GetRequiredService<ICatalog>();
        var venue = await catalog.Venue(entry.VenueId, cancel);
        if (venue?.Offering(entry.OfferingId) is not { } offering) return false;
        var reach = Duration.FromMinutes(entry.FlexibilityMinutes);
        var date = entry.StartsAt.InZone(venue.Zone).Date;
        var starts = new[] { -1, 0, 1 }.SelectMany(d => Slots.StartsOn(venue, offering, date.PlusDays(d), entry.Minutes))
            .Where(s => Away(s, entry.StartsAt) <= reach && s > now).OrderBy(s => Away(s, entry.StartsAt));
        foreach (var start in starts)
        {
            var wish = await planner.Wish(entry.OfferingId, start, entry.Minutes, entry.ResourceId, entry.GuestId, entry.Participants, now, false, cancel);
            if (!wish.Ok) return false;
            var alternatives = await planner.Alternatives(wish.Value, cancel);
            if (!alternatives.Ok) continue;
            foreach (var alternative in alternatives.Value)
            {
                var quote = await planner.Price(wish.Value, alternative, cancel);
                if (!quote.Ok) continue;
                var booking = Booking.Hold(wish.Value, alternative, quote.Value, entry.GuestName, null, Actor.System("waitlist"), waitlistId: entry.Id, holdFor: OfferFor);
                if (!await Claims.TryTake(db, booking.Id, alternative, booking.ExpiresAt, now, cancel)) continue;
                await planner.Grant(booking, null, cancel);
                db.Bookings.Add(booking);
                (entry.Status, entry.BookingId) = (WaitlistStatus.Offered, booking.Id);
                db.Publish(new BookingHeld(booking.Info()));
                db.Publish(new WaitlistOffered(entry.Id, booking.Info()));
                await db.SaveChangesAsync(cancel);
                delivery.Services.GetRequiredService<Availability>().Changed(venue.Id);
                return true;
            }
        }
        return false;
    }

    private static Duration Away(Instant a, Instant b) => a > b ? a - b : b - a;
}
