using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Testing.Gateways;

/// <summary>A request a stub received.</summary>
public sealed record Call(string Method, string Path, string Query, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>
/// A gateway elsewhere, on a port of its own, that behaves as its documentation says. Troubles can be ordered for the calls to come: an error status, or an
/// answer that gets lost after the work was done.
/// </summary>
public abstract class GatewayStub : IAsyncDisposable
{
    private readonly ConcurrentQueue<Trouble> troubles = new();
    private readonly ConcurrentQueue<Call> calls = new();
    private readonly WebApplication app;

    private sealed record Trouble(string Path, int Status, bool AfterWork);

    protected GatewayStub()
    {
        // Without configuration files: hundreds of stubs would otherwise watch hundreds of them.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Use(Serve);
        Routes(app);
        app.StartAsync().GetAwaiter().GetResult();
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>What it received, in order.</summary>
    public IReadOnlyList<Call> Calls => [.. calls];

    /// <summary>The next calls whose path contains this text are answered with this status, without doing anything.</summary>
    public void Break(string path, int status = 503, int times = 1)
    {
        for (var i = 0; i < times; i++) troubles.Enqueue(new(path, status, false));
    }

    /// <summary>The next calls whose path contains this text do their work, but the connection breaks before the answer is out.</summary>
    public void LoseAnswers(string path, int times = 1)
    {
        for (var i = 0; i < times; i++) troubles.Enqueue(new(path, 0, true));
    }

    protected abstract void Routes(WebApplication routes);

    /// <summary>Why the vendor's published description does not allow a request; null when it does.</summary>
    protected virtual string? Refuses(Call call) => null;

    /// <summary>How the vendor says so.</summary>
    protected virtual Task Refuse(HttpContext http, string why) => Answer(http, new JsonObject { ["message"] = why }, 400);

    protected static string Hex(string key, string message, HashAlgorithmName hash) => Convert.ToHexStringLower(
        hash == HashAlgorithmName.SHA512 ? HMACSHA512.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(message)) : HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(message)));

    protected static string Id(string prefix) => prefix + Guid.NewGuid().ToString("n", CultureInfo.InvariantCulture)[..16];

    /// <summary>Does the work for whoever has the right key, and answers with what came of it.</summary>
    protected static Task Serve(HttpContext http, string authorization, JsonObject stranger, Func<(int Status, JsonObject Answer)> work)
    {
        var (status, answer) = http.Request.Headers.Authorization == authorization ? work() : (401, stranger);
        return Answer(http, answer, status);
    }

    /// <summary>Answers with JSON.</summary>
    protected static Task Answer(HttpContext http, JsonNode answer, int status = 200)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(answer, (JsonSerializerOptions?)null);
    }

    /// <summary>What clients of the basic scheme send.</summary>
    protected static string Basic(string user, string password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    /// <summary>The body of the request, which <see cref="Serve"/> has read.</summary>
    protected static string BodyOf(HttpContext http) => (string)http.Items["body"]!;

    private async Task Serve(HttpContext http, RequestDelegate next)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        http.Items["body"] = body;
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        var path = http.Request.Path.Value!;
        var call = new Call(http.Request.Method, path, http.Request.QueryString.Value ?? "", body, http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        calls.Enqueue(call);
        if (Refuses(call) is { } why)
        {
            await Refuse(http, why);
            return;
        }
        if (!troubles.TryPeek(out var trouble) || !path.Contains(trouble.Path, StringComparison.Ordinal))
        {
            await next(http);
            return;
        }
        troubles.TryDequeue(out _);
        if (!trouble.AfterWork)
        {
            http.Response.StatusCode = trouble.Status;
            await http.Response.WriteAsync("<html>Service unavailable</html>");
            return;
        }
        // The work is done into an answer nobody gets.
        var wire = http.Response.Body;
        http.Response.Body = Stream.Null;
        await next(http);
        http.Response.Body = wire;
        http.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
