using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Bookings;

/// <summary>A guest's bookings, the latest start first; and a venue's, for the desk.</summary>
public static class ListBookings
{
    /// <summary>Which of a venue's bookings.</summary>
    public sealed record DeskQuery
    {
        /// <summary>From this local date.</summary>
        public DateOnly? From { get; init; }

        /// <summary>To this local date inclusive.</summary>
        public DateOnly? To { get; init; }

        /// <summary>Only this state.</summary>
        [StringLength(20)] public string? Status { get; init; }

        /// <summary>A booking code or a part of the guest's name.</summary>
        [StringLength(100)] public string? Q { get; init; }

        /// <summary>Only this guest's.</summary>
        public Guid? GuestId { get; init; }
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/users/bookings", ([AsParameters] Paging paging, string? when, Actor actor, BookingsDb db, TimeProvider clock, CancellationToken cancel) => Mine(paging, when, actor, db, clock, cancel))
            .Needs("read:bookings").Limited(RateLimits.Read).WithTags("Bookings").WithSummary("My bookings");
        api.MapGet("/bookings/user/{userId:guid}", OfUser).Needs("read:bookings").Limited(RateLimits.Read).WithTags("Bookings").WithSummary("A user's bookings");
        api.MapGet("/venues/{id:guid}/bookings", ([AsParameters] Paging paging, [AsParameters] DeskQuery query, Guid id, Actor actor, BookingsDb db, ICatalog catalog, CancellationToken cancel) =>
            OfVenue(id, query, paging, actor, db, catalog, cancel)).Needs("read:desk_bookings").Limited(RateLimits.Read).WithTags("Desk").WithSummary("A venue's bookings");
    }

    /// <summary>The caller's own. <paramref name="when"/>: upcoming, past, or all when absent.</summary>
    public static async Task<Answer<Slice<BookingView>>> Mine(Paging paging, string? when, Actor actor, BookingsDb db, TimeProvider clock, CancellationToken cancel)
    {
        if (when is not (null or "upcoming" or "past")) return Fault.Invalid("when", "Choose upcoming or past.");
        var now = clock.Now();
        var mine = db.Bookings.AsNoTracking().Where(b => b.GuestId == actor.Id);
        if (when == "upcoming") mine = mine.Where(b => b.EndsAt > now && (b.Status == BookingStatus.Confirmed || b.Status == BookingStatus.CheckedIn || b.Status == BookingStatus.Held));
        if (when == "past") mine = mine.Where(b => b.EndsAt <= now || (b.Status != BookingStatus.Confirmed && b.Status != BookingStatus.CheckedIn && b.Status != BookingStatus.Held));
        return await Latest(mine, paging, cancel);
    }

    /// <summary>Document 002's address of the same list: one's own, or any for the platform's administrator.</summary>
    public static async Task<Answer<Slice<BookingView>>> OfUser(Guid userId, [AsParameters] Paging paging, Actor actor, BookingsDb db, CancellationToken cancel)
    {
        if (userId != actor.UserId && !actor.IsAdmin) return Fault.NotFound("user");
        return await Latest(db.Bookings.AsNoTracking().Where(b => b.GuestId == userId), paging, cancel);
    }

    /// <summary>A venue's, for staff, earliest start first.</summary>
    public static async Task<Answer<Slice<BookingView>>> OfVenue(Guid venueId, DeskQuery query, Paging paging, Actor actor, BookingsDb db, ICatalog catalog, CancellationToken cancel)
    {
        var venue = await catalog.Venue(venueId, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("read:desk_bookings", venue.OrganisationId, "venue") is { } barred) return barred;
        db.OrganisationId = venue.OrganisationId;
        var rows = db.Bookings.AsNoTracking().Where(b => b.VenueId == venueId);
        if (query.Status is not null)
        {
            if (Json.ParseWord<BookingStatus>(query.Status) is not { } status) return Fault.Invalid("status", $"Choose one of {Json.Words<BookingStatus>()}.");
            rows = rows.Where(b => b.Status == status);
        }
        if (query.From is { } from)
        {
            var start = venue.Zone.AtStartOfDay(LocalDate.FromDateOnly(from)).ToInstant();
            rows = rows.Where(b => b.StartsAt >= start);
        }
        if (query.To is { } to)
        {
            var end = venue.Zone.AtStartOfDay(LocalDate.FromDateOnly(to).PlusDays(1)).ToInstant();
            rows = rows.Where(b => b.StartsAt < end);
        }
        if (query.GuestId is { } guest) rows = rows.Where(b => b.GuestId == guest);
        if (!string.IsNullOrWhiteSpace(query.Q))
        {
            var (code, part) = (query.Q.Trim().ToUpperInvariant(), $"%{query.Q.Trim().Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%");
            rows = rows.Where(b => b.Code == code || EF.Functions.ILike(b.GuestName, part));
        }
        if (Position(paging.Cursor) is { } after)
            rows = rows.Where(b => b.StartsAt > after.At || (b.StartsAt == after.At && b.Id > after.Id));
        else if (paging.Cursor is not null) return Fault.Invalid("cursor", "This cursor is not one of ours.");
        var page = await rows.OrderBy(b => b.StartsAt).ThenBy(b => b.Id).Take(paging.Size + 1).ToListAsync(cancel);
        return Page(page, paging.Size);
    }

    private static async Task<Answer<Slice<BookingView>>> Latest(IQueryable<Booking> rows, Paging paging, CancellationToken cancel)
    {
        if (Position(paging.Cursor) is { } after)
            rows = rows.Where(b => b.StartsAt < after.At || (b.StartsAt == after.At && b.Id > after.Id));
        else if (paging.Cursor is not null) return Fault.Invalid("cursor", "This cursor is not one of ours.");
        var page = await rows.OrderByDescending(b => b.StartsAt).ThenBy(b => b.Id).Take(paging.Size + 1).ToListAsync(cancel);
        return Page(page, paging.Size);
    }

    private static Slice<BookingView> Page(List<Booking> rows, int size) =>
        Slice<BookingView>.Of([.. rows.Select(BookingView.Of)], size, v => string.Create(CultureInfo.InvariantCulture, $"{v.StartsAt.ToInstant().ToUnixTimeTicks()}|{v.Id}"));

    private static (Instant At, Guid Id)? Position(string? cursor) =>
        Cursor.Read(cursor)?.Split('|') is [var ticks, var id] && long.TryParse(ticks, CultureInfo.InvariantCulture, out var at) && Guid.TryParse(id, out var key)
            ? (Instant.FromUnixTimeTicks(at), key)
            : null;
}
