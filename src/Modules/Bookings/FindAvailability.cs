using System.Text.Json;

namespace Sarai.Bookings;

/// <summary>The day grid of a venue: every start of an offering on every resource, with its price, free or not.</summary>
public static class FindAvailability
{
    /// <summary>The grid of one local date.</summary>
    /// <param name="Date">The venue's local date.</param>
    /// <param name="TimeZone">The venue's IANA zone.</param>
    /// <param name="OfferingId">What is sold.</param>
    /// <param name="Minutes">The length shown.</param>
    /// <param name="Resources">A row for each resource.</param>
    public sealed record Response(LocalDate Date, string TimeZone, Guid OfferingId, int Minutes, IReadOnlyList<Row> Resources);

    /// <summary>A resource and its slots.</summary>
    /// <param name="ResourceId">The resource.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Tags">Its tags.</param>
    /// <param name="Slots">Its slots in order.</param>
    public sealed record Row(Guid ResourceId, string Name, IReadOnlyList<string> Tags, IReadOnlyList<Slot> Slots);

    /// <summary>A slot.</summary>
    /// <param name="StartsAt">Start, in the venue's zone.</param>
    /// <param name="EndsAt">End, in the venue's zone.</param>
    /// <param name="Available">Whether it can be booked now.</param>
    /// <param name="Price">What it costs; null when the venue has set no price.</param>
    /// <param name="Peak">Whether a part is at peak price.</param>
    public sealed record Slot(OffsetDateTime StartsAt, OffsetDateTime EndsAt, bool Available, Money? Price, bool Peak);

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/venues/{id:guid}/availability", (
            Guid id, DateOnly date, Guid? offeringId, int? minutes, Actor actor, ICatalog catalog, IBenefits benefits, IEnumerable<IVertical> verticals, Availability availability, BookingsDb db, TimeProvider clock,
            CancellationToken cancel) => Handle(id, LocalDate.FromDateOnly(date), offeringId, minutes, actor, catalog, benefits, verticals, availability, db, clock, cancel))
        .AllowAnonymous().Limited(RateLimits.Read).WithTags("Bookings").WithSummary("The slots of a day with their prices");

    /// <summary>The grid; from memory when nothing has changed since it was last made. Members see it with their own prices and as far ahead as they may book.</summary>
    public static async Task<Answer<Response>> Handle(
        Guid venueId, LocalDate date, Guid? offeringId, int? minutes, Actor actor, ICatalog catalog, IBenefits benefits, IEnumerable<IVertical> verticals, Availability availability, BookingsDb db, TimeProvider clock,
        CancellationToken cancel)
    {
        var venue = await catalog.Venue(venueId, cancel);
        if (venue is not { State: VenueState.Active }) return Fault.NotFound("venue");
        var member = actor.UserId is { } guest ? await benefits.Terms(venue.OrganisationId, guest, clock.Now(), cancel) : null;
        var offering = offeringId is { } wanted ? venue.Offering(wanted) : venue.Offerings.FirstOrDefault(o => o is { Active: true, Shape: Shape.Slots });
        if (offering is null) return Fault.NotFound("offering");
        if (offering.Shape != Shape.Slots || offering.Durations.Count == 0) return Fault.Refused("wrong_shape", "This is not booked by the slot.");
        var length = minutes ?? offering.Durations[0];
        if (!offering.Durations.Contains(length)) return Fault.Invalid("minutes", $"Choose a length of {string.Join(", ", offering.Durations)} minutes.");

        var now = clock.Now();
        var today = now.InZone(venue.Zone).Date;
        var last = today.PlusDays(Math.Max(venue.Policy.WindowDays, member?.WindowDays ?? 0));
        if (date < today.PlusDays(-1) || date > last) return Fault.Invalid("date", $"Choose a date from today to {last:uuuu-MM-dd}.");
        var day = await availability.Of(venue, date, db.Source, cancel);
        var vertical = verticals.First(v => v.Manifest.Name == venue.Vertical);
        // Only what everybody sees is worth keeping.
        if (member is not null && venue.Prices.Any(p => p.Tier == member.Tier)) return await Build(venue, offering, date, length, day, vertical, member.Tier, now, cancel);
        if (day.Answers.TryGetValue((offering.Id, length), out var ready) && now < ready.Until) return Answer<Response>.Ready(ready.Response, ready.Json);
        var response = await Build(venue, offering, date, length, day, vertical, null, now, cancel);
        var cached = new Cached(response, JsonSerializer.SerializeToUtf8Bytes(response, Json.Options), Until(day, now));
        day.Answers[(offering.Id, length)] = cached;
        return Answer<Response>.Ready(response, cached.Json);
    }

    private static async Task<Response> Build(
        VenueInfo venue, OfferingInfo offering, LocalDate date, int minutes, Availability.Day day, IVertical vertical, string? tier, Instant now, CancellationToken cancel)
    {
        var (zone, length) = (venue.Zone, Duration.FromMinutes(minutes));
        var starts = Slots.StartsOn(venue, offering, date, minutes).ToList();
        var earliest = now + Duration.FromMinutes(venue.Policy.LeadMinutes);
        var rows = new List<Row>();
        foreach (var resource in venue.Resources.Where(r => !r.Retired && offering.ResourceIds.Contains(r.Id)).OrderBy(r => r.Position))
        {
            var slots = new List<Slot>(starts.Count);
            foreach (var start in starts)
            {
                var during = new Interval(start, start + length);
                var wish = new Wish(venue, offering, during, resource.Id, Guid.Empty, 1, now, false) { Tier = tier };
                var price = await vertical.Price(wish, new Alternative([new ClaimNeed(resource.Id, resource.Name, during)]), cancel);
                slots.Add(new Slot(
                    start.InZone(zone).ToOffsetDateTime(), during.End.InZone(zone).ToOffsetDateTime(),
                    price.Ok && start >= earliest && !day.IsTaken(resource.Id, during, now), price.Ok ? price.Value.Total : null, price.Ok && price.Value.Peak));
            }
            rows.Add(new Row(resource.Id, resource.Name, resource.Tags, slots));
        }
        return new Response(date, venue.TimeZone, offering.Id, minutes, rows);
    }

    // Starts, lead times and windows change on whole minutes; holds lapse when they lapse.
    private static Instant Until(Availability.Day day, Instant now)
    {
        var minute = Instant.FromUnixTimeSeconds((now.ToUnixTimeSeconds() / 60 * 60) + 60);
        return day.NextExpiry(now) is { } expiry && expiry < minute ? expiry : minute;
    }

    internal sealed record Cached(Response Response, byte[] Json, Instant Until);
}
