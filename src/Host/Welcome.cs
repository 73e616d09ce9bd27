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
}
