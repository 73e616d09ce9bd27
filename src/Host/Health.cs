using Npgsql;

namespace Sarai.Host;

/// <summary>Whether the process lives, whether it can serve, and what is the matter otherwise. Nothing here tells a stranger more than that.</summary>
internal static class Health
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Json(new { status = "live" })).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/health/ready", async (NpgsqlDataSource source, CancellationToken cancel) => await Reaches(source, cancel)
            ? Results.Json(new { status = "ready" }) : Results.Json(new { status = "no database" }, statusCode: StatusCodes.Status503ServiceUnavailable)).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/health", async (IEnumerable<ModuleDbContext> modules, CancellationToken cancel) =>
        {
            var parts = new Dictionary<string, object>();
            var up = true;
            foreach (var module in modules)
            {
                var backlog = await Backlog(module, cancel);
                up &= backlog is not null;
                parts[module.Module] = new { database = backlog is null ? "down" : "up", outboxWaiting = backlog?.Waiting, outboxParked = backlog?.Parked };
            }
            return Results.Json(new { status = up ? "healthy" : "unhealthy", modules = parts }, statusCode: up ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        }).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Asks a running node how it is, for containers that have nothing else to ask with.</summary>
    /// <returns>The exit code: 0 when it answers well.</returns>
    public static async Task<int> Ask(string address)
    {
        try
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
            return (await client.GetAsync(new Uri(address))).IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException)
        {
            return 1;
        }
    }

    private static async Task<bool> Reaches(NpgsqlDataSource source, CancellationToken cancel)
    {
        try
        {
            await using var command = source.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancel);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<(long Waiting, long Parked)?> Backlog(ModuleDbContext module, CancellationToken cancel)
    {
        try
        {
            await using var command = module.Source.CreateCommand($"select count(*) filter (where attempts < 20), count(*) filter (where attempts >= 20) from {module.Module}.outbox");
            await using var row = await command.ExecuteReaderAsync(cancel);
            await row.ReadAsync(cancel);
            return (row.GetInt64(0), row.GetInt64(1));
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }
}
