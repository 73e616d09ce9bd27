using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Bookings;

/// <summary>Guest or desk calls a booking off; what comes back follows the policy it was booked under and can be seen before.</summary>
public static class CancelBooking
{
    /// <summary>How to cancel.</summary>
    public sealed record Request
    {
        /// <summary>Why, for the other side.</summary>
        [StringLength(500)] public string? Reason { get; set; }

        /// <summary>Desk only: give everything back, whatever the policy says.</summary>
        public bool FullRefund { get; set; }

        /// <summary>Give it back to where it was paid from rather than to the wallet.</summary>
        public bool ToSource { get; set; }

        /// <summary>Cancel every coming occurrence of the weekly series as well.</summary>
        public bool WholeSeries { get; set; }
    }

    /// <summary>What cancelling now would mean.</summary>
    /// <param name="Refund">What comes back.</param>
    /// <param name="Paid">What was paid.</param>
    /// <param name="Tiers">The policy it was booked under.</param>
    public sealed record Preview(Money Refund, Money Paid, IReadOnlyList<CancellationTier> Tiers);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPut("/bookings/{id:guid}/cancel", ([FromBody(EmptyBodyBehavior = Microsoft.AspNetCore.Mvc.ModelBinding.EmptyBodyBehavior.Allow)] Request? request, Guid id, Actor actor, BookingsDb db, Availability availability, TimeProvider clock, CancellationToken cancel) =>
                Handle(id, request ?? new Request(), actor, db, availability, clock, cancel))
            .Needs("cancel:bookings").Limited(RateLimits.Write).WithTags("Bookings").WithSummary("Cancel a booking");
        api.MapGet("/bookings/{id:guid}/cancellation", Look).Needs("read:bookings").Limited(RateLimits.Read).WithTags("Bookings").WithSummary("What cancelling now would give back");
    }

    /// <summary>What would come back now.</summary>
    public static async Task<Answer<Preview>> Look(Guid id, Actor actor, BookingsDb db, TimeProvider clock, CancellationToken cancel)
    {
        var booking = await db.Bookings.AsNoTracking().FirstOrDefaultAsync(b => b.Id == id, cancel);
        if (booking is null || Access(booking, actor) is { Status: 404 }) return Fault.NotFound("booking");
        if (Access(booking, actor) is { } barred) return barred;
        return new Preview(booking.RefundAt(clock.Now()), new Money(booking.Paid, booking.Currency), booking.Policy.Cancellation);
    }

    /// <summary>Cancels it, and with <see cref="Request.WholeSeries"/> the rest of its series.</summary>
    public static async Task<Answer<BookingView>> Handle(Guid id, Request request, Actor actor, BookingsDb db, Availability availability, TimeProvider clock, CancellationToken cancel)
    {
        var answer = await db.InTransaction<BookingView>(async () =>
        {
            var booking = await db.Lock(id, cancel);
            if (booking is null) return Fault.NotFound("booking");
            if (Access(booking, actor) is { } barred) return barred;
            var byDesk = booking.GuestId != actor.UserId;
            if (request.FullRefund && !byDesk) return Fault.Forbidden("Only the desk can give back more than the policy does.");
            if (await Cancel(booking, request, actor, byDesk, db, clock.Now(), cancel) is { } fault) return fault;
            if (request.WholeSeries && booking.SeriesId is { } series)
            {
                var rest = await db.Bookings.FromSql($"select * from bookings.booking where series_id = {series} and id <> {id} and status in ('Held', 'Confirmed') and starts_at > {booking.StartsAt.ToDateTimeUtc()} order by id for update").ToListAsync(cancel);
                foreach (var other in rest) await Cancel(other, request, actor, byDesk, db, clock.Now(), cancel);
            }
            return BookingView.Of(booking);
        }, cancel);
        if (answer.Ok) availability.Changed(answer.Value.VenueId);
        return answer;
    }

    /// <summary>Shares of its price were missing at the deadline: it is called off, and everybody gets everything back.</summary>
    internal static async Task On(SplitFailed failed, BookingsDb db, Delivery delivery, CancellationToken cancel)
    {
        if (await db.Lock(failed.BookingId, cancel) is not { } booking) return;
        var now = delivery.Services.GetRequiredService<TimeProvider>().Now();
        // Somebody may have cancelled it, or it may have begun, in the meantime: then it stays as it is.
        if (await Cancel(booking, new Request { Reason = "not all shares were paid in time", FullRefund = true }, Actor.System("payment splitting"), true, db, now, cancel) is null)
            delivery.Services.GetRequiredService<Availability>().Changed(booking.VenueId);
    }

    private static async Task<Fault?> Cancel(Booking booking, Request request, Actor actor, bool byDesk, BookingsDb db, Instant now, CancellationToken cancel)
    {
        var cancelled = booking.Cancel(actor, request.Reason, now, byDesk && request.FullRefund, request.ToSource);
        if (cancelled.Fault is { } fault) return fault;
        await Claims.Release(db, booking.Id, cancel);
        db.Publish(cancelled.Value);
        if (byDesk) db.Audit(actor, booking.OrganisationId, "cancel:desk_bookings", booking.Id, null, new { booking.Code, request.Reason, Refund = cancelled.Value.Refund.Amount });
        return null;
    }

    private static Fault? Access(Booking booking, Actor actor) =>
        booking.GuestId == actor.UserId ? null : actor.Barred("cancel:desk_bookings", booking.OrganisationId, "booking");
}
