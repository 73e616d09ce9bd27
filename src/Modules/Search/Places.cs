using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Sarai.Search;

/// <summary>
/// The places to stay, held in memory by each node: where they are, what they have, which rooms are taken when. A search asks the database only what changed
/// since the last one, and searches that arrive together ask once; so it sees all that was committed before it was asked.
/// They are read when the node starts. <c>Sarai:Search:InMemory=false</c> leaves every search to the database.
/// </summary>
public sealed class Places(IConfiguration configuration, [FromKeyedServices("search")] ModuleDbContext database) : BackgroundService
{
    private const int AtOnce = 500;
    private const double CellsPerDegree = 20;
    private readonly bool _wanted = configuration.GetValue("Sarai:Search:InMemory", true);
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Dictionary<Guid, Place> _all = [];
    private readonly Dictionary<(int, int), List<Place>> _cells = [];
    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<string, string[]> _amenities = [];
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private Task? _next;
    private long _known;
    private volatile bool _ready;

    /// <summary>Whether a search may be answered from here, with everything that was committed before. Until all is loaded the database answers.</summary>
    internal async ValueTask<bool> Fresh(CancellationToken cancel)
    {
        if (!_wanted) return false;
        var ready = _ready;
        var turn = Refresh();
        if (ready) await turn.WaitAsync(cancel);
        return ready;
    }

    /// <summary>Learns what changed until now, by a question that begins after this was called.</summary>
    public Task Refresh()
    {
        lock (_gate) return _next ??= AfterRunning();
    }

