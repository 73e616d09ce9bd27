using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Identity;

/// <summary>Organisations and who works for them. An organisation always has an owner.</summary>
public static class RunOrganisation
{
    /// <summary>A new organisation.</summary>
    public sealed record OpenRequest
    {
        /// <summary>Its name.</summary>
        [Required, StringLength(120, MinimumLength = 2)] public string? Name { get; set; }

        /// <summary>Its trade.</summary>
        [Required, AllowedValues("courts", "stays", "temples", "journeys")] public string? Vertical { get; set; }
    }

    /// <summary>Who shall work here, and as what.</summary>
    public sealed record MemberRequest
    {
        /// <summary>Their name, for a new account.</summary>
        [StringLength(100)] public string Name { get; set; } = "";

        /// <summary>Their e-mail.</summary>
        [StringLength(254)] public string? Email { get; set; }

        /// <summary>Their phone.</summary>
        [StringLength(30)] public string? Phone { get; set; }

        /// <summary>owner, manager, staff, coach, pandit or agent.</summary>
        [Required, AllowedValues("owner", "manager", "staff", "coach", "pandit", "agent")] public string? Role { get; set; }
    }

    /// <summary>Another role.</summary>
    public sealed record RoleRequest
    {
        /// <summary>owner, manager, staff, coach, pandit or agent.</summary>
        [Required, AllowedValues("owner", "manager", "staff", "coach", "pandit", "agent")] public string? Role { get; set; }
    }

    /// <summary>An organisation and the caller's role in it.</summary>
    public sealed record View(Guid Id, string Name, string Vertical, string Role);

