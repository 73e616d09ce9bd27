using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Sarai.Kernel;

/// <summary>
/// The connections of every module. All modules share <c>ConnectionStrings:Sarai</c>, and so one pool, unless one has its own
/// <c>ConnectionStrings:{Module}</c>.
/// </summary>
public sealed class Databases(IConfiguration configuration, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, NpgsqlDataSource> _sources = new();

    /// <summary>The data source of a module.</summary>
    /// <exception cref="StartupProblem">No connection string is configured.</exception>
    public NpgsqlDataSource Of(string module)
    {
        var text = configuration.GetConnectionString(module) ?? configuration.GetConnectionString("Sarai")
            ?? throw new StartupProblem("No database: set ConnectionStrings__Sarai, or start without it to use the private PostgreSQL.");
        return _sources.GetOrAdd(text, Build);
    }

    /// <summary>
    /// Whether a problem means that the database is away, restarting or too busy, rather than that the request or our code is wrong: the same request
    /// may well succeed a moment later.
    /// </summary>
    public static bool IsAway(Exception? problem)
    {
        for (var cause = problem; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                // 08 connection, 40 rolled back in favour of another, 53 out of resources, 57P shutting down or starting up, 55P03 waited too long for a lock.
                case PostgresException { SqlState: var state }:
                    return state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("40", StringComparison.Ordinal) || state.StartsWith("53", StringComparison.Ordinal)
                        || state.StartsWith("57P", StringComparison.Ordinal) || state == PostgresErrorCodes.LockNotAvailable;
                case NpgsqlException:
                    return true;
            }
        }
        return false;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources.Values) await source.DisposeAsync();
    }

    private NpgsqlDataSource Build(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "sarai",
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            IncludeErrorDetail = false,
        };
        if (!settings.ContainsKey("Maximum Pool Size")) settings.MaxPoolSize = 64;
        // Plans are kept, since planning a short statement costs as much as running it; one kept from when a table was small must not go on reading
        // all of it, hence no sequential scans. And nothing here should wait long for a lock.
        settings.Options = $"{settings.Options} -c enable_seqscan=off -c lock_timeout=5000 -c TimeZone=UTC".Trim();
        // The pool's metrics carry this name; the default would be the connection string.
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "sarai" }.UseLoggerFactory(loggers).Build();
    }
}

/// <summary>How a module registers its database.</summary>
public static class DatabaseSetup
{
    /// <summary>Registers a module's <see cref="ModuleDb"/>.</summary>
    public static IServiceCollection AddModuleDb<TDb>(this IServiceCollection services, string module) where TDb : ModuleDb
    {
        services.AddKeyedSingleton(module, (sp, _) => new ModuleDbContext(
            module, sp.GetRequiredService<Databases>().Of(module), sp.GetRequiredService<TimeProvider>(), sp.GetRequiredService<OutboxSignal>()));
        services.AddSingleton(sp => sp.GetRequiredKeyedService<ModuleDbContext>(module));
        // Loggers come by way of the application's services: named here, they would make EF build its models and compile its queries for each node in a process.
        services.AddKeyedSingleton(module, (sp, _) => new DbContextOptionsBuilder<TDb>()
            .UseNpgsql(sp.GetRequiredKeyedService<ModuleDbContext>(module).Source)
            .UseApplicationServiceProvider(sp)
            // A row is locked by SQL that names it; EF sees no filter of its own there.
            .ConfigureWarnings(w => w.Ignore(CoreEventId.FirstWithoutOrderByAndFilterWarning))
            .Options);
        return services.AddScoped(sp => (TDb)Activator.CreateInstance(
            typeof(TDb), sp.GetRequiredKeyedService<DbContextOptions<TDb>>(module), sp.GetRequiredKeyedService<ModuleDbContext>(module))!);
    }
}
