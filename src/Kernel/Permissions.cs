using System.Collections.Frozen;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Sarai.Kernel;

/// <summary>
/// Roles and what they may do, as <c>verb:noun</c> permissions. The names of the owner's document 002 are kept; the desk's are added in the same form.
/// </summary>
public static class Permissions
{
    private static readonly string[] Guest =
    [
        "read:profile", "update:profile", "create:booking", "read:bookings", "update:bookings", "cancel:bookings", "read:content", "read:temples",
        "read:pujas", "read:panchang", "create:review", "read:notifications", "update:notifications",
    ];

    private static readonly string[] Pandit =
    [
        .. Guest, "read:assigned_bookings", "update:booking_status", "create:puja_report", "read:puja_reports", "update:puja_reports",
        "read:temple_schedule", "update:temple_schedule", "create:ritual_notes", "read:ritual_notes", "update:ritual_notes",
        "read:devotee_feedback", "create:ritual_video", "upload:ritual_photos", "read:earnings", "update:availability",
    ];

    private static readonly string[] Coach = [.. Guest, "read:assigned_bookings", "read:earnings", "update:availability"];

    private static readonly string[] Staff =
    [
        .. Guest, "read:desk_bookings", "create:desk_bookings", "update:desk_bookings", "cancel:desk_bookings", "checkin:desk_bookings", "create:blocks",
        "read:customers", "update:customers", "create:cash_payments", "read:payments", "read:venue", "update:rooms",
    ];

    private static readonly string[] Manager =
    [
        .. Staff, "update:venue", "create:venue", "update:prices", "update:policies", "blacklist:customers", "process:refunds", "read:analytics", "read:reports",
        "read:audit_logs", "manage:staff",
    ];

    private static readonly string[] Owner = [.. Manager, "manage:organisation", "manage:payouts", "manage:webhooks"];

    private static readonly string[] Agent = [.. Guest, "read:leads", "update:leads", "create:itineraries"];

    private static readonly FrozenDictionary<string, FrozenSet<string>> ByRole = new Dictionary<string, FrozenSet<string>>
    {
        [Roles.User] = Guest.ToFrozenSet(),
        [Roles.Pandit] = Pandit.ToFrozenSet(),
        [Roles.Coach] = Coach.ToFrozenSet(),
        [Roles.Staff] = Staff.ToFrozenSet(),
        [Roles.Manager] = Manager.ToFrozenSet(),
        [Roles.Owner] = Owner.ToFrozenSet(),
        [Roles.Agent] = Agent.ToFrozenSet(),
        [Roles.Admin] = new[] { "*" }.ToFrozenSet(),
    }.ToFrozenDictionary();

    /// <summary>Whether a role includes a permission. The administrator's <c>*</c> includes all.</summary>
    public static bool Includes(string role, string permission) =>
        ByRole.TryGetValue(role, out var granted) && (granted.Contains(permission) || granted.Contains("*"));

    /// <summary>Everything a role may do, for tokens and the profile page.</summary>
    public static IReadOnlyCollection<string> Of(string role) => ByRole.TryGetValue(role, out var granted) ? granted : FrozenSet<string>.Empty;
}

/// <summary>The roles a person can have: <c>user</c> and <c>admin</c> everywhere, the others inside an organisation.</summary>
public static class Roles
{
    /// <summary>Everybody who signed up.</summary>
    public const string User = "user";

    /// <summary>Performs pujas for a temple.</summary>
    public const string Pandit = "pandit";

    /// <summary>Gives lessons at a club.</summary>
    public const string Coach = "coach";

    /// <summary>Works at the desk.</summary>
    public const string Staff = "staff";

    /// <summary>Runs a venue: prices, policies, refunds.</summary>
    public const string Manager = "manager";

    /// <summary>Owns the organisation.</summary>
    public const string Owner = "owner";

    /// <summary>Sells journeys.</summary>
    public const string Agent = "agent";

    /// <summary>Administrates the platform.</summary>
    public const string Admin = "admin";

    /// <summary>The roles a membership can carry.</summary>
    public static IReadOnlyList<string> InOrganisation { get; } = [Owner, Manager, Staff, Coach, Pandit, Agent];
}

/// <summary>Endpoint metadata: the permission a caller needs somewhere before the handler looks at whose data it is.</summary>
/// <param name="Permission">A <c>verb:noun</c>.</param>
public sealed record PermissionRequirement(string Permission) : IAuthorizationRequirement, IAuthorizationRequirementData
{
    /// <inheritdoc/>
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [this];
}

/// <summary>Grants a <see cref="PermissionRequirement"/> to actors that have it anywhere; <see cref="Actor.Barred"/> then checks the organisation.</summary>
public sealed class PermissionHandler(IHttpContextAccessor http) : AuthorizationHandler<PermissionRequirement>
{
    /// <inheritdoc/>
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionRequirement requirement)
    {
        if (context.User.Identity?.IsAuthenticated == true && Actor.From(context.User, http.HttpContext?.Connection.RemoteIpAddress?.ToString() ?? "-").CanSomewhere(requirement.Permission))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }
}

/// <summary>How endpoints state who may call them.</summary>
public static class Access
{
    /// <summary>Requires a signed-in caller who has this permission platform-wide or in some organisation: 401 without a token, 403 without the right.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder builder, string permission) where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(policy => policy.RequireAuthenticatedUser().AddRequirements(new PermissionRequirement(permission)));
}
