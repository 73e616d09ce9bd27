using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Payments;

/// <summary>An app confirms a Stripe payment with the payment method it has collected; the browser's own page does the same without us.</summary>
public static class ConfirmCard
{
    /// <summary>With what.</summary>
    public sealed record Request
    {
        /// <summary>Stripe's id of the payment method: pm_….</summary>
        [Required, RegularExpression("^pm_[A-Za-z0-9_]{3,100}$", ErrorMessage = "Give a payment method such as pm_….")] public string? PaymentMethod { get; set; }
    }

    /// <summary>Where it stands.</summary>
    /// <param name="Payment">The payment.</param>
    /// <param name="Problem">Why the card was declined, or null.</param>
    /// <param name="GoTo">Where the guest's bank wants to see the guest, or null.</param>
    public sealed record Response(GetPayment.Standing Payment, string? Problem, string? GoTo);

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/payments/{id:guid}/confirm", Handle).Limited(RateLimits.Write).WithTags("Payments").WithSummary("Confirm a card payment from an app");

    /// <summary>Confirms, and applies what is decided.</summary>
    public static async Task<Answer<Response>> Handle(Guid id, Request request, Actor actor, HttpContext http, PaymentsDb db, StripeGateway stripe, CancellationToken cancel)
    {
        var services = http.RequestServices;
        if (await db.Find(id, cancel) is not { } payment || payment.GuestId != actor.Id) return Fault.NotFound("payment");
        if (payment.Method != StripeGateway.Method) return Fault.Refused("not_by_card", "This payment is not made by card here.");
        var attempt = await db.Attempts.AsNoTracking().Where(a => a.PaymentId == id).OrderByDescending(a => a.Id).FirstAsync(cancel);
        if (attempt.GatewayId is null) return Fault.Conflict("not_open", "This payment has not begun yet. Begin it again.");
        if (await services.GetRequiredService<Merchants>().Of(stripe, attempt.Account, cancel) is not { } merchant) return Gateways.Unavailable;
        try
        {
            services.GetRequiredService<FaultPoints>().Reach("confirm:before");
            var confirmed = await stripe.Confirm(attempt, request.PaymentMethod!, $"{OpenAttempt.SiteOf(http)}/payments/{id}/return", merchant, cancel);
            if (confirmed.Fault is { } refused) return refused;
            services.GetRequiredService<FaultPoints>().Reach("confirm:after");
            var (news, goTo) = confirmed.Value;
            if (news is not null)
            {
                var applied = await ApplyCapture.Handle(news, db, services.GetRequiredService<Ledger>(), services.GetRequiredService<Providers>(), services.GetRequiredService<TimeProvider>(), cancel);
                if (applied.Fault is { } fault) return fault;
            }
            return new Response(GetPayment.StandingOf((await db.Find(id, cancel))!), news is { Captured: false } ? news.Problem : null, goTo);
        }
        catch (GatewayDown)
        {
            return Gateways.Unavailable;
        }
    }
}
