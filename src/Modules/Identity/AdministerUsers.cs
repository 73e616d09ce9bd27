using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Identity;

/// <summary>The platform's administrators see accounts, give and take the administrator's role, suspend, and read the audit log.</summary>
public static class AdministerUsers
{
    /// <summary>Why.</summary>
    public sealed record SuspendRequest
    {
        /// <summary>What the person will read; empty lifts the suspension.</summary>
        [StringLength(500)] public string? Reason { get; set; }
    }

    /// <summary>An account in the list.</summary>
    public sealed record View(Guid Id, string Name, string? Email, string? Phone, string Role, Instant CreatedAt, Instant? SuspendedAt, string? SuspendedReason);

    /// <summary>An entry of the audit log.</summary>
    public sealed record Entry(Instant At, Guid? ActorId, string ActorName, string Ip, string Action, Guid Subject, Guid? OrganisationId, JsonElement? Before, JsonElement? After);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/admin/users", List).Needs("read:users").Limited(RateLimits.Read).WithTags("Admin").WithSummary("Accounts");
        api.MapPost("/admin/users/{id:guid}/promote", (Guid id, Actor actor, IdentityDb db, OpenSession sessions, CancellationToken cancel) => GiveRole(id, Roles.Admin, actor, db, sessions, cancel))
            .Needs("update:users").Limited(RateLimits.Write).WithTags("Admin").WithSummary("Make an administrator");
        api.MapPost("/admin/users/{id:guid}/demote", (Guid id, Actor actor, IdentityDb db, OpenSession sessions, CancellationToken cancel) => GiveRole(id, Roles.User, actor, db, sessions, cancel))
            .Needs("update:users").Limited(RateLimits.Write).WithTags("Admin").WithSummary("Take the administrator's role");
        api.MapPost("/admin/users/{id:guid}/suspend", Suspend).Needs("suspend:users").Limited(RateLimits.Write).WithTags("Admin").WithSummary("Suspend an account, or lift that");
        api.MapGet("/admin/audit-logs", (IdentityDb db, CancellationToken cancel) => Audit(null, db, cancel)).Needs("read:system_logs").Limited(RateLimits.Read).WithTags("Admin").WithSummary("What staff changed in accounts");
        api.MapGet("/admin/audit-logs/{userId:guid}", (Guid userId, IdentityDb db, CancellationToken cancel) => Audit(userId, db, cancel)).Needs("read:system_logs").Limited(RateLimits.Read).WithTags("Admin").WithSummary("What one person changed");
    }

    /// <summary>Accounts, the newest first; by a part of name, e-mail or phone.</summary>
    public static async Task<Answer<Slice<View>>> List(string? q, [AsParameters] Paging paging, IdentityDb db, CancellationToken cancel)
    {
        var rows = db.Accounts.AsNoTracking();
        if (!string.IsNullOrWhiteSpace(q))
        {
            var part = $"%{q.Trim().Replace("%", "\\%", StringComparison.Ordinal)}%";
            rows = rows.Where(a => EF.Functions.ILike(a.Name, part) || EF.Functions.ILike(a.Email!, part) || EF.Functions.ILike(a.Phone!, part));
        }
        if (paging.Cursor is not null)
        {
            if (!Guid.TryParse(Cursor.Read(paging.Cursor), out var after)) return Fault.Invalid("cursor", "This cursor is not one of ours.");
            rows = rows.Where(a => a.Id < after);
        }
        var page = await rows.OrderByDescending(a => a.Id).Take(paging.Size + 1).Select(a => new View(a.Id, a.Name, a.Email, a.Phone, a.Role, a.CreatedAt, a.SuspendedAt, a.SuspendedReason)).ToListAsync(cancel);
        return Slice<View>.Of(page, paging.Size, v => v.Id.ToString());
    }

    /// <summary>Gives somebody the administrator's role, or takes it.</summary>
    public static Task<Answer<View>> GiveRole(Guid id, string role, Actor actor, IdentityDb db, OpenSession sessions, CancellationToken cancel) =>
        Change(id, a => a.Role = role, role == Roles.Admin ? "promote:users" : "demote:users", actor, db, sessions, cancel);

    /// <summary>Suspends an account for a reason, or lifts that without one.</summary>
    public static Task<Answer<View>> Suspend(Guid id, SuspendRequest request, Actor actor, IdentityDb db, OpenSession sessions, TimeProvider clock, CancellationToken cancel) =>
        Change(id, a => a.Suspend(request.Reason, clock.Now()), "suspend:users", actor, db, sessions, cancel);

    private static async Task<Answer<View>> Change(Guid id, Action<Account> change, string action, Actor actor, IdentityDb db, OpenSession sessions, CancellationToken cancel)
    {
        if (id == actor.UserId) return Fault.Conflict("own_account", "Ask another administrator to change your own account.");
        var account = await db.Accounts.FirstOrDefaultAsync(a => a.Id == id, cancel);
        if (account is null) return Fault.NotFound("user");
        var before = new { account.Role, account.SuspendedAt, account.SuspendedReason };
        change(account);
        db.Audit(actor, null, action, id, before, new { account.Role, account.SuspendedAt, account.SuspendedReason });
        await db.SaveChangesAsync(cancel);
        await sessions.Reread(id, cancel);
        return new View(account.Id, account.Name, account.Email, account.Phone, account.Role, account.CreatedAt, account.SuspendedAt, account.SuspendedReason);
    }

    /// <summary>The latest changes by staff in accounts, or those of one person.</summary>
    public static async Task<Answer<Slice<Entry>>> Audit(Guid? userId, IdentityDb db, CancellationToken cancel)
    {
        var rows = await db.AuditLog.AsNoTracking().Where(a => userId == null || a.ActorId == userId).OrderByDescending(a => a.At).Take(200).ToListAsync(cancel);
        return new Slice<Entry>([.. rows.Select(a => new Entry(a.At, a.ActorId, a.ActorName, a.Ip, a.Action, a.Subject, a.OrganisationId, Parse(a.Before), Parse(a.After)))], null);

        static JsonElement? Parse(string? text) => text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);
    }
}
