using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Sarai.Payments;

/// <summary>A guest puts money into the wallet through a gateway.</summary>
public static class TopUpWallet
{
    /// <summary>How much.</summary>
    public sealed record Request
    {
        /// <summary>Minor units.</summary>
        [Required, Range(100, 100_000_000)] public long? Amount { get; set; }

        /// <summary>ISO 4217.</summary>
        [Required, RegularExpression("^[A-Z]{3}$", ErrorMessage = "Give a currency such as PKR.")] public string? Currency { get; set; }

        /// <summary>The gateway; the first installed one when absent.</summary>
        [StringLength(30)] public string? Method { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/wallet/top-up", Handle).Limited(RateLimits.Write).WithTags("Wallet").WithSummary("Put money into my wallet")
        .Produces<Envelope<CreateOrder.Response>>(StatusCodes.Status201Created);

    /// <summary>Begins the payment.</summary>
    public static async Task<Answer<CreateOrder.Response>> Handle(Request request, HttpContext http, Actor actor, PaymentsDb db, Providers providers, TimeProvider clock, CancellationToken cancel)
    {
        var gateway = request.Method is null
            ? await OfferWays.For(Payment.Platform, request.Currency!, actor.Id, http.RequestServices, cancel) is [var first, ..] ? first : null
            : providers.Find(request.Method) as IGateway;
        var merchant = gateway is null ? null : await http.RequestServices.GetRequiredService<Merchants>().For(gateway, Payment.Platform, request.Currency!, cancel);
        if (gateway is null || merchant is null) return Fault.Invalid("method", "This is not a way to fill a wallet.");
        var placed = await Idempotency.Once<Order>(http, db, [request], async () =>
        {
            var payment = Payment.TopUp(actor.Id, new Money(request.Amount!.Value, request.Currency!), gateway.Name, clock.Now());
            var commands = new List<NpgsqlBatchCommand>();
            var (attemptId, reference) = CreateOrder.Begin(payment, gateway, commands, merchant.OrganisationId);
            await db.Run(cancel, commands);
            return new Order(payment.Id, attemptId, reference, PaymentStatus.Pending, payment.Sum, payment.GuestId, payment.OrganisationId, merchant.OrganisationId);
        });
        if (placed.Fault is { } fault) return fault;
        return await CreateOrder.Open(placed.Value, gateway, db, http, cancel);
    }
}
