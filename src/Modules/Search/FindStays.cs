using System.ComponentModel.DataAnnotations;
using System.Globalization;
using NpgsqlTypes;

namespace Sarai.Search;

/// <summary>
/// Places to stay: near a point or by words, free for the party on every night, with filters and their counts. What it finds
/// may be taken a moment later, and the hold says so.
/// </summary>
public static class FindStays
{
    private static readonly string[] Sorts = ["distance", "price", "rating", "stars", "match"];

    /// <summary>What a guest looks for.</summary>
    public sealed record Request : IValidatableObject
    {
        /// <summary>Words in the name, city or address; typos are forgiven.</summary>
        [StringLength(100)] public string? Q { get; init; }

        /// <summary>Degrees north of the point to measure from.</summary>
        [Range(-90.0, 90.0)] public double? Lat { get; init; }

        /// <summary>Degrees east of the point.</summary>
        [Range(-180.0, 180.0)] public double? Lng { get; init; }

        /// <summary>Within so many kilometres of the point, 10 when absent.</summary>
        [Range(0.1, 200.0)] public double? RadiusKm { get; init; }

        /// <summary>The local date of arrival.</summary>
        public DateOnly? CheckIn { get; init; }

        /// <summary>The local date of departure.</summary>
        public DateOnly? CheckOut { get; init; }

        /// <summary>How many adults, 1 when absent.</summary>
        [Range(1, 100)] public int? Adults { get; init; }

        /// <summary>How many children.</summary>
        [Range(0, 100)] public int? Children { get; init; }

        /// <summary>In how many rooms, 1 when absent.</summary>
        [Range(1, 20)] public int? Rooms { get; init; }

        /// <summary>Only with all of these, joined by commas.</summary>
        [StringLength(300)] public string? Amenities { get; init; }

        /// <summary>Only with one of these numbers of stars, joined by commas.</summary>
        [RegularExpression("^[1-5](,[1-5])*$", ErrorMessage = "Give stars as numbers from 1 to 5, such as 4,5.")] public string? Stars { get; init; }

        /// <summary>From at most so many minor units a night.</summary>
        [Range(0L, long.MaxValue)] public long? MaxPrice { get; init; }

        /// <summary>Rated at least so.</summary>
        [Range(1.0, 5.0)] public double? MinRating { get; init; }

        /// <summary>Only where cancelling can be free.</summary>
        public bool? FreeCancellation { get; init; }

        /// <summary>distance, price, rating, stars or match.</summary>
        [StringLength(20)] public string? Sort { get; init; }

