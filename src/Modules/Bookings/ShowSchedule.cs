using Microsoft.EntityFrameworkCore;

namespace Sarai.Bookings;

/// <summary>The desk's board of one local date: every court with its bookings and blocks.</summary>
public static class ShowSchedule
{
    /// <summary>The board.</summary>
    /// <param name="Date">The local date.</param>
    /// <param name="TimeZone">The venue's IANA zone.</param>
    /// <param name="Open">When the venue is open, in its zone.</param>
    /// <param name="Rows">A row for each court.</param>
    public sealed record Response(LocalDate Date, string TimeZone, IReadOnlyList<Span> Open, IReadOnlyList<Row> Rows);

    /// <summary>A stretch of time in the venue's zone.</summary>
    public sealed record Span(OffsetDateTime StartsAt, OffsetDateTime EndsAt);

    /// <summary>A court.</summary>
    public sealed record Row(Guid ResourceId, string Name, IReadOnlyList<string> Tags, IReadOnlyList<Entry> Entries);

    /// <summary>A booking or a block on a court.</summary>
    /// <param name="Kind">booking or block.</param>
    /// <param name="Id">The booking or the block.</param>
    /// <param name="Title">The guest's name, or the block's reason.</param>
    /// <param name="Status">The booking's state, or null.</param>
    /// <param name="Code">The booking's code, or null.</param>
    /// <param name="StartsAt">Start, in the venue's zone.</param>
    /// <param name="EndsAt">End, in the venue's zone.</param>
    /// <param name="Due">What is still to be paid, or null.</param>
    public sealed record Entry(string Kind, Guid Id, string Title, BookingStatus? Status, string? Code, OffsetDateTime StartsAt, OffsetDateTime EndsAt, Money? Due);

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/venues/{id:guid}/schedule", (
            Guid id, DateOnly date, Actor actor, BookingsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel) => Handle(id, LocalDate.FromDateOnly(date), actor, db, catalog, clock, cancel))
        .Needs("read:desk_bookings").Limited(RateLimits.Read).WithTags("Desk").WithSummary("The board of a day");

    /// <summary>The board; lapsed holds are not on it.</summary>
    public static async Task<Answer<Response>> Handle(Guid id, LocalDate date, Actor actor, BookingsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("read:desk_bookings", venue.OrganisationId, "venue") is { } barred) return barred;
        db.OrganisationId = venue.OrganisationId;
        var (zone, now) = (venue.Zone, clock.Now());
        var open = venue.OpenOn(date);
        var from = open.Count > 0 ? open[0].Start : zone.AtStartOfDay(date).ToInstant();
        var to = open.Count > 0 ? open[^1].End : zone.AtStartOfDay(date.PlusDays(1)).ToInstant();
        var shown = new[] { BookingStatus.Held, BookingStatus.Confirmed, BookingStatus.CheckedIn, BookingStatus.Completed, BookingStatus.NoShow };
        var earliest = from - Duration.FromHours(24);
        var bookings = await db.Bookings.AsNoTracking()
            .Where(b => b.VenueId == id && b.StartsAt >= earliest && b.StartsAt < to && b.EndsAt > from && shown.Contains(b.Status) && (b.ExpiresAt == null || b.ExpiresAt > now))
            .OrderBy(b => b.StartsAt).ToListAsync(cancel);
        var blocks = await db.Blocks.AsNoTracking().Where(b => b.VenueId == id && b.StartsAt < to && b.EndsAt > from).ToListAsync(cancel);
        var entries = bookings.SelectMany(b => b.Resources.Select(r => (Resource: r.Id, Entry: new Entry(
                "booking", b.Id, b.GuestName, b.Status, b.Code, Local(b.StartsAt), Local(b.EndsAt), new Money(b.Total - b.Paid, b.Currency)))))
            .Concat(blocks.SelectMany(b => b.ResourceIds.Select(r => (Resource: r, Entry: new Entry("block", b.Id, b.Reason, null, null, Local(b.StartsAt), Local(b.EndsAt), null)))))
            .ToLookup(e => e.Resource, e => e.Entry);
        return new Response(date, venue.TimeZone, [.. open.Select(o => new Span(Local(o.Start), Local(o.End)))],
            [.. venue.Resources.Where(r => !r.Retired || entries.Contains(r.Id)).OrderBy(r => r.Position).Select(r => new Row(r.Id, r.Name, r.Tags, [.. entries[r.Id].OrderBy(e => e.StartsAt.ToInstant())]))]);

        OffsetDateTime Local(Instant at) => at.InZone(zone).ToOffsetDateTime();
    }
}
