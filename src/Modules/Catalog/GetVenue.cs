using Microsoft.EntityFrameworkCore;

namespace Sarai.Catalog;

/// <summary>A venue and what it sells, for guests; with an ETag, so that phones need not load it twice.</summary>
public static class GetVenue
{
    /// <summary>A venue as guests see it.</summary>
    public sealed record Response(
        Guid Id, string Vertical, string Name, string Slug, string Description, string City, string Address, string? Phone, double Latitude, double Longitude, string TimeZone,
        string Currency, IReadOnlyList<string> Amenities, IReadOnlyList<OpeningHours> Hours, IReadOnlyList<Closure> Closures, Policy Policy, IReadOnlyList<ResourceInfo> Resources,
        VenueState State);

    /// <summary>An offering as guests see it.</summary>
    public sealed record Offering(Guid Id, string Name, Shape Shape, IReadOnlyList<int> Durations, int StepMinutes, int MaxParticipants);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/venues/{id}", async (string id, HttpContext http, Actor actor, ICatalog catalog, CatalogDb db, CancellationToken cancel) =>
            {
                var venue = await Find(id, actor, catalog, db, cancel);
                return venue is null ? (Answer<Response>)Fault.NotFound("venue") : Unchanged(http, venue) ? Results.StatusCode(StatusCodes.Status304NotModified) : (Answer<Response>)View(venue);
            })
            .AllowAnonymous().Limited(RateLimits.Read).WithTags("Venues").WithSummary("A venue, by id or by slug").Produces<Envelope<Response>>();
        api.MapGet("/venues/{id}/offerings", async (string id, HttpContext http, Actor actor, ICatalog catalog, CatalogDb db, CancellationToken cancel) =>
            {
                var venue = await Find(id, actor, catalog, db, cancel);
                return venue is null ? (Answer<Slice<Offering>>)Fault.NotFound("venue") : Unchanged(http, venue) ? Results.StatusCode(StatusCodes.Status304NotModified)
                    : (Answer<Slice<Offering>>)new Slice<Offering>([.. venue.Offerings.Where(o => o.Active).Select(o => new Offering(o.Id, o.Name, o.Shape, o.Durations, o.StepMinutes, o.MaxParticipants))], null);
            })
            .AllowAnonymous().Limited(RateLimits.Read).WithTags("Venues").WithSummary("What a venue sells").Produces<Envelope<Slice<Offering>>>();
    }

    /// <summary>The venue of an id or a slug, if this caller may see it: guests the active ones, staff their own in any state.</summary>
    public static async Task<VenueInfo?> Find(string idOrSlug, Actor actor, ICatalog catalog, CatalogDb db, CancellationToken cancel)
    {
        if (!Guid.TryParse(idOrSlug, out var id))
            id = await db.Venues.Where(v => v.Slug == idOrSlug).Select(v => v.Id).FirstOrDefaultAsync(cancel);
        var venue = id == Guid.Empty ? null : await catalog.Venue(id, cancel);
        return venue is null || (venue.State != VenueState.Active && !actor.Can("read:venue", venue.OrganisationId)) ? null : venue;
    }

    internal static Response View(VenueInfo v) => new(
        v.Id, v.Vertical, v.Name, v.Slug, v.Description, v.City, v.Address, v.Phone, v.Latitude, v.Longitude, v.TimeZone, v.Currency, v.Amenities, v.Hours, v.Closures, v.Policy,
        [.. v.Resources.Where(r => !r.Retired)], v.State);

    private static bool Unchanged(HttpContext http, VenueInfo venue)
    {
        var tag = ChangeVenue.Tag(venue);
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "no-cache";
        return http.Request.Headers.IfNoneMatch.Any(known => known == tag);
    }
}
