using Microsoft.EntityFrameworkCore;

namespace Sarai.Catalog;

/// <summary>Answers the pages of verticals with the same search the API has.</summary>
internal sealed class VenueList(CatalogDb db, ICatalog catalog) : IVenueList
{
    public async Task<IReadOnlyList<VenueCard>> Find(string vertical, string? words, CancellationToken cancel = default)
    {
        var found = await FindVenues.Handle(new FindVenues.Request { Vertical = vertical, Q = words }, new Paging { Limit = 60 }, db, cancel);
        return [.. found.Value.Items.Select(v => new VenueCard(v.Id, v.Name, v.Slug, v.City, v.Address, v.Amenities, v.PriceFrom, v.Latitude, v.Longitude))];
    }

    public async Task<VenueInfo?> BySlug(string slug, CancellationToken cancel = default)
    {
        var id = await db.Venues.Where(v => v.Slug == slug).Select(v => v.Id).FirstOrDefaultAsync(cancel);
        return id == Guid.Empty ? null : await catalog.Venue(id, cancel);
    }
}
