using System.Buffers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sarai.Payments;

/// <summary>
/// Gateways tell here what became of attempts and refunds. 200 is said only when the news is committed; anything else makes the gateway tell again. Each merchant
/// account has its own address, so that the right key checks the signature; without an account in it, it is the platform's.
/// </summary>
public static class ReceiveWebhook
{
    private const int LargestBody = 64 * 1024;

    /// <summary>What the news changed.</summary>
    /// <param name="Outcome">applied, known, parked or failed.</param>
    public sealed record Response(ApplyCapture.Outcome Outcome);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/webhooks/payments/{provider}", (string provider, HttpContext http, CancellationToken cancel) => Handle(provider, Payment.Platform, http, cancel))
            .AllowAnonymous().WithTags("Payments").WithSummary("News from a payment gateway, for the platform's account")
            .Produces<Envelope<Response>>().Produces<ErrorEnvelope>(StatusCodes.Status400BadRequest);
        api.MapMethods("/webhooks/payments/{provider}/{account:guid}", [HttpMethods.Get, HttpMethods.Post], (string provider, Guid account, HttpContext http, CancellationToken cancel) => Handle(provider, account, http, cancel))
            .AllowAnonymous().WithTags("Payments").WithSummary("News from a payment gateway, for one merchant account")
            .Produces<Envelope<Response>>().Produces<ErrorEnvelope>(StatusCodes.Status400BadRequest);
        api.MapMethods("/webhooks/payments/{provider}/{account:guid}/return/{paymentId:guid}", [HttpMethods.Get, HttpMethods.Post], Return)
            .AllowAnonymous().WithTags("Payments").WithSummary("Where a gateway sends the guest's browser").Produces(StatusCodes.Status303SeeOther);
    }

    /// <summary>Checks the signature over the raw body and applies the news.</summary>
    public static async Task<IResult> Handle(string provider, Guid account, HttpContext http, CancellationToken cancel)
    {
        var services = http.RequestServices;
        if (services.GetRequiredService<Providers>().Find(provider) is not IGateway gateway) return (Answer<Response>)Fault.NotFound("payment gateway");
        if (await services.GetRequiredService<Merchants>().Of(gateway, account, cancel) is not { } merchant) return (Answer<Response>)Fault.NotFound("merchant account");
        if (await Body(http.Request, cancel) is not { } body) return (Answer<Response>)new Fault(413, "too_large", "A webhook is at most 64 kB.");
        try
        {
            var heard = await gateway.Read(new GatewayMessage(http.Request.Headers, http.Request.Query, body), merchant, cancel);
            if (heard.Fault is { } fault) return (Answer<Response>)fault;
            var faults = services.GetRequiredService<FaultPoints>();
            faults.Reach("webhook:before");
            var applied = await Apply(heard.Value, gateway, merchant, services, cancel);
            faults.Reach("webhook:after");
            if (applied.Fault is { } refused) return (Answer<Response>)refused;
            return gateway.Thanks(merchant) ?? (IResult)(Answer<Response>)new Response(applied.Value);
        }
        catch (GatewayDown problem)
        {
            services.GetRequiredService<ILogger<Attempt>>().LogWarning("{Provider} could not be asked about its own message: {Problem}; it tells again", provider, problem.Message);
            return (Answer<Response>)Gateways.Unavailable;
        }
    }

    /// <summary>
    /// The guest's browser comes back with something the gateway signed. Whatever it is, the guest goes on to the payment's page: it asks the gateway itself.
    /// </summary>
    public static async Task<IResult> Return(string provider, Guid account, Guid paymentId, HttpContext http, CancellationToken cancel)
    {
        await Handle(provider, account, http, cancel);
        http.Response.Headers.Location = $"/payments/{paymentId}/return";
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>401 <c>bad_signature</c>: forged or altered.</summary>
    public static Fault Forged { get; } = new(401, "bad_signature", "The signature does not fit this body.");

    /// <summary>401 <c>stale_signature</c>: rightly signed, but too long ago; somebody may be playing it again.</summary>
    public static Fault Stale { get; } = new(401, "stale_signature", "The signature is too old.");

    /// <summary>400 <c>malformed_webhook</c>: rightly signed, but not understood.</summary>
    public static Fault Unreadable { get; } = new(400, "malformed_webhook", "The body is not an event of this gateway.");

    private static async Task<Answer<ApplyCapture.Outcome>> Apply(Heard heard, IGateway gateway, Merchant merchant, IServiceProvider services, CancellationToken cancel)
    {
        if (heard.Money is { } news)
            return await ApplyCapture.Handle(news, services.GetRequiredService<PaymentsDb>(), services.GetRequiredService<Ledger>(), services.GetRequiredService<Providers>(), services.GetRequiredService<TimeProvider>(), cancel);
        if (heard.AskAbout is { } reference)
        {
            var db = services.GetRequiredService<PaymentsDb>();
            var attempt = await Known(reference, gateway, merchant, db, cancel);
            return attempt is null ? ApplyCapture.Outcome.Known : await Reconcile.Ask(attempt, services, cancel);
        }
        if (heard.Refund is { } refund) return await SendRefunds.Hear(refund, gateway, merchant, services, cancel) ? ApplyCapture.Outcome.Applied : ApplyCapture.Outcome.Known;
        if (heard.Dispute is { } dispute) return await DecideReview.Dispute(dispute, gateway, merchant, services, cancel);
        return ApplyCapture.Outcome.Known;
    }

    /// <summary>The attempt a gateway speaks of, by our name or its own, of this account only.</summary>
    internal static Task<Attempt?> Known(string reference, IGateway gateway, Merchant merchant, PaymentsDb db, CancellationToken cancel) =>
        db.Attempts.AsNoTracking().FirstOrDefaultAsync(a => a.Provider == gateway.Name && a.Account == merchant.OrganisationId && (a.Reference == reference || a.GatewayId == reference), cancel);

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
