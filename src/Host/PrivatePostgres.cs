using Sarai.Postgres;

namespace Sarai.Host;

/// <summary>The PostgreSQL Sarai starts and minds itself when no server is configured.</summary>
internal static class PrivatePostgres
{
    /// <summary>Starts the private server and points the configuration to it; does nothing when <c>ConnectionStrings:Sarai</c> is set.</summary>
    /// <exception cref="StartupProblem">Something the person who starts Sarai has to mend.</exception>
    public static async Task<PostgresServer?> StartUnlessConfigured(WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetConnectionString("Sarai") is { Length: > 0 }) return null;
        using var loggers = LoggerFactory.Create(logging => logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddSimpleConsole(o => o.SingleLine = true));
        var server = await PostgresServer.Start(Settings.DataFolder(builder.Configuration), loggers.CreateLogger("Sarai.Postgres"), builder.Configuration["Sarai:Postgres:Bin"]);
        builder.Configuration["ConnectionStrings:Sarai"] = server.ConnectionString;
        builder.Services.AddHostedService(_ => new Watcher(server));
        return server;
    }

    private sealed class Watcher(PostgresServer server) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => server.Watch(stoppingToken);
    }
}
