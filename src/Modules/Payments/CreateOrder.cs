using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Sarai.Payments;

/// <summary>
/// Somebody pays for a booking: the guest by any method, or staff who take cash. What is due is read from the booking; an open payment by the same
/// method is given again rather than doubled. Wallet and cash are captured at once; a gateway gives an address to go to.
/// </summary>
public static class CreateOrder
{
    /// <summary>What to pay, and how.</summary>
    public sealed record Request
    {
        /// <summary>The booking.</summary>
        [Required] public Guid? BookingId { get; set; }

        /// <summary>sandbox, wallet, cash, or a gateway's name.</summary>
        [Required, StringLength(30)] public string? Method { get; set; }

        /// <summary>Where a deposit would do: pay the whole price all the same.</summary>
        public bool Full { get; set; }
    }

    /// <summary>A payment that has begun.</summary>
    /// <param name="PaymentId">The payment.</param>
    /// <param name="Status">pending until the money is there; captured when it is already.</param>
    /// <param name="CheckoutUrl">Where to pay, when a gateway takes it.</param>
    /// <param name="Amount">What is paid.</param>
    public sealed record Response(Guid PaymentId, PaymentStatus Status, string? CheckoutUrl, Money Amount);

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/payments/create-order", Handle)
        .Limited(RateLimits.Write).WithTags("Payments").WithSummary("Pay for a booking")
        .Produces<Envelope<Response>>(StatusCodes.Status201Created).Produces<ErrorEnvelope>(StatusCodes.Status409Conflict);

    /// <summary>Begins, or gives the payment again that is open.</summary>
    public static async Task<Answer<Response>> Handle(
        Request request, HttpContext http, Actor actor, PaymentsDb db, IBookings bookings, Ledger ledger, Providers providers, TimeProvider clock, CancellationToken cancel)
    {
        if (providers.Find(request.Method!) is not { } provider || provider is CreditProvider) return Fault.Invalid("method", $"Choose one of: {string.Join(", ", providers.Names)}.");
        var placed = await Idempotency.Once<Order>(http, db, [request], async () =>
        {
            var booking = await bookings.Find(request.BookingId!.Value, cancel);
            if (booking is null) return Fault.NotFound("booking");
            if (Barred(booking, provider, actor) is { } barred) return barred;
            if (Closed(booking, clock.Now()) is { } closed) return closed;
            if (booking is { Status: BookingStatus.Held, Deposit: { } deposit })
            {
                if (provider is CashProvider && booking.GuestId == actor.Id) return Fault.Refused("deposit_due", $"Pay the deposit of {deposit} first; the rest can wait.");
                // Until the hold is firm, the deposit is all there is to pay.
                if (!request.Full) booking = booking with { Total = deposit };
            }
            var merchant = provider is IGateway gateway ? await http.RequestServices.GetRequiredService<Merchants>().For(gateway, booking.OrganisationId, booking.Total.Currency, cancel) : null;
            if (provider is IGateway && merchant is null) return Fault.Invalid("method", "This place does not take this way to pay.");
            // Credit goes before real money; when it is enough, nothing else is asked for.
            if (booking.GuestId == actor.Id && await SpendCredit.On(booking, db, ledger, providers, clock, cancel) is { } credited)
            {
                if (!credited.Ok || (await Look(booking, provider.Name, db, cancel)).Due.Amount <= 0) return credited;
            }
            if (merchant is not null) return await Place(booking, provider, actor.Id, db, clock, cancel, account: merchant.OrganisationId);
            if (provider is CashProvider && !actor.Can("create:cash_payments", booking.OrganisationId)) return await Promise(booking, provider, actor.Id, db, clock, cancel);
            return await db.InTransaction(() => TakeNow(booking, provider, actor, db, ledger, providers, clock, cancel), cancel);
        });
        if (placed.Fault is { } fault) return fault;
        db.Announce();
        return await Open(placed.Value, provider, db, http, cancel);
    }

