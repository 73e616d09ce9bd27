namespace Sarai.Testing.Gateways;

/// <summary>A server that speaks OSRM: every way takes ten minutes longer than the one before; to the last point no road leads.</summary>
public sealed class RoadsStub : GatewayStub
{
    protected override void Routes(WebApplication routes) => routes.MapGet("/table/v1/driving/{points}", (HttpContext http, string points) =>
    {
        var count = points.Split(';').Length;
        if (http.Request.Query["sources"] != "0" || http.Request.Query["annotations"] != "duration") return Answer(http, new JsonObject { ["code"] = "InvalidOptions" }, 400);
        var times = new JsonArray([.. Enumerable.Range(0, count).Select(i => i == count - 1 ? null : (JsonNode)(i * 600.4))]);
        return Answer(http, new JsonObject { ["code"] = "Ok", ["durations"] = new JsonArray(times) });
    });
}
