using System.ComponentModel.DataAnnotations;

namespace Sarai.Catalog;

/// <summary>Closes a venue for some days, or opens it at other hours then: holidays, events. And back to the usual hours.</summary>
public static class CloseDays
{
    /// <summary>Which days, and what is different.</summary>
    public sealed record Request
    {
        /// <summary>The first date.</summary>
        [Required(ErrorMessage = "Give the date.")] public LocalDate? From { get; set; }

        /// <summary>The last date, or nothing for one day; a year at most.</summary>
        public LocalDate? To { get; set; }

        /// <summary>Open from then instead of the usual hours; nothing to close all day.</summary>
        public LocalTime? Opens { get; set; }

        /// <summary>Open until then; at or before the opening it is the next day.</summary>
        public LocalTime? Closes { get; set; }

        /// <summary>Why; guests read it.</summary>
        [Required(ErrorMessage = "Say why; guests read it."), StringLength(200, MinimumLength = 1)] public string? Reason { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/venues/{id:guid}/closures", (Guid id, Request request, Actor actor, CatalogDb db, VenueSnapshots snapshots, CancellationToken cancel) => Handle(id, request, null, actor, db, snapshots, cancel))
            .Needs("update:venue").Limited(RateLimits.Write).WithTags("Venues").WithSummary("Close some days, or open at other hours");
        api.MapDelete("/venues/{id:guid}/closures/{date}", (Guid id, DateOnly date, Actor actor, CatalogDb db, VenueSnapshots snapshots, CancellationToken cancel) =>
                Reopen(id, LocalDate.FromDateOnly(date), LocalDate.FromDateOnly(date), null, actor, db, snapshots, cancel))
            .Needs("update:venue").Limited(RateLimits.Write).WithTags("Venues").WithSummary("Back to the usual hours on a date");
    }

    /// <summary>Notes the days. Bookings that exist are not touched; <see cref="PreviewHours"/> names them.</summary>
    public static Task<Answer<ChangeVenue.Response>> Handle(Guid id, Request request, long? version, Actor actor, CatalogDb db, VenueSnapshots snapshots, CancellationToken cancel) =>
        ChangeVenue.Apply(id, "update:venue", "closures", venue =>
        {
            var next = With(venue.Closures, request);
            return next.Fault ?? venue.SetClosures(next.Value);
        }, version, actor, db, snapshots, cancel);

    /// <summary>Back to the usual hours from a date to another.</summary>
    public static Task<Answer<ChangeVenue.Response>> Reopen(Guid id, LocalDate from, LocalDate to, long? version, Actor actor, CatalogDb db, VenueSnapshots snapshots, CancellationToken cancel) =>
        ChangeVenue.Apply(id, "update:venue", "closures", venue =>
        {
            var left = venue.Closures.Where(c => c.Date < from || c.Date > to).ToList();
            return left.Count == venue.Closures.Count ? Fault.NotFound("closure") : venue.SetClosures(left);
        }, version, actor, db, snapshots, cancel);

    /// <summary>The closures a venue would have.</summary>
    public static Answer<Closure[]> With(VenueInfo venue, Request request) => With(venue.Closures, request);

    private static Answer<Closure[]> With(IReadOnlyList<Closure> closures, Request request)
    {
        var (from, to) = (request.From!.Value, request.To ?? request.From.Value);
        if (to < from) return Fault.Invalid("to", "The last day lies before the first.");
        if (Period.DaysBetween(from, to) > 365) return Fault.Invalid("to", "Close for a year at most.");
        if (request.Opens is null != request.Closes is null) return Fault.Invalid(request.Opens is null ? "opens" : "closes", "Give both times, or none when closed all day.");
        if (closures.FirstOrDefault(c => c.Date >= from && c.Date <= to) is { } taken) return Fault.Invalid("from", $"{taken.Date:uuuu-MM-dd} is already listed: {taken.Reason}. Remove that first.");
        Closure[] all = [.. closures, .. Enumerable.Range(0, Period.DaysBetween(from, to) + 1).Select(i => new Closure(from.PlusDays(i), request.Reason!.Trim(), request.Opens, request.Closes))];
        return all.Length > 500 ? Fault.Invalid("to", "500 days at most can be different.") : all;
    }
}
