using System.ComponentModel.DataAnnotations;

namespace Sarai.Bookings;

/// <summary>The desk puts something beside the price on the bill: the minibar, a racket, the airport shuttle. It is due like the price.</summary>
public static class ChargeBooking
{
    /// <summary>What and how much.</summary>
    public sealed record Request
    {
        /// <summary>What the guest reads.</summary>
        [Required, StringLength(100, MinimumLength = 2)] public string? Text { get; set; }

        /// <summary>Minor units; negative takes a charge off again.</summary>
        [Required, Range(-1_000_000_000_000L, 1_000_000_000_000L)] public long? Amount { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/bookings/{id:guid}/charges", Handle).Idempotent<BookingsDb, BookingView>()
        .Needs("update:desk_bookings").Limited(RateLimits.Write).WithTags("Desk").WithSummary("Put something on a booking's bill").Produces<Envelope<BookingView>>(StatusCodes.Status201Created);

    /// <summary>Charges it.</summary>
    public static Task<Answer<BookingView>> Handle(Guid id, Request request, Actor actor, BookingsDb db, TimeProvider clock, CancellationToken cancel) => db.InTransaction<BookingView>(async () =>
    {
        var booking = await db.Lock(id, cancel);
        if (booking is null) return Fault.NotFound("booking");
        if (actor.Barred("update:desk_bookings", booking.OrganisationId, "booking") is { } barred) return barred;
        if (request.Amount == 0) return Fault.Invalid("amount", "Give an amount other than zero.");
        var charged = booking.Charge(request.Text!.Trim(), request.Amount!.Value, actor, clock.Now());
        if (charged.Fault is { } fault) return fault;
        db.Publish(charged.Value);
        db.Audit(actor, booking.OrganisationId, "update:desk_bookings", id, null, new { request.Text, request.Amount });
        await db.SaveChangesAsync(cancel);
        return Answer<BookingView>.Created(BookingView.Of(booking));
    }, cancel);
}
