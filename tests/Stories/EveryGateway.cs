using Sarai.Testing.Gateways;

namespace Sarai.Stories;

/// <summary>What holds for each of the five gateways alike.</summary>
public sealed class EveryGateway(StoryPostgres postgres) : GatewayWorld(postgres)
{
    [Fact]
    public async Task Messages_told_five_times_shuffled_and_an_hour_late_have_one_effect()
    {
        var (club, guest, admin) = (await OpenClub(courts: 8), await Guest(), await Admin());
        foreach (var (name, keys) in new[] { ("stripe", StripeKeys), ("razorpay", RazorpayKeys), ("jazzcash", JazzCashKeys), ("easypaisa", EasyPaisaKeys) }) await SetUp(club, name, keys);
        (await admin.Client.Put($"/api/v1/organisations/{Guid.Empty}/gateways/paystack", new { enabled = true, values = new { secretKey = PaystackStub.Key } })).Is(HttpStatusCode.OK);
        var (bookings, payments) = (new List<Guid>(), new Dictionary<string, Guid>());
        foreach (var name in new[] { "stripe", "razorpay", "jazzcash", "easypaisa" })
        {
            bookings.Add(await Hold(club, guest, 2, 18));
            payments[name] = (await Begin(guest, bookings[^1], name)).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        }
        payments["paystack"] = (await guest.Client.Post("/api/v1/wallet/top-up", new { amount = 500000, currency = "NGN", method = "paystack" })).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        var messages = (await Messages(club.OrganisationId, payments)).SelectMany(m => Enumerable.Repeat(m, 5)).ToArray();
        new Random(11).Shuffle(messages);
        // Meanwhile the reconciler asks on its own, and the holds have run out: whoever is first brings the money, once.
        Clock.Advance(TimeSpan.FromHours(1));
        (await Task.WhenAll(messages.Select(tell => tell()))).ShouldAllBe(r => r.Status == HttpStatusCode.OK);
        await Pass(Duration.FromSeconds(5));
        foreach (var booking in bookings) await Status(guest, booking, "confirmed", 600000);
        (await guest.Client.Get("/api/v1/wallet?currency=NGN")).Data.GetProperty("balance").GetProperty("amount").GetInt64().ShouldBe(500000);
        (await Database.Ask("select count(*) from payments.posting")).ShouldBe(5L);
        (await Database.Ask("select count(*) from payments.review")).ShouldBe(0L);
        await TheBooksAreRight();
    }

    // Everything is paid at once, and each gateway has something to tell; those that can say no said it first.
    private async Task<List<Func<Task<Reply>>>> Messages(Guid club, Dictionary<string, Guid> payments)
    {
        var (intent, order, reference) = (await Ask("gateway_id", payments["stripe"]), await Ask("gateway_id", payments["razorpay"]), await Ask("reference", payments["paystack"]));
        var declined = StripeStub.Event("payment_intent.payment_failed", Stripe.Intent(intent));
        Stripe.Succeed(intent);
        var succeeded = StripeStub.Event("payment_intent.succeeded", Stripe.Intent(intent));
        var failed = Razorpay.Event("payment.failed", Razorpay.Pay(order, "failed"));
        var paid = Razorpay.Pay(order);
        var (captured, whole) = (Razorpay.Event("payment.captured", paid), Razorpay.Event("order.paid", paid, withOrder: true));
        var charged = PaystackStub.Event("charge.success", Paystack.Pay(reference));
        JazzCash.Decide(await Ask("reference", payments["jazzcash"]), "121");
        var ipn = JazzCashStub.Ipn(await Ask("reference", payments["jazzcash"]));
        EasyPaisa.Decide(await Ask("reference", payments["easypaisa"]), "PAID", "6000.0");
        var address = EasyPaisa.MessageOf(await Ask("reference", payments["easypaisa"]));
        return
        [
            .. new[] { declined, succeeded }.Select(b => (Func<Task<Reply>>)(() => Deliver("stripe", club, b, ("Stripe-Signature", StripeStub.Sign(b, Clock.GetUtcNow()))))),
            .. new[] { failed, captured, whole }.Select(b => (Func<Task<Reply>>)(() => Deliver("razorpay", club, b, ("X-Razorpay-Signature", RazorpayStub.Sign(b)), ("x-razorpay-event-id", Guid.NewGuid().ToString())))),
            () => Deliver("paystack", Guid.Empty, charged, ("x-paystack-signature", PaystackStub.Sign(charged))),
            () => Deliver("jazzcash", club, ipn),
            async () => await Visitor.Get($"/api/v1/webhooks/payments/easypaisa/{club}?url={Uri.EscapeDataString(address)}"),
        ];
    }
}