    /// <summary>What matches; free on every night for the party when there are dates.</summary>
    /// <param name="wish">What is looked for.</param>
    /// <param name="alike">The places whose words are like those of the wish, or null when it has none.</param>
    /// <param name="at">Holds that have lapsed by then are free.</param>
    internal List<Found> Find(StaySearch wish, IReadOnlyDictionary<Guid, float>? alike, DateTime at)
    {
        var found = new List<Found>();
        var (first, last) = wish.CheckIn is { } from && wish.CheckOut is { } to ? (Place.Day(from.ToDateOnly()), Place.Day(to.PlusDays(-1).ToDateOnly())) : (0, 0);
        var guests = (wish.Adults + wish.Children + wish.Rooms - 1) / wish.Rooms;
        _lock.EnterReadLock();
        try
        {
            if (wish.Latitude is { } lat && wish.Longitude is { } lng)
            {
                foreach (var cell in Around(lat, lng, wish.RadiusKm))
                {
                    foreach (var place in cell)
                    {
                        var km = Km(lat, lng, place.Stay.Latitude, place.Stay.Longitude);
                        if (km <= wish.RadiusKm) Consider(place, km);
                    }
                }
            }
            else if (alike is not null)
            {
                foreach (var id in alike.Keys)
                {
                    if (_all.TryGetValue(id, out var place)) Consider(place, null);
                }
            }
            else
            {
                foreach (var place in _all.Values) Consider(place, null);
            }
        }
        finally
        {
            _lock.ExitReadLock();
        }
        return found;

        void Consider(Place place, double? km)
        {
            var (stay, likeness) = (place.Stay, 0f);
            if (alike is not null && !alike.TryGetValue(stay.VenueId, out likeness)) return;
            if (wish.Stars.Count > 0 && (stay.Stars is not { } stars || !wish.Stars.Contains(stars))) return;
            if (wish.MaxPrice is { } most && !(stay.PriceFrom <= most)) return;
            if (wish.MinRating is { } least && !(stay.Rating >= least)) return;
            if (wish.FreeCancellation && !stay.FreeCancellation) return;
            foreach (var amenity in wish.Amenities)
            {
                if (!stay.Amenities.Contains(amenity)) return;
            }
            if (wish.CheckIn is not null && !place.Houses(first, last, guests, wish.Rooms, at)) return;
            found.Add(new Found(stay, km is { } far ? Math.Round(far, 3) : null, likeness));
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _lock.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // When the database is not there yet, the first search tries again.
        if (_wanted) await Refresh().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Whoever asks while one question is under way shares the next.
    private async Task AfterRunning()
    {
        await Task.Yield();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate) (_running, _next) = (_next!, null);
        await Learn();
    }

    private async Task Learn()
    {
        var changed = new List<(Guid Place, long Number)>();
        // The last change known is asked for again: when not even that is there, the tables were written anew by somebody.
        await using (var command = new NpgsqlCommand("select venue_id, number from search.changed where number >= $1 order by number") { Parameters = { new() { Value = _known } } })
        {
            await using var connection = await database.Source.OpenConnectionAsync();
            command.Connection = connection;
            await using var rows = await command.ExecuteReaderAsync();
            var any = false;
            while (await rows.ReadAsync())
            {
                any = true;
                if (rows.GetInt64(1) == _known) continue;
                changed.Add((rows.GetGuid(0), rows.GetInt64(1)));
            }
            if (!any && _known > 0) (_known, changed) = (0, [.. Known().Select(place => (place, 0L))]);
        }
        // What was read stays known when the next part cannot be.
        foreach (var some in changed.Chunk(AtOnce))
        {
            var ids = Array.ConvertAll(some, c => c.Place);
            Replace(ids, await Place.Read(ids, database.Source, Shared, Shared));
            _known = some[^1].Number;
        }
        _ready = true;
    }

    private List<Guid> Known()
    {
        _lock.EnterReadLock();
        try
        {
            return [.. _all.Keys];
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    private void Replace(Guid[] ids, List<Place> places)
    {
        _lock.EnterWriteLock();
        try
        {
            foreach (var id in ids)
            {
                if (!_all.Remove(id, out var old)) continue;
                var cell = Cell(old);
                _cells[cell].Remove(old);
                if (_cells[cell].Count == 0) _cells.Remove(cell);
            }
            foreach (var place in places)
            {
                _all[place.Stay.VenueId] = place;
                if (_cells.TryGetValue(Cell(place), out var cell)) cell.Add(place);
                else _cells[Cell(place)] = [place];
            }
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    // Cities, currencies and lists of amenities are few; each is kept once.
    private string Shared(string text)
    {
        if (!_texts.TryGetValue(text, out var kept)) _texts[text] = kept = text;
        return kept;
    }

    private string[] Shared(string[] amenities)
    {
        var key = string.Join('\n', amenities);
        if (!_amenities.TryGetValue(key, out var kept)) _amenities[key] = kept = Array.ConvertAll(amenities, Shared);
        return kept;
    }

    private static (int, int) Cell(Place place) => ((int)Math.Floor(place.Stay.Latitude * CellsPerDegree), Wrapped((int)Math.Floor(place.Stay.Longitude * CellsPerDegree)));

    private static int Wrapped(int column) => ((column % (int)(360 * CellsPerDegree)) + (int)(360 * CellsPerDegree)) % (int)(360 * CellsPerDegree);

    // The cells a circle touches, a little too many; all of them when those are fewer.
    private IEnumerable<List<Place>> Around(double lat, double lng, double radius)
    {
        var high = radius / 6371.0088 + 1e-9;
        var wide = Math.Abs(lat) * Math.PI / 180 + high >= Math.PI / 2 ? Math.PI : Math.Asin(Math.Min(1, Math.Sin(high) / Math.Cos(lat * Math.PI / 180))) + 1e-9;
        var (south, north) = (Row(lat - high * 180 / Math.PI), Row(lat + high * 180 / Math.PI));
        var (west, east) = (Row(lng - wide * 180 / Math.PI), Row(lng + wide * 180 / Math.PI));
        east = Math.Min(east, west + (int)(360 * CellsPerDegree) - 1);
        if ((long)(north - south + 1) * (east - west + 1) > _cells.Count) return _cells.Values;
        return Some();

        static int Row(double degrees) => (int)Math.Floor(degrees * CellsPerDegree);

        IEnumerable<List<Place>> Some()
        {
            for (var row = south; row <= north; row++)
            {
                for (var column = west; column <= east; column++)
                {
                    if (_cells.TryGetValue((row, Wrapped(column)), out var cell)) yield return cell;
                }
            }
        }
    }

    // The same formula as search.km.
    private static double Km(double lat1, double lng1, double lat2, double lng2)
    {
        const double Radian = Math.PI / 180;
        var (up, over) = (Math.Sin((lat2 - lat1) * Radian / 2), Math.Sin((lng2 - lng1) * Radian / 2));
        return 12742.0176 * Math.Asin(Math.Sqrt(Math.Min(1, (up * up) + (Math.Cos(lat1 * Radian) * Math.Cos(lat2 * Radian) * over * over))));
    }
}

/// <summary>Something that matches.</summary>
/// <param name="Stay">What is shown of it; without its distance.</param>
/// <param name="Km">Its distance, or null without a point.</param>
/// <param name="Likeness">How like the wished words are, 0 to 1.</param>
internal readonly record struct Found(FoundStay Stay, double? Km, float Likeness);
