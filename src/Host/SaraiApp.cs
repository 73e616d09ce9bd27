using Microsoft.AspNetCore.Components;
using Npgsql;
using Sarai.Bookings;
using Sarai.Catalog;
using Sarai.Courts;
using Sarai.Identity;
using Sarai.Media;
using Sarai.Memberships;
using Sarai.Notifications;
using Sarai.Payments;
using Sarai.Search;
using Sarai.Stays;
using Sarai.Ui.Layout;
using Sarai.Ui;
using Sarai.Webhooks;

namespace Sarai.Host;

/// <summary>The whole of Sarai in one process: the list of its modules and the way requests take through it.</summary>
public static class SaraiApp
{
    /// <summary>Every module and vertical, in the order their schemas are applied and their demo data is made.</summary>
    public static IReadOnlyList<Module> Modules { get; } =
    [
        new KernelModule(),
        new IdentityModule(),
        new CatalogModule(),
        new BookingsModule(),
        new PaymentsModule(),
        new MembershipsModule(),
        new NotificationsModule(),
        new SearchModule(),
        new MediaModule(),
        new WebhooksModule(),
        new CourtsModule(),
        new StaysModule(),
    ];

    /// <summary>Builds the application, its database up to date.</summary>
    /// <param name="builder">Its configuration.</param>
    /// <param name="adjust">Changes to the services before they are built: another clock.</param>
    /// <exception cref="StartupProblem">Something the person who starts it has to mend.</exception>
    public static async Task<WebApplication> Build(WebApplicationBuilder builder, Action<IServiceCollection>? adjust = null)
    {
        builder.AddTelemetry();
        builder.Services.AddKernel(builder.Configuration, builder.Environment);
        // Nobody needs to know what serves them.
        builder.Services.Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(o => o.AddServerHeader = false);
        builder.Services.AddAuthorization();
        builder.Services.AddOpenApiDocument();
        builder.Services.AddUi([.. Modules.Select(m => m.Assembly).Where(a => a.GetTypes().Any(t => t.IsDefined(typeof(RouteAttribute), false)))]);
        foreach (var module in Modules) module.AddServices(builder.Services, builder.Configuration);

        adjust?.Invoke(builder.Services);
        var app = builder.Build();
        await PrepareDatabase(app.Services);
        app.UseTelemetry();
        app.Use(AnswerHead);
        app.UseUi();
        app.Use(NewestVersion);
        app.UseWhen(WantsPage, pages => pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true));
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/api"), api => api.UseExceptionHandler(Unhandled).UseStatusCodePages());
        app.UseRouting();
        app.UseAuthentication();
        app.UseLanguages();
        app.Use(Authentication.RefuseOtherSites);
        app.UseRateLimits();
        app.UseAuthorization();
        app.UseAntiforgery();

        var group = app.MapGroup("/api/v1").RequireAuthorization();
        foreach (var module in Modules)
        {
            module.MapApi(group);
            module.MapRoot(app);
        }
        app.MapOpenApiDocument();
        app.MapHealth();
        app.MapMetrics();
        app.MapStaticAssets();
        app.MapOffline();
        app.MapRazorComponents<App>().AddAdditionalAssemblies([.. app.Services.GetRequiredService<UiParts>().Assemblies]);
        return app;
    }

    // A request that cannot be read is the caller's matter and gets its 400; while the database is away, one line says so. Neither is an error of ours.
    private static readonly ExceptionHandlerOptions Unhandled = new()
    {
        SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException || Databases.IsAway(context.Exception),
    };

    private static async Task PrepareDatabase(IServiceProvider services)
    {
        var databases = services.GetRequiredService<Databases>();
        try
        {
            await Schema.Apply(Modules.Select(m => (m, databases.Of(m.Name))));
            foreach (var module in Modules) await Schema.AddMonths(databases.Of(module.Name), module.Name, services.GetRequiredService<TimeProvider>().Now());
        }
        catch (NpgsqlException problem) when (problem is not PostgresException)
        {
            throw new StartupProblem($"The database server cannot be reached: {problem.Message.TrimEnd('.')}. Check ConnectionStrings__Sarai, or leave it out to use the private PostgreSQL.", problem);
        }
        catch (PostgresException problem) when (problem.SqlState is "28P01" or "28000" or "3D000" or "42501")
        {
            throw new StartupProblem($"The database server refuses: {problem.MessageText}. Check the user, password, database and rights in ConnectionStrings__Sarai.", problem);
        }
    }

    // Whoever asks for the head only is told what a whole answer would say; the server leaves the body out by itself.
    private static Task AnswerHead(HttpContext http, RequestDelegate next)
    {
        if (HttpMethods.IsHead(http.Request.Method)) http.Request.Method = HttpMethods.Get;
        return next(http);
    }

    // A page that answers 404 leaves its body to this; so does an address that nothing serves.
    private static bool WantsPage(HttpContext http) =>
        HttpMethods.IsGet(http.Request.Method) && !http.Request.Path.StartsWithSegments("/api") && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);

    // /api/... answers as the newest version, /api/v1/....
    private static Task NewestVersion(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Path.StartsWithSegments("/api", out var rest) && rest.Value is { Length: > 1 } path && !(path.Length > 2 && path[1] == 'v' && char.IsAsciiDigit(path[2])))
            http.Request.Path = "/api/v1" + path;
        return next(http);
    }
}
