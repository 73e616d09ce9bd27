using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Sarai.Host;

[assembly: AssemblyFixture(typeof(Sarai.Stories.StoryPostgres))]

namespace Sarai.Stories;

/// <summary>The PostgreSQL of this assembly; its template holds every schema.</summary>
public sealed class StoryPostgres : TestPostgres
{
    protected override async Task Prepare(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await Schema.Apply(SaraiApp.Modules.Select(m => (m, source)));
        // A delivered event leaves the outbox; stories may want to know what was published.
        await using var command = source.CreateCommand("""
            create table public.published (module text not null, id bigint not null, event_id uuid not null, at timestamptz not null, key uuid not null, name text not null, body jsonb not null, trace text);
            create function public.keep_published() returns trigger language plpgsql as $$
            begin
              insert into public.published values (tg_table_schema, new.id, new.event_id, new.at, new.key, new.name, new.body, new.trace);
              return null;
            end $$;
            do $$ declare module text; begin
              for module in select schemaname from pg_tables where tablename = 'outbox' loop
                execute format('create trigger keep_published after insert on %I.outbox for each row execute function public.keep_published()', module);
              end loop;
            end $$
            """);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>
/// The base of every story: the whole application on a free port with its own database and a clock that stands still until it is moved.
/// </summary>
public abstract class Story(StoryPostgres postgres) : IAsyncLifetime
{
    private readonly List<HttpClient> _clients = [];
    private RunningApp? _app;

    /// <summary>The clock; it stands still until a story moves it.</summary>
    public Clock Clock => field ??= new Clock(Start);

    /// <summary>Where the clock stands at first: a Monday at noon in Islamabad (07:00 UTC).</summary>
    protected virtual DateTimeOffset Start => new(2026, 6, 1, 7, 0, 0, TimeSpan.Zero);

    protected StoryPostgres Postgres => postgres;

    public TestDatabase Database { get; protected set; } = null!;

    public RunningApp App => _app!;

    /// <summary>A visitor's client: no token.</summary>
    public HttpClient Visitor => Client(null);

    /// <summary>More configuration for the application.</summary>
    protected virtual void Configure(IDictionary<string, string?> settings) { }

    public virtual async ValueTask InitializeAsync()
    {
        Database = await postgres.CreateDatabase();
        _app = AddNode();
    }

    public virtual async ValueTask DisposeAsync()
    {
        lock (_clients) _clients.ForEach(c => c.Dispose());
        if (_app is not null) await _app.DisposeAsync();
        if (Database is not null) await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts one more node on the same database.</summary>
    public RunningApp AddNode() => RunningApp.Start(Settings(), Clock);

    /// <summary>The configuration of a node.</summary>
    protected IReadOnlyDictionary<string, string?> Settings()
    {
        var settings = new Dictionary<string, string?>
        {
            ["ConnectionStrings:Sarai"] = Database.ConnectionString,
            ["Sarai:RateLimits"] = "off",
            ["Sarai:Demo"] = "false",
            ["Sarai:Passwords:Iterations"] = "1000",
            ["Sarai:Secrets:Key"] = Convert.ToBase64String(new byte[32]),
            ["Sarai:Data"] = Path.Combine(Path.GetTempPath(), "sarai-stories"),
            ["Sarai:Quiet"] = "true",
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
        };
        Configure(settings);
        return settings;
    }

    /// <summary>Where clients of a node, or of the first one, go.</summary>
    protected virtual Uri AddressOf(RunningApp? node) => (node ?? App).Address;

    /// <summary>A client with this token, or none.</summary>
    public HttpClient Client(string? token, RunningApp? node = null, string? refreshToken = null)
    {
        var wire = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 256 };
        var client = new HttpClient(new Refreshing(wire, token, refreshToken)) { BaseAddress = AddressOf(node) };
        lock (_clients) _clients.Add(client);
        return client;
    }

    /// <summary>Delivers every waiting event.</summary>
    public Task Settle() => App.Services.GetRequiredService<OutboxDispatcher>().Drain(TestContext.Current.CancellationToken);

    /// <summary>Moves the clock. The application's own runs of jobs fall due on the way: one that looked at the time halfway would do what nobody waits for.</summary>
    public void MoveTo(DateTimeOffset instant) => App.Services.GetRequiredService<JobRunner>().Between(() => Clock.Set(instant), TestContext.Current.CancellationToken).GetAwaiter().GetResult();

    /// <summary>Delivers what waits, moves the clock, runs every job that falls due and delivers what they publish.</summary>
    public async Task Pass(Duration time)
    {
        await Settle();
        MoveTo(Clock.GetUtcNow() + time.ToTimeSpan());
        await App.Services.GetRequiredService<JobRunner>().RunAll(TestContext.Current.CancellationToken);
        await Settle();
    }
}

/// <summary>Sends the access token and, like any good client, trades the refresh token for a new pair when the first has run out.</summary>
public sealed class Refreshing(HttpMessageHandler wire, string? token, string? refreshToken) : DelegatingHandler(wire)
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var used = token;
        if (used is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", used);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized || refreshToken is null) return response;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (token == used && !await Refresh(request.RequestUri!, cancellationToken)) return response;
        }
        finally
        {
            _turn.Release();
        }
        response.Dispose();
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await base.SendAsync(request, cancellationToken);
    }

