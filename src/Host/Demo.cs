using Npgsql;

namespace Sarai.Host;

/// <summary>Fills an empty installation with demo data through the modules' own features, once, in Development or when <c>Sarai:Demo</c> is true.</summary>
internal static class Demo
{
    /// <summary>The password of every demo account.</summary>
    public const string Password = "Sarai-Demo-2026!";

    /// <summary>Whether this installation shows demo data.</summary>
    public static bool IsWanted(WebApplication app) => app.Configuration.GetValue("Sarai:Demo", app.Environment.IsDevelopment());

    /// <summary>Adds the demo data unless that was done or begun before.</summary>
    public static async Task AddOnce(WebApplication app)
    {
        if (!IsWanted(app)) return;
        var source = app.Services.GetRequiredService<NpgsqlDataSource>();
        await using var begin = source.CreateCommand("insert into kernel.done (what, at) values ('demo', now()) on conflict do nothing");
        if (await begin.ExecuteNonQueryAsync() == 0) return;
        foreach (var module in SaraiApp.Modules)
        {
            await using var scope = app.Services.CreateAsyncScope();
            await module.AddDemo(scope.ServiceProvider, app.Lifetime.ApplicationStopping);
        }
    }
}
