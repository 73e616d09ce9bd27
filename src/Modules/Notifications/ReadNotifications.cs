using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Sarai.Notifications;

/// <summary>The in-app centre and the preferences; in Development the mailbox with everything that was sent.</summary>
public static class ReadNotifications
{
    /// <summary>A notification.</summary>
    public sealed record View(Guid Id, string Type, string Title, string Body, string? Link, Instant CreatedAt, bool Read);

    /// <summary>The list.</summary>
    public sealed record Response(IReadOnlyList<View> Items, string? NextCursor, int Unread);

    /// <summary>A preference.</summary>
    public sealed record PreferenceRequest
    {
        /// <summary>email or sms.</summary>
        [Required, AllowedValues("email", "sms")] public string? Channel { get; set; }

        /// <summary>The kind, such as booking_confirmed.</summary>
        [Required, StringLength(40)] public string? Type { get; set; }

        /// <summary>Whether it is wanted.</summary>
        [Required] public bool? Wanted { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/notifications", List).Needs("read:notifications").Limited(RateLimits.Read).WithTags("Notifications").WithSummary("My notifications");
        api.MapPut("/notifications/{id:guid}/read", async (Guid id, Actor actor, NotificationsDb db, TimeProvider clock, CancellationToken cancel) =>
            {
                var now = clock.Now();
                return await db.Notifications.Where(n => n.Id == id && n.UserId == actor.Id).ExecuteUpdateAsync(set => set.SetProperty(n => n.ReadAt, now), cancel) == 1 ? (Answer<Done>)Done.It : Fault.NotFound("notification");
            }).Needs("update:notifications").Limited(RateLimits.Write).WithTags("Notifications").WithSummary("Mark one read");
        api.MapPut("/notifications/read-all", async (Actor actor, NotificationsDb db, TimeProvider clock, CancellationToken cancel) =>
            {
                var now = clock.Now();
                await db.Notifications.Where(n => n.UserId == actor.Id && n.ReadAt == null).ExecuteUpdateAsync(set => set.SetProperty(n => n.ReadAt, now), cancel);
                return (Answer<Done>)Done.It;
            }).Needs("update:notifications").Limited(RateLimits.Write).WithTags("Notifications").WithSummary("Mark all read");
        api.MapDelete("/notifications/{id:guid}", async (Guid id, Actor actor, NotificationsDb db, CancellationToken cancel) =>
                await db.Notifications.Where(n => n.Id == id && n.UserId == actor.Id).ExecuteDeleteAsync(cancel) == 1 ? (Answer<Done>)Done.It : Fault.NotFound("notification"))
            .Needs("update:notifications").Limited(RateLimits.Write).WithTags("Notifications").WithSummary("Remove one");
        api.MapPut("/notifications/preferences", Prefer).Needs("update:notifications").Limited(RateLimits.Write).WithTags("Notifications").WithSummary("Say what I want to hear, and how");
        if (api.ServiceProvider.GetRequiredService<IHostEnvironment>().IsDevelopment())
            api.MapGet("/dev/messages", Mailbox).AllowAnonymous().WithTags("Development").WithSummary("Every message sent, newest first (Development only)");
    }

    // A mail as its reader sees it, for the frame in the mailbox page: nothing in it may run, load or be submitted.
    internal static void MapMail(IEndpointRouteBuilder root)
    {
        if (!root.ServiceProvider.GetRequiredService<IHostEnvironment>().IsDevelopment()) return;
        root.MapGet("/dev/mailbox/{id:guid}", async (Guid id, HttpContext http, NotificationsDb db, CancellationToken cancel) =>
        {
            http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'";
            var message = await db.Messages.AsNoTracking().FirstOrDefaultAsync(m => m.Id == id, cancel);
            return message is null ? Results.NotFound() : Results.Content(Mail.Write(message, $"{http.Request.Scheme}://{http.Request.Host}"), "text/html; charset=utf-8");
        }).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>The caller's notifications, newest first, with the number not yet read.</summary>
    public static async Task<Answer<Response>> List([AsParameters] Paging paging, Actor actor, NotificationsDb db, CancellationToken cancel)
    {
        var rows = db.Notifications.AsNoTracking().Where(n => n.UserId == actor.Id);
        if (paging.Cursor is not null)
        {
            if (!Guid.TryParse(Cursor.Read(paging.Cursor), out var after)) return Fault.Invalid("cursor", "This cursor is not one of ours.");
            rows = rows.Where(n => n.Id < after);
        }
        var page = await rows.OrderByDescending(n => n.Id).Take(paging.Size + 1).Select(n => new View(n.Id, n.Type, n.Title, n.Body, n.Link, n.CreatedAt, n.ReadAt != null)).ToListAsync(cancel);
        var slice = Slice<View>.Of(page, paging.Size, v => v.Id.ToString());
        return new Response(slice.Items, slice.NextCursor, await db.Notifications.CountAsync(n => n.UserId == actor.Id && n.ReadAt == null, cancel));
    }

    /// <summary>Notes what somebody wants to hear, and how.</summary>
    public static async Task<Answer<Done>> Prefer(PreferenceRequest request, Actor actor, NotificationsDb db, CancellationToken cancel)
    {
        if (!Templates.Types.Contains(request.Type)) return Fault.Invalid("type", $"Choose one of {string.Join(", ", Templates.Types.Order(StringComparer.Ordinal))}.");
        await db.Database.ExecuteSqlAsync($"""
            insert into notifications.preference (user_id, channel, type, wanted) values ({actor.Id}, {request.Channel}, {request.Type}, {request.Wanted})
            on conflict (user_id, channel, type) do update set wanted = excluded.wanted
            """, cancel);
        return Done.It;
    }

    /// <summary>What was sent to an address, newest first.</summary>
    public static async Task<Answer<Slice<Message>>> Mailbox(string? to, NotificationsDb db, CancellationToken cancel) =>
        new Slice<Message>(await db.Messages.AsNoTracking().Where(m => to == null || m.Address == to).OrderByDescending(m => m.Id).Take(100).ToListAsync(cancel), null);
}
