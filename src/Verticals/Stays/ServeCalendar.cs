using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Stays;

/// <summary>
/// A room's calendar for other sites, behind a secret address. It names no guest. A UID never changes; SEQUENCE rises when an event changes and only then;
/// what was called off is said so for a while instead of vanishing. What came in from other calendars is not told back to them.
/// </summary>
public static class ServeCalendar
{
    private const int DaysBack = 30;
    private const int DaysAhead = 540;

    /// <summary>Where the calendar is.</summary>
    public sealed record Response(string Address);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/venues/{id:guid}/rooms/{roomId:guid}/calendar", Share).Needs("update:venue").Limited(RateLimits.Write).WithTags("Calendars").WithSummary("The secret address of a room's calendar");
        api.MapGet("/calendars/{token}.ics", async (string token, StaysDb db, ICatalog catalog, INights nights, TimeProvider clock, CancellationToken cancel) =>
                await Text(token, db, catalog, nights, clock, cancel) is { } text ? Results.File(Encoding.UTF8.GetBytes(text), "text/calendar; charset=utf-8") : (IResult)(Answer<Done>)Fault.NotFound("calendar"))
            .AllowAnonymous().Limited(RateLimits.Read).WithTags("Calendars").WithSummary("A room's calendar").Produces(200, contentType: "text/calendar");
    }

    /// <summary>Gives the room's address, the same each time.</summary>
    public static async Task<Answer<Response>> Share(Guid id, Guid roomId, Actor actor, StaysDb db, ICatalog catalog, CancellationToken cancel)
    {
        var venue = await Hotel.Of(id, catalog, cancel);
        if (venue?.Resource(roomId) is null) return Fault.NotFound("room");
        if (actor.Barred("update:venue", venue.OrganisationId, "room") is { } barred) return barred;
        var fresh = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        await db.Database.ExecuteSqlAsync($"insert into stays.feed (resource_id, venue_id, organisation_id, token) values ({roomId}, {id}, {venue.OrganisationId}, {fresh}) on conflict do nothing", cancel);
        var token = await db.Database.SqlQuery<string>($"select token as \"Value\" from stays.feed where resource_id = {roomId}").FirstAsync(cancel);
        return new Response($"/api/v1/calendars/{token}.ics");
    }

    /// <summary>The calendar of a secret, or null when there is none.</summary>
    public static async Task<string?> Text(string token, StaysDb db, ICatalog catalog, INights nights, TimeProvider clock, CancellationToken cancel)
    {
        var room = await db.Database.SqlQuery<Guid?>($"select resource_id as \"Value\" from stays.feed where token = {token}").FirstOrDefaultAsync(cancel);
        var venueId = await db.Database.SqlQuery<Guid?>($"select venue_id as \"Value\" from stays.feed where token = {token}").FirstOrDefaultAsync(cancel);
        if (room is not { } id || venueId is not { } hotel || await catalog.Venue(hotel, cancel) is not { } venue) return null;
        var now = clock.Now();
        var imported = (await db.Database.SqlQuery<Guid>($"select e.block_id as \"Value\" from stays.imported_event e join stays.subscription s on s.id = e.subscription_id where s.resource_id = {id} and e.block_id is not null").ToListAsync(cancel)).ToHashSet();
        var ledger = (await nights.Ledger(hotel, new Interval(now - Duration.FromDays(DaysBack), now + Duration.FromDays(DaysAhead)), cancel))
            .Where(l => l.ResourceId == id && l.Status != BookingStatus.Held && !(l.BlockId is { } block && imported.Contains(block)));
        var said = await db.InTransaction<List<Ical.Stay>>(async () =>
        {
            await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({id.ToString()}, 31))", cancel);
            var known = (await db.FeedEvents.Where(e => e.ResourceId == id).ToListAsync(cancel)).ToDictionary(e => e.Uid);
            foreach (var part in ledger)
            {
                var (first, end) = (part.StartsAt.InZone(venue.Zone).Date, part.EndsAt.InZone(venue.Zone).Date);
                Say(db, known, id, $"{part.BookingId ?? part.BlockId}-{part.Unit}@sarai", first, LocalDate.Max(end, first.PlusDays(1)), now);
            }
            var here = ledger.Select(l => $"{l.BookingId ?? l.BlockId}-{l.Unit}@sarai").ToHashSet();
            foreach (var gone in known.Values.Where(e => !e.Cancelled && !here.Contains(e.Uid) && e.EndDate > now.InZone(venue.Zone).Date.PlusDays(-DaysBack))) (gone.Cancelled, gone.Sequence, gone.ChangedAt) = (true, gone.Sequence + 1, now);
            return known.Values.Where(e => !e.Cancelled || e.ChangedAt > now - Duration.FromDays(DaysBack)).OrderBy(e => e.FirstNight).ThenBy(e => e.Uid, StringComparer.Ordinal)
                .Select(e => new Ical.Stay(e.Uid, e.FirstNight, e.EndDate, e.Sequence, e.ChangedAt, "Reserved", e.Cancelled)).ToList();
        }, cancel);
        return Ical.Write($"{venue.Name}, {venue.Resource(id)?.Name}", said.Value);
    }

    private static void Say(StaysDb db, Dictionary<string, FeedEvent> known, Guid room, string uid, LocalDate first, LocalDate end, Instant now)
    {
        if (!known.TryGetValue(uid, out var said))
        {
            db.FeedEvents.Add(known[uid] = new FeedEvent { ResourceId = room, Uid = uid, FirstNight = first, EndDate = end, ChangedAt = now });
            return;
        }
        if (said.FirstNight == first && said.EndDate == end && !said.Cancelled) return;
        (said.FirstNight, said.EndDate, said.Cancelled, said.Sequence, said.ChangedAt) = (first, end, false, said.Sequence + 1, now);
    }
}

/// <summary>What was last said of an event in a room's calendar.</summary>
public sealed class FeedEvent
{
    /// <summary>The room.</summary>
    public Guid ResourceId { get; init; }

    /// <summary>The event's name.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Its first night.</summary>
    public LocalDate FirstNight { get; set; }

    /// <summary>The day after its last night.</summary>
    public LocalDate EndDate { get; set; }

    /// <summary>Whether it was called off.</summary>
    public bool Cancelled { get; set; }

    /// <summary>How often it changed.</summary>
    public int Sequence { get; set; }

    /// <summary>When it changed last.</summary>
    public Instant ChangedAt { get; set; }
}