        /// <inheritdoc/>
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Lat is null != Lng is null) yield return new ValidationResult("Give lat and lng together.", [Lat is null ? nameof(Lat) : nameof(Lng)]);
            if (CheckIn is null != CheckOut is null) yield return new ValidationResult("Give both dates, or none.", [CheckIn is null ? nameof(CheckIn) : nameof(CheckOut)]);
        }
    }

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/search/stays", ([AsParameters] Request request, [AsParameters] Paging paging, SearchDb db, Places places, Roads roads, TimeProvider clock, CancellationToken cancel) =>
            Handle(Wish(request, paging), db, places, roads, clock, cancel))
        .AllowAnonymous().Limited(RateLimits.Read).WithTags("Search").WithSummary("Find a place to stay");

    /// <summary>Finds one page.</summary>
    public static async Task<Answer<FoundStays>> Handle(StaySearch wish, SearchDb db, Places places, Roads roads, TimeProvider clock, CancellationToken cancel)
    {
        var words = string.IsNullOrWhiteSpace(wish.Words) ? null : wish.Words.Trim();
        var sort = wish.Sort ?? (wish.Latitude is not null ? "distance" : words is not null ? "match" : "rating");
        if (!Sorts.Contains(sort)) return Fault.Invalid("sort", $"Choose one of {string.Join(", ", Sorts)}.");
        if (sort == "distance" && wish.Latitude is null) return Fault.Invalid("sort", "Sorting by distance needs lat and lng.");
        if (sort == "match" && words is null) return Fault.Invalid("sort", "Sorting by match needs q.");
        if (wish.CheckOut <= wish.CheckIn) return Fault.Invalid("checkOut", "The departure must be after the arrival.");
        if (wish.CheckIn is { } arrival && arrival < clock.Now().InUtc().Date.PlusDays(-1)) return Fault.Invalid("checkIn", "This date has passed.");
        var after = Cursor.Read(wish.Cursor)?.Split('|');
        if (wish.Cursor is not null && (after is not [var key, var id] || !double.TryParse(key, CultureInfo.InvariantCulture, out _) || !Guid.TryParse(id, out _))) return Fault.Invalid("cursor", "This cursor is not one of ours.");

        var found = await Matching(wish, words, places, db, clock, cancel);
        var keyed = found.ConvertAll(f => (Key: Key(f), f));
        var rest = after is null ? keyed : keyed.FindAll(f => (f.Key, f.f.Stay.VenueId).CompareTo((double.Parse(after[0], CultureInfo.InvariantCulture), Guid.Parse(after[1]))) > 0);
        var page = rest.OrderBy(f => f.Key).ThenBy(f => f.f.Stay.VenueId).Take(wish.Limit).ToList();
        var next = rest.Count > page.Count ? Cursor.Write(string.Create(CultureInfo.InvariantCulture, $"{page[^1].Key:R}|{page[^1].f.Stay.VenueId}")) : null;
        var shown = page.ConvertAll(f => f.f.Stay with { Km = f.f.Km });
        if (wish.Latitude is { } lat && wish.Longitude is { } lng) shown = await roads.From(lat, lng, shown, cancel);
        return new FoundStays(found.Count, Facets(found), shown, next);

        double Key(Found f) => sort switch { "price" => f.Stay.PriceFrom ?? double.PositiveInfinity, "rating" => -(f.Stay.Rating ?? 0), "stars" => -(f.Stay.Stars ?? 0), "match" => -f.Likeness, _ => f.Km ?? 0 };
    }

    // Everything that matches: from memory when that knows all, else from the database. Words are for the database, which knows their typos.
    private static async Task<List<Found>> Matching(StaySearch wish, string? words, Places places, SearchDb db, TimeProvider clock, CancellationToken cancel)
    {
        if (!await places.Fresh(cancel)) return await Read(wish, words, db, clock, cancel);
        var alike = words is null ? null : new Dictionary<Guid, float>();
        if (alike is not null)
        {
            await using var command = db.Source.CreateCommand("select venue_id, likeness from search.alike($1)");
            command.Parameters.Add(new() { Value = words });
            await using var rows = await command.ExecuteReaderAsync(cancel);
            while (await rows.ReadAsync(cancel)) alike[rows.GetGuid(0)] = rows.GetFloat(1);
        }
        return places.Find(wish, alike, clock.GetUtcNow().UtcDateTime);
    }

    private static async Task<List<Found>> Read(StaySearch wish, string? words, SearchDb db, TimeProvider clock, CancellationToken cancel)
    {
        await using var command = db.Source.CreateCommand("select * from search.matches($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)");
        Add("stays", NpgsqlDbType.Text);
        Add(words, NpgsqlDbType.Text);
        Add(wish.Latitude, NpgsqlDbType.Double);
        Add(wish.Longitude, NpgsqlDbType.Double);
        Add(wish.RadiusKm, NpgsqlDbType.Double);
        Add(wish.CheckIn?.ToDateOnly(), NpgsqlDbType.Date);
        Add(wish.CheckOut?.PlusDays(-1).ToDateOnly(), NpgsqlDbType.Date);
        Add((wish.Adults + wish.Children + wish.Rooms - 1) / wish.Rooms, NpgsqlDbType.Integer);
        Add(wish.Rooms, NpgsqlDbType.Integer);
        Add(wish.Amenities.Count == 0 ? null : wish.Amenities.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
        Add(wish.Stars.Count == 0 ? null : wish.Stars.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Integer);
        Add(wish.MaxPrice, NpgsqlDbType.Bigint);
        Add(wish.MinRating, NpgsqlDbType.Double);
        Add(wish.FreeCancellation, NpgsqlDbType.Boolean);
        Add(clock.GetUtcNow().UtcDateTime, NpgsqlDbType.TimestampTz);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var found = new List<Found>();
        while (await rows.ReadAsync(cancel))
        {
            var stay = new FoundStay(
                rows.GetGuid(0), rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.GetString(4), rows.GetDouble(5), rows.GetDouble(6), rows.GetFieldValue<string[]>(7), rows.IsDBNull(8) ? null : rows.GetInt16(8),
                rows.GetString(9), rows.IsDBNull(10) ? null : rows.GetInt64(10), rows.GetBoolean(11), rows.IsDBNull(13) ? null : rows.GetFloat(13), rows.GetInt32(14), rows.IsDBNull(12) ? null : rows.GetString(12),
                null);
            found.Add(new Found(stay, rows.IsDBNull(15) ? null : Math.Round(rows.GetDouble(15), 3), rows.GetFloat(16)));
        }
        return found;

        void Add(object? value, NpgsqlDbType type) => command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
    }

    private static StayFacets Facets(List<Found> found)
    {
        var (stars, amenities, free, four, lowest, highest) = (new SortedDictionary<string, int>(), new Dictionary<string, int>(), 0, 0, (long?)null, (long?)null);
        foreach (var (stay, _, _) in found)
        {
            if (stay.Stars is { } number) Count(stars, number.ToString(CultureInfo.InvariantCulture));
            foreach (var amenity in stay.Amenities) Count(amenities, amenity);
            if (stay.FreeCancellation) free++;
            if (stay.Rating >= 4) four++;
            if (stay.PriceFrom is not { } price) continue;
            (lowest, highest) = (Math.Min(lowest ?? price, price), Math.Max(highest ?? price, price));
        }
        var most = amenities.Count <= 30 ? amenities : amenities.OrderByDescending(a => a.Value).ThenBy(a => a.Key, StringComparer.Ordinal).Take(30).ToDictionary();
        return new StayFacets(stars, most, free, four, lowest, highest);

        static void Count(IDictionary<string, int> counts, string key) => counts[key] = counts.TryGetValue(key, out var n) ? n + 1 : 1;
    }

    private static StaySearch Wish(Request r, Paging paging) => new(
        r.Q, r.Lat, r.Lng, r.RadiusKm ?? 10, r.CheckIn is { } from ? LocalDate.FromDateOnly(from) : null, r.CheckOut is { } to ? LocalDate.FromDateOnly(to) : null, r.Adults ?? 1, r.Children ?? 0, r.Rooms ?? 1)
    {
        Amenities = r.Amenities?.ToLowerInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
        Stars = r.Stars?.Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture)).ToArray() ?? [],
        MaxPrice = r.MaxPrice,
        MinRating = r.MinRating,
        FreeCancellation = r.FreeCancellation ?? false,
        Sort = r.Sort,
        Limit = paging.Size,
        Cursor = paging.Cursor,
    };

    /// <summary>Answers pages with the same search the API has.</summary>
    internal sealed class Question(SearchDb db, Places places, Roads roads, TimeProvider clock) : ISearch
    {
        public Task<Answer<FoundStays>> Stays(StaySearch wish, CancellationToken cancel = default) => Handle(wish, db, places, roads, clock, cancel);
    }
}
