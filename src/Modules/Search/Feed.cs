using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NpgsqlTypes;

namespace Sarai.Search;

/// <summary>Keeps the read model in step with what happens elsewhere. Every reaction writes the whole truth about its subject, so that a repeated event changes nothing.</summary>
public static class Feed
{
    internal static void Register(IServiceCollection services)
    {
        services.On<VenueChanged, SearchDb>(async (e, db, d, c) =>
        {
            if (await d.Services.GetRequiredService<ICatalog>().Venue(e.VenueId, c) is { } venue) await Write(venue, db, c);
        });
        services.On<VenueRated, SearchDb>((e, db, _, c) => db.Database.ExecuteSqlAsync($"""
            insert into search.rating (venue_id, rating, reviews) values ({e.VenueId}, {(float)e.Rating}, {e.Reviews}) on conflict (venue_id) do update set rating = excluded.rating, reviews = excluded.reviews
            """, c));
        services.On<VenuePhotosChanged, SearchDb>((e, db, _, c) => db.Database.ExecuteSqlAsync($"update search.venue set photo = {e.First} where venue_id = {e.VenueId}", c));
        Follow<BookingHeld>(e => e.Booking, Take);
        Follow<BookingConfirmed>(e => e.Booking, Take);
        Follow<BookingRescheduled>(e => e.Booking, Take);
        Follow<RoomChanged>(e => e.Booking, Take);
        Follow<BookingCheckedIn>(e => e.Booking, Take);
        Follow<BookingCompleted>(e => e.Booking, Take);
        Follow<BookingCancelled>(e => e.Booking, (b, db, c) => Free(b.Id, db, c));
        Follow<BookingExpired>(e => e.Booking, (b, db, c) => Free(b.Id, db, c));
        Follow<BookingNoShow>(e => e.Booking, (b, db, c) => Free(b.Id, db, c));
        services.On<ResourcesBlocked, SearchDb>(async (e, db, d, c) =>
        {
            await Free(e.BlockId, db, c);
            if (!e.Removed && await d.Services.GetRequiredService<ICatalog>().Venue(e.VenueId, c) is { } venue) await Block(venue, e, db, c);
        });

        // Only what is booked by the night takes nights.
        void Follow<TEvent>(Func<TEvent, BookingInfo> booking, Func<BookingInfo, SearchDb, CancellationToken, Task> react) where TEvent : class, IEvent =>
            services.On<TEvent, SearchDb>((e, db, _, c) => react(booking(e), db, c), when: e => booking(e).Stay is not null);
    }

    /// <summary>Nobody searches for nights that are over anywhere on earth.</summary>
    internal static async Task<bool> ForgetPast(IServiceProvider services, CancellationToken cancel)
    {
        var (db, over) = (services.GetRequiredService<SearchDb>(), services.GetRequiredService<TimeProvider>().Now().InUtc().Date.PlusDays(-2).ToDateOnly());
        return await db.Database.ExecuteSqlAsync($"delete from search.taken where ctid in (select ctid from search.taken where last_night < {over} limit 5000)", cancel) == 5000;
    }

