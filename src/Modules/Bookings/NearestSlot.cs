using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Bookings;

/// <summary>A slot somebody would take.</summary>
/// <param name="VenueId">Where.</param>
/// <param name="OfferingId">What.</param>
/// <param name="StartsAt">When at best.</param>
/// <param name="Minutes">How long.</param>
/// <param name="ResourceId">A certain court, or null for any.</param>
/// <param name="GuestId">For whom.</param>
/// <param name="Participants">How many people.</param>
/// <param name="Reach">How much earlier or later would do.</param>
public sealed record SlotWish(Guid VenueId, Guid OfferingId, Instant StartsAt, int Minutes, Guid? ResourceId, Guid GuestId, int Participants, Duration Reach);

/// <summary>Holds the free slot that lies nearest to a wished time: for guests who wait, and for those who lost theirs.</summary>
public static class NearestSlot
{
    /// <summary>Takes the claims of the first slot that can be had, inside the open transaction.</summary>
    /// <param name="wanted">What would do.</param>
    /// <param name="db">The database, in a transaction.</param>
    /// <param name="services">Where the planner and the catalog are.</param>
    /// <param name="now">The time.</param>
    /// <param name="make">Makes the booking of an alternative, or null when it would not do.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>The booking, not yet added; null when nothing is free.</returns>
    public static async Task<Booking?> Hold(
        SlotWish wanted, BookingsDb db, IServiceProvider services, Instant now, Func<Wish, Alternative, Quote, Booking?> make, CancellationToken cancel)
    {
        var planner = services.GetRequiredService<Planner>();
        var venue = await services.GetRequiredService<ICatalog>().Venue(wanted.VenueId, cancel);
        if (venue?.Offering(wanted.OfferingId) is not { } offering) return null;
        var date = wanted.StartsAt.InZone(venue.Zone).Date;
        var starts = new[] { -1, 0, 1 }.SelectMany(d => Slots.StartsOn(venue, offering, date.PlusDays(d), wanted.Minutes))
            .Where(s => Away(s, wanted.StartsAt) <= wanted.Reach && s > now).OrderBy(s => Away(s, wanted.StartsAt));
        foreach (var start in starts)
        {
            var wish = await planner.Wish(wanted.OfferingId, start, wanted.Minutes, wanted.ResourceId, wanted.GuestId, wanted.Participants, now, false, cancel);
            if (!wish.Ok) return null;
            var alternatives = await planner.Alternatives(wish.Value, cancel);
            if (!alternatives.Ok) continue;
            foreach (var alternative in alternatives.Value)
            {
                var quote = await planner.Price(wish.Value, alternative, cancel);
                if (!quote.Ok || make(wish.Value, alternative, quote.Value) is not { } booking) continue;
                if (!await Claims.TryTake(db, booking.Id, alternative, booking.ExpiresAt, now, cancel)) continue;
                // What came off a price that was promised stays off; only whoever waited has it looked up anew.
                if (booking.Lines.All(l => l.Key is null)) await planner.Grant(booking, null, cancel);
                return booking;
            }
        }
        return null;
    }

    private static Duration Away(Instant a, Instant b) => a > b ? a - b : b - a;
}
