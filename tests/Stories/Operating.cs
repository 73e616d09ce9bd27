using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sarai.Host;

namespace Sarai.Stories;

/// <summary>What an operator sees from outside.</summary>
public sealed class Operating(StoryPostgres postgres) : MoneyWorld(postgres)
{
    [Fact]
    public async Task The_metrics_page_shows_what_happened_in_the_format_Prometheus_reads()
    {
        var before = Exposition.Read((await Visitor.Get("/metrics")).Is(HttpStatusCode.OK).Text);
        var club = await OpenClub(courts: 1);
        var (guest, other) = (await Guest(), await Guest());
        var booking = await Hold(club, guest, 2, 10);
        await Pay(guest, booking);
        (await other.Client.Post("/api/v1/bookings", Wish(club, At(2, 10)))).Refuses(HttpStatusCode.Conflict, "slot_taken");
        await other.Client.Get($"/api/v1/bookings/{booking}");
        await Pass(Duration.FromSeconds(1));
        // The last look at the outboxes may have been at a moment when something was on its way.
        await App.Services.GetRequiredService<OutboxGauges>().LookAgain(TestContext.Current.CancellationToken);

        var page = (await Visitor.Get("/metrics")).Is(HttpStatusCode.OK);
        var after = Exposition.Read(page.Text);

        Grew("http_requests_total", ("method", "POST"), ("route", "/api/v1/bookings"), ("status_code", "201"));
        Grew("http_requests_total", ("method", "GET"), ("route", "/api/v1/bookings/{id:guid}"), ("status_code", "404"));
        Grew("http_request_duration_seconds_count", ("method", "POST"), ("route", "/api/v1/bookings"), ("status_code", "409"));
        Grew("http_request_duration_seconds_bucket", ("method", "POST"), ("route", "/api/v1/bookings"), ("status_code", "409"), ("le", "+Inf"));
        Grew("booking_events_total", ("event_type", "created"));
        Grew("booking_events_total", ("event_type", "confirmed"));
        Grew("revenue_total", ("currency", "PKR"));
        Grew("payment_outcomes_total", ("method", "sandbox"), ("outcome", "applied"));
        Grew("hold_conflicts_total");
        after.Value("active_connections", ("type", "http")).ShouldBeGreaterThan(0);
        after.Value("outbox_waiting", ("module", "bookings")).ShouldBe(0);
        after.Value("outbox_parked", ("module", "payments")).ShouldBe(0);
        after.Value("outbox_lag_seconds", ("module", "bookings")).ShouldBe(0);
        after.Value("database_up", ("module", "bookings")).ShouldBe(1);
        after.Families["dotnet_gc_collections_total"].Type.ShouldBe("counter");
        after.Families["db_client_connection_count"].Type.ShouldBe("gauge");
        page.Text.ShouldNotContain(booking.ToString());
        page.Text.ShouldNotContain("example.com");

        void Grew(string name, params (string, string)[] labels) => after.Value(name, labels).ShouldBeGreaterThan(before.Value(name, labels), name);
    }

