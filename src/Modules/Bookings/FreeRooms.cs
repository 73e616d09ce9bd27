using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Sarai.Bookings;

/// <summary>
/// Chooses rooms for needs that are open to several. The choice is advice from one read; whether it can be had the claim ledger decides, and when
/// somebody was faster the choice is made anew. It is refused only when the ledger itself says that too few are free.
/// </summary>
public static class FreeRooms
{
    // Every lost try means that somebody else won a room, so this many are never needed in one house at one moment.
    private const int Tries = 60;

    /// <summary>Takes a room for every need, or nothing, inside the current transaction.</summary>
    /// <returns>What was taken, or null when the needs cannot all be met.</returns>
    public static async Task<Alternative?> Take(BookingsDb db, Guid bookingId, Alternative wanted, Instant? expires, Instant at, CancellationToken cancel)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (Choose(wanted, await Free(db, wanted, at, cancel)) is not { } chosen) return null;
            if (await Claims.TryTake(db, bookingId, chosen, expires, at, cancel)) return chosen;
        }
        return null;
    }

    /// <summary>Gives each need a resource of its own among those that are free, if that is possible at all.</summary>
    /// <param name="wanted">The needs.</param>
    /// <param name="free">For each need the resources that are free, the best first.</param>
    /// <returns>An alternative without open needs, or null.</returns>
    public static Alternative? Choose(Alternative wanted, IReadOnlyList<IReadOnlyList<Guid>> free)
    {
        var needOf = new Dictionary<Guid, int>();
        for (var need = 0; need < wanted.Claims.Count; need++)
        {
            if (!Place(need, [])) return null;
        }
        var names = wanted.Claims.SelectMany(c => c.OrAnyOf.Append(new ClaimedResource(c.ResourceId, c.ResourceName))).DistinctBy(r => r.Id).ToDictionary(r => r.Id, r => r.Name);
        var chosen = needOf.ToDictionary(n => n.Value, n => n.Key);
        return new Alternative([.. wanted.Claims.Select((c, i) => new ClaimNeed(chosen[i], names[chosen[i]], c.During) { Unit = c.Unit })]);

        // Rooms may serve several types: one that is taken moves on to another that would do as well.
        bool Place(int need, HashSet<Guid> tried)
        {
            foreach (var resource in free[need])
            {
                if (!tried.Add(resource)) continue;
                if (needOf.TryGetValue(resource, out var holder) && !Place(holder, tried)) continue;
                needOf[resource] = need;
                return true;
            }
            return false;
        }
    }

    private static async Task<IReadOnlyList<IReadOnlyList<Guid>>> Free(BookingsDb db, Alternative wanted, Instant at, CancellationToken cancel)
    {
        var candidates = wanted.Claims.SelectMany((c, need) => c.OrAnyOf.Select(r => r.Id).Prepend(c.ResourceId).Distinct().Select(id => (Need: need, Id: id, c.During))).ToList();
        // Of a long list a few free ones are enough to choose from: with as many as there are needs, every need can be given one. Among them the tightest gap
        // comes first: a room whose last guest leaves just before keeps the others whole for longer stays.
        await using var command = new NpgsqlCommand("""
            select needed.i, want.resource_id from generate_series(0, $6 - 1) as needed(i), lateral (
              select resource_id, s, e, position from unnest($1::int[], $2::uuid[], $3::timestamptz[], $4::timestamptz[]) with ordinality as all_of(need, resource_id, s, e, position)
              where need = needed.i
                and not exists (select 1 from bookings.claim c where c.resource_id = all_of.resource_id and c.during && tstzrange(s, e) and (c.expires_at is null or c.expires_at > $5))
              limit greatest(12, $6)) want
            order by needed.i, (select max(upper(c.during)) from bookings.claim c
              where c.resource_id = want.resource_id and c.during && tstzrange(want.s - interval '3 days', want.s)) desc nulls last, position
            """, (NpgsqlConnection)db.Database.GetDbConnection(), (NpgsqlTransaction)db.Database.CurrentTransaction!.GetDbTransaction());
        command.Parameters.Add(new() { Value = candidates.ConvertAll(c => c.Need) });
        command.Parameters.Add(new() { Value = candidates.ConvertAll(c => c.Id) });
        command.Parameters.Add(new() { Value = candidates.ConvertAll(c => c.During.Start.ToDateTimeUtc()), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = candidates.ConvertAll(c => c.During.End.ToDateTimeUtc()), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = at.ToDateTimeUtc(), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = wanted.Claims.Count });
        var free = wanted.Claims.Select(_ => new List<Guid>()).ToList();
        await using var rows = await command.ExecuteReaderAsync(cancel);
        while (await rows.ReadAsync(cancel)) free[rows.GetInt32(0)].Add(rows.GetGuid(1));
        return free;
    }
}
