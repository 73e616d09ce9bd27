using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Sarai.Payments;

/// <summary>The gateway did not answer, or not in a way that says what it did. The outcome is unknown: it is asked later, never assumed.</summary>
public sealed class GatewayDown(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What a gateway answered.</summary>
/// <param name="Status">The HTTP status, below 500.</param>
/// <param name="Text">The body.</param>
public sealed record WireAnswer(int Status, string Text)
{
    private JsonElement? _json;

    /// <summary>Whether the status is 2xx.</summary>
    public bool Ok => Status is >= 200 and < 300;

    /// <summary>The body as JSON.</summary>
    /// <exception cref="GatewayDown">It is not JSON: a proxy or a wall answered in the gateway's place.</exception>
    public JsonElement Json
    {
        get
        {
            try
            {
                return _json ??= JsonDocument.Parse(Text).RootElement;
            }
            catch (JsonException problem)
            {
                throw new GatewayDown($"answered {Status} with something that is not JSON", problem);
            }
        }
    }
}

/// <summary>
/// The way to one gateway: a time-out for each try, retries for what is safe to repeat there, and a circuit breaker, so that a gateway that is down
/// costs nobody a minute. Its host is <c>Sarai:Payments:{Gateway}:BaseUrl</c>.
/// </summary>
public sealed class Wire(IHttpClientFactory clients, IConfiguration configuration)
{
    private readonly ConcurrentDictionary<(string Gateway, bool Repeat, int Seconds), ResiliencePipeline<WireAnswer>> _ways = new();

    /// <summary>The configured address of a gateway, without a slash at its end.</summary>
    public string BaseUrl(string gateway, string usual) => (configuration[$"Sarai:Payments:{gateway}:BaseUrl"] is { Length: > 0 } url ? url : usual).TrimEnd('/');

    /// <summary>The most a gateway takes at once in a currency, in minor units: as configured in <c>Sarai:Payments:{Gateway}:Most:{Currency}</c>, or what is usual.</summary>
    public long Most(string gateway, string currency, long usual) => configuration.GetValue($"Sarai:Payments:{gateway}:Most:{currency}", usual);

    /// <summary>Sends a request.</summary>
    /// <param name="gateway">Whose.</param>
    /// <param name="request">Makes the request, for each try anew.</param>
    /// <param name="repeat">Whether sending it twice does no more than sending it once.</param>
    /// <param name="seconds">How long one try may take.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="GatewayDown">No answer, or 5xx, after all tries.</exception>
    public async Task<WireAnswer> Send(string gateway, Func<HttpRequestMessage> request, bool repeat, int seconds, CancellationToken cancel)
    {
        var way = _ways.GetOrAdd((gateway, repeat, configuration.GetValue($"Sarai:Payments:{gateway}:Timeout", seconds)), Build);
        try
        {
            var answer = await way.ExecuteAsync(async token => await Try(request, token), cancel);
            return answer.Status < 500 ? answer : throw new GatewayDown($"answered {answer.Status}");
        }
        catch (Exception problem) when (problem is HttpRequestException or TimeoutRejectedException or BrokenCircuitException or IOException)
        {
            throw new GatewayDown(problem is BrokenCircuitException ? "was down a moment ago and is left alone for a while" : problem.Message, problem);
        }
    }

    private async Task<WireAnswer> Try(Func<HttpRequestMessage> make, CancellationToken cancel)
    {
        using var client = clients.CreateClient("gateway");
        using var request = make();
        using var response = await client.SendAsync(request, cancel);
        return new WireAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancel));
    }

    private ResiliencePipeline<WireAnswer> Build((string Gateway, bool Repeat, int Seconds) kind)
    {
        static PredicateBuilder<WireAnswer> Broken() => new PredicateBuilder<WireAnswer>().Handle<HttpRequestException>().Handle<TimeoutRejectedException>().Handle<IOException>();
        var builder = new ResiliencePipelineBuilder<WireAnswer>();
        if (kind.Repeat)
        {
            builder.AddRetry(new RetryStrategyOptions<WireAnswer>
            {
                ShouldHandle = Broken().HandleResult(a => a.Status is 409 or 429 or >= 500), MaxRetryAttempts = 2, BackoffType = DelayBackoffType.Exponential, UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(configuration.GetValue("Sarai:Payments:RetryMilliseconds", 300)),
            });
        }
        builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions<WireAnswer>
        {
            ShouldHandle = Broken().HandleResult(a => a.Status >= 500), FailureRatio = 0.7, MinimumThroughput = configuration.GetValue("Sarai:Payments:BreakAfter", 12),
            SamplingDuration = TimeSpan.FromSeconds(30), BreakDuration = TimeSpan.FromSeconds(15),
        });
        return builder.AddTimeout(TimeSpan.FromSeconds(kind.Seconds)).Build();
    }
}
