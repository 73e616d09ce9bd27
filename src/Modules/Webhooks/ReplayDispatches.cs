using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Webhooks;

/// <summary>What a hook was told, with what it answered; and telling it again.</summary>
public static class ReplayDispatches
{
    private const int MostAtOnce = 1000;

    /// <summary>Which to tell again: one, or all that were given up since an instant.</summary>
    public sealed record Request
    {
        /// <summary>The dispatch, or nothing for all that failed.</summary>
        public Guid? DispatchId { get; set; }

        /// <summary>Failed since then; three days ago when it is not said.</summary>
        public Instant? Since { get; set; }
    }

    /// <summary>How many are told again.</summary>
    /// <param name="Replayed">How many.</param>
    public sealed record Response(int Replayed);

    /// <summary>A dispatch.</summary>
    /// <param name="Id">The dispatch.</param>
    /// <param name="EventId">The event, the same however often it is told.</param>
    /// <param name="Event">The event's name.</param>
    /// <param name="Status">Where it stands.</param>
    /// <param name="Attempts">How often it was tried.</param>
    /// <param name="Answer">The last HTTP status, or null.</param>
    /// <param name="Problem">What went wrong the last time, or null.</param>
    /// <param name="Milliseconds">How long the last try took.</param>
    /// <param name="CreatedAt">When the event happened.</param>
    /// <param name="NextAt">When it is tried next, or null.</param>
    /// <param name="Body">What was sent.</param>
    public sealed record View(Guid Id, Guid EventId, string Event, DispatchStatus Status, int Attempts, int? Answer, string? Problem, int? Milliseconds, Instant CreatedAt, Instant? NextAt, string Body);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/organisations/{id:guid}/webhooks/{hookId:guid}/deliveries", List).Needs(ManageHooks.Permission).Limited(RateLimits.Read).WithTags("Webhooks").WithSummary("What was sent, and what came back");
        api.MapPost("/organisations/{id:guid}/webhooks/{hookId:guid}/replay", Handle).Needs(ManageHooks.Permission).Limited(RateLimits.Write).WithTags("Webhooks").WithSummary("Send again what failed, or one delivery");
        api.MapPost("/organisations/{id:guid}/webhooks/{hookId:guid}/ping", Ping).Needs(ManageHooks.Permission).Limited(RateLimits.Write).WithTags("Webhooks").WithSummary("Send a trial event");
    }

    /// <summary>The log of a hook, the latest first.</summary>
    public static async Task<Answer<Slice<View>>> List(Guid id, Guid hookId, [AsParameters] Paging paging, Actor actor, WebhooksDb db, CancellationToken cancel)
    {
        if (await Find(id, hookId, actor, db, cancel) is { Fault: { } fault }) return fault;
        var rows = db.Dispatches.AsNoTracking().Where(d => d.HookId == hookId);
        if (paging.Cursor is not null)
        {
            if (!Guid.TryParse(Cursor.Read(paging.Cursor), out var after)) return Fault.Invalid("cursor", "This cursor is not one of ours.");
            rows = rows.Where(d => d.Id < after);
        }
        var page = await rows.OrderByDescending(d => d.Id).Take(paging.Size + 1).ToListAsync(cancel);
        return Slice<View>.Of([.. page.Select(Show)], paging.Size, v => v.Id.ToString());
    }

    /// <summary>Tells again.</summary>
    public static async Task<Answer<Response>> Handle(Guid id, Guid hookId, Request request, Actor actor, WebhooksDb db, TimeProvider clock, CancellationToken cancel)
    {
        if (await Find(id, hookId, actor, db, cancel) is { Fault: { } fault }) return fault;
        var now = clock.Now();
        var since = request.Since ?? now - Dispatch.Patience;
        var again = request.DispatchId is { } one
            ? await db.Dispatches.Where(d => d.HookId == hookId && d.Id == one).ToListAsync(cancel)
            : await db.Dispatches.Where(d => d.HookId == hookId && d.Status == DispatchStatus.Failed && d.CreatedAt >= since).OrderBy(d => d.Id).Take(MostAtOnce).ToListAsync(cancel);
        if (request.DispatchId is not null && again.Count == 0) return Fault.NotFound("delivery");
        again.ForEach(d => d.Replay(now));
        db.Audit(actor, id, ManageHooks.Permission, hookId, null, new { Replayed = again.Count });
        await db.SaveChangesAsync(cancel);
        return new Response(again.Count);
    }

    /// <summary>Sends an event that means nothing, so that the other side can be tried.</summary>
    public static async Task<Answer<Response>> Ping(Guid id, Guid hookId, Actor actor, WebhooksDb db, TimeProvider clock, CancellationToken cancel)
    {
        if (await Find(id, hookId, actor, db, cancel) is { Fault: { } fault }) return fault;
        var (now, happened) = (clock.Now(), Guid.CreateVersion7());
        db.Dispatches.Add(new Dispatch
        {
            Id = Guid.CreateVersion7(), HookId = hookId, EventId = happened, Event = "ping", Body = CollectEvents.Envelope(happened, "ping", now, id, new { Hello = "from Sarai" }),
            DueAt = now, GiveUpAt = now + Dispatch.Patience, CreatedAt = now,
        });
        await db.SaveChangesAsync(cancel);
        return new Response(1);
    }

    private static async Task<Answer<Hook>> Find(Guid id, Guid hookId, Actor actor, WebhooksDb db, CancellationToken cancel)
    {
        if (actor.Barred(ManageHooks.Permission, id, "organisation") is { } barred) return barred;
        return await db.Hooks.AsNoTracking().FirstOrDefaultAsync(h => h.Id == hookId && h.OrganisationId == id, cancel) is { } hook ? hook : Fault.NotFound("webhook");
    }

    private static View Show(Dispatch d) =>
        new(d.Id, d.EventId, d.Event, d.Status, d.Attempts, d.Answer, d.Problem, d.Milliseconds, d.CreatedAt, d.Status == DispatchStatus.Waiting ? d.DueAt : null, d.Body);
}
