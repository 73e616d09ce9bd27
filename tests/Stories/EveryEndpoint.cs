using System.Collections;
using System.ComponentModel;
using System.Net.Http.Json;
using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Stories;

/// <summary>What holds for every endpoint of the API, read from the application's own list of them.</summary>
public sealed class EveryEndpoint(StoryPostgres postgres) : World(postgres)
{
    private static readonly Type[] Strict = [typeof(Guid), typeof(int), typeof(long), typeof(double), typeof(decimal), typeof(bool), typeof(DateOnly), typeof(NodaTime.Instant)];

    [Fact]
    public async Task Asks_a_stranger_to_sign_in_unless_it_says_that_it_is_for_everybody()
    {
        var closed = Endpoints().Where(e => e.Endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null).ToList();
        closed.Count.ShouldBeGreaterThan(100);
        var open = new List<string>();
        foreach (var (method, address, _) in closed)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), address);
            if (method is not "GET") request.Content = JsonContent.Create(new { });
            using var answer = await Visitor.SendAsync(request, TestContext.Current.CancellationToken);
            if (answer.StatusCode != HttpStatusCode.Unauthorized) open.Add($"{method} {address}: {(int)answer.StatusCode}");
        }
        open.ShouldBeEmpty();
    }

    [Fact]
    public async Task Names_the_value_of_the_query_that_it_cannot_read()
    {
        var admin = await Admin();
        var (asked, unnamed) = (0, new List<string>());
        foreach (var (method, address, endpoint) in Endpoints().Where(e => e.Method == "GET"))
        {
            var values = InQuery(endpoint).ToList();
            foreach (var (name, _) in values)
            {
                asked++;
                // What is needed beside it is given, so that there is only this to complain of.
                var others = values.Where(v => v.Name != name && (Nullable.GetUnderlyingType(v.Type) ?? v.Type) == typeof(DateOnly)).Select(v => $"&{v.Name}=2026-06-02");
                var (status, text) = await Send(admin, new HttpRequestMessage(HttpMethod.Get, $"{address}?{name}=rubbish{string.Concat(others)}"));
                if (status != HttpStatusCode.BadRequest || !text.Contains($"\"details\":{{\"{name}\":", StringComparison.OrdinalIgnoreCase)) unnamed.Add($"{method} {address}?{name}: {(int)status} {text}");
            }
        }
        asked.ShouldBeGreaterThan(30);
        unnamed.ShouldBeEmpty();
    }

    [Fact]
    public async Task Names_the_field_of_the_body_that_it_cannot_read()
    {
        var admin = await Admin();
        var (asked, unnamed) = (0, new List<string>());
        foreach (var (method, address, endpoint) in Endpoints())
        {
            if (endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is not { } body || typeof(IEnumerable).IsAssignableFrom(body)) continue;
            foreach (var field in body.GetProperties().Where(p => p.CanWrite && Strict.Contains(Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType)))
            {
                asked++;
                var name = char.ToLowerInvariant(field.Name[0]) + field.Name[1..];
                using var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = JsonContent.Create(new Dictionary<string, object> { [name] = new[] { "rubbish" } }) };
                var (status, text) = await Send(admin, request);
                if (status != HttpStatusCode.BadRequest || !text.Contains($"\"details\":{{\"{name}\":", StringComparison.OrdinalIgnoreCase)) unnamed.Add($"{method} {address} {name}: {(int)status} {text}");
            }
        }
        asked.ShouldBeGreaterThan(50);
        unnamed.ShouldBeEmpty();
    }

    private IEnumerable<(string Method, string Address, RouteEndpoint Endpoint)> Endpoints() =>
        from endpoint in App.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().Distinct()
        where endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("api/v1/", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        select (method, "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(Filled)), endpoint);

    private static string Filled(Microsoft.AspNetCore.Routing.Patterns.RoutePatternPathSegment segment) => string.Concat(segment.Parts.Select(part => part switch
    {
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { ParameterPolicies: [{ Content: "guid" }, ..] } => "01900000-0000-7000-8000-000000000001",
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { ParameterPolicies: [{ Content: "int" }, ..] } => "1",
        _ => "sandbox",
    }));

    private static IEnumerable<(string Name, Type Type)> InQuery(RouteEndpoint endpoint)
    {
        var routed = endpoint.RoutePattern.Parameters.Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
            from p in endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? []
            from field in p.IsDefined(typeof(AsParametersAttribute)) ? p.ParameterType.GetProperties().Where(f => f.CanWrite).Select(f => (f.Name, Type: f.PropertyType)) : [(Name: p.Name!, Type: p.ParameterType)]
            where Strict.Contains(Nullable.GetUnderlyingType(field.Type) ?? field.Type) && !routed.Contains(field.Name)
            select (char.ToLowerInvariant(field.Name[0]) + field.Name[1..], field.Type);
    }

    private static async Task<(HttpStatusCode Status, string Text)> Send(Person person, HttpRequestMessage request)
    {
        using var answer = await person.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
