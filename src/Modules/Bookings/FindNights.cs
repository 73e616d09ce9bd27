using System.ComponentModel.DataAnnotations;
using NpgsqlTypes;

namespace Sarai.Bookings;

/// <summary>What a venue can sell on certain nights: for each room type how many rooms are free on every night, and the price.</summary>
public static class FindNights
{
    /// <summary>The dates and who comes.</summary>
    public sealed record Request
    {
        /// <summary>The local date of arrival.</summary>
        [Required] public DateOnly? CheckIn { get; init; }

        /// <summary>The local date of departure.</summary>
        [Required] public DateOnly? CheckOut { get; init; }

        /// <summary>Adults in one room.</summary>
        [Range(1, 100)] public int? Adults { get; init; }

        /// <summary>Children in one room.</summary>
        [Range(0, 100)] public int? Children { get; init; }
    }

    /// <summary>The room types.</summary>
    public sealed record Response(LocalDate CheckIn, LocalDate CheckOut, int Nights, IReadOnlyList<FreeUnits> Offerings);

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/venues/{id:guid}/nights", (
            Guid id, [AsParameters] Request request, ICatalog catalog, BookingsDb db, TimeProvider clock, CancellationToken cancel) =>
            Handle(id, LocalDate.FromDateOnly(request.CheckIn!.Value), LocalDate.FromDateOnly(request.CheckOut!.Value), request.Adults ?? 1, request.Children ?? 0, catalog, db, clock, cancel))
        .AllowAnonymous().Limited(RateLimits.Read).WithTags("Nights").WithSummary("Rooms free on every one of these nights, with their prices");

    /// <summary>The room types of the venue that house the party.</summary>
    public static async Task<Answer<Response>> Handle(
        Guid venueId, LocalDate checkIn, LocalDate checkOut, int adults, int children, ICatalog catalog, BookingsDb db, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await catalog.Venue(venueId, cancel);
        if (venue is not { State: VenueState.Active }) return Fault.NotFound("venue");
        var offerings = venue.Offerings.Where(o => o is { Active: true, Shape: Shape.Nights }).ToList();
        if (offerings.Count == 0) return Fault.Refused("wrong_shape", "This is not booked by the night.");
        var now = clock.Now();
        // The dates are checked as a booking would check them; the party decides room by room.
        var smallest = new UnitWish(offerings[0].Id, null, 1, 0, null);
        if (Nights.Wish(venue, new StayWish(venueId, checkIn, checkOut, [smallest], null), Guid.Empty, now, false).Fault is { } fault) return fault;
        var taken = await Taken(venue, Nights.During(venue, checkIn, checkOut), db, now, cancel);
        var rooms = venue.Resources.Where(r => !r.Retired).Select(r => r.Id).ToHashSet();
        var found = new List<FreeUnits>();
        foreach (var offering in offerings.Where(o => o.MaxParticipants >= adults + children))
        {
            var quote = await catalog.PriceNights(venueId, new UnitWish(offering.Id, null, adults, children, null), new DateInterval(checkIn, checkOut.PlusDays(-1)), now, false, cancel);
            var free = offering.ResourceIds.Count(r => rooms.Contains(r) && !taken.Contains(r));
            found.Add(new FreeUnits(offering.Id, offering.Name, offering.MaxParticipants, free, quote.Ok ? quote.Value : null, quote.Fault?.Message));
        }
        return new Response(checkIn, checkOut, Period.DaysBetween(checkIn, checkOut), found);
    }

    private static async Task<HashSet<Guid>> Taken(VenueInfo venue, Interval during, BookingsDb db, Instant now, CancellationToken cancel)
    {
        await using var command = db.Source.CreateCommand("""
            select distinct resource_id from bookings.claim where resource_id = any($1) and during && tstzrange($2, $3) and (expires_at is null or expires_at > $4)
            """);
        command.Parameters.Add(new() { Value = venue.Resources.Select(r => r.Id).ToArray() });
        foreach (var instant in new[] { during.Start, during.End, now }) command.Parameters.Add(new() { Value = instant.ToDateTimeUtc(), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var taken = new HashSet<Guid>();
        while (await rows.ReadAsync(cancel)) taken.Add(rows.GetGuid(0));
        return taken;
    }
}
