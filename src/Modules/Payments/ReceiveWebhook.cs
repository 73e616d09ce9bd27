using System.Buffers;

namespace Sarai.Payments;

/// <summary>Gateways tell here what became of attempts. 200 is said only when the news is committed; anything else makes the gateway tell again.</summary>
public static class ReceiveWebhook
{
    private const int LargestBody = 64 * 1024;

    /// <summary>What the news changed.</summary>
    /// <param name="Outcome">applied, known, parked or failed.</param>
    public sealed record Response(ApplyCapture.Outcome Outcome);

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/webhooks/payments/{provider}", Handle)
        .AllowAnonymous().WithTags("Payments").WithSummary("News from a payment gateway")
        .Produces<Envelope<Response>>().Produces<ErrorEnvelope>(StatusCodes.Status400BadRequest);

    /// <summary>Checks the signature over the raw body and applies the news.</summary>
    public static async Task<Answer<Response>> Handle(string provider, HttpContext http, PaymentsDb db, Ledger ledger, Providers providers, TimeProvider clock, CancellationToken cancel)
    {
        if (providers.Find(provider) is not IGateway gateway) return Fault.NotFound("payment gateway");
        if (await Body(http.Request, cancel) is not { } body) return new Fault(413, "too_large", "A webhook is at most 64 kB.");
        var news = gateway.Read(http.Request.Headers, body);
        if (news.Fault is { } fault) return fault;
        var applied = await ApplyCapture.Handle(news.Value, db, ledger, providers, clock, cancel);
        return applied.Fault is { } refused ? refused : new Response(applied.Value);
    }

    /// <summary>401 <c>bad_signature</c>: forged or altered.</summary>
    public static Fault Forged { get; } = new(401, "bad_signature", "The signature does not fit this body.");

    /// <summary>401 <c>stale_signature</c>: rightly signed, but too long ago; somebody may be playing it again.</summary>
    public static Fault Stale { get; } = new(401, "stale_signature", "The signature is too old.");

    /// <summary>400 <c>malformed_webhook</c>: rightly signed, but not understood.</summary>
    public static Fault Unreadable { get; } = new(400, "malformed_webhook", "The body is not an event of this gateway.");

    private static async Task<byte[]?> Body(HttpRequest request, CancellationToken cancel)
    {
        if (request.ContentLength > LargestBody) return null;
        var body = new ArrayBufferWriter<byte>(1024);
        while (true)
        {
            var read = await request.Body.ReadAsync(body.GetMemory(1024), cancel);
            if (read == 0) return body.WrittenSpan.ToArray();
            body.Advance(read);
            if (body.WrittenCount > LargestBody) return null;
        }
    }
}
