using System.ComponentModel.DataAnnotations;
using System.Globalization;
using NpgsqlTypes;

namespace Sarai.Catalog;

/// <summary>Active venues: near a point, by words with typos, by city and amenity.</summary>
public static class FindVenues
{
    /// <summary>What a guest looks for.</summary>
    public sealed record Request : IValidatableObject
    {
        /// <summary>Only this trade.</summary>
        [StringLength(20)] public string? Vertical { get; init; }

        /// <summary>Words in the name, city or address; typos are forgiven.</summary>
        [StringLength(100)] public string? Q { get; init; }

        /// <summary>Only this city.</summary>
        [StringLength(100)] public string? City { get; init; }

        /// <summary>Only with this amenity.</summary>
        [StringLength(60)] public string? Amenity { get; init; }

        /// <summary>Degrees north of the point to measure from.</summary>
        [Range(-90.0, 90.0)] public double? Lat { get; init; }

        /// <summary>Degrees east of the point to measure from.</summary>
        [Range(-180.0, 180.0)] public double? Lng { get; init; }

        /// <summary>Only within so many kilometres of the point: 0.1 to 500.</summary>
        [Range(0.1, 500.0)] public double? RadiusKm { get; init; }

        /// <inheritdoc/>
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Lat is null != Lng is null) yield return new ValidationResult("Give lat and lng together.", [Lat is null ? nameof(Lat) : nameof(Lng)]);
            if (RadiusKm is not null && Lat is null) yield return new ValidationResult("A radius needs lat and lng.", [nameof(RadiusKm)]);
        }
    }

    /// <summary>A venue in a list.</summary>
    /// <param name="Id">The venue.</param>
    /// <param name="Vertical">Its trade.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Slug">Its name in addresses.</param>
    /// <param name="City">Its city.</param>
    /// <param name="Address">Its address.</param>
    /// <param name="Latitude">Degrees north.</param>
    /// <param name="Longitude">Degrees east.</param>
    /// <param name="Amenities">Its amenities.</param>
    /// <param name="PriceFrom">The lowest price of an hour, or null.</param>
    /// <param name="DistanceKm">Great-circle distance from the point, or null.</param>
    public sealed record Item(
        Guid Id, string Vertical, string Name, string Slug, string City, string Address, double Latitude, double Longitude, IReadOnlyList<string> Amenities, Money? PriceFrom, double? DistanceKm);

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/venues", ([AsParameters] Request request, [AsParameters] Paging paging, CatalogDb db, CancellationToken cancel) => Handle(request, paging, db, cancel))
        .AllowAnonymous().Limited(RateLimits.Read).WithTags("Venues").WithSummary("Find venues");

    /// <summary>The venues, nearest first when a point is given, else by name.</summary>
    public static async Task<Answer<Slice<Item>>> Handle(Request request, Paging paging, CatalogDb db, CancellationToken cancel)
    {
        var after = Cursor.Read(paging.Cursor)?.Split('|', 2);
        if (paging.Cursor is not null && (after is not [var idText, _] || !Guid.TryParse(idText, out _))) return Fault.Invalid("cursor", "This cursor is not one of ours.");
        var near = request.Lat is not null;
        // Distances are rounded before they are compared, so that the cursor's text finds its row again.
        var distance = near ? "round((earth_distance(ll_to_earth(latitude, longitude), ll_to_earth($5, $6)) / 1000)::numeric, 3)" : "null::numeric";
        await using var command = db.Source.CreateCommand($"""
            select id, vertical, name, slug, city, address, latitude, longitude, amenities, price_from, currency, {distance} as km from catalog.venue
            where state = 'Active' and ($1::text is null or vertical = $1) and ($2::text is null or city ilike $2) and ($3::text is null or amenities @> array[$3])
              {(string.IsNullOrWhiteSpace(request.Q) ? "and $4::text is null" : "and ($4 <% (name || ' ' || city || ' ' || address) or (name || ' ' || city || ' ' || address) ilike '%' || $4 || '%')")}
              {(near ? "and ($7::float8 is null or (earth_box(ll_to_earth($5, $6), $7 * 1000) @> ll_to_earth(latitude, longitude) and earth_distance(ll_to_earth(latitude, longitude), ll_to_earth($5, $6)) <= $7 * 1000))" : "and $5::float8 is null and $6::float8 is null and $7::float8 is null")}
              and ($8::text is null or {(near ? $"({distance}, id) > ($8::numeric, $9)" : "(name, id) > ($8, $9)")})
            order by {(near ? "km, id" : "name, id")} limit $10
            """);
        foreach (var text in new[] { request.Vertical, request.City, request.Amenity?.ToLowerInvariant(), Escaped(request.Q) })
            command.Parameters.Add(new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        foreach (var number in new[] { request.Lat, request.Lng, request.RadiusKm }) command.Parameters.Add(new() { Value = (object?)number ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Double });
        command.Parameters.Add(new() { Value = (object?)after?[1] ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = after is null ? Guid.Empty : Guid.Parse(after[0]) });
        command.Parameters.Add(new() { Value = paging.Size + 1 });
        var items = new List<Item>();
        await using var rows = await command.ExecuteReaderAsync(cancel);
        while (await rows.ReadAsync(cancel))
        {
            items.Add(new Item(
                rows.GetGuid(0), rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.GetString(4), rows.GetString(5), rows.GetDouble(6), rows.GetDouble(7),
                rows.GetFieldValue<string[]>(8), await rows.IsDBNullAsync(9, cancel) ? null : new Money(rows.GetInt64(9), rows.GetString(10)),
                await rows.IsDBNullAsync(11, cancel) ? null : (double)rows.GetDecimal(11)));
        }
        return Slice<Item>.Of(items, paging.Size, i => string.Create(CultureInfo.InvariantCulture, $"{i.Id}|{(near ? i.DistanceKm!.Value.ToString("F3", CultureInfo.InvariantCulture) : i.Name)}"));
    }

    private static string? Escaped(string? q) => string.IsNullOrWhiteSpace(q) ? null
        : q.Trim().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
