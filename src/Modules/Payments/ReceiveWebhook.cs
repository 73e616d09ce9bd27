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

    /// <summary>400 <c>invalid_signature</c>: nobody learns whether the secret, the time or the body was wrong.</summary>
    public static Fault Forged { get; } = new(400, "invalid_signature", "The signature does not fit this body, or it is too old.");

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