    /// <summary>Asks the gateway for the place to pay, outside any transaction; a payment without a gateway is answered as it is.</summary>
    /// <returns>201, or 503 <c>gateway_unavailable</c> when the gateway does not answer: the payment stays open and can be tried again.</returns>
    internal static async Task<Answer<Response>> Open(Order order, IProvider provider, PaymentsDb db, HttpContext http, CancellationToken cancel)
    {
        if (provider is not IGateway gateway || order.Status == PaymentStatus.Captured) return Answer<Response>.Created(new Response(order.PaymentId, order.Status, null, order.Amount));
        var url = gateway.Fields.Count == 0 ? (await gateway.Open(order, Merchant.None(gateway.Name), cancel)).Value.Url : null;
        if (url is null)
        {
            var opened = await OpenAttempt.Handle(order, gateway, db, http.RequestServices, OpenAttempt.SiteOf(http), cancel);
            if (opened.Fault is { } fault) return fault;
            url = opened.Value;
        }
        return Answer<Response>.Created(new Response(order.PaymentId, order.Status, url, order.Amount));
    }

    private static Fault? Barred(BookingInfo booking, IProvider provider, Actor actor)
    {
        if (booking.GuestId == actor.Id) return null;
        if (provider is CashProvider) return actor.Barred("create:cash_payments", booking.OrganisationId, "booking");
        return actor.Can("read:payments", booking.OrganisationId)
            ? Fault.Forbidden("Only the guest can pay this way. At the desk you can take cash.")
            : Fault.NotFound("booking");
    }

    private static Fault? Closed(BookingInfo booking, Instant now) => booking.Status switch
    {
        BookingStatus.Expired => Lapsed,
        BookingStatus.Held when booking.ExpiresAt <= now => Lapsed,
        BookingStatus.Cancelled => Fault.Conflict("booking_cancelled", "This booking was cancelled; there is nothing to pay."),
        _ => null,
    };

    private static Fault Lapsed { get; } = Fault.Conflict("hold_expired", "The time to pay has run out and the slot was given back. Book again.");

    private static Fault NothingDue { get; } = Fault.Conflict("nothing_due", "This booking is paid; there is nothing due.");

    // The unique index on open payments decides between two clicks; the one that loses finds the winner's payment on its next look.
    private static async Task<Answer<Order>> Place(BookingInfo booking, IProvider provider, Guid by, PaymentsDb db, TimeProvider clock, CancellationToken cancel, Func<Payment, IEvent>? told = null, Guid account = default)
    {
        while (true)
        {
            var (due, open) = await Look(booking, provider.Name, db, cancel);
            if (due.Amount <= 0) return NothingDue;
            // An open payment is given again, unless the organisation has changed the account that takes it.
            if (open is not null && open.Amount == due && open.Account == account) return open;
            var payment = Payment.For(booking, due, provider.Name, by, clock.Now());
            var commands = new List<NpgsqlBatchCommand>();
            if (open is not null) commands.Add(Cancel(open.PaymentId));
            var (attemptId, reference) = Begin(payment, provider as IGateway, commands, account);
            if (await db.Run(cancel, commands) < 2) continue;
            if (told is not null) db.Publish(told(payment));
            return new Order(payment.Id, attemptId, reference, PaymentStatus.Pending, due, payment.GuestId, payment.OrganisationId, account);
        }
    }

    private static Task<Answer<Order>> Promise(BookingInfo booking, IProvider provider, Guid by, PaymentsDb db, TimeProvider clock, CancellationToken cancel) => booking.PayAtDesk
        ? db.InTransaction(() => Place(booking, provider, by, db, clock, cancel, p => new PaymentPromised(p.Id, booking.Id, p.GuestId, p.OrganisationId, p.Sum)), cancel)
        : Task.FromResult<Answer<Order>>(Fault.Refused("cash_not_accepted", "This venue wants to be paid online before the visit. Choose another way to pay."));

