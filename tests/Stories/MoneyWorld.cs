using Sarai.Payments;

namespace Sarai.Stories;

/// <summary>What stories about money do again and again.</summary>
public abstract class MoneyWorld(StoryPostgres postgres) : World(postgres)
{
    protected static async Task<Guid> Hold(Club club, Person guest, int day, int hour) =>
        (await guest.Client.Post("/api/v1/bookings", Wish(club, At(day, hour)))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();

    protected static async Task<Guid> Order(Person guest, Guid booking, string method = "sandbox") =>
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method })).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();

    protected async Task Play(Guid payment, string outcome)
    {
        (await Visitor.Post($"/api/v1/sandbox/payments/{payment}", new { outcome })).Is(HttpStatusCode.OK);
        await Settle();
    }

    protected async Task<Guid> Pay(Person guest, Guid booking, string outcome = "succeed")
    {
        var payment = await Order(guest, booking);
        await Play(payment, outcome);
        return payment;
    }

    protected async Task TopUp(Person guest, long amount) =>
        await Play((await guest.Client.Post("/api/v1/wallet/top-up", new { amount, currency = "PKR" })).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid(), "succeed");

    protected static async Task<long> Wallet(Person guest) =>
        (await guest.Client.Get("/api/v1/wallet?currency=PKR")).Is(HttpStatusCode.OK).Data.GetProperty("balance").GetProperty("amount").GetInt64();

    protected static async Task Status(Person guest, Guid booking, string status, long paid)
    {
        var data = (await guest.Client.Get($"/api/v1/bookings/{booking}")).Is(HttpStatusCode.OK).Data;
        data.GetProperty("status").GetString().ShouldBe(status);
        data.GetProperty("paid").GetProperty("amount").GetInt64().ShouldBe(paid);
    }

    protected static async Task<JsonElement> Standing(Person guest, Guid payment) => (await guest.Client.Get($"/api/v1/payments/{payment}/status")).Is(HttpStatusCode.OK).Data;

    /// <summary>What an account has by its running totals.</summary>
    protected async Task<long> Balance(LedgerAccount account) =>
        (long)(await Database.Ask($"select coalesce(sum(amount), 0)::bigint from payments.balance where account_id = '{account.Id}'"))!;

    /// <summary>The promises of the ledger, whatever happened before: all sums to zero, every total equals its entries, no wallet is below zero, no payment gave back more than it got.</summary>
    protected async Task TheBooksAreRight()
    {
        (await Database.Ask("select coalesce(sum(amount), 0)::bigint from payments.entry")).ShouldBe(0L);
        (await Database.Ask("select count(*) from (select posting_id from payments.entry group by posting_id, currency having sum(amount) <> 0) x")).ShouldBe(0L);
        (await Database.Ask("""
            select count(*) from payments.balance b
            left join (select account_id, stripe, sum(amount)::bigint as amount from payments.entry group by 1, 2) e using (account_id, stripe)
            where b.amount <> coalesce(e.amount, 0)
            """)).ShouldBe(0L);
        (await Database.Ask("select count(*) from payments.balance b join payments.account a on a.id = b.account_id where a.kind = 'Wallet' and b.amount < 0")).ShouldBe(0L);
        (await Database.Ask("select count(*) from payments.payment where refunded_amount > captured_amount")).ShouldBe(0L);
        (await Database.Ask("""
            select count(*) from payments.payment p where refunded_amount <> coalesce((select sum(amount) from payments.refund r where r.payment_id = p.id), 0)
            """)).ShouldBe(0L);
        // The tax account moves by exactly what the invoices say, and the invoices of a payment say the tax of what is left of it.
        (await Database.Ask("""
            select count(*) from payments.invoice i where i.tax <> coalesce((
              select sum(e.amount) from payments.posting o join payments.entry e on e.posting_id = o.id join payments.account a on a.id = e.account_id and a.kind = 'Tax' where o.key = 'tax:' || i.posting_id), 0)
            """)).ShouldBe(0L);
        (await Database.Ask("""
            select count(*) from (select 1 from payments.invoice group by payment_id having sum(tax) <> round(sum(amount) * max(tax_percent) / (100 + max(tax_percent))) or count(distinct tax_percent) > 1) x
            """)).ShouldBe(0L);
    }
}
