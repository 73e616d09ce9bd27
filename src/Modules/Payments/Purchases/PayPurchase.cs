using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Sarai.Payments;

/// <summary>
/// Somebody pays for a package or a membership: the buyer by any method, or staff who take cash. What is due is asked of whoever sells it; an open payment by
/// the same method is given again rather than doubled.
/// </summary>
public static class PayPurchase
{
    /// <summary>What to pay, and how.</summary>
    public sealed record Request
    {
        /// <summary>The purchase.</summary>
        [Required] public Guid? PurchaseId { get; set; }

        /// <summary>wallet, cash, or a gateway's name.</summary>
        [Required, StringLength(30)] public string? Method { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/payments/purchases", Handle).Limited(RateLimits.Write).WithTags("Payments").WithSummary("Pay for a package or a membership")
        .Produces<Envelope<CreateOrder.Response>>(StatusCodes.Status201Created).Produces<ErrorEnvelope>(StatusCodes.Status409Conflict);

    /// <summary>Begins, or gives the payment again that is open.</summary>
    public static async Task<Answer<CreateOrder.Response>> Handle(Request request, HttpContext http, Actor actor, PaymentsDb db, IPurchases purchases, Providers providers, CancellationToken cancel)
    {
        if (providers.Find(request.Method!) is not { } provider || provider is CreditProvider) return Fault.Invalid("method", $"Choose one of: {string.Join(", ", providers.Names)}.");
        var placed = await Idempotency.Once<Order>(http, db, [request], async () =>
        {
            var purchase = await purchases.Find(request.PurchaseId!.Value, cancel);
            if (purchase is null) return Fault.NotFound("purchase");
            if (Barred(purchase, provider, actor) is { } barred) return barred;
            if (!purchase.Open) return NothingDue;
            if (provider is not IGateway gateway) return await Take(purchase, provider, actor, http.RequestServices, cancel);
            var merchant = await http.RequestServices.GetRequiredService<Merchants>().For(gateway, purchase.OrganisationId, purchase.Price.Currency, cancel);
            return merchant is null ? Fault.Invalid("method", "This place does not take this way to pay.") : await Place(purchase, gateway, actor.Id, merchant.OrganisationId, http.RequestServices, cancel);
        });
        if (placed.Fault is { } fault) return fault;
        db.Announce();
        return await CreateOrder.Open(placed.Value, provider, db, http, cancel);
    }

    /// <summary>Takes the money now: from the buyer's wallet, or as cash in a colleague's hand. Asked twice for the same purchase, it takes it once.</summary>
    internal static Task<Answer<Order>> Take(Purchase purchase, IProvider provider, Actor actor, IServiceProvider services, CancellationToken cancel)
    {
        var (db, clock) = (services.GetRequiredService<PaymentsDb>(), services.GetRequiredService<TimeProvider>());
        return db.InTransaction<Order>(async () =>
        {
            await db.Run(cancel, PaymentsDb.Sql("select pg_advisory_xact_lock(hashtextextended($1::text, 11))", purchase.Id));
            var placed = await Place(purchase, provider, actor.UserId ?? purchase.BuyerId, Payment.Platform, services, cancel);
            if (placed.Fault is not null) return placed;
            var order = placed.Value;
            var news = new ProviderNews(provider.Name, order.Reference, true, order.Reference, order.Amount, clock.Now());
            var applied = await ApplyCapture.Handle(news, db, services.GetRequiredService<Ledger>(), services.GetRequiredService<Providers>(), clock, cancel);
            if (applied.Fault is { } fault) return fault;
            await db.Run(cancel, PaymentsDb.Sql("update payments.payment set status = 'Cancelled' where purchase_id = $1 and status = 'Pending'", purchase.Id));
            if (provider is CashProvider) db.Audit(actor, purchase.OrganisationId, "create:cash_payments", order.PaymentId, null, new { purchase.Text, order.Amount });
            return order with { Status = PaymentStatus.Captured };
        }, cancel);
    }

    /// <summary>Money came that the purchase cannot take.</summary>
    internal static async Task On(PurchasePaymentRefused refused, PaymentsDb db, Delivery delivery, CancellationToken cancel)
    {
        if (await db.Find(refused.PaymentId, cancel) is not { } payment) return;
        var services = delivery.Services;
        var amount = refused.Amount.Amount <= payment.Kept.Amount ? refused.Amount : payment.Kept;
        if (amount.Amount <= 0) return;
        await RefundPayment.Give(
            payment, amount, Destination.Wallet, refused.Reason, db, services.GetRequiredService<Ledger>(), services.GetRequiredService<Providers>(), services.GetRequiredService<TimeProvider>(), cancel, cause: delivery.EventId);
    }

    // The unique index on open payments decides between two clicks; the one that loses finds the winner's payment on its next look.
    private static async Task<Answer<Order>> Place(Purchase purchase, IProvider provider, Guid by, Guid account, IServiceProvider services, CancellationToken cancel)
    {
        var (db, now) = (services.GetRequiredService<PaymentsDb>(), services.GetRequiredService<TimeProvider>().Now());
        while (true)
        {
            var found = await db.Read("""
                select (select coalesce(sum(captured_amount - refunded_amount), 0)::bigint from payments.payment where purchase_id = $1), p.id, p.amount, a.id, a.reference, p.guest_id, a.account
                from (select 1) one left join payments.payment p on p.purchase_id = $1 and p.method = $2 and p.status = 'Pending'
                left join lateral (select id, reference, account from payments.attempt where payment_id = p.id order by id desc limit 1) a on true
                """,
                row => (Kept: row.GetInt64(0), Open: row.IsDBNull(1) ? null : new Order(row.GetGuid(1), row.GetGuid(3), row.GetString(4), PaymentStatus.Pending, purchase.Price with { Amount = row.GetInt64(2) }, row.GetGuid(5), purchase.OrganisationId, row.GetGuid(6))),
                cancel, purchase.Id, provider.Name);
            var due = purchase.Price.Amount - found[0].Kept;
            if (due <= 0) return NothingDue;
            if (found[0].Open is { } open && open.Amount.Amount == due && open.Account == account) return open;
            var payment = Payment.For(purchase, new Money(due, purchase.Price.Currency), provider.Name, by, now);
            var commands = new List<NpgsqlBatchCommand>();
            if (found[0].Open is { } other) commands.Add(PaymentsDb.Sql("update payments.payment set status = 'Cancelled' where id = $1 and status = 'Pending'", other.PaymentId));
            var (attemptId, reference) = CreateOrder.Begin(payment, provider as IGateway, commands, account);
            if (await db.Run(cancel, commands) < 2) continue;
            return new Order(payment.Id, attemptId, reference, PaymentStatus.Pending, payment.Sum, payment.GuestId, payment.OrganisationId, account);
        }
    }

    private static Fault? Barred(Purchase purchase, IProvider provider, Actor actor)
    {
        if (provider is CashProvider) return purchase.BuyerId == actor.Id && !actor.Can("create:cash_payments", purchase.OrganisationId)
            ? Fault.Refused("cash_not_accepted", "Cash is taken at the desk. Ask there, or choose another way to pay.")
            : actor.Barred("create:cash_payments", purchase.OrganisationId, "purchase");
        return purchase.BuyerId == actor.Id ? null : actor.Can("read:payments", purchase.OrganisationId) ? Fault.Forbidden("Only the guest can pay this way. At the desk you can take cash.") : Fault.NotFound("purchase");
    }

    private static Fault NothingDue { get; } = Fault.Conflict("nothing_due", "This is paid or called off; there is nothing due.");
}
