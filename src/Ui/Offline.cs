using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Ui;

/// <summary>
/// What makes Sarai an app that works without a line: the service worker at the root, whose scope is the whole site, and the word to it who is signed in,
/// so that it forgets one person's pages before it keeps another's.
/// </summary>
public static partial class Offline
{
    private const string Assets = "_content/Sarai.Ui/";

    /// <summary>Maps the service worker. It is small and never cached: a new one must be found at once.</summary>
    public static void MapOffline(this WebApplication app)
    {
        var script = new Lazy<byte[]>(() => Compose(app));
        app.MapGet("/sw.js", (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "no-cache";
            return Results.Bytes(script.Value, "text/javascript; charset=utf-8");
        }).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Who is there, as far as the service worker needs to know: the same for one account, nothing about it.</summary>
    public static string Person(HttpContext http) => http.User.FindFirst("sub")?.Value is { } id ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("offline" + id)).AsSpan(0, 8)) : "-";

    private static byte[] Compose(WebApplication app)
    {
        // Of the addresses of an asset the one with its hash; chunks have theirs from the bundler, and the rest is small.
        var assets = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.Select(e => e.Metadata.GetMetadata<StaticAssetDescriptor>()).OfType<StaticAssetDescriptor>()
            .Where(a => a.Selectors.Count == 0 && a.Route.StartsWith(Assets, StringComparison.Ordinal) && !a.Route.Contains("/dist/sw.", StringComparison.Ordinal) && !Packed().IsMatch(a.Route)).ToList();
        var hashed = assets.Where(a => a.Properties.Any(p => p.Name == "label")).ToList();
        var labels = hashed.Select(a => a.Properties.First(p => p.Name == "label").Value).ToHashSet(StringComparer.Ordinal);
        var shell = hashed.Where(a => Named().IsMatch(a.Properties.First(p => p.Name == "label").Value)).Concat(assets.Where(a => !labels.Contains(a.Route) || !Named().IsMatch(a.Route)).Where(a => !hashed.Contains(a)))
            .Select(a => "/" + a.Route).Distinct().Order(StringComparer.Ordinal).ToList();
        var file = app.Services.GetRequiredService<IWebHostEnvironment>().WebRootFileProvider.GetFileInfo(Assets + "dist/sw.js");
        using var reader = new StreamReader(file.CreateReadStream());
        var code = reader.ReadToEnd();
        var version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', assets.Select(a => a.Route + a.Properties.FirstOrDefault(p => p.Name == "integrity")?.Value)) + code)).AsSpan(0, 6));
        return Encoding.UTF8.GetBytes($"const VERSION={JsonSerializer.Serialize(version)},SHELL={JsonSerializer.Serialize(shell)};\n{code}");
    }

    [GeneratedRegex(@"\.(gz|br|map)$")] private static partial Regex Packed();

    // The entry points are asked for by their hashed address, everything else by its plain one.
    [GeneratedRegex(@"/dist/(app\.js|style\.css)$")] private static partial Regex Named();
}
