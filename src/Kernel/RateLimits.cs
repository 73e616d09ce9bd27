using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Sarai.Kernel;

/// <summary>
/// Rate limits per caller (account, else network address) and class of endpoint. The numbers are configuration:
/// <c>Sarai:RateLimits:{class}:Permits</c> in <c>Sarai:RateLimits:{class}:Seconds</c>. <c>Sarai__RateLimits=off</c> turns them off, except in Production.
/// </summary>
public static class RateLimits
{
    /// <summary>Signing in, registering, resetting: what attackers repeat.</summary>
    public const string Auth = "auth";

    /// <summary>What creates or changes something.</summary>
    public const string Write = "write";

    /// <summary>Reading.</summary>
    public const string Read = "read";

    private static readonly (string Class, int Permits, int Seconds)[] Defaults = [(Auth, 20, 60), (Write, 120, 60), (Read, 600, 60)];

    /// <summary>Registers the limiter.</summary>
    /// <exception cref="StartupProblem">Limits are turned off in Production.</exception>
    public static IServiceCollection AddRateLimits(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        if (AreOff(configuration) && environment.IsProduction())
            throw new StartupProblem("Sarai__RateLimits=off is refused in Production: it is meant for load tests. Remove it or raise the limits instead.");
        return services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = (context, _) => Reject(context);
            foreach (var (name, permits, seconds) in Defaults)
            {
                var section = configuration.GetSection($"Sarai:RateLimits:{name}");
                var limit = section.GetValue("Permits", permits);
                var window = TimeSpan.FromSeconds(section.GetValue("Seconds", seconds));
                options.AddPolicy(name, http => RateLimitPartition.GetSlidingWindowLimiter(CallerOf(http), _ => new SlidingWindowRateLimiterOptions { PermitLimit = limit, Window = window, SegmentsPerWindow = 6 }));
            }
        });
    }

    /// <summary>Limits every request from here on, unless limits are off.</summary>
    public static IApplicationBuilder UseRateLimits(this WebApplication app) => AreOff(app.Configuration) ? app : app.UseRateLimiter();

    private static bool AreOff(IConfiguration configuration) => string.Equals(configuration["Sarai:RateLimits"], "off", StringComparison.OrdinalIgnoreCase);

    /// <summary>Puts an endpoint into a class.</summary>
    public static TBuilder Limited<TBuilder>(this TBuilder builder, string limits) where TBuilder : IEndpointConventionBuilder => builder.RequireRateLimiting(limits);

    private static string CallerOf(HttpContext http) => http.User.FindFirst("sub")?.Value ?? http.Connection.RemoteIpAddress?.ToString() ?? "-";

    private static ValueTask Reject(OnRejectedContext context)
    {
        var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(10);
        context.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return new ValueTask(Envelope.Write(context.HttpContext, new Fault(429, "too_many_requests", "Too many requests. Wait a moment and try again.")));
    }
}
