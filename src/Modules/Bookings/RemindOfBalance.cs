using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Bookings;

/// <summary>A day before the balance of a booking with a deposit is due, its guest is reminded, once.</summary>
public static class RemindOfBalance
{
    private const int Batch = 100;
    private static readonly Duration Ahead = Duration.FromDays(1);

    internal static async Task<bool> Run(IServiceProvider services, CancellationToken cancel)
    {
        var (db, now) = (services.GetRequiredService<BookingsDb>(), services.GetRequiredService<TimeProvider>().Now());
        var (from, until) = (now.ToDateTimeUtc(), (now + Ahead).ToDateTimeUtc());
        var told = await db.InTransaction<List<Booking>>(async () =>
        {
            var due = await db.Bookings.FromSql($"""
                select * from bookings.booking where status = 'Confirmed' and paid < total and balance_told_at is null and (policy ->> 'depositPercent')::numeric > 0
                  and starts_at > {from} and starts_at - interval '1 hour' * (policy ->> 'balanceHours')::int <= {until}
                order by starts_at limit {Batch} for update skip locked
                """).ToListAsync(cancel);
            foreach (var booking in due) db.Publish(booking.RemindOfBalance(now));
            return due;
        }, cancel);
        return told.Value.Count == Batch;
    }
}