    // One at a time per booking: two clicks on "pay from wallet" must not both see the booking unpaid.
    private static async Task<Answer<Order>> TakeNow(
        BookingInfo booking, IProvider provider, Actor actor, PaymentsDb db, Ledger ledger, Providers providers, TimeProvider clock, CancellationToken cancel)
    {
        await db.Run(cancel, PaymentsDb.Sql("select pg_advisory_xact_lock(hashtextextended($1::text, 11))", booking.Id));
        var placed = await Place(booking, provider, actor.Id, db, clock, cancel);
        if (placed.Fault is not null) return placed;
        var order = placed.Value;
        var news = new ProviderNews(provider.Name, order.Reference, true, order.Reference, order.Amount, clock.Now());
        var applied = await ApplyCapture.Handle(news, db, ledger, providers, clock, cancel);
        if (applied.Fault is { } fault) return fault;
        await db.Run(cancel, PaymentsDb.Sql("update payments.payment set status = 'Cancelled' where booking_id = $1 and status = 'Pending'", booking.Id));
        if (provider is CashProvider) db.Audit(actor, booking.OrganisationId, "create:cash_payments", order.PaymentId, null, new { booking.Code, order.Amount });
        return order with { Status = PaymentStatus.Captured };
    }

    /// <summary>What is due by the booking and by our own books, whichever is less: news of a payment may still be on its way to the booking.</summary>
    internal static async Task<(Money Due, Order? Open)> Look(BookingInfo booking, string method, PaymentsDb db, CancellationToken cancel)
    {
        var found = await db.Read("""
            select (select coalesce(sum(captured_amount - refunded_amount), 0)::bigint from payments.payment where booking_id = $1), p.id, p.amount, p.currency, a.id, a.reference, p.guest_id, p.organisation_id, a.account
            from (select 1) one left join payments.payment p on p.booking_id = $1 and p.method = $2 and p.status = 'Pending' and p.share_id is null
            left join lateral (select id, reference, account from payments.attempt where payment_id = p.id order by id desc limit 1) a on true
            """,
            row => (Kept: row.GetInt64(0), Open: row.IsDBNull(1) ? null : new Order(
                row.GetGuid(1), row.GetGuid(4), row.GetString(5), PaymentStatus.Pending, new Money(row.GetInt64(2), row.GetString(3)), row.GetGuid(6), row.GetGuid(7), row.GetGuid(8))), cancel, booking.Id, method);
        return (booking.Total - new Money(Math.Max(booking.Paid.Amount, found[0].Kept), booking.Total.Currency), found[0].Open);
    }

    /// <summary>Adds the commands that save a payment and its first attempt; neither is saved when another payment is open.</summary>
    internal static (Guid AttemptId, string Reference) Begin(Payment p, IGateway? gateway, List<NpgsqlBatchCommand> commands, Guid account)
    {
        commands.Add(PaymentsDb.Sql("""
            insert into payments.payment (id, purpose, booking_id, guest_id, organisation_id, venue_id, method, currency, amount, status, expires_at, created_by, created_at, share_id, purchase_id)
            values ($1, $2, $3::uuid, $4, $5, $6::uuid, $7, $8, $9, 'Pending', $10::timestamptz, $11, $12, $13::uuid, $14::uuid)
            on conflict do nothing
            """, p.Id, p.Purpose, p.BookingId, p.GuestId, p.OrganisationId, p.VenueId, p.Method, p.Currency, p.Amount, p.ExpiresAt, p.CreatedBy, p.CreatedAt, p.ShareId, p.PurchaseId));
        return OpenAttempt.Begin(p, gateway, commands, account, p.CreatedAt);
    }

    private static NpgsqlBatchCommand Cancel(Guid paymentId) => PaymentsDb.Sql("update payments.payment set status = 'Cancelled' where id = $1 and status = 'Pending'", paymentId);
}
