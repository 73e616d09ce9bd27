using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Sarai.Kernel;

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
