using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sarai.Catalog;

/// <summary>
/// Every venue in memory, so that questions cost nothing. A change on this node replaces the venue before its answer goes out; other nodes are told
/// by NOTIFY in the same transaction, and read everything anew after they lost the connection.
/// </summary>
public sealed class VenueSnapshots([FromKeyedServices("catalog")] ModuleDbContext database, IServiceScopeFactory scopes, ILogger<VenueSnapshots> log) : BackgroundService, ICatalog
{
    private const string Channel = "sarai_catalog";
    private readonly ConcurrentDictionary<Guid, VenueInfo> _venues = new();
    private readonly ConcurrentDictionary<Guid, Guid> _venueOfOffering = new();
    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile bool _loaded;

    /// <inheritdoc/>
    public async ValueTask<VenueInfo?> Venue(Guid venueId, CancellationToken cancel = default)
    {
        if (!_loaded) await LoadAll(cancel);
        // One that is not known may have been made on another node a moment ago.
        return _venues.TryGetValue(venueId, out var venue) ? venue : await Reload(venueId, cancel);
    }

    /// <inheritdoc/>
    public async ValueTask<VenueInfo?> VenueOfOffering(Guid offeringId, CancellationToken cancel = default)
    {
        if (!_loaded) await LoadAll(cancel);
        return _venueOfOffering.TryGetValue(offeringId, out var venue) ? _venues[venue] : null;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<VenueInfo>> VenuesOf(Guid organisationId, CancellationToken cancel = default)
    {
        if (!_loaded) await LoadAll(cancel);
        return [.. _venues.Values.Where(v => v.OrganisationId == organisationId).OrderBy(v => v.Name, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<VenueInfo>> VenuesIn(string vertical, CancellationToken cancel = default)
    {
        if (!_loaded) await LoadAll(cancel);
        return [.. _venues.Values.Where(v => v.Vertical == vertical)];
    }

    /// <inheritdoc/>
    public async ValueTask<Answer<Quote>> Price(Guid offeringId, Guid resourceId, Interval during, Instant at, string? tier = null, CancellationToken cancel = default)
    {
        var venue = await VenueOfOffering(offeringId, cancel);
        return venue?.Offering(offeringId) is { } offering ? PriceList.Price(venue, offering, resourceId, during, at, tier) : Fault.NotFound("offering");
    }

    /// <inheritdoc/>
    public async ValueTask<Answer<Quote>> PriceNights(Guid venueId, UnitWish unit, DateInterval nights, Instant at, bool byDesk, CancellationToken cancel = default)
    {
        var venue = await Venue(venueId, cancel);
        return venue?.Offering(unit.OfferingId) is { } offering ? NightPrices.Price(venue, offering, unit, nights, at, byDesk) : Fault.NotFound("room type");
    }

    /// <summary>Puts a venue's newest state in place on this node.</summary>
    public void Replace(VenueInfo venue)
    {
        _venues.AddOrUpdate(venue.Id, venue, (_, known) => known.Version > venue.Version ? known : venue);
        foreach (var offering in venue.Offerings) _venueOfOffering[offering.Id] = venue.Id;
    }

    /// <summary>Tells the other nodes, inside the transaction of the change.</summary>
    public static Task Tell(CatalogDb db, Guid venueId, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"select pg_notify({Channel}, {venueId.ToString()})", cancel);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Listening.Forever(
        database.Source, Channel, cancel => LoadAll(cancel, again: true), () => _loaded = false, (venue, cancel) => Reload(Guid.Parse(venue), cancel), log, stoppingToken);

    private async Task LoadAll(CancellationToken cancel, bool again = false)
    {
        await _loading.WaitAsync(cancel);
        try
        {
            if (_loaded && !again) return;
            await using var scope = scopes.CreateAsyncScope();
            await foreach (var venue in scope.ServiceProvider.GetRequiredService<CatalogDb>().Venues.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancel)) Replace(venue.Info());
            _loaded = true;
        }
        finally
        {
            _loading.Release();
        }
    }

    private async Task<VenueInfo?> Reload(Guid venueId, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var venue = await scope.ServiceProvider.GetRequiredService<CatalogDb>().Venues.AsNoTracking().FirstOrDefaultAsync(v => v.Id == venueId, cancel);
        if (venue is null) return null;
        Replace(venue.Info());
        return venue.Info();
    }
}