    /// <summary>Somebody who works here.</summary>
    public sealed record MemberView(Guid UserId, string Name, string? Email, string? Phone, string Role, Instant Since);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/organisations", Open).Idempotent<IdentityDb, View>().Needs("update:profile").Limited(RateLimits.Write).WithTags("Organisations").WithSummary("Open an organisation").Produces<Envelope<View>>(201);
        api.MapGet("/organisations", Mine).Needs("read:profile").Limited(RateLimits.Read).WithTags("Organisations").WithSummary("Where I work");
        api.MapGet("/organisations/{id:guid}/members", Members).Needs("manage:staff").Limited(RateLimits.Read).WithTags("Organisations").WithSummary("Who works here");
        api.MapPost("/organisations/{id:guid}/members", Add).Idempotent<IdentityDb, MemberView>().Needs("manage:staff").Limited(RateLimits.Write).WithTags("Organisations").WithSummary("Add somebody").Produces<Envelope<MemberView>>(201);
        api.MapPut("/organisations/{id:guid}/members/{userId:guid}", ChangeRole).Needs("manage:staff").Limited(RateLimits.Write).WithTags("Organisations").WithSummary("Give another role");
        api.MapDelete("/organisations/{id:guid}/members/{userId:guid}", Remove).Needs("manage:staff").Limited(RateLimits.Write).WithTags("Organisations").WithSummary("Let somebody go");
    }

    /// <summary>Opens an organisation; the caller owns it.</summary>
    public static async Task<Answer<View>> Open(OpenRequest request, Actor actor, IdentityDb db, OpenSession sessions, TimeProvider clock, CancellationToken cancel)
    {
        var organisation = new Organisation { Id = Guid.CreateVersion7(), Name = request.Name!.Trim(), Vertical = request.Vertical!, CreatedAt = clock.Now() };
        db.Organisations.Add(organisation);
        db.Memberships.Add(new Membership { OrganisationId = organisation.Id, AccountId = actor.Id, Role = Roles.Owner, CreatedAt = clock.Now() });
        db.Publish(new OrganisationOpened(organisation.Id, organisation.Name, organisation.Vertical, actor.Id));
        await db.SaveChangesAsync(cancel);
        await sessions.Reread(actor.Id, cancel);
        return Answer<View>.Created(new View(organisation.Id, organisation.Name, organisation.Vertical, Roles.Owner));
    }

    /// <summary>Where the caller works.</summary>
    public static async Task<Answer<Slice<View>>> Mine(Actor actor, IdentityDb db, CancellationToken cancel) => new Slice<View>(
        await db.Memberships.Where(m => m.AccountId == actor.Id).Join(db.Organisations, m => m.OrganisationId, o => o.Id, (m, o) => new View(o.Id, o.Name, o.Vertical, m.Role)).ToListAsync(cancel), null);

    /// <summary>Who works here.</summary>
    public static async Task<Answer<Slice<MemberView>>> Members(Guid id, Actor actor, IdentityDb db, CancellationToken cancel)
    {
        if (actor.Barred("manage:staff", id, "organisation") is { } barred) return barred;
        return new Slice<MemberView>(await db.Memberships.Where(m => m.OrganisationId == id).Join(db.Accounts, m => m.AccountId, a => a.Id, (m, a) => new MemberView(a.Id, a.Name, a.Email, a.Phone, m.Role, m.CreatedAt)).ToListAsync(cancel), null);
    }

    /// <summary>Adds somebody; an account is made for them when there is none.</summary>
    public static async Task<Answer<MemberView>> Add(Guid id, MemberRequest request, Actor actor, IdentityDb db, IIdentity identity, OpenSession sessions, TimeProvider clock, CancellationToken cancel)
    {
        if (actor.Barred("manage:staff", id, "organisation") is { } barred) return barred;
        if (request.Role == Roles.Owner && !actor.Can("manage:organisation", id)) return Fault.Forbidden("Only an owner can make somebody an owner.");
        var person = await identity.FindOrInvite(request.Name, request.Phone, request.Email, cancel);
        if (person.Fault is { } malformed) return malformed;
        if (await db.Memberships.AnyAsync(m => m.OrganisationId == id && m.AccountId == person.Value.Id, cancel)) return Fault.Conflict("already_member", $"{person.Value.Name} already works here.");
        db.Memberships.Add(new Membership { OrganisationId = id, AccountId = person.Value.Id, Role = request.Role!, CreatedAt = clock.Now() });
        db.Audit(actor, id, "manage:staff", person.Value.Id, null, new { request.Role });
        await db.SaveChangesAsync(cancel);
        await sessions.Reread(person.Value.Id, cancel);
        return Answer<MemberView>.Created(new MemberView(person.Value.Id, person.Value.Name, person.Value.Email, person.Value.Phone, request.Role!, clock.Now()));
    }

    /// <summary>Gives somebody another role.</summary>
    public static Task<Answer<Done>> ChangeRole(Guid id, Guid userId, RoleRequest request, Actor actor, IdentityDb db, OpenSession sessions, CancellationToken cancel) =>
        Change(id, userId, request.Role, actor, db, sessions, cancel);

    /// <summary>Lets somebody go.</summary>
    public static Task<Answer<Done>> Remove(Guid id, Guid userId, Actor actor, IdentityDb db, OpenSession sessions, CancellationToken cancel) =>
        Change(id, userId, null, actor, db, sessions, cancel);

    private static async Task<Answer<Done>> Change(Guid id, Guid userId, string? role, Actor actor, IdentityDb db, OpenSession sessions, CancellationToken cancel)
    {
        if (actor.Barred("manage:staff", id, "organisation") is { } barred) return barred;
        var answer = await db.InTransaction<Done>(async () =>
        {
            // All members are locked, so that two owners cannot leave at once.
            var members = await db.Memberships.FromSql($"select * from identity.membership where organisation_id = {id} for update").ToListAsync(cancel);
            var member = members.Find(m => m.AccountId == userId);
            if (member is null) return Fault.NotFound("member");
            if ((member.Role == Roles.Owner || role == Roles.Owner) && !actor.Can("manage:organisation", id)) return Fault.Forbidden("Only an owner can change owners.");
            if (member.Role == Roles.Owner && role != Roles.Owner && members.Count(m => m.Role == Roles.Owner) == 1) return Fault.Conflict("last_owner", "An organisation needs an owner. Make somebody else the owner first.");
            db.Audit(actor, id, "manage:staff", userId, new { member.Role }, role is null ? null : new { Role = role });
            if (role is null) db.Memberships.Remove(member);
            else member.Role = role;
            return Done.It;
        }, cancel);
        if (answer.Ok) await sessions.Reread(userId, cancel);
        return answer;
    }
}
