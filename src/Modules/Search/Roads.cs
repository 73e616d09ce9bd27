using System.Globalization;
using System.Net.Http.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Sarai.Search;

/// <summary>
/// How long the way is by car, from a server that speaks OSRM (<c>Sarai:Roads:Osrm</c>, its address). Without one, and whenever it does not answer in a
/// second, the estimate from the distance stands, which says of itself that it is one.
/// </summary>
public sealed class Roads(IHttpClientFactory clients, IConfiguration configuration, ILogger<Roads> log)
{
    internal const string Client = "roads";
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly Uri? _server = configuration["Sarai:Roads:Osrm"] is { Length: > 0 } address ? new Uri(address.TrimEnd('/') + "/") : null;

    // What OSRM's table service says: seconds from the first point to each, nothing where no road leads.
    private sealed record Table(string Code, double?[][]? Durations);

    /// <summary>The stays with their travel times from a point, by one question for all.</summary>
    internal async Task<List<FoundStay>> From(double lat, double lng, List<FoundStay> stays, CancellationToken cancel)
    {
        if (_server is null || stays.Count == 0) return stays;
        var points = string.Join(';', stays.Select(s => (s.Longitude, s.Latitude)).Prepend((lng, lat)).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Item1:F5},{p.Item2:F5}")));
        try
        {
            var table = await clients.CreateClient(Client).GetFromJsonAsync<Table>(new Uri(_server, $"table/v1/driving/{points}?sources=0&annotations=duration"), cancel);
            if (table is not { Code: "Ok", Durations: [{ } seconds] } || seconds.Length != stays.Count + 1) throw new HttpRequestException($"The answer was {table?.Code}.");
            return [.. stays.Select((s, i) => seconds[i + 1] is { } time ? s with { TravelMinutes = (int)Math.Max(1, Math.Round(time / 60)), TravelByRoad = true } : s)];
        }
        catch (Exception problem) when (!cancel.IsCancellationRequested)
        {
            log.LogWarning("The routing service did not say how long the ways are: {Problem}", problem.Message);
            return stays;
        }
    }
}
