using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Bookings;

/// <summary>The guest comes, or does not: check-in, no-show, and the end of the booking.</summary>
public static class AttendBooking
{
    private const int Batch = 100;

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/bookings/{id:guid}/check-in", CheckIn).Needs("checkin:desk_bookings").Limited(RateLimits.Write).WithTags("Desk").WithSummary("The guest is here");
        api.MapPost("/bookings/{id:guid}/no-show", MarkNoShow).Needs("checkin:desk_bookings").Limited(RateLimits.Write).WithTags("Desk").WithSummary("The guest did not come");
    }

    /// <summary>Notes that the guest is here.</summary>
    public static Task<Answer<BookingView>> CheckIn(Guid id, Actor actor, BookingsDb db, TimeProvider clock, CancellationToken cancel) =>
        Change(id, actor, db, booking => booking.CheckIn(actor, clock.Now()), cancel);

    /// <summary>Notes that the guest did not come.</summary>
    public static Task<Answer<BookingView>> MarkNoShow(Guid id, Actor actor, BookingsDb db, TimeProvider clock, CancellationToken cancel) =>
        Change(id, actor, db, booking => booking.MarkNoShow(actor, clock.Now()), cancel);

    /// <summary>Completes bookings whose time is over. Who was not noted as a no-show counts as having come.</summary>
    internal static async Task<bool> CompleteRun(IServiceProvider services, CancellationToken cancel)
    {
        var db = services.GetRequiredService<BookingsDb>();
        var now = services.GetRequiredService<TimeProvider>().Now();
        var done = await db.InTransaction<List<Booking>>(async () =>
        {
            var over = await db.Bookings.FromSql($"""
                select * from bookings.booking where status in ('Confirmed', 'CheckedIn') and ends_at <= {now.ToDateTimeUtc()} order by ends_at limit {Batch} for update skip locked
                """).ToListAsync(cancel);
            foreach (var booking in over) db.Publish(booking.Complete(Actor.System("closing of past bookings"), now).Value);
            return over;
        }, cancel);
        return done.Value.Count == Batch;
    }

    private static Task<Answer<BookingView>> Change<TEvent>(Guid id, Actor actor, BookingsDb db, Func<Booking, Answer<TEvent>> change, CancellationToken cancel) where TEvent : IEvent =>
        db.InTransaction<BookingView>(async () =>
        {
            var booking = await db.Lock(id, cancel);
            if (booking is null) return Fault.NotFound("booking");
            if (actor.Barred("checkin:desk_bookings", booking.OrganisationId, "booking") is { } barred) return barred;
            var changed = change(booking);
            if (changed.Fault is { } fault) return fault;
            db.Publish(changed.Value);
            return BookingView.Of(booking);
        }, cancel);
}
