using Npgsql;

namespace Sarai.Search;

/// <summary>A place as it is kept in memory: never changed, only replaced.</summary>
internal sealed class Place
{
    private static readonly int FirstDay = new DateOnly(2020, 1, 1).DayNumber;
    private short[] _guests = [];
    private Taken[] _taken = [];
    private Held[] _held = [];

    /// <summary>What is shown of it.</summary>
    public required FoundStay Stay { get; init; }

    /// <summary>A date as a small number.</summary>
    public static int Day(DateOnly date) => Math.Clamp(date.DayNumber - FirstDay, short.MinValue, short.MaxValue);

    /// <summary>Whether so many rooms for so many guests each are free on every night from the first to the last.</summary>
    public bool Houses(int first, int last, int guests, int rooms, DateTime at)
    {
        Span<bool> busy = _guests.Length <= 256 ? stackalloc bool[_guests.Length] : new bool[_guests.Length];
        foreach (var t in _taken)
        {
            if (t.First <= last && t.Last >= first) busy[t.Room] = true;
        }
        foreach (var h in _held)
        {
            if (h.Nights.First <= last && h.Nights.Last >= first && h.Until > at) busy[h.Nights.Room] = true;
        }
        for (var i = 0; i < busy.Length && rooms > 0; i++)
        {
            if (!busy[i] && _guests[i] >= guests) rooms--;
        }
        return rooms <= 0;
    }

    /// <summary>Reads these places as they are now; one that is not there is gone.</summary>
    public static async Task<List<Place>> Read(Guid[] ids, NpgsqlDataSource source, Func<string, string> text, Func<string[], string[]> texts)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        // Nights are read after rooms: what was taken in between is seen, and a room added in between comes with the next change.
        foreach (var sql in new[]
        {
            """
            select v.venue_id, v.name, v.slug, v.city, v.address, v.latitude, v.longitude, v.amenities, v.stars, v.currency, v.price_from, v.free_cancellation, r.rating, coalesce(r.reviews, 0), v.photo
            from search.venue v left join search.rating r on r.venue_id = v.venue_id where v.venue_id = any($1) and v.vertical = 'stays'
            """,
            "select m.venue_id, m.resource_id, m.max_guests from search.room m where m.venue_id = any($1)",
            // Room by room: a plan that reads all nights of all places to find those of a few would be chosen otherwise.
            """
            select m.venue_id, k.resource_id, k.first_night, k.last_night, k.expires_at
            from search.room m cross join lateral (select * from search.taken t where t.resource_id = m.resource_id offset 0) k where m.venue_id = any($1)
            """,
        }) batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = ids } } });
        await using var rows = await batch.ExecuteReaderAsync();
        var places = new Dictionary<Guid, (Place Place, List<short> Guests, List<Taken> Taken, List<Held> Held)>(ids.Length);
        while (await rows.ReadAsync())
        {
            var stay = new FoundStay(
                rows.GetGuid(0), rows.GetString(1), rows.GetString(2), text(rows.GetString(3)), rows.GetString(4), rows.GetDouble(5), rows.GetDouble(6), texts(rows.GetFieldValue<string[]>(7)),
                rows.IsDBNull(8) ? null : rows.GetInt16(8), text(rows.GetString(9)), rows.IsDBNull(10) ? null : rows.GetInt64(10), rows.GetBoolean(11), rows.IsDBNull(12) ? null : rows.GetFloat(12), rows.GetInt32(13),
                rows.IsDBNull(14) ? null : rows.GetString(14), null);
            places[stay.VenueId] = (new Place { Stay = stay }, [], [], []);
        }
        await rows.NextResultAsync();
        var numbers = new Dictionary<Guid, short>();
        while (await rows.ReadAsync())
        {
            if (!places.TryGetValue(rows.GetGuid(0), out var place)) continue;
            numbers[rows.GetGuid(1)] = (short)place.Guests.Count;
            place.Guests.Add((short)Math.Min(rows.GetInt32(2), short.MaxValue));
        }
        await rows.NextResultAsync();
        while (await rows.ReadAsync())
        {
            if (!places.TryGetValue(rows.GetGuid(0), out var place) || !numbers.TryGetValue(rows.GetGuid(1), out var room)) continue;
            var nights = new Taken(room, (short)Day(rows.GetFieldValue<DateOnly>(2)), (short)Day(rows.GetFieldValue<DateOnly>(3)));
            if (rows.IsDBNull(4)) place.Taken.Add(nights);
            else place.Held.Add(new Held(nights, rows.GetDateTime(4)));
        }
        foreach (var (place, guests, taken, held) in places.Values) (place._guests, place._taken, place._held) = ([.. guests], [.. taken], [.. held]);
        return [.. places.Values.Select(p => p.Place)];
    }

    private readonly record struct Taken(short Room, short First, short Last);

    private readonly record struct Held(Taken Nights, DateTime Until);
}
