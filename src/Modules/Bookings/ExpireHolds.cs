using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Bookings;

/// <summary>
/// Lets unpaid holds lapse. Whoever wants the slot does not wait for this (a lapsed claim is cleared by the taker); the sweep tells the guest, the
/// waitlist and the open grids.
/// </summary>
public static class ExpireHolds
{
    private const int Batch = 100;

    internal static async Task<bool> Run(IServiceProvider services, CancellationToken cancel)
    {
        var db = services.GetRequiredService<BookingsDb>();
        var now = services.GetRequiredService<TimeProvider>().Now();
        var venues = new HashSet<Guid>();
        var swept = await db.InTransaction<List<Booking>>(async () =>
        {
            // Rows somebody is confirming at this moment are locked, and skipped: they are looked at again next time.
            var lapsed = await db.Bookings.FromSql($"""
                select * from bookings.booking where status = 'Held' and expires_at <= {now.ToDateTimeUtc()} order by expires_at limit {Batch} for update skip locked
                """).ToListAsync(cancel);
            foreach (var booking in lapsed)
            {
                await Claims.Release(db, booking.Id, cancel);
                db.Publish(booking.Expire(Actor.System("hold sweeper"), now).Value);
                venues.Add(booking.VenueId);
            }
            return lapsed;
        }, cancel);
        var availability = services.GetRequiredService<Availability>();
        foreach (var venue in venues) availability.Changed(venue);
        return swept.Value.Count == Batch;
    }
}
