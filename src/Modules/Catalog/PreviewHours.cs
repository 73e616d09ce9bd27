using System.ComponentModel.DataAnnotations;

namespace Sarai.Catalog;

/// <summary>Which coming bookings would lie outside other opening hours or closures: before these are saved. The bookings stay valid either way; people decide.</summary>
public static class PreviewHours
{
    private static readonly Duration Ahead = Duration.FromDays(366);

    /// <summary>Other hours, other closures, or both.</summary>
    public sealed record Request
    {
        /// <summary>The weekly hours, or nothing for those that are saved.</summary>
        [MaxLength(70)] public OpeningHours[]? Hours { get; set; }

        /// <summary>The days that differ, or nothing for those that are saved.</summary>
        [MaxLength(500)] public Closure[]? Closures { get; set; }
    }

    /// <summary>The bookings in the way.</summary>
    public sealed record Response(IReadOnlyList<InTheWay> Bookings);

    /// <summary>A booking that would lie outside.</summary>
    public sealed record InTheWay(Guid Id, string Code, string GuestName, OffsetDateTime StartsAt, OffsetDateTime EndsAt, IReadOnlyList<string> Resources);

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/venues/{id:guid}/hours/preview", Handle)
        .Needs("update:venue").Limited(RateLimits.Read).WithTags("Venues").WithSummary("Which bookings would lie outside other opening hours or closures; changes nothing");

    /// <summary>The bookings that are inside the opening hours now and would be outside.</summary>
    public static async Task<Answer<Response>> Handle(Guid id, Request request, Actor actor, ICatalog catalog, IBookings bookings, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("update:venue", venue.OrganisationId, "venue") is { } barred) return barred;
        if (request.Hours is not null && Venue.CheckHours(request.Hours) is { } hours) return hours;
        if (request.Closures is not null && Venue.CheckClosures(request.Closures) is { } closures) return closures;
        var next = venue with { Hours = request.Hours ?? venue.Hours, Closures = request.Closures ?? venue.Closures };
        var now = clock.Now();
        var coming = await bookings.At(id, new Interval(now, now + Ahead), cancel);
        return new Response([.. coming.Where(b => IsOpen(venue, b) && !IsOpen(next, b)).Select(b => new InTheWay(
            b.Id, b.Code, b.GuestName, b.StartsAt.InZone(venue.Zone).ToOffsetDateTime(), b.EndsAt.InZone(venue.Zone).ToOffsetDateTime(), [.. b.Resources.Select(r => r.Name)]))]);
    }

    private static bool IsOpen(VenueInfo venue, BookingInfo booking)
    {
        var date = booking.StartsAt.InZone(venue.Zone).Date;
        // What was opened the day before may run past midnight.
        return venue.OpenOn(date.PlusDays(-1)).Concat(venue.OpenOn(date)).Any(open => open.Start <= booking.StartsAt && booking.EndsAt <= open.End);
    }
}
