using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using NpgsqlTypes;

namespace Sarai.Search;

/// <summary>
/// Places to stay: near a point or by words, free for the party on every night, with filters and their counts. One question to the database; what it finds
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

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/search/stays", ([AsParameters] Request request, [AsParameters] Paging paging, SearchDb db, TimeProvider clock, CancellationToken cancel) =>
            Handle(Wish(request, paging), db, clock, cancel))
        .AllowAnonymous().Limited(RateLimits.Read).WithTags("Search").WithSummary("Find a place to stay");

    /// <summary>Finds one page.</summary>
    public static async Task<Answer<FoundStays>> Handle(StaySearch wish, SearchDb db, TimeProvider clock, CancellationToken cancel)
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

        await using var command = db.Source.CreateCommand("select total, facets::text, items::text from search.find($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)");
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
        Add(sort, NpgsqlDbType.Text);
        Add(after is null ? null : double.Parse(after[0], CultureInfo.InvariantCulture), NpgsqlDbType.Double);
        Add(after is null ? null : Guid.Parse(after[1]), NpgsqlDbType.Uuid);
        Add(wish.Limit + 1, NpgsqlDbType.Integer);
        Add(clock.GetUtcNow().UtcDateTime, NpgsqlDbType.TimestampTz);
        await using var row = await command.ExecuteReaderAsync(cancel);
        await row.ReadAsync(cancel);
        var items = JsonSerializer.Deserialize<List<Row>>(row.GetString(2), Json.Options)!;
        var next = items.Count > wish.Limit ? Cursor.Write(string.Create(CultureInfo.InvariantCulture, $"{items[wish.Limit - 1].Key:R}|{items[wish.Limit - 1].VenueId}")) : null;
        return new FoundStays(row.GetInt32(0), JsonSerializer.Deserialize<StayFacets>(row.GetString(1), Json.Options)!, [.. items.Take(wish.Limit).Select(i => i.View())], next);

        void Add(object? value, NpgsqlDbType type) => command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
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

    private sealed record Row(
        Guid VenueId, string Name, string Slug, string City, string Address, double Latitude, double Longitude, IReadOnlyList<string> Amenities, int? Stars, string Currency, long? PriceFrom,
        bool FreeCancellation, double? Rating, int Reviews, string? Photo, double? Km, double? Key)
    {
        public FoundStay View() => new(VenueId, Name, Slug, City, Address, Latitude, Longitude, Amenities, Stars, Currency, PriceFrom, FreeCancellation, Rating, Reviews, Photo, Km);
    }

    /// <summary>Answers pages with the same search the API has.</summary>
    internal sealed class Question(SearchDb db, TimeProvider clock) : ISearch
    {
        public Task<Answer<FoundStays>> Stays(StaySearch wish, CancellationToken cancel = default) => Handle(wish, db, clock, cancel);
    }
}
