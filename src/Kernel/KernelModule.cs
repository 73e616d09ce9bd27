using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Sarai.Kernel;

/// <summary>Registers what every module counts on.</summary>
public static class KernelSetup
{
    /// <summary>Adds the kernel's services.</summary>
    public static IServiceCollection AddKernel(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        Wording.Add(typeof(Words));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Databases>();
        services.AddSingleton(sp => sp.GetRequiredService<Databases>().Of("Kernel"));
        services.AddSingleton<Sealed>();
        Outbound.AddRules(services, configuration, environment);
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<OutboxDispatcher>();
        services.AddHostedService(sp => sp.GetRequiredService<OutboxDispatcher>());
        services.AddSingleton<JobRunner>();
        services.AddHostedService(sp => sp.GetRequiredService<JobRunner>());
        services.AddHttpContextAccessor();
        services.AddScoped(sp => Actor.From(sp.GetRequiredService<IHttpContextAccessor>().HttpContext));
        services.AddSingleton<IAuthorizationHandler, PermissionHandler>();
        services.Configure<JsonOptions>(o => Json.Configure(o.SerializerOptions));
        services.AddSingleton<IProblemDetailsWriter, EnvelopeProblemWriter>();
        services.AddProblemDetails();
        // The exception names the field that could not be read, in every environment; EnvelopeProblemWriter turns it into a 400.
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddRateLimits(configuration, environment);
        services.AddSignalR().AddJsonProtocol(o => Json.Configure(o.PayloadSerializerOptions));
        return services;
    }
}

/// <summary>The kernel's own corner: the log of live events and the housekeeping of what every module has.</summary>
public sealed class KernelModule : Module
{
    /// <inheritdoc/>
    public override string Name => "kernel";

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<Live>();
        services.AddHostedService(sp => sp.GetRequiredService<Live>());
        services.AddHostedService<LiveRelay>();
        services.AddSingleton(new Job("housekeeping", TimeSpan.FromHours(6), TidyUp));
    }

    /// <inheritdoc/>
    public override void MapApi(IEndpointRouteBuilder api) =>
        api.MapGet("/live/events", CatchUp).AllowAnonymous().Limited(RateLimits.Read).WithTags("Live").WithSummary("Events of a live group after a cursor");

    /// <inheritdoc/>
    public override void MapRoot(IEndpointRouteBuilder root) => root.MapHub<LiveHub>("/live");

    private static async Task<Answer<Slice<LiveEvent>>> CatchUp(
        string group, string? after, Actor actor, IEnumerable<LiveRule> rules, IServiceProvider services, Live live, CancellationToken cancel)
    {
        if (!long.TryParse(after ?? "0", out var cursor) || cursor < 0) return Fault.Invalid("after", "Give the cursor of the last event you saw.");
        if (!await LiveHub.MayWatch(services, rules, actor, group, cancel)) return Fault.NotFound("group");
        var events = await live.Missed(group, cursor, cancel);
        return new Slice<LiveEvent>(events, events.Count == 200 ? events[^1].Cursor : null);
    }

    private static async Task<bool> TidyUp(IServiceProvider services, CancellationToken cancel)
    {
        var clock = services.GetRequiredService<TimeProvider>();
        var now = clock.GetUtcNow().UtcDateTime;
        foreach (var module in services.GetServices<ModuleDbContext>())
        {
            await Schema.AddMonths(module.Source, module.Module, clock.Now(), cancel);
            await using var tidy = module.Source.CreateCommand($"with a as (delete from {module.Module}.idempotency where at < $1) delete from {module.Module}.inbox where at < $2");
            tidy.Parameters.Add(new() { Value = now - Idempotency.Memory.ToTimeSpan() });
            // Longer than the dispatcher keeps trying, so that no event can come again after its inbox row is gone.
            tidy.Parameters.Add(new() { Value = now - TimeSpan.FromDays(30) });
            await tidy.ExecuteNonQueryAsync(cancel);
        }
        await using var live = services.GetRequiredService<NpgsqlDataSource>().CreateCommand("delete from kernel.live_event where at < $1");
        live.Parameters.Add(new() { Value = now - TimeSpan.FromDays(1) });
        await live.ExecuteNonQueryAsync(cancel);
        return false;
    }
}
