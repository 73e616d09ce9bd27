using Sarai.Identity;

namespace Sarai.Host;

/// <summary>What a person sees when Sarai is open for business.</summary>
internal static class Welcome
{
    public static void Print(WebApplication app)
    {
        if (app.Configuration.GetValue<bool>("Sarai:Quiet")) return;
        var address = app.Urls.FirstOrDefault(u => u.StartsWith("http://", StringComparison.Ordinal)) ?? app.Urls.FirstOrDefault() ?? "";
        Console.WriteLine($"\n  Sarai is open at {address}   (API: {address}/api-docs, stop with Ctrl-C)");
        if (Demo.IsWanted(app))
        {
            Console.WriteLine($"""

                  Demo accounts, all with the password {Demo.Password}
                    guest@sarai.example   a guest who books
                    desk@sarai.example    the desk of Margalla Padel Club
                    owner@sarai.example   its owner
                    admin@sarai.example   the platform's administrator
                """);
        }
        Console.WriteLine();
    }

    /// <summary>Tells the operator how the first administrator gets in. Printed, not logged: logs travel further than the person who starts Sarai.</summary>
    public static async Task GreetAdmin(WebApplication app)
    {
        if (Demo.IsWanted(app)) return;
        await using var scope = app.Services.CreateAsyncScope();
        var path = await FirstAdmin.Ensure(scope.ServiceProvider, app.Lifetime.ApplicationStopping);
        if (path is null || (path.Length == 0 && !app.Environment.IsProduction())) return;
        var address = app.Configuration["Sarai:PublicUrl"] ?? app.Urls.FirstOrDefault() ?? "";
        await Console.Out.WriteLineAsync(path.Length == 0
            ? "  There is no administrator yet: start once with Sarai__Admin__Email set to the e-mail of the person who shall be it."
            : $"  The administrator sets a password here, once, within a day: {address.TrimEnd('/')}{path}");
    }
}
