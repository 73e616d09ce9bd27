using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sarai.Stays;

/// <summary>
/// Calendars of other sites that say when a room is taken. Each event becomes a block; one that moves moves its block, one that is called off or gone from a
/// whole calendar lifts it. A fetch that fails or holds nothing changes nothing. What cannot be blocked because a booking is there is kept as a conflict
/// for a person to see. Our own events, coming back through another site, are passed over.
/// </summary>
public static class FollowCalendars
{
    /// <summary>The name of the HTTP client.</summary>
    internal const string Client = "calendars";

    private const int MaxBytes = 2_000_000;
    private static readonly Duration Every = Duration.FromMinutes(15);

    /// <summary>A calendar to follow.</summary>
    public sealed record Request
    {
        /// <summary>What the desk calls it.</summary>
        [Required, StringLength(60, MinimumLength = 1)] public string? Name { get; set; }

        /// <summary>Its address.</summary>
        [Required, StringLength(1000)] public string? Url { get; set; }
    }

    /// <summary>A calendar that is followed.</summary>
    public sealed record View(Guid Id, Guid ResourceId, string Name, Instant? FetchedAt, string? Problem, IReadOnlyList<Conflict> Conflicts);

    /// <summary>An event that cannot be blocked.</summary>
    public sealed record Conflict(Instant StartsAt, Instant EndsAt, string Reason);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/venues/{id:guid}/rooms/{roomId:guid}/subscriptions", Add).Needs("update:venue").Limited(RateLimits.Write).WithTags("Calendars").WithSummary("Follow a calendar of another site").Produces<Envelope<View>>(201);
        api.MapGet("/venues/{id:guid}/subscriptions", List).Needs("read:venue").Limited(RateLimits.Read).WithTags("Calendars").WithSummary("Calendars that are followed, with their conflicts");
        api.MapDelete("/venues/{id:guid}/subscriptions/{subscriptionId:guid}", Remove).Needs("update:venue").Limited(RateLimits.Write).WithTags("Calendars").WithSummary("Stop following a calendar; its blocks are lifted");
    }

    /// <summary>Begins to follow one.</summary>
    public static async Task<Answer<View>> Add(Guid id, Guid roomId, Request request, Actor actor, StaysDb db, ICatalog catalog, OutboundRules rules, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await Hotel.Of(id, catalog, cancel);
        if (venue?.Resource(roomId) is null) return Fault.NotFound("room");
        if (actor.Barred("update:venue", venue.OrganisationId, "room") is { } barred) return barred;
        if (!Uri.TryCreate(request.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")) return Fault.Invalid("url", "Give the calendar's whole address, beginning with https://.");
        if (url.UserInfo.Length > 0 || (!rules.Anywhere && Outbound.IsNamedPrivate(url))) return Fault.Invalid("url", "The calendar must be reachable from the internet without a password.");
        var subscription = new Subscribed { Id = Guid.CreateVersion7(), ResourceId = roomId, VenueId = id, OrganisationId = venue.OrganisationId, Name = request.Name!.Trim(), Url = url.ToString(), DueAt = clock.Now() };
        db.Subscriptions.Add(subscription);
        db.Audit(actor, venue.OrganisationId, "update:venue", subscription.Id, null, new { subscription.ResourceId, subscription.Name });
        await db.SaveChangesAsync(cancel);
        return Answer<View>.Created(new View(subscription.Id, roomId, subscription.Name, null, null, []));
    }

    /// <summary>All that the hotel follows.</summary>
    public static async Task<Answer<Slice<View>>> List(Guid id, Actor actor, StaysDb db, ICatalog catalog, CancellationToken cancel)
    {
        var venue = await Hotel.Of(id, catalog, cancel);
        if (venue is null) return Fault.NotFound("hotel");
        if (actor.Barred("read:venue", venue.OrganisationId, "hotel") is { } barred) return barred;
        var followed = await db.Subscriptions.AsNoTracking().Where(s => s.VenueId == id).OrderBy(s => s.Id).Take(500).ToListAsync(cancel);
        var ids = followed.ConvertAll(s => s.Id);
        var conflicts = (await db.ImportedEvents.AsNoTracking().Where(e => ids.Contains(e.SubscriptionId) && e.Conflict != null).OrderBy(e => e.StartsAt).ToListAsync(cancel)).ToLookup(e => e.SubscriptionId);
        return new Slice<View>([.. followed.Select(s => new View(s.Id, s.ResourceId, s.Name, s.FetchedAt, s.Problem, [.. conflicts[s.Id].Select(c => new Conflict(c.StartsAt, c.EndsAt, c.Conflict!))]))], null);
    }

    /// <summary>Stops following one.</summary>
    public static async Task<Answer<Done>> Remove(Guid id, Guid subscriptionId, Actor actor, StaysDb db, ICatalog catalog, INights nights, CancellationToken cancel)
    {
        var venue = await Hotel.Of(id, catalog, cancel);
        var followed = venue is null ? null : await db.Subscriptions.FirstOrDefaultAsync(s => s.Id == subscriptionId && s.VenueId == id, cancel);
        if (followed is null) return Fault.NotFound("calendar");
        if (actor.Barred("update:venue", followed.OrganisationId, "calendar") is { } barred) return barred;
        foreach (var imported in await db.ImportedEvents.Where(e => e.SubscriptionId == subscriptionId).ToListAsync(cancel))
        {
            if (imported.BlockId is { } block) await nights.Unblock(id, block, actor, cancel);
            db.ImportedEvents.Remove(imported);
        }
        await db.SaveChangesAsync(cancel);
        db.Subscriptions.Remove(followed);
        db.Audit(actor, followed.OrganisationId, "update:venue", subscriptionId, new { followed.ResourceId, followed.Name }, null);
        await db.SaveChangesAsync(cancel);
        return Done.It;
    }

    internal static async Task<bool> Run(IServiceProvider services, CancellationToken cancel)
    {
        var (db, clock) = (services.GetRequiredService<StaysDb>(), services.GetRequiredService<TimeProvider>());
        var (now, next) = (clock.Now(), (clock.Now() + Every).ToDateTimeUtc());
        // Whoever moves the due time on does the work; a crash only means that it is done a quarter of an hour later.
        var due = await db.Subscriptions.FromSql($"""
            update stays.subscription set due_at = {next} where id in (select id from stays.subscription where due_at <= {now.ToDateTimeUtc()} order by due_at limit 20 for update skip locked) returning *
            """).IgnoreQueryFilters().ToListAsync(cancel);
        foreach (var followed in due)
        {
            var (text, problem) = await Fetch(followed.Url, services, cancel);
            var venue = await services.GetRequiredService<ICatalog>().Venue(followed.VenueId, cancel);
            if (text is not null && venue is not null) problem = await Apply(followed, text, venue, db, services.GetRequiredService<INights>(), now, cancel);
            (followed.Problem, followed.FetchedAt) = (problem, problem is null ? now : followed.FetchedAt);
            await db.SaveChangesAsync(cancel);
        }
        return due.Count == 20;
    }

    private static async Task<string?> Apply(Subscribed followed, string text, VenueInfo venue, StaysDb db, INights nights, Instant now, CancellationToken cancel)
    {
        if (Ical.Read(text, venue) is not { } events) return "The answer is not a whole calendar; nothing was changed.";
        if (events.Count == 0) return "The calendar is empty; nothing was changed.";
        var known = (await db.ImportedEvents.Where(e => e.SubscriptionId == followed.Id).ToListAsync(cancel)).ToDictionary(e => e.Uid);
        var wanted = events.Where(e => !e.Uid.EndsWith("@sarai", StringComparison.Ordinal) && !e.Cancelled && e.End > now).ToDictionary(e => e.Uid);
        foreach (var gone in known.Values.Where(k => !wanted.ContainsKey(k.Uid) && k.EndsAt > now)) await Lift(gone, venue.Id, db, nights, cancel);
        foreach (var one in wanted.Values)
        {
            if (known.TryGetValue(one.Uid, out var had))
            {
                if (had.BlockId is not null && had.StartsAt == one.Start && had.EndsAt == one.End) continue;
                await Lift(had, venue.Id, db, nights, cancel);
            }
            await Block(followed, one, venue, db, nights, now, cancel);
        }
        return null;
    }

    private static async Task Lift(ImportedEvent gone, Guid venue, StaysDb db, INights nights, CancellationToken cancel)
    {
        if (gone.BlockId is { } block) await nights.Unblock(venue, block, Actor.System("calendar"), cancel);
        db.ImportedEvents.Remove(gone);
        await db.SaveChangesAsync(cancel);
    }

    private static async Task Block(Subscribed followed, Ical.Event one, VenueInfo venue, StaysDb db, INights nights, Instant now, CancellationToken cancel)
    {
        var start = Instant.Max(one.Start, now);
        var blocked = one.End - start > Duration.FromDays(31)
            ? (Answer<Guid>)Fault.Refused("too_long", "An event of more than 31 days is not blocked; retire the room instead.")
            : await nights.Block(venue.Id, [followed.ResourceId], new Interval(start, one.End), $"{followed.Name}: {(one.Summary.Length > 100 ? one.Summary[..100] : one.Summary)}", Actor.System("calendar"), cancel);
        db.ImportedEvents.Add(new ImportedEvent { SubscriptionId = followed.Id, Uid = one.Uid, StartsAt = one.Start, EndsAt = one.End, BlockId = blocked.Ok ? blocked.Value : null, Conflict = blocked.Fault?.Message });
        await db.SaveChangesAsync(cancel);
    }

    private static async Task<(string? Text, string? Problem)> Fetch(string url, IServiceProvider services, CancellationToken cancel)
    {
        try
        {
            using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient(Client);
            using var response = await client.GetAsync(new Uri(url), HttpCompletionOption.ResponseHeadersRead, cancel);
            if (!response.IsSuccessStatusCode) return (null, $"The other site answered {(int)response.StatusCode}; nothing was changed.");
            await using var stream = await response.Content.ReadAsStreamAsync(cancel);
            using var limited = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int read; (read = await stream.ReadAsync(buffer, cancel)) > 0;)
            {
                if (limited.Length + read > MaxBytes) return (null, "The calendar is larger than two megabytes; nothing was changed.");
                limited.Write(buffer, 0, read);
            }
            return (System.Text.Encoding.UTF8.GetString(limited.ToArray()), null);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            services.GetRequiredService<ILogger<Subscribed>>().LogWarning(problem, "A calendar could not be fetched");
            return (null, "The other site cannot be reached; nothing was changed.");
        }
    }
}