    [Fact]
    public async Task A_trace_goes_on_through_the_outbox_and_reaches_the_collector()
    {
        await using var collector = await Collector.Start();
        await using var node = AddNode(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" });
        var club = await OpenClub();
        var guest = await Guest(node: node);
        var trace = ActivityTraceId.CreateRandom();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/bookings") { Content = JsonContent.Create(Wish(club, At(2, 10))) };
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        using var held = await guest.Client.SendAsync(request, TestContext.Current.CancellationToken);
        held.StatusCode.ShouldBe(HttpStatusCode.Created);
        JsonDocument.Parse(await held.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("requestId").GetString().ShouldBe(trace.ToHexString());
        (await Database.Ask($"select count(*) from published where module = 'bookings' and trace like '00-{trace}-%'")).ShouldBe(1L);
        await Settle();
        await node.DisposeAsync();

        var spans = collector.SpansOf(trace);
        spans.ShouldContain(s => s.Contains("POST /api/v1/bookings", StringComparison.Ordinal));
        spans.ShouldContain(s => s.Contains("postgresql", StringComparison.Ordinal));
        collector.Heard("/v1/metrics").ShouldContain(body => body.Contains("http.server.request.duration", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_answer_carries_the_security_headers_and_pages_a_policy_with_a_nonce_of_their_own()
    {
        foreach (var path in new[] { "/", "/api/v1/venues?vertical=courts", "/no-such-page", "/health/live", "/sign-in" })
        {
            var reply = await Visitor.Get(path);
            reply.Headers["X-Content-Type-Options"].ShouldBe("nosniff", path);
            reply.Headers["Referrer-Policy"].ShouldBe("strict-origin-when-cross-origin", path);
            reply.Headers["Cross-Origin-Opener-Policy"].ShouldBe("same-origin", path);
            reply.Headers["Permissions-Policy"].ShouldContain("camera=()");
            reply.Headers.Keys.ShouldNotContain("Server", path);
            reply.Headers.Keys.ShouldNotContain("X-Powered-By", path);
        }
        var (first, second) = ((await Visitor.Get("/")).Headers["Content-Security-Policy"], (await Visitor.Get("/")).Headers["Content-Security-Policy"]);
        first.ShouldContain("frame-ancestors 'none'");
        first.ShouldContain("object-src 'none'");
        first.ShouldNotContain("unsafe-inline");
        var nonce = Regex.Match(first, "'nonce-([0-9a-f]{32})'").Groups[1].Value;
        nonce.Length.ShouldBe(32);
        second.ShouldNotContain(nonce);
    }

    [Fact]
    public async Task Who_asks_for_the_head_only_is_told_what_a_whole_answer_would_say()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/");
        using var head = await Visitor.SendAsync(request, TestContext.Current.CancellationToken);
        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await head.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    private RunningApp AddNode(Dictionary<string, string?> more)
    {
        var settings = new Dictionary<string, string?>(Settings());
        foreach (var (key, value) in more) settings[key] = value;
        return RunningApp.Start(settings, Clock);
    }
}

/// <summary>Who asks too often waits.</summary>
public sealed class TooManyRequests(StoryPostgres postgres) : World(postgres)
{
    protected override void Configure(IDictionary<string, string?> settings)
    {
        settings.Remove("Sarai:RateLimits");
        settings["Sarai:RateLimits:auth:Permits"] = "3";
        settings["Sarai:RateLimits:auth:Seconds"] = "60";
    }

    [Fact]
    public async Task Signing_in_too_often_is_refused_with_the_time_to_wait_and_nobody_else_is_touched()
    {
        var replies = new List<Reply>();
        for (var i = 0; i < 5; i++) replies.Add(await Visitor.Post("/api/v1/auth/login", new { email = "nobody@example.com", password = "wrong" }));
        replies.Take(3).ShouldAllBe(r => r.Status == HttpStatusCode.Unauthorized);
        foreach (var refused in replies.Skip(3))
        {
            refused.Refuses(HttpStatusCode.TooManyRequests, "too_many_requests");
            int.Parse(refused.Headers["Retry-After"], CultureInfo.InvariantCulture).ShouldBeInRange(1, 60);
            refused.Root.GetProperty("success").GetBoolean().ShouldBeFalse();
        }
        (await Visitor.Get("/api/v1/venues?vertical=courts")).Is(HttpStatusCode.OK);
    }
}

/// <summary>Prometheus' text format, read strictly: whatever does not follow version 0.0.4 fails the story.</summary>
public sealed partial class Exposition
{
    private readonly Dictionary<string, double> _samples = [];

    /// <summary>The families by name, with the type they declare.</summary>
    public Dictionary<string, (string Type, string Help)> Families { get; } = [];

    public static Exposition Read(string text)
    {
        var read = new Exposition();
        text.ShouldEndWith("\n");
        var current = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                var parts = line[7..].Split(' ', 2);
                current = parts[0];
                read.Families.TryAdd(current, ("", parts[1])).ShouldBeTrue($"{current} is described twice");
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var parts = line[7..].Split(' ');
                parts[0].ShouldBe(current);
                parts[1].ShouldBeOneOf("counter", "gauge", "histogram");
                read.Families[current] = (parts[1], read.Families[current].Help);
            }
            else
            {
                read.Sample(line, current);
            }
        }
        foreach (var (name, family) in read.Families.Where(f => f.Value.Type == "histogram")) read.Histogram(name);
        return read;
    }

    /// <summary>The value of a sample; zero when it was never measured.</summary>
    public double Value(string name, params (string Name, string Value)[] labels) => _samples.GetValueOrDefault(Key(name, labels));

    private void Sample(string line, string family)
    {
        var match = Line().Match(line);
        match.Success.ShouldBeTrue($"not a sample: {line}");
        var name = match.Groups["name"].Value;
        var known = Families[family].Type == "histogram" ? name == $"{family}_bucket" || name == $"{family}_sum" || name == $"{family}_count" : name == family;
        known.ShouldBeTrue($"{name} stands under {family}");
        if (Families[family].Type == "counter") name.ShouldEndWith("_total");
        var labels = Label().Matches(match.Groups["labels"].Value).Select(m => (m.Groups[1].Value, Regex.Unescape(m.Groups[2].Value))).ToArray();
        labels.Select(l => l.Item1).ShouldBeUnique();
        var text = match.Groups["value"].Value;
        var value = text switch { "+Inf" => double.PositiveInfinity, "NaN" => double.NaN, _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) };
        _samples.TryAdd(Key(name, labels), value).ShouldBeTrue($"twice: {line}");
    }

    // Buckets are cumulative and the last is the count.
    private void Histogram(string name)
    {
        foreach (var (key, count) in _samples.Where(s => s.Key.StartsWith($"{name}_count{{", StringComparison.Ordinal)).ToList())
        {
            var rest = key[$"{name}_count{{".Length..^1];
            var buckets = _samples.Where(s => s.Key.StartsWith($"{name}_bucket{{", StringComparison.Ordinal) && Without(s.Key[$"{name}_bucket{{".Length..^1]) == rest).Select(s => s.Value).ToList();
            buckets.Count.ShouldBeGreaterThan(1, key);
            buckets.ShouldBeInOrder(SortDirection.Ascending, key);
            buckets[^1].ShouldBe(count, key);
        }

        static string Without(string labels) => string.Join(',', labels.Split(',').Where(l => !l.StartsWith("le=", StringComparison.Ordinal)));
    }

    private static string Key(string name, IEnumerable<(string Name, string Value)> labels) => $"{name}{{{string.Join(',', labels.OrderBy(l => l.Name, StringComparer.Ordinal).Select(l => $"{l.Name}={l.Value}"))}}}";

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*")*)\})? (?<value>[-+0-9.eE]+|\+Inf|NaN)$""")]
    private static partial Regex Line();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)""")]
    private static partial Regex Label();
}

/// <summary>Stands for an OpenTelemetry collector: takes what is posted and looks for names and trace ids in the bytes.</summary>
public sealed class Collector : IAsyncDisposable
{
    private readonly List<(string Path, byte[] Body)> _posts = [];
    private readonly WebApplication _app;

    private Collector(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public static async Task<Collector> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new Collector(builder.Build());
        collector._app.MapPost("/{**path}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            lock (collector._posts) collector._posts.Add((request.Path, body.ToArray()));
        });
        await collector._app.StartAsync();
        return collector;
    }

    public IReadOnlyList<string> Heard(string path)
    {
        lock (_posts) return [.. _posts.Where(p => p.Path == path).Select(p => System.Text.Encoding.Latin1.GetString(p.Body))];
    }

    /// <summary>What was said of a trace: the bytes that follow each mention of its id.</summary>
    public IReadOnlyList<string> SpansOf(ActivityTraceId trace)
    {
        var id = new byte[16];
        trace.CopyTo(id);
        var needle = System.Text.Encoding.Latin1.GetString(id);
        return [.. Heard("/v1/traces").SelectMany(body => body.Split(needle).Skip(1)).Select(rest => rest[..Math.Min(rest.Length, 600)])];
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
