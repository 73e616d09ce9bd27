using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

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
