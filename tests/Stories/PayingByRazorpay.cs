using System.Text.Json.Nodes;
using Sarai.Payments;
using Sarai.Testing.Gateways;

namespace Sarai.Stories;

public sealed class PayingByRazorpay(StoryPostgres postgres) : GatewayWorld(postgres)
{
    [Fact]
    public async Task It_takes_from_one_to_a_hundred_thousand_rupees_at_once()
    {
        var (admin, guest) = (await Admin(), await Guest());
        (await admin.Client.Put($"/api/v1/organisations/{Guid.Empty}/gateways/razorpay", new { enabled = true, values = RazorpayKeys })).Is(HttpStatusCode.OK);
        (await Top(10_000_001)).Refuses(HttpStatusCode.UnprocessableEntity, "amount_not_taken");
        Razorpay.Calls.ShouldBeEmpty("it was not even asked");
        (await Top(10_000_000)).Is(HttpStatusCode.Created);
        Razorpay.Calls.Count.ShouldBe(1);

        Task<Reply> Top(long amount) => guest.Client.Post("/api/v1/wallet/top-up", new { amount, currency = "INR", method = "razorpay" });
    }

    [Fact]
    public async Task A_failed_try_followed_by_a_captured_one_in_any_order_confirms_once()
    {
        var (club, guest, booking, payment, order) = await Begun();
        var failed = Razorpay.Event("payment.failed", Razorpay.Pay(order, "failed"));
        var paid = Razorpay.Pay(order);
        var bodies = new[] { failed, Razorpay.Event("payment.captured", paid), Razorpay.Event("order.paid", paid, withOrder: true) }.SelectMany(b => Enumerable.Repeat(b, 5)).ToArray();
        new Random(3).Shuffle(bodies);
        (await Task.WhenAll(bodies.Select(b => Tell(club, b)))).ShouldAllBe(r => r.Status == HttpStatusCode.OK);
        await Settle();
        await Status(guest, booking, "confirmed", 600000);
        (await Standing(guest, payment)).GetProperty("status").GetString().ShouldBe("captured");
        (await Database.Ask("select count(*) from payments.posting")).ShouldBe(1L);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task The_checkout_page_brings_a_signature_and_razorpay_is_asked_how_much()
    {
        var (club, guest, booking, payment, order) = await Begun();
        var page = await guest.Client.GetStringAsync(new Uri($"/pay/{await Ask("id", payment)}", UriKind.Relative), TestContext.Current.CancellationToken);
        page.ShouldContain($"action=\"{Razorpay.Address}/v1/checkout/embedded\"");
        page.ShouldContain(order);
        var paid = Razorpay.Pay(order, "authorized");
        (await Return("razorpay", club.OrganisationId, payment, RazorpayStub.Return(paid, "another secret"))).ShouldBe($"/payments/{payment}/return");
        (await Standing(guest, payment)).GetProperty("status").GetString().ShouldBe("pending");
        await Return("razorpay", club.OrganisationId, payment, RazorpayStub.Return(paid));
        (await Standing(guest, payment)).GetProperty("status").GetString().ShouldBe("captured");
        paid["status"]!.GetValue<string>().ShouldBe("captured");
        await Settle();
        await Status(guest, booking, "confirmed", 600000);
    }

    [Fact]
    public async Task Forged_and_altered_events_are_refused_and_retries_after_a_rotation_are_not()
    {
        var (club, guest, _, payment, order) = await Begun();
        var body = Razorpay.Event("payment.captured", Razorpay.Pay(order));
        (await Deliver("razorpay", club.OrganisationId, body)).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Deliver("razorpay", club.OrganisationId, body.Replace("600000", "600001"), ("X-Razorpay-Signature", RazorpayStub.Sign(body)))).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Deliver("razorpay", club.OrganisationId, "[]", ("X-Razorpay-Signature", RazorpayStub.Sign("[]")))).Refuses(HttpStatusCode.BadRequest, "malformed_webhook");
        await SetUp(club, "razorpay", new() { ["webhookSecret"] = "the new one" });
        (await Tell(club, body)).Data.GetProperty("outcome").GetString().ShouldBe("applied");
        (await Standing(guest, payment)).GetProperty("status").GetString().ShouldBe("captured");
    }

    [Fact]
    public async Task An_event_nobody_received_is_found_by_asking_even_when_the_order_was_lost()
    {
        var (_, guest, booking, payment, order) = await Begun();
        await Database.Ask($"update payments.attempt set gateway_id = null where payment_id = '{payment}'");
        Razorpay.Pay(order);
        await Pass(Duration.FromMinutes(2));
        await Status(guest, booking, "confirmed", 600000);
    }

    [Fact]
    public async Task Refunds_carry_their_key_and_a_lost_answer_is_no_second_refund()
    {
        var (club, _, _, payment, order) = await Begun();
        await Tell(club, Razorpay.Event("payment.captured", Razorpay.Pay(order)));
        await Settle();
        Razorpay.RefundStatus = "pending";
        Razorpay.LoseAnswers("/refund", 3);
        (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount = 250000, to = "source", reason = "wet court" })).Is(HttpStatusCode.Created);
        await Pass(Duration.FromSeconds(5));
        await Pass(Duration.FromMinutes(2));
        Razorpay.Refunds.Count.ShouldBe(1);
        var refund = Razorpay.Refunds[0];
        Razorpay.EndRefund(refund["id"]!.GetValue<string>(), "processed");
        (await Tell(club, RazorpayStub.RefundEvent("refund.processed", refund))).Data.GetProperty("outcome").GetString().ShouldBe("applied");
        (await Tell(club, RazorpayStub.RefundEvent("refund.processed", refund))).Is(HttpStatusCode.OK);
        (await Database.Ask("select status from payments.refund")).ShouldBe("Done");
        (await Balance(LedgerAccount.Clearing("razorpay", "PKR", club.OrganisationId))).ShouldBe(-350000);
        await TheBooksAreRight();
    }

    private async Task<(Club Club, Person Guest, Guid Booking, Guid Payment, string Order)> Begun()
    {
        var club = await OpenClub();
        var guest = await Guest();
        await SetUp(club, "razorpay", RazorpayKeys);
        var booking = await Hold(club, guest, 2, 18);
        var payment = (await Begin(guest, booking, "razorpay")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        return (club, guest, booking, payment, await Ask("gateway_id", payment));
    }

    private Task<Reply> Tell(Club club, string body) => Deliver("razorpay", club.OrganisationId, body, ("X-Razorpay-Signature", RazorpayStub.Sign(body)), ("x-razorpay-event-id", Guid.NewGuid().ToString()));
}