/// <summary>A calendar of another site that is followed.</summary>
public sealed class Subscribed : IOwned
{
    /// <summary>The subscription.</summary>
    public Guid Id { get; init; }

    /// <summary>The room it speaks of.</summary>
    public Guid ResourceId { get; init; }

    /// <summary>The hotel.</summary>
    public Guid VenueId { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>What the desk calls it.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its address.</summary>
    public string Url { get; init; } = "";

    /// <summary>When it was last read with success.</summary>
    public Instant? FetchedAt { get; set; }

    /// <summary>What was wrong the last time, or null.</summary>
    public string? Problem { get; set; }

    /// <summary>When it is read next.</summary>
    public Instant DueAt { get; init; }
}

/// <summary>An event of another site: a block of ours, or a conflict.</summary>
public sealed class ImportedEvent
{
    /// <summary>Where it came from.</summary>
    public Guid SubscriptionId { get; init; }

    /// <summary>Its name there.</summary>
    public string Uid { get; init; } = "";

    /// <summary>From.</summary>
    public Instant StartsAt { get; init; }

    /// <summary>To.</summary>
    public Instant EndsAt { get; init; }

    /// <summary>The block it became, or null.</summary>
    public Guid? BlockId { get; init; }

    /// <summary>Why it could not become one, or null.</summary>
    public string? Conflict { get; init; }
}
