namespace Sarai.Contracts;

/// <summary>Questions to Search, for the pages of verticals.</summary>
public interface ISearch
{
    /// <summary>Places that match, with the counts of every filter; a fault when the wish makes no sense.</summary>
    Task<Answer<FoundStays>> Stays(StaySearch wish, CancellationToken cancel = default);
}

/// <summary>What a guest looks for.</summary>
/// <param name="Words">Words in the name, city or address; typos are forgiven. Null for any.</param>
/// <param name="Latitude">Degrees north of the point to measure from, or null.</param>
/// <param name="Longitude">Degrees east, or null.</param>
/// <param name="RadiusKm">Within so many kilometres of the point.</param>
/// <param name="CheckIn">The local date of arrival, or null for any dates.</param>
/// <param name="CheckOut">The local date of departure, or null.</param>
/// <param name="Adults">How many adults.</param>
/// <param name="Children">How many children.</param>
/// <param name="Rooms">In how many rooms.</param>
public sealed record StaySearch(string? Words, double? Latitude, double? Longitude, double RadiusKm, LocalDate? CheckIn, LocalDate? CheckOut, int Adults, int Children, int Rooms)
{
    /// <summary>Only with all of these.</summary>
    public IReadOnlyList<string> Amenities { get; init; } = [];

    /// <summary>Only with one of these numbers of stars.</summary>
    public IReadOnlyList<int> Stars { get; init; } = [];

    /// <summary>Only from at most so many minor units a night.</summary>
    public long? MaxPrice { get; init; }

    /// <summary>Only rated at least so, 1 to 5.</summary>
    public double? MinRating { get; init; }

    /// <summary>Only where cancelling can be free.</summary>
    public bool FreeCancellation { get; init; }

    /// <summary><c>distance</c>, <c>price</c>, <c>rating</c>, <c>stars</c>, <c>match</c>; null for what fits the wish.</summary>
    public string? Sort { get; init; }

    /// <summary>How many on a page: 1 to 100.</summary>
    public int Limit { get; init; } = 20;

    /// <summary>The cursor of the page before, or null.</summary>
    public string? Cursor { get; init; }
}

/// <summary>What was found.</summary>
/// <param name="Total">How many in all.</param>
/// <param name="Facets">How many each filter would leave.</param>
/// <param name="Items">One page of them.</param>
/// <param name="NextCursor">For the next page, or null.</param>
public sealed record FoundStays(int Total, StayFacets Facets, IReadOnlyList<FoundStay> Items, string? NextCursor);

/// <summary>Counts among what was found.</summary>
/// <param name="Stars">By number of stars.</param>
/// <param name="Amenities">By amenity, the most frequent 30.</param>
/// <param name="FreeCancellation">Where cancelling can be free.</param>
/// <param name="RatedFour">Rated four or better.</param>
/// <param name="LowestPrice">The lowest price from, in minor units, or null.</param>
/// <param name="HighestPrice">The highest price from, or null.</param>
public sealed record StayFacets(IReadOnlyDictionary<string, int> Stars, IReadOnlyDictionary<string, int> Amenities, int FreeCancellation, int RatedFour, long? LowestPrice, long? HighestPrice);

/// <summary>A place that was found.</summary>
/// <param name="VenueId">The venue.</param>
/// <param name="Name">Its name.</param>
/// <param name="Slug">Its name in addresses.</param>
/// <param name="City">Its city.</param>
/// <param name="Address">Its address.</param>
/// <param name="Latitude">Degrees north.</param>
/// <param name="Longitude">Degrees east.</param>
/// <param name="Amenities">What it has.</param>
/// <param name="Stars">Its stars, or null.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="PriceFrom">The lowest price of a night in minor units, or null.</param>
/// <param name="FreeCancellation">Whether cancelling can be free.</param>
/// <param name="Rating">Its rating in Bayesian order, 1 to 5, or null without reviews.</param>
/// <param name="Reviews">How many reviews it rests on.</param>
/// <param name="Photo">The address of a photo, or null.</param>
/// <param name="Km">Great-circle distance from the point, or null.</param>
public sealed record FoundStay(
    Guid VenueId, string Name, string Slug, string City, string Address, double Latitude, double Longitude, IReadOnlyList<string> Amenities, int? Stars, string Currency, long? PriceFrom,
    bool FreeCancellation, double? Rating, int Reviews, string? Photo, double? Km)
{
    /// <summary>Minutes by road, never a promise: of a routing service when one is configured and answers, else an estimate from the distance (a third longer than the crow flies, at 30 km/h).</summary>
    public int? TravelMinutes
    {
        get => field ?? (Km is { } km ? (int)Math.Max(1, Math.Round(km * 1.33 * 2)) : null);
        init;
    }

    /// <summary>Whether a routing service said so; otherwise it is the estimate.</summary>
    public bool TravelByRoad { get; init; }
}

/// <summary>What guests say of a venue changed.</summary>
/// <param name="VenueId">The venue.</param>
/// <param name="Rating">The rating in Bayesian order, 1 to 5.</param>
/// <param name="Reviews">How many published reviews it rests on.</param>
[EventName("venue.rated")]
public sealed record VenueRated(Guid VenueId, double Rating, int Reviews) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => VenueId;
}