    /// <summary>Writes a venue and its rooms; one that is not open is not found.</summary>
    internal static async Task Write(VenueInfo venue, SearchDb db, CancellationToken cancel)
    {
        var rooms = venue.State == VenueState.Active ? venue.Resources.Where(r => !r.Retired).Select(r => (r.Id, Guests: venue.Offerings.Where(o => o is { Active: true, Shape: Shape.Nights } && o.ResourceIds.Contains(r.Id)).Select(o => o.MaxParticipants).DefaultIfEmpty(0).Max()))
            .Where(r => r.Guests > 0).ToList() : [];
        var (ids, guests) = (rooms.ConvertAll(r => r.Id).ToArray(), rooms.ConvertAll(r => r.Guests).ToArray());
        await db.Database.ExecuteSqlAsync($"delete from search.room where venue_id = {venue.Id} and resource_id <> all({ids})", cancel);
        await db.Database.ExecuteSqlAsync($"""
            insert into search.room (resource_id, venue_id, max_guests) select id, {venue.Id}, n from unnest({ids}, {guests}) as r(id, n)
            on conflict (resource_id) do update set venue_id = excluded.venue_id, max_guests = excluded.max_guests
            """, cancel);
        if (venue.State != VenueState.Active)
        {
            await db.Database.ExecuteSqlAsync($"delete from search.venue where venue_id = {venue.Id} and version <= {venue.Version}", cancel);
            return;
        }
        var words = $"{venue.Name} {venue.City} {venue.Address}";
        var amenities = venue.Amenities.Where(a => !a.StartsWith("stars:", StringComparison.Ordinal)).ToArray();
        var price = venue.Prices.Where(p => p.Night is not null).Select(p => (long?)p.Night!.Amount).Min() ?? venue.Prices.Select(p => (long?)p.PerHour).Min();
        var free = venue.Policy.Cancellation.Any(t => t.RefundPercent == 100);
        await db.Database.ExecuteSqlAsync($"""
            insert into search.venue (venue_id, vertical, name, slug, city, address, words, latitude, longitude, amenities, stars, currency, price_from, free_cancellation, version)
            values ({venue.Id}, {venue.Vertical}, {venue.Name}, {venue.Slug}, {venue.City}, {venue.Address}, {words}, {venue.Latitude}, {venue.Longitude}, {amenities}, {Stars(venue)}::smallint, {venue.Currency}, {price}::bigint, {free}, {venue.Version})
            on conflict (venue_id) do update set name = excluded.name, city = excluded.city, address = excluded.address, words = excluded.words, latitude = excluded.latitude, longitude = excluded.longitude,
              amenities = excluded.amenities, stars = excluded.stars, currency = excluded.currency, price_from = excluded.price_from, free_cancellation = excluded.free_cancellation, version = excluded.version
            where search.venue.version <= excluded.version
            """, cancel);
    }

    /// <summary>Writes the nights a booking has; the nights after an early leave are free.</summary>
    internal static async Task Take(BookingInfo booking, SearchDb db, CancellationToken cancel)
    {
        await Free(booking.Id, db, cancel);
        var zone = Time.Zone(booking.TimeZone);
        foreach (var part in booking.Resources)
        {
            var first = (part.From ?? booking.StartsAt).InZone(zone).Date;
            var end = (part.Until ?? booking.EndsAt).InZone(zone).Date;
            if (booking.Stay!.LeftAt is { } left) end = LocalDate.Min(end, left.InZone(zone).Date);
            if (end > first) await Insert(part.Id, first, end.PlusDays(-1), booking.Id, booking.Status == BookingStatus.Held ? booking.ExpiresAt : null, db, cancel);
        }
    }

    // A block takes every night it touches.
    private static async Task Block(VenueInfo venue, ResourcesBlocked block, SearchDb db, CancellationToken cancel)
    {
        var (first, last) = (block.StartsAt.InZone(venue.Zone), block.EndsAt.InZone(venue.Zone));
        var from = first.TimeOfDay < venue.Policy.CheckOut ? first.Date.PlusDays(-1) : first.Date;
        var to = last.TimeOfDay > venue.Policy.CheckIn ? last.Date : last.Date.PlusDays(-1);
        if (to < from) return;
        foreach (var room in block.ResourceIds) await Insert(room, from, to, block.BlockId, null, db, cancel);
    }

    private static Task Free(Guid source, SearchDb db, CancellationToken cancel) => db.Database.ExecuteSqlAsync($"delete from search.taken where source_id = {source}", cancel);

    private static Task Insert(Guid room, LocalDate first, LocalDate last, Guid source, Instant? expires, SearchDb db, CancellationToken cancel)
    {
        var (from, to, until) = (first.ToDateOnly(), last.ToDateOnly(), new Npgsql.NpgsqlParameter("until", NpgsqlDbType.TimestampTz) { Value = (object?)expires?.ToDateTimeUtc() ?? DBNull.Value });
        return db.Database.ExecuteSqlAsync($"insert into search.taken (resource_id, first_night, last_night, source_id, expires_at) values ({room}, {from}, {to}, {source}, {until}) on conflict do nothing", cancel);
    }

    private static int? Stars(VenueInfo venue) =>
        venue.Amenities.Select(a => a.StartsWith("stars:", StringComparison.Ordinal) && int.TryParse(a.AsSpan(6), out var stars) && stars is >= 1 and <= 5 ? stars : (int?)null).FirstOrDefault(s => s is not null);
}
