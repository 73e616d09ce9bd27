using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Bookings;

/// <summary>
/// A guest uses a promo code, or something else they have, for a booking that waits for payment: its price changes before anything is paid, or nothing does.
/// What comes off is reserved first and written down then, so no two connections are held at once; who loses a race for the same booking starts over.
/// </summary>
public static class UseCode
{
    private const int Tries = 5;

    /// <summary>What to use.</summary>
    public sealed record Request
    {
        /// <summary>A promo code or one of the booking's benefits; nothing takes off what was used before.</summary>
        [StringLength(60)] public string? Code { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPut("/bookings/{id:guid}/code", Handle).Needs("create:booking").Limited(RateLimits.Write).WithTags("Bookings").WithSummary("Use a promo code or a package for a booking")
            .Produces<ErrorEnvelope>(StatusCodes.Status409Conflict).Produces<ErrorEnvelope>(StatusCodes.Status422UnprocessableEntity);
        api.MapGet("/bookings/{id:guid}/benefits", Choices).Needs("read:bookings").Limited(RateLimits.Read).WithTags("Bookings").WithSummary("What I could use for a booking");
    }

    /// <summary>Changes the price.</summary>
    public static async Task<Answer<BookingView>> Handle(Guid id, Request request, Actor actor, BookingsDb db, Planner planner, Availability availability, TimeProvider clock, CancellationToken cancel)
    {
        var used = await Use(id, request.Code, actor, db, planner, availability, clock, cancel);
        return used.Fault is { } fault ? fault : BookingView.Of(used.Value);
    }

    /// <summary>What there is to use for it.</summary>
    public static async Task<Answer<Slice<BenefitChoice>>> Choices(Guid id, Actor actor, BookingsDb db, Planner planner, CancellationToken cancel)
    {
        var booking = await db.Bookings.AsNoTracking().FirstOrDefaultAsync(b => b.Id == id, cancel);
        if (Access(booking, actor) is { } barred) return barred;
        return new Slice<BenefitChoice>(await planner.Choices(booking!, cancel), null);
    }

    internal static async Task<Answer<Booking>> Use(Guid id, string? code, Actor actor, BookingsDb db, Planner planner, Availability availability, TimeProvider clock, CancellationToken cancel)
    {
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            var seen = await db.Bookings.AsNoTracking().FirstOrDefaultAsync(b => b.Id == id, cancel);
            if (Access(seen, actor) is { } barred) return barred;
            if (seen!.MayReprice(clock.Now()) is { } no) return no;
            var granted = await planner.Benefits(seen, string.IsNullOrWhiteSpace(code) ? null : code.Trim(), clock.Now(), cancel);
            if (granted.Fault is { } refused) return refused;
            var written = await Write(seen, granted.Value, db, availability, clock, cancel);
            if (written.Fault?.Code != "changed_meanwhile") return written;
        }
        return Fault.Conflict("changed_meanwhile", "The booking was changed at the same moment. Look at it and try again.");
    }

    private static Task<Answer<Booking>> Write(Booking seen, IReadOnlyList<PriceLine> benefits, BookingsDb db, Availability availability, TimeProvider clock, CancellationToken cancel) => db.InTransaction<Booking>(async () =>
    {
        var booking = (await db.Lock(seen.Id, cancel))!;
        if (booking.MayReprice(clock.Now()) is { } late) return late;
        if (!booking.Lines.SequenceEqual(seen.Lines)) return Fault.Conflict("changed_meanwhile", "The booking was changed at the same moment. Look at it and try again.");
        booking.Grant(benefits);
        if (booking.Total == 0 && await ConfirmBooking.Confirm(booking, Actor.System("nothing to pay"), null, db, availability, clock, cancel) is { } fault) return fault;
        return booking;
    }, cancel);

    private static Fault? Access(Booking? booking, Actor actor) =>
        booking is null ? Fault.NotFound("booking") : booking.GuestId == actor.UserId ? null : actor.Barred("update:desk_bookings", booking.OrganisationId, "booking");
}
