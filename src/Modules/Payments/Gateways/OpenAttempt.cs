using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Sarai.Payments;

/// <summary>
/// Gets the page where an attempt is paid. The attempt is in the database before the gateway hears of it; what the gateway answers is written down, so that
/// the guest who comes back gets the same page. An answer that was lost is asked for again under the same name, or with a new attempt where names are used up.
/// </summary>
public static class OpenAttempt
{
    /// <summary>The page's address.</summary>
    internal static async Task<Answer<string>> Handle(Order order, IGateway gateway, PaymentsDb db, IServiceProvider services, string site, CancellationToken cancel)
    {
        var known = await db.Read("select checkout_url from payments.attempt where id = $1 and checkout_url is not null", row => row.GetString(0), cancel, order.AttemptId);
        if (known is [var url]) return url;
        if (Gateways.Beyond(gateway, order.Amount) is { } beyond) return beyond;
        if (await services.GetRequiredService<Merchants>().Of(gateway, order.Account, cancel) is not { } merchant) return Gateways.Unavailable;
        order = order with { Payer = await services.GetRequiredService<IIdentity>().Find(order.GuestId, cancel), Site = site };
        try
        {
            var opened = await Ask(order, gateway, merchant, db, services, cancel);
            if (opened.Fault is not { Code: "reference_used" }) return opened;
            var again = await Renew(order, gateway, db, services, cancel);
            return again is null ? Gateways.Unavailable : await Ask(again, gateway, merchant, db, services, cancel);
        }
        catch (GatewayDown)
        {
            return Gateways.Unavailable;
        }
    }

    /// <summary>Our own address: as configured, or as the request came.</summary>
    internal static string SiteOf(HttpContext http) =>
        http.RequestServices.GetRequiredService<IConfiguration>()["Sarai:PublicUrl"] is { Length: > 0 } configured ? configured.TrimEnd('/') : $"{http.Request.Scheme}://{http.Request.Host}";

    /// <summary>Adds the command that saves an attempt of a payment; it saves nothing when the payment was not saved.</summary>
    internal static (Guid AttemptId, string Reference) Begin(Payment p, IGateway? gateway, List<NpgsqlBatchCommand> commands, Guid account, Instant now)
    {
        var attempt = Guid.CreateVersion7();
        var reference = gateway?.NameOf(p, attempt) ?? attempt.ToString("n", CultureInfo.InvariantCulture);
        commands.Add(PaymentsDb.Sql("""
            insert into payments.attempt (id, payment_id, provider, reference, status, created_at, poll_at, account)
            select $1, id, $3, $4, 'Open', $5, $6::timestamptz, $7 from payments.payment where id = $2
            """, attempt, p.Id, p.Method, reference, now, gateway is null ? null : now + (gateway.EarliestQuery > Reconcile.FirstLook ? gateway.EarliestQuery : Reconcile.FirstLook), account));
        return (attempt, reference);
    }

    private static async Task<Answer<string>> Ask(Order order, IGateway gateway, Merchant merchant, PaymentsDb db, IServiceProvider services, CancellationToken cancel)
    {
        var faults = services.GetRequiredService<FaultPoints>();
        faults.Reach("open:before");
        var opened = await gateway.Open(order, merchant, cancel);
        faults.Reach("open:after");
        if (opened.Fault is { } fault) return fault;
        await db.Run(cancel, PaymentsDb.Sql(
            "update payments.attempt set checkout_url = $2, gateway_id = coalesce($3::text, gateway_id) where id = $1", order.AttemptId, opened.Value.Url, opened.Value.GatewayId));
        return opened.Value.Url;
    }

    private static async Task<Order?> Renew(Order order, IGateway gateway, PaymentsDb db, IServiceProvider services, CancellationToken cancel)
    {
        if (await db.Find(order.PaymentId, cancel) is not { Status: PaymentStatus.Pending } payment) return null;
        var commands = new List<NpgsqlBatchCommand>();
        var (attempt, reference) = Begin(payment, gateway, commands, order.Account, services.GetRequiredService<TimeProvider>().Now());
        await db.Run(cancel, commands);
        return order with { AttemptId = attempt, Reference = reference };
    }
}
