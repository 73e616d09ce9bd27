using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Identity;

/// <summary>What the law and decency give a person: everything known about them as a file, and to be forgotten.</summary>
public static class KeepPrivacy
{
    private static readonly JsonSerializerOptions Readable = new(Json.Options) { WriteIndented = true };

    /// <summary>The password, so that a borrowed phone erases nobody.</summary>
    public sealed record EraseRequest
    {
        /// <summary>The password.</summary>
        [Required, StringLength(128)] public string? Password { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/users/export", Export).Needs("read:profile").Limited(RateLimits.Auth).WithTags("Users").WithSummary("Everything known about me, as a file");
        api.MapPost("/users/erase", Erase).Needs("update:profile").Limited(RateLimits.Auth).WithTags("Users").WithSummary("Erase my account");
    }

    /// <summary>The file: the shares of all modules under their names.</summary>
    public static async Task<IResult> Export(Actor actor, IEnumerable<PersonalData> shares, Databases databases, TimeProvider clock, CancellationToken cancel)
    {
        var file = new Dictionary<string, object> { ["exportedAt"] = clock.Now(), ["account"] = actor.Id };
        foreach (var share in shares) file[share.What] = await share.Read(databases, actor.Id, cancel);
        return Results.File(JsonSerializer.SerializeToUtf8Bytes(file, Readable), "application/json", $"sarai-{actor.Id}.json");
    }

    /// <summary>
    /// Takes the name, the contacts, the password and the addresses away and ends every session; other modules do the same with what they hold. Bookings
    /// and payments stay without a name: the club's books must add up.
    /// </summary>
    public static async Task<Answer<Done>> Erase(EraseRequest request, Actor actor, IdentityDb db, OpenSession sessions, IPasswordHasher<Account> hasher, TimeProvider clock, CancellationToken cancel)
    {
        var account = await db.Accounts.FirstAsync(a => a.Id == actor.Id, cancel);
        if (account.Try(request.Password!, hasher, clock.Now()) is { } refused)
        {
            await db.SaveChangesAsync(cancel);
            return refused.Code == "invalid_credentials" ? Fault.Invalid("password", "This is not your password.") : refused;
        }
        if (await OwnsAlone(actor.Id, db, cancel)) return Fault.Conflict("last_owner", "An organisation needs an owner. Make somebody else the owner first.");
        var erased = await db.InTransaction<Done>(async () =>
        {
            account.Forget(clock.Now());
            db.Publish(new UserErased(account.Id));
            await db.SaveChangesAsync(cancel);
            await db.Addresses.Where(a => a.AccountId == account.Id).ExecuteDeleteAsync(cancel);
            await db.Codes.Where(c => c.AccountId == account.Id).ExecuteDeleteAsync(cancel);
            await db.ExternalLogins.Where(l => l.AccountId == account.Id).ExecuteDeleteAsync(cancel);
            await db.Memberships.Where(m => m.AccountId == account.Id).ExecuteDeleteAsync(cancel);
            return Done.It;
        }, cancel);
        if (erased.Ok) await sessions.EndOthers(account.Id, null, cancel);
        return erased;
    }

    private static Task<bool> OwnsAlone(Guid id, IdentityDb db, CancellationToken cancel) =>
        db.Memberships.AnyAsync(m => m.AccountId == id && m.Role == Roles.Owner && !db.Memberships.Any(o => o.OrganisationId == m.OrganisationId && o.AccountId != id && o.Role == Roles.Owner), cancel);
}