    private async Task<bool> Refresh(Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/api/v1/auth/refresh")) { Content = JsonContent.Create(new { refreshToken }) };
        using var response = await base.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode) return false;
        var data = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken)).RootElement.GetProperty("data");
        (token, refreshToken) = (data.GetProperty("accessToken").GetString(), data.GetProperty("refreshToken").GetString());
        return true;
    }
}

/// <summary>A node of the application on a real port, built the way the program builds it.</summary>
public sealed class RunningApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _ended;

    private RunningApp(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a node with these settings and this clock.</summary>
    public static RunningApp Start(IReadOnlyDictionary<string, string?> settings, TimeProvider clock)
    {
        // What runs in the background must not carry the story that started it: whatever outlives both would keep both in memory.
        using (ExecutionContext.SuppressFlow()) return Task.Run(() => Begin(settings, clock)).GetAwaiter().GetResult();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0) return;
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task<RunningApp> Begin(IReadOnlyDictionary<string, string?> settings, TimeProvider clock)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = "Sarai.Host", ContentRootPath = AppContext.BaseDirectory, EnvironmentName = settings.GetValueOrDefault("environment") ?? "Development", Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = await SaraiApp.Build(builder, services => services.Replace(ServiceDescriptor.Singleton(clock)));
        await app.StartAsync();
        return new RunningApp(app);
    }
}

/// <summary>What stories do with HTTP.</summary>
public static class Http
{
    /// <summary>Sends JSON; numbers, texts and anonymous objects as they are written in the story.</summary>
    public static async Task<Reply> Send(this HttpClient client, HttpMethod method, string path, object? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is string text) request.Content = new StringContent(text, Encoding.UTF8, "application/json");
        else if (body is not null) request.Content = JsonContent.Create(body, body.GetType(), options: Json.Options);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var content = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Reply(response.StatusCode, content, response.Headers.ToDictionary(h => h.Key, h => string.Join(",", h.Value)));
    }

    public static Task<Reply> Get(this HttpClient client, string path) => client.Send(HttpMethod.Get, path);

    public static Task<Reply> Post(this HttpClient client, string path, object? body = null, string? key = null) => client.Send(HttpMethod.Post, path, body, key);

    public static Task<Reply> Put(this HttpClient client, string path, object? body = null) => client.Send(HttpMethod.Put, path, body);

    public static Task<Reply> Delete(this HttpClient client, string path) => client.Send(HttpMethod.Delete, path);
}

/// <summary>An answer, read as the envelope.</summary>
public sealed record Reply(HttpStatusCode Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    private readonly Lazy<JsonElement> _root = new(() => JsonDocument.Parse(Text).RootElement);

    public JsonElement Root => _root.Value;

    public JsonElement Data => Root.TryGetProperty("data", out var data) ? data : throw new ShouldAssertException($"No data in {(int)Status}: {Text}");

    /// <summary>The error's code, or null on success.</summary>
    public string? Code => Root.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null;

    /// <summary>Whether the error names this field.</summary>
    public bool Names(string field) => Root.TryGetProperty("error", out var error) && error.TryGetProperty("details", out var details)
        && details.ValueKind == JsonValueKind.Object && details.TryGetProperty(field, out _);

    /// <summary>The answer itself when it has this status; fails with its text otherwise.</summary>
    public Reply Is(HttpStatusCode status)
    {
        Status.ShouldBe(status, Text);
        return this;
    }

    /// <summary>Fails unless it was refused like this.</summary>
    public void Refuses(HttpStatusCode status, string code)
    {
        Status.ShouldBe(status, Text);
        Code.ShouldBe(code, Text);
    }
}
