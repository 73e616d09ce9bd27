using System.Security.Cryptography;
using System.Text;

namespace Sarai.Host;

/// <summary>
/// <c>/metrics</c>. Outside Development it is there only for who may see it: with <c>Sarai:Metrics:Token</c> for whoever sends it as a bearer token, with
/// <c>Sarai:Metrics:Port</c> only on that port, which is not to be made public. With neither it does not exist.
/// </summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this WebApplication app)
    {
        var (token, port) = (app.Configuration["Sarai:Metrics:Token"], app.Configuration.GetValue<int?>("Sarai:Metrics:Port"));
        if (string.IsNullOrEmpty(token) && port is null && !app.Environment.IsDevelopment()) return;
        app.MapGet("/metrics", (HttpContext http, Metrics metrics) =>
        {
            if (port is not null && http.Connection.LocalPort != port) return Results.NotFound();
            return string.IsNullOrEmpty(token) || Knows(http, token) ? Results.Text(metrics.Render(), "text/plain; version=0.0.4", Encoding.UTF8) : Results.Unauthorized();
        }).AllowAnonymous().ExcludeFromDescription();
    }

    private static bool Knows(HttpContext http, string token) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes($"Bearer {token}")), SHA256.HashData(Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString())));
}
