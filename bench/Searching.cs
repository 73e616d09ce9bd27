using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Sarai.Bench;

/// <summary>Search among a hundred thousand hotels, in turns with a plain SELECT of the rows it shows, on as many connections.</summary>
internal static class Searching
{
    private const int Hotels = 100_000;
    private const int Towns = 400;
    private const int RoomsEach = 8;
    private const int Page = 20;

    /// <summary>Fills the read model: hotels around towns, rooms, and stays on about a third of all nights of the next months.</summary>
    public static async Task Fill(NpgsqlDataSource source, DateOnly today)
    {
        // Triggers would do for each row what the last steps do for all at once.
        await using var connection = await source.OpenConnectionAsync();
        foreach (var sql in new[]
        {
            "truncate search.venue, search.room, search.taken, search.rating, search.changed",
            "set session_replication_role = replica",
            "select setseed(0.42)",
            $"""
            with town as materialized (select t, 4.5 + random() * 9 as lat, 3.0 + random() * 11 as lng from generate_series(1, {Towns}) t),
              hotel as (select i, t.lat + (random() + random() + random() - 1.5) * 0.12 as lat, t.lng + (random() + random() + random() - 1.5) * 0.12 as lng, t.t from generate_series(1, {Hotels}) i join town t on t.t = 1 + i % {Towns})
            insert into search.venue (venue_id, vertical, name, slug, city, address, words, latitude, longitude, amenities, stars, currency, price_from, free_cancellation, version)
            select gen_random_uuid(), 'stays', 'Hotel ' || i, 'hotel-' || i, 'Town ' || t, 'Street ' || i % 900, 'Hotel ' || i || ' Town ' || t || ' Street ' || i % 900, lat, lng,
              (array['wifi','pool','parking','breakfast','generator','gym','spa'])[1 : 2 + i % 6], 1 + i % 5, 'NGN', 1500000 + (i * 7919) % 12000000, i % 3 > 0, 1 from hotel
            """,
            $"create temporary table furnished as select gen_random_uuid() as resource_id, venue_id, 2 + n % 3 as max_guests from search.venue, generate_series(1, {RoomsEach}) n",
            $"""
            insert into search.taken (resource_id, first_night, last_night, source_id)
            select resource_id, d, d + 2, gen_random_uuid() from (select resource_id, date '{today:yyyy-MM-dd}' + (n * 9 + floor(random() * 6))::int as d from furnished, generate_series(0, 2) n) s
            """,
            """
            insert into search.room (resource_id, venue_id, max_guests, busy)
            select f.resource_id, f.venue_id, f.max_guests, range_agg(daterange(k.first_night, k.last_night, '[]')) from furnished f join search.taken k on k.resource_id = f.resource_id group by 1, 2, 3
            """,
            "insert into search.rating (venue_id, rating, reviews) select venue_id, 2.5 + random() * 2.3, 12 from search.venue",
            "set session_replication_role = origin",
            "insert into search.changed (venue_id, number) select venue_id, nextval('search.change') from search.venue",
            "vacuum analyze search.venue", "vacuum analyze search.room", "analyze search.taken", "analyze search.rating", "analyze search.changed",
        })
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Searches as guests do: around a random hotel, for two or three nights, mostly with a filter, for a while.</summary>
    public static async Task<Run> Ask(Uri address, IReadOnlyList<(double Lat, double Lng)> places, DateOnly today, TimeSpan time, int workers)
    {
        var wires = Enumerable.Range(0, workers).Select(_ => new Wire(address)).ToList();
        var next = 0;
        var run = await Run.For(time, workers, async w =>
        {
            var n = Interlocked.Increment(ref next);
            var (lat, lng) = places[n % places.Count];
            var from = today.AddDays(1 + (n % 40));
            var filter = (n % 4) switch { 0 => "&amenities=pool", 1 => "&stars=4,5", 2 => "&sort=price", _ => "" };
            var (status, body) = await wires[w].Send("GET", string.Create(CultureInfo.InvariantCulture,
                $"/api/v1/search/stays?lat={lat:F4}&lng={lng:F4}&radiusKm=5&checkIn={from:yyyy-MM-dd}&checkOut={from.AddDays(2 + (n % 2)):yyyy-MM-dd}&adults=2&limit={Page}{filter}"), null);
            return status == 200 && body.Contains("\"facets\"", StringComparison.Ordinal);
        });
        wires.ForEach(w => w.Dispose());
        return run;
    }

    /// <summary>Selects as many rows of the same table by their key.</summary>
    public static async Task<Run> Select(NpgsqlDataSource source, IReadOnlyList<Guid> ids, TimeSpan time, int workers)
    {
        var next = 0;
        var connections = new List<NpgsqlConnection>();
        for (var i = 0; i < workers; i++) connections.Add(await source.OpenConnectionAsync());
        var commands = new List<NpgsqlCommand>();
        foreach (var connection in connections)
        {
            var command = new NpgsqlCommand("select * from search.venue where venue_id = any($1)", connection) { Parameters = { new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid } } };
            command.Parameters[0].Value = Array.Empty<Guid>();
            await command.PrepareAsync();
            commands.Add(command);
        }
        var run = await Run.For(time, workers, async w =>
        {
            var start = Interlocked.Add(ref next, Page) % (ids.Count - Page);
            commands[w].Parameters[0].Value = Enumerable.Range(start, Page).Select(i => ids[i]).ToArray();
            await using var rows = await commands[w].ExecuteReaderAsync();
            var count = 0;
            while (await rows.ReadAsync()) count++;
            return count == Page;
        });
        foreach (var connection in connections) await connection.DisposeAsync();
        return run;
    }
}
