using System.Collections.Frozen;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Sarai.Kernel;

/// <summary>
/// Who does something, and from where. One per request, from the token or the cookie; background work has its own by <see cref="System"/>.
/// Every change is recorded with it.
/// </summary>
public sealed class Actor
{
    private static readonly FrozenDictionary<Guid, string> Nowhere = FrozenDictionary<Guid, string>.Empty;
    private static readonly object OrganisationItem = new();
    private IDictionary<object, object?>? _request;

    /// <summary>The account, or null for a visitor and for the system.</summary>
    public Guid? UserId { get; private init; }

    /// <summary>The account, for code that runs only behind a sign-in.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in: the endpoint lacks its authorisation.</exception>
    public Guid Id => UserId ?? throw new InvalidOperationException("This needs a signed-in actor.");

    /// <summary>The name to show and to record.</summary>
    public string Name { get; private init; } = "visitor";

    /// <summary>The session the request belongs to, if it is signed in.</summary>
    public Guid? SessionId { get; private init; }

    /// <summary>The platform-wide role: user or admin.</summary>
    public string Role { get; private init; } = "";

    /// <summary>The organisations the person works for, with the role in each.</summary>
    public IReadOnlyDictionary<Guid, string> Memberships { get; private init; } = Nowhere;

    /// <summary>The caller's network address, or "-".</summary>
    public string Ip { get; private init; } = "-";

    /// <summary>Whether this is the platform's administrator.</summary>
    public bool IsAdmin => Role == Roles.Admin;

    /// <summary>Whether somebody is signed in.</summary>
    public bool IsSignedIn => UserId is not null;

    /// <summary>The actor of background work.</summary>
    /// <param name="job">The job's name as it should stand in the history, such as "hold sweeper".</param>
    public static Actor System(string job) => new() { Name = job, Role = Roles.Admin };

    /// <summary>An account acting without a request: replays, demo data, bots.</summary>
    public static Actor Of(Guid userId, string name, IReadOnlyDictionary<Guid, string>? memberships = null, string role = Roles.User) =>
        new() { UserId = userId, Name = name, Role = role, Memberships = memberships ?? Nowhere };

    /// <summary>Reads the actor from the claims of a request: <c>sub</c>, <c>name</c>, <c>sid</c>, <c>role</c> and one <c>org</c> (<c>{id}:{role}</c>) for each membership.</summary>
    public static Actor From(HttpContext? http)
    {
        if (http is null) return new Actor();
        var ip = http.Connection.RemoteIpAddress?.ToString() ?? "-";
        var actor = http.User.Identity?.IsAuthenticated == true ? From(http.User, ip) : new Actor { Ip = ip };
        actor._request = http.Items;
        return actor;
    }

    /// <summary>The organisation a request turned out to act for, as a text for the log; null before that is known and for what belongs to none.</summary>
    public static string? OrganisationOf(HttpContext http) => http.Items.TryGetValue(OrganisationItem, out var organisation) ? organisation as string : null;

    /// <summary>Reads the actor from a set of claims.</summary>
    public static Actor From(ClaimsPrincipal user, string ip = "-") => new()
    {
        UserId = Guid.Parse(user.FindFirstValue("sub")!),
        Name = user.FindFirstValue("name") ?? "",
        SessionId = Guid.TryParse(user.FindFirstValue("sid"), out var session) ? session : null,
        Role = user.FindFirstValue("role") ?? Roles.User,
        Memberships = MembershipsOf(user),
        Ip = ip,
    };

    /// <summary>Whether the actor has a permission anywhere: platform-wide or in at least one organisation.</summary>
    public bool CanSomewhere(string permission) =>
        Permissions.Includes(Role, permission) || Memberships.Values.Any(role => Permissions.Includes(role, permission));

    /// <summary>Whether the actor has a permission in this organisation.</summary>
    public bool Can(string permission, Guid organisationId) =>
        IsAdmin || (Memberships.TryGetValue(organisationId, out var role) && Permissions.Includes(role, permission));

    /// <summary>
    /// The check at the head of every feature that works on an organisation's data. A stranger to the organisation learns nothing (404);
    /// a colleague without the right is told so (403); null means go ahead.
    /// </summary>
    /// <param name="permission">A <c>verb:noun</c> of <see cref="Permissions"/>.</param>
    /// <param name="organisationId">The organisation that owns the data.</param>
    /// <param name="what">The thing asked for, in the user's words.</param>
    public Fault? Barred(string permission, Guid organisationId, string what)
    {
        if (!IsSignedIn && !IsAdmin) return Fault.SignIn;
        if (Can(permission, organisationId))
        {
            _request?[OrganisationItem] = organisationId.ToString();
            return null;
        }
        return Memberships.ContainsKey(organisationId) ? Fault.Forbidden() : Fault.NotFound(what);
    }

    private static FrozenDictionary<Guid, string> MembershipsOf(ClaimsPrincipal user)
    {
        Dictionary<Guid, string>? found = null;
        foreach (var claim in user.Claims)
        {
            if (claim.Type != "org" || claim.Value.Split(':') is not [var id, var role] || !Guid.TryParse(id, out var organisation)) continue;
            (found ??= [])[organisation] = role;
        }
        return found?.ToFrozenDictionary() ?? Nowhere;
    }
}
