using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Bookings;

/// <summary>The guest comes, leaves, or does not come: check-in, check-out, no-show, and the end of the booking.</summary>
public static class AttendBooking
{
    private const int Batch = 100;

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/bookings/{id:guid}/check-in", CheckIn).Needs("checkin:desk_bookings").Limited(RateLimits.Write).WithTags("Desk").WithSummary("The guest is here");
        api.MapPost("/bookings/{id:guid}/check-out", CheckOut).Needs("checkin:desk_bookings").Limited(RateLimits.Write).WithTags("Desk").WithSummary("The guest leaves; nights not slept come free");
        api.MapPost("/bookings/{id:guid}/no-show", MarkNoShow).Needs("checkin:desk_bookings").Limited(RateLimits.Write).WithTags("Desk").WithSummary("The guest did not come");
    }

    /// <summary>Notes that the guest is here. Who comes after a no-show was noted gets the room back, or another that would do, if there is one.</summary>
    public static Task<Answer<BookingView>> CheckIn(Guid id, Actor actor, BookingsDb db, Planner planner, Availability availability, TimeProvider clock, CancellationToken cancel) =>
        Change<BookingCheckedIn>(id, actor, db, availability, async booking =>
        {
            if (await planner.MayCheckIn(booking, cancel) is { } notYet) return notYet;
            var (now, late) = (clock.Now(), booking.Status == BookingStatus.NoShow);
            var here = booking.CheckIn(actor, now);
            if (here.Fault is { } fault) return fault;
            if (booking.Nights > 0 && await Enter(booking, late, db, planner, now, cancel) is { } taken) return taken;
            return here.Value;
        }, cancel);

    /// <summary>Notes that the guest leaves.</summary>
    public static Task<Answer<BookingView>> CheckOut(Guid id, Actor actor, BookingsDb db, Availability availability, TimeProvider clock, CancellationToken cancel) =>
        Change<BookingCompleted>(id, actor, db, availability, async booking =>
        {
            if (booking.Nights == 0) return Fault.Refused("wrong_shape", "Only stays are checked out; other bookings end by themselves.");
            var left = booking.CheckOut(actor, clock.Now());
            if (left.Fault is { } fault) return fault;
            await Claims.Shorten(db, id, clock.Now(), cancel);
            return left.Value;
        }, cancel);

    /// <summary>Notes that the guest did not come.</summary>
    public static Task<Answer<BookingView>> MarkNoShow(Guid id, Actor actor, BookingsDb db, Availability availability, TimeProvider clock, CancellationToken cancel) =>
        Change(id, actor, db, availability, booking => Miss(booking, actor, null, db, clock.Now(), cancel), cancel);

    /// <summary>Completes bookings whose time is over. Who was not noted as a no-show counts as having come. Guests of a house leave by checking out.</summary>
    internal static async Task<bool> CompleteRun(IServiceProvider services, CancellationToken cancel)
    {
        var db = services.GetRequiredService<BookingsDb>();
        var now = services.GetRequiredService<TimeProvider>().Now();
        var done = await db.InTransaction<List<Booking>>(async () =>
        {
            var over = await db.Bookings.FromSql($"""
                select * from bookings.booking where status in ('Confirmed', 'CheckedIn') and ends_at <= {now.ToDateTimeUtc()} and until_date is null
                order by ends_at limit {Batch} for update skip locked
                """).ToListAsync(cancel);
            foreach (var booking in over) db.Publish(booking.Complete(Actor.System("closing of past bookings"), now).Value);
            return over;
        }, cancel);
        return done.Value.Count == Batch;
    }

    /// <summary>
    /// The night audit of stays: who has not come by the venue's hour of the night is a no-show, and the rooms are free again. A booking that is being
    /// checked in at this moment is locked and skipped. Run again, it finds nothing.
    /// </summary>
    internal static async Task<bool> NoShowRun(IServiceProvider services, CancellationToken cancel)
    {
        var db = services.GetRequiredService<BookingsDb>();
        var now = services.GetRequiredService<TimeProvider>().Now();
        var done = await db.InTransaction<List<Booking>>(async () =>
        {
            var missed = await db.Bookings.FromSql($"""
                select * from bookings.booking where status = 'Confirmed' and no_show_at <= {now.ToDateTimeUtc()} order by no_show_at limit {Batch} for update skip locked
                """).ToListAsync(cancel);
            foreach (var booking in missed)
            {
                var audit = booking.NoShowAt!.Value.InZone(Time.Zone(booking.TimeZone)).LocalDateTime;
                db.Publish((await Miss(booking, Actor.System("night audit"), $"not arrived by {audit:uuuu-MM-dd HH:mm}", db, now, cancel)).Value);
            }
            return missed;
        }, cancel);
        foreach (var venue in done.Value.Select(b => b.VenueId).Distinct()) services.GetRequiredService<Availability>().Changed(venue);
        return done.Value.Count == Batch;
    }

    private static async Task<Answer<BookingNoShow>> Miss(Booking booking, Actor actor, string? reason, BookingsDb db, Instant now, CancellationToken cancel)
    {
        var missed = booking.MarkNoShow(actor, now, reason);
        if (missed.Ok && booking.Nights > 0) await Claims.Release(db, booking.Id, cancel);
        return missed;
    }

    // Coming early takes the hours before the check-in time too, so that nobody else is given the room in them.
    private static async Task<Fault?> Enter(Booking booking, bool late, BookingsDb db, Planner planner, Instant now, CancellationToken cancel)
    {
        if (!late)
            return now >= booking.StartsAt || await Claims.Extend(db, booking.Id, now, cancel) ? null : Fault.Conflict("room_not_free", "The room is still taken until its check-in time. Choose another room or ask the guest to wait.");
        if (await Claims.TryTake(db, booking.Id, booking.Claims(), null, now, cancel)) return null;
        var stay = new StayWish(booking.VenueId, booking.LocalDate, booking.UntilDate!.Value, [.. booking.Units.Select(u => new UnitWish(u.OfferingId, null, u.Adults, u.Children, u.GuestName))], null);
        var wish = await planner.Stay(stay, booking.GuestId, Instant.Min(now, booking.StartsAt), true, cancel);
        if (wish.Fault is { } unknown) return unknown;
        var wanted = await planner.Rooms(wish.Value, cancel);
        if (wanted.Fault is { } no) return no;
        if (await FreeRooms.Take(db, booking.Id, wanted.Value, null, now, cancel) is not { } taken)
            return Fault.Conflict("room_resold", "After the no-show was noted the rooms were given to others, and no other of the type is free. Offer another type or dates.");
        booking.Rehouse(taken);
        return null;
    }

    private static async Task<Answer<BookingView>> Change<TEvent>(
        Guid id, Actor actor, BookingsDb db, Availability availability, Func<Booking, Task<Answer<TEvent>>> change, CancellationToken cancel) where TEvent : IEvent
    {
        var answer = await db.InTransaction<BookingView>(async () =>
        {
            var booking = await db.Lock(id, cancel);
            if (booking is null) return Fault.NotFound("booking");
            if (actor.Barred("checkin:desk_bookings", booking.OrganisationId, "booking") is { } barred) return barred;
            var changed = await change(booking);
            if (changed.Fault is { } fault) return fault;
            db.Publish(changed.Value);
            return BookingView.Of(booking);
        }, cancel);
        if (answer.Ok && answer.Value.Stay is not null) availability.Changed(answer.Value.VenueId);
        return answer;
    }
}
