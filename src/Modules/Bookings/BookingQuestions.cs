using Microsoft.EntityFrameworkCore;

namespace Sarai.Bookings;

/// <summary>Answers what other modules ask of Bookings.</summary>
internal sealed class BookingQuestions(BookingsDb db) : IBookings
{
    public async Task<BookingInfo?> Find(Guid bookingId, CancellationToken cancel = default) =>
        (await db.Bookings.AsNoTracking().FirstOrDefaultAsync(b => b.Id == bookingId, cancel))?.Info();

    public async Task<IReadOnlyList<BookingInfo>> FindMany(IReadOnlyCollection<Guid> bookingIds, CancellationToken cancel = default) =>
        [.. (await db.Bookings.AsNoTracking().Where(b => bookingIds.Contains(b.Id)).ToListAsync(cancel)).Select(b => b.Info())];
}
