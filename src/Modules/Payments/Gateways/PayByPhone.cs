using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Payments;

/// <summary>
/// Asks the guest's phone for consent (JazzCash, EasyPaisa). That it is asked is written down before, so that one attempt is never sent twice, whatever happens;
/// after a silence the gateway is asked later what became of it.
/// </summary>
public static partial class PayByPhone
{
    /// <summary>Whose phone.</summary>
    public sealed record Request
    {
        /// <summary>The mobile account's number, as people write it: 0300 1234567, +92 300 1234567.</summary>
        [Required, StringLength(25)] public string? Mobile { get; set; }

        /// <summary>The last six digits of the CNIC, which JazzCash asks for.</summary>
        [RegularExpression(@"^\d{6}$", ErrorMessage = "Give the last six digits of your CNIC.")] public string? Identity { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/payments/{id:guid}/push", Handle).Limited(RateLimits.Write).WithTags("Payments").WithSummary("Ask my phone for consent")
        .Produces<ErrorEnvelope>(StatusCodes.Status409Conflict);

    /// <summary>Asks, and applies what is decided.</summary>
    /// <returns>Where the payment stands; pending while nobody knows.</returns>
    public static async Task<Answer<GetPayment.Standing>> Handle(Guid id, Request request, Actor actor, HttpContext http, PaymentsDb db, Providers providers, CancellationToken cancel)
    {
        var services = http.RequestServices;
        if (await db.Find(id, cancel) is not { } payment || payment.GuestId != actor.Id) return Fault.NotFound("payment");
        if (providers.Of(payment) is not IPushGateway gateway) return Fault.Refused("not_by_phone", "This way to pay does not ask your phone.");
        if (MobileOf(request.Mobile!) is not { } mobile) return Fault.Invalid("mobile", "Give a Pakistani mobile number such as 0300 1234567.");
        if (gateway is JazzCashGateway && request.Identity is null) return Fault.Invalid("identity", "JazzCash asks for the last six digits of your CNIC.");
        if (payment.Status != PaymentStatus.Pending) return Fault.Conflict("not_open", "This payment is no longer open.");
        var clock = services.GetRequiredService<TimeProvider>();
        var attempt = await db.Attempts.AsNoTracking().Where(a => a.PaymentId == id).OrderByDescending(a => a.Id).FirstAsync(cancel);
        if (await services.GetRequiredService<Merchants>().Of(gateway, attempt.Account, cancel) is not { } merchant) return Gateways.Unavailable;
        var mine = await db.Run(cancel, PaymentsDb.Sql("update payments.attempt set pushed_at = $2 where id = $1 and pushed_at is null and status = 'Open'", attempt.Id, clock.Now()));
        if (mine == 0) return Fault.Conflict("already_asked", "Your phone was asked already. Answer there; we tell you as soon as it is decided.");
        var faults = services.GetRequiredService<FaultPoints>();
        var payer = await services.GetRequiredService<IIdentity>().Find(payment.GuestId, cancel);
        var order = new Order(payment.Id, attempt.Id, attempt.Reference, payment.Status, payment.Sum, payment.GuestId, payment.OrganisationId, attempt.Account) { Payer = payer, Site = OpenAttempt.SiteOf(http) };
        try
        {
            faults.Reach("push:before");
            // The guest may close the page; what the phone says still has to be heard.
            var news = await gateway.Push(order, mobile, request.Identity ?? "", merchant, CancellationToken.None);
            faults.Reach("push:after");
            if (news is not null)
            {
                var applied = await ApplyCapture.Handle(news, db, services.GetRequiredService<Ledger>(), providers, clock, CancellationToken.None);
                if (applied.Fault is { } fault) return fault;
            }
        }
        catch (GatewayDown)
        {
            // Nobody knows what the guest answered: the reconciler asks.
        }
        return GetPayment.StandingOf((await db.Find(id, cancel))!);
    }

    /// <summary>A number as the gateways want it: 03 and nine digits; null when it is none.</summary>
    public static string? MobileOf(string typed)
    {
        var digits = string.Concat(typed.Where(char.IsAsciiDigit));
        if (digits.StartsWith("00", StringComparison.Ordinal)) digits = digits[2..];
        if (digits.StartsWith("92", StringComparison.Ordinal)) digits = "0" + digits[2..];
        return Mobile().IsMatch(digits) ? digits : null;
    }

    [GeneratedRegex("^03[0-9]{9}$")]
    private static partial Regex Mobile();
}
