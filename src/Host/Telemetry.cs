using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Sarai.Host;

/// <summary>
/// What an operator sees from outside: one JSON line for each log entry in Production, traces and metrics to an OpenTelemetry collector when
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one, and <c>/metrics</c>.
/// </summary>
internal static class Telemetry
{
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "Sarai"];

    /// <summary>The meters that are exported and shown.</summary>
    public static IReadOnlySet<string> Meters { get; } = new HashSet<string>(
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Http.Connections", "System.Net.Http", "System.Runtime", "Npgsql", "Sarai"]);

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Logging.AddConsoleFormatter<JsonLog, JsonLogOptions>();
        if (!builder.Environment.IsDevelopment()) builder.Logging.AddConsole(o => o.FormatterName = JsonLog.FormatterName);
        builder.Services.AddSingleton<Metrics>();
        builder.Services.AddSingleton<OutboxGauges>();
        builder.Services.AddSingleton(OutboxGauges.Job);
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not { Length: > 0 } endpoint) return;
        // Without it the server's spans carry no route and no status; it is read when the first request comes.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var resource = ResourceBuilder.CreateDefault().AddService(builder.Configuration["OTEL_SERVICE_NAME"] ?? "sarai", serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString(), serviceInstanceId: Environment.MachineName);
        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Sources).AddOtlpExporter(o => Aim(o, endpoint, "v1/traces", builder.Configuration)).Build());
        builder.Services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter([.. Meters]).AddOtlpExporter(o => Aim(o, endpoint, "v1/metrics", builder.Configuration)).Build());
        builder.Services.AddHostedService<Exporting>();
    }

    public static void UseTelemetry(this WebApplication app)
    {
        // Made now, so that it counts from the first connection on.
        app.Services.GetRequiredService<Metrics>();
        app.Services.GetRequiredService<OutboxGauges>();
        app.Use(NameSpan);
        app.Use(WriteAccessLine);
    }

    private static void Aim(OtlpExporterOptions options, string endpoint, string path, IConfiguration configuration)
    {
        var overHttp = string.Equals(configuration["OTEL_EXPORTER_OTLP_PROTOCOL"], "http/protobuf", StringComparison.OrdinalIgnoreCase);
        options.Protocol = overHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        options.Endpoint = overHttp ? new Uri($"{endpoint.TrimEnd('/')}/{path}") : new Uri(endpoint);
        if (configuration["OTEL_EXPORTER_OTLP_HEADERS"] is { Length: > 0 } headers) options.Headers = headers;
    }

    // The route and not the path: a trace list groups by it, and paths may carry codes of bookings.
    private static async Task NameSpan(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        finally
        {
            if (Activity.Current is { Kind: ActivityKind.Server, IsAllDataRequested: true } span && http.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route })
            {
                span.DisplayName = $"{http.Request.Method} {route}";
                span.SetTag("http.route", route);
                span.SetTag("http.response.status_code", http.Response.StatusCode);
                if (http.Response.StatusCode >= 500) span.SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    private static async Task WriteAccessLine(HttpContext http, RequestDelegate next)
    {
        var log = http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Sarai.Requests");
        if (!log.IsEnabled(LogLevel.Information))
        {
            await next(http);
            return;
        }
        var start = Stopwatch.GetTimestamp();
        await next(http);
        var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "-";
        log.LogInformation("{Method} {Route} answered {Status} in {Milliseconds} ms", http.Request.Method, route, http.Response.StatusCode, (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    // The providers live as long as the application and send what they still have when it stops.
    private sealed class Exporting(TracerProvider traces, MeterProvider metrics) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            traces.ForceFlush(2000);
            metrics.ForceFlush(2000);
            return Task.CompletedTask;
        }
    }
}
