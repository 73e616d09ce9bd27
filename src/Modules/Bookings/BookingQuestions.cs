using Microsoft.EntityFrameworkCore;

namespace Sarai.Bookings;

/// <summary>Answers what other modules ask of Bookings.</summary>
internal sealed class BookingQuestions(BookingsDb db, Planner planner, Availability availability, TimeProvider clock) : IBookings
{
    // Every payment asks for its booking, some several times.
    private static readonly Func<BookingsDb, Guid, CancellationToken, Task<Booking?>> ById =
        EF.CompileAsyncQuery((BookingsDb db, Guid id, CancellationToken _) => db.Bookings.AsNoTracking().FirstOrDefault(b => b.Id == id));

    public async Task<BookingInfo?> Find(Guid bookingId, CancellationToken cancel = default) =>
        (await ById(db, bookingId, cancel))?.Info();

    public async Task<IReadOnlyList<BookingInfo>> FindMany(IReadOnlyCollection<Guid> bookingIds, CancellationToken cancel = default) =>
        [.. (await db.Bookings.AsNoTracking().Where(b => bookingIds.Contains(b.Id)).ToListAsync(cancel)).Select(b => b.Info())];

    public async Task<IReadOnlyList<BookingInfo>> At(Guid venueId, Interval during, CancellationToken cancel = default)
    {
        var (from, to, now) = (during.Start, during.End, clock.Now());
        // No stay is longer than two months; the margin lets the index on the start serve the question.
        var earliest = from - Duration.FromDays(62);
        var shown = new[] { BookingStatus.Held, BookingStatus.Confirmed, BookingStatus.CheckedIn };
        var found = await db.Bookings.AsNoTracking()
            .Where(b => b.VenueId == venueId && b.StartsAt >= earliest && b.StartsAt < to && b.EndsAt > from && shown.Contains(b.Status) && (b.ExpiresAt == null || b.ExpiresAt > now))
            .OrderBy(b => b.StartsAt).ThenBy(b => b.Id).Take(1000).ToListAsync(cancel);
        return [.. found.Select(b => b.Info())];
    }

    public Task<bool> HasBooked(Guid guestId, Guid organisationId, Guid except, CancellationToken cancel = default)
    {
        var now = clock.Now();
        return db.Bookings.AsNoTracking().AnyAsync(
            b => b.GuestId == guestId && b.OrganisationId == organisationId && b.Id != except && b.Status != BookingStatus.Expired && b.Status != BookingStatus.Cancelled && (b.ExpiresAt == null || b.ExpiresAt > now), cancel);
    }

    public async Task<Answer<BookingInfo>> UseCode(Guid bookingId, string? code, Actor actor, CancellationToken cancel = default)
    {
        var used = await Bookings.UseCode.Use(bookingId, code, actor, db, planner, availability, clock, cancel);
        return used.Fault is { } fault ? fault : used.Value.Info();
    }
}
