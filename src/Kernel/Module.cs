using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Kernel;

/// <summary>
/// One module or vertical of the house: a database schema, services, endpoints and pages under one name.
/// The host lists the modules it runs; nothing is found by scanning.
/// </summary>
public abstract class Module
{
    /// <summary>The module's name in lower case. It is also the name of its PostgreSQL schema, its inbox and its connection string override.</summary>
    public abstract string Name { get; }

    /// <summary>The assembly that holds the module's pages and its embedded <c>Schema/*.sql</c> files.</summary>
    public Assembly Assembly => GetType().Assembly;

    /// <summary>Registers the module's services, subscriptions and background jobs.</summary>
    public virtual void AddServices(IServiceCollection services, IConfiguration configuration) { }

    /// <summary>Maps the module's endpoints. <paramref name="api"/> is the versioned group: a route <c>/venues</c> answers at <c>/api/v1/venues</c> and <c>/api/venues</c>.</summary>
    public virtual void MapApi(IEndpointRouteBuilder api) { }

    /// <summary>Maps what lives outside the versioned API: well-known documents, hubs, form posts of pages.</summary>
    public virtual void MapRoot(IEndpointRouteBuilder root) { }

    /// <summary>
    /// Fills demo data through the module's own features. Called once, on an empty installation, in the order the host lists the modules.
    /// </summary>
    public virtual Task AddDemo(IServiceProvider services, CancellationToken cancel) => Task.CompletedTask;
}
