using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;

namespace Sarai.Bookings;

/// <summary>
/// What is occupied, remembered in memory per venue and local date. Every change of claims on this node raises the venue's version before its answer
/// goes out, so a reader who asks after an answer never sees an older state; other nodes hear of it through the live channel.
/// It advises pages and the order of attempts; whether something can be had is decided by the claim ledger alone.
/// </summary>
public sealed class Availability(TimeProvider clock)
{
    private const int MaxDays = 20_000;
    private readonly ConcurrentDictionary<Guid, long> _versions = new();
    private readonly ConcurrentDictionary<(Guid Venue, LocalDate Date), Day> _days = new();

    /// <summary>The venue's claims changed.</summary>
    public void Changed(Guid venueId) => _versions.AddOrUpdate(venueId, 1, static (_, version) => version + 1);

    /// <summary>The venue's version now; what was made from an earlier one is out of date.</summary>
    public long VersionOf(Guid venueId) => _versions.GetValueOrDefault(venueId);

    /// <summary>What is occupied at a venue on a local date, from the opening to the closing that may lie after midnight.</summary>
    public async ValueTask<Day> Of(VenueInfo venue, LocalDate date, NpgsqlDataSource source, CancellationToken cancel)
    {
        var version = VersionOf(venue.Id);
        if (_days.TryGetValue((venue.Id, date), out var known) && known.Version == version && known.VenueVersion == venue.Version) return known;
        var day = await Read(venue, date, version, source, cancel);
        if (_days.Count >= MaxDays) _days.Clear();
        return _days[(venue.Id, date)] = day;
    }

    /// <summary>The alternatives with those that look free first, otherwise in their order.</summary>
    public IReadOnlyList<Alternative> LikelyFirst(VenueInfo venue, IReadOnlyList<Alternative> alternatives)
    {
        if (alternatives.Count == 1) return alternatives;
        var now = clock.Now();
        return [.. alternatives.OrderBy(a => a.Claims.Any(claim => LooksTaken(venue, claim, now)))];
    }

    private bool LooksTaken(VenueInfo venue, ClaimNeed need, Instant now)
    {
        var date = need.During.Start.InZone(venue.Zone).Date;
        return _days.TryGetValue((venue.Id, date), out var day) && day.IsTaken(need.ResourceId, need.During, now);
    }

    private static async Task<Day> Read(VenueInfo venue, LocalDate date, long version, NpgsqlDataSource source, CancellationToken cancel)
    {
        var open = venue.OpenOn(date);
        if (open.Count == 0) return new Day(version, venue.Version, []);
        await using var command = source.CreateCommand("""
            select resource_id, lower(during), upper(during), expires_at from bookings.claim
            where resource_id = any($1) and during && tstzrange($2, $3) order by resource_id, lower(during)
            """);
        command.Parameters.Add(new() { Value = venue.Resources.Select(r => r.Id).ToArray() });
        command.Parameters.Add(new() { Value = open[0].Start.ToDateTimeUtc(), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = open[^1].End.ToDateTimeUtc(), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        var taken = new List<(Guid, Taken)>();
        await using var rows = await command.ExecuteReaderAsync(cancel);
        while (await rows.ReadAsync(cancel))
        {
            taken.Add((rows.GetGuid(0), new Taken(
                Instant.FromDateTimeUtc(rows.GetDateTime(1)), Instant.FromDateTimeUtc(rows.GetDateTime(2)),
                await rows.IsDBNullAsync(3, cancel) ? null : Instant.FromDateTimeUtc(rows.GetDateTime(3)))));
        }
        return new Day(version, venue.Version, taken.ToLookup(t => t.Item1, t => t.Item2));
    }

    /// <summary>An occupied interval.</summary>
    /// <param name="Start">From.</param>
    /// <param name="End">To.</param>
    /// <param name="Expires">When it lapses, or null.</param>
    public readonly record struct Taken(Instant Start, Instant End, Instant? Expires);

    /// <summary>One venue on one local date.</summary>
    public sealed class Day
    {
        private readonly ILookup<Guid, Taken> _taken;

        /// <summary>The answers made from this day, by offering and length.</summary>
        internal ConcurrentDictionary<(Guid Offering, int Minutes), FindAvailability.Cached> Answers { get; } = new();

        internal Day(long version, long venueVersion, IEnumerable<(Guid, Taken)> taken)
            : this(version, venueVersion, taken.ToLookup(t => t.Item1, t => t.Item2)) { }

        internal Day(long version, long venueVersion, ILookup<Guid, Taken> taken) => (Version, VenueVersion, _taken) = (version, venueVersion, taken);

        /// <summary>The version of the venue's claims it was read at.</summary>
        public long Version { get; }

        /// <summary>The version of the venue it was read at.</summary>
        public long VenueVersion { get; }

        /// <summary>Whether an interval on a resource is occupied at this instant.</summary>
        public bool IsTaken(Guid resourceId, Interval during, Instant now)
        {
            foreach (var claim in _taken[resourceId])
            {
                if (claim.Start < during.End && claim.End > during.Start && !(claim.Expires <= now)) return true;
            }
            return false;
        }

        /// <summary>When the next hold lapses, or null.</summary>
        public Instant? NextExpiry(Instant now)
        {
            Instant? next = null;
            foreach (var resource in _taken)
            {
                foreach (var claim in resource)
                {
                    if (claim.Expires is { } expires && expires > now && (next is null || expires < next)) next = expires;
                }
            }
            return next;
        }
    }
}
