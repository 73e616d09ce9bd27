using Microsoft.EntityFrameworkCore;

namespace Sarai.Bookings;

/// <summary>One booking, for its guest and for the desk, by id or by the code people say.</summary>
public static class GetBooking
{
    /// <summary>A booking with its history.</summary>
    /// <param name="Booking">The booking.</param>
    /// <param name="History">Every transition, oldest first.</param>
    public sealed record Response(BookingView Booking, IReadOnlyList<Transition> History);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/bookings/{id:guid}", Handle).Needs("read:bookings").Limited(RateLimits.Read).WithTags("Bookings").WithSummary("A booking");
        api.MapGet("/bookings/{id:guid}/history", History).Needs("read:bookings").Limited(RateLimits.Read).WithTags("Bookings").WithSummary("What happened to a booking");
        api.MapGet("/bookings/by-code/{code}", ByCode).Needs("read:bookings").Limited(RateLimits.Read).WithTags("Bookings").WithSummary("A booking by its code");
    }

    /// <summary>The booking.</summary>
    public static async Task<Answer<BookingView>> Handle(Guid id, Actor actor, BookingsDb db, CancellationToken cancel)
    {
        var booking = await db.Bookings.AsNoTracking().FirstOrDefaultAsync(b => b.Id == id, cancel);
        return Access(booking, actor) is { } barred ? barred : BookingView.Of(booking!);
    }

    /// <summary>The booking with its history.</summary>
    public static async Task<Answer<Response>> History(Guid id, Actor actor, BookingsDb db, CancellationToken cancel)
    {
        var booking = await db.Bookings.AsNoTracking().FirstOrDefaultAsync(b => b.Id == id, cancel);
        return Access(booking, actor) is { } barred ? barred : new Response(BookingView.Of(booking!), booking!.History);
    }

    /// <summary>The booking of a code, in upper or lower case.</summary>
    public static async Task<Answer<BookingView>> ByCode(string code, Actor actor, BookingsDb db, CancellationToken cancel)
    {
        var upper = code.Trim().ToUpperInvariant();
        var booking = await db.Bookings.AsNoTracking().FirstOrDefaultAsync(b => b.Code == upper, cancel);
        return Access(booking, actor) is { } barred ? barred : BookingView.Of(booking!);
    }

    /// <summary>Guests see their own, staff those of their organisation; to everybody else there is no such booking.</summary>
    internal static Fault? Access(Booking? booking, Actor actor)
    {
        if (booking is null) return Fault.NotFound("booking");
        return booking.GuestId == actor.UserId ? null : actor.Barred("read:desk_bookings", booking.OrganisationId, "booking");
    }
}
