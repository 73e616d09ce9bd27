using Sarai.Payments;
using Sarai.Testing.Gateways;

namespace Sarai.Stories;

/// <summary>Paystack cannot take rupees: these stories are in naira, through the platform's account.</summary>
public sealed class PayingByPaystack(StoryPostgres postgres) : GatewayWorld(postgres)
{
    private static readonly Guid Platform = Guid.Empty;

    [Fact]
    public async Task What_was_asked_for_counts_when_the_guest_pays_the_fee_on_top()
    {
        var (guest, payment, reference) = await Begun();
        var body = PaystackStub.Event("charge.success", Paystack.Pay(reference, fee: 7500));
        var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Tell(body)));
        replies.ShouldAllBe(r => r.Status == HttpStatusCode.OK);
        replies.Count(r => r.Data.GetProperty("outcome").GetString() == "applied").ShouldBe(1);
        (await Standing(guest, payment)).GetProperty("captured").GetProperty("amount").GetInt64().ShouldBe(500000);
        (await Balance(LedgerAccount.Clearing("paystack", "NGN"))).ShouldBe(-500000);
        Paystack.Calls[0].Body.ShouldContain("\"amount\":500000");
        await TheBooksAreRight();
    }

    [Fact]
    public async Task A_lost_answer_uses_up_the_reference_and_a_new_attempt_goes_on()
    {
        await PlatformTakesNaira();
        var guest = await Guest();
        Paystack.LoseAnswers("/transaction/initialize");
        var begun = (await guest.Client.Post("/api/v1/wallet/top-up", new { amount = 500000, currency = "NGN", method = "paystack" })).Is(HttpStatusCode.Created);
        begun.Data.GetProperty("checkoutUrl").GetString()!.ShouldStartWith(Paystack.Address);
        Paystack.Transactions.Count.ShouldBe(2);
        // Whichever of the two pages the guest pays on, it is this payment; paying on both fills the wallet with both.
        foreach (var transaction in Paystack.Transactions) Paystack.Pay(transaction["reference"]!.GetValue<string>());
        await Pass(Duration.FromMinutes(2));
        (await guest.Client.Get("/api/v1/wallet?currency=NGN")).Data.GetProperty("balance").GetProperty("amount").GetInt64().ShouldBe(1000000);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task The_envelopes_status_proves_nothing_and_a_decline_is_final()
    {
        var (guest, payment, reference) = await Begun();
        await Pass(Duration.FromMinutes(2));
        (await Standing(guest, payment)).GetProperty("status").GetString().ShouldBe("pending");
        Paystack.Pay(reference, "failed");
        (await guest.Client.Post("/api/v1/payments/verify", new { paymentId = payment })).Data.GetProperty("status").GetString().ShouldBe("failed");
    }

    [Fact]
    public async Task Forged_events_and_other_currencies_fill_no_wallet()
    {
        var (guest, payment, reference) = await Begun();
        var body = PaystackStub.Event("charge.success", Paystack.Pay(reference, currency: "GHS"));
        (await Deliver("paystack", Platform, body, ("x-paystack-signature", PaystackStub.Sign(body, "sk_test_other")))).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Deliver("paystack", Platform, body + "\n", ("x-paystack-signature", PaystackStub.Sign(body)))).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Tell(body)).Data.GetProperty("outcome").GetString().ShouldBe("parked");
        (await Standing(guest, payment)).GetProperty("status").GetString().ShouldBe("pending");
        (await guest.Client.Post("/api/v1/wallet/top-up", new { amount = 500000, currency = "PKR", method = "paystack" })).Names("method").ShouldBeTrue();
        await TheBooksAreRight();
    }

    [Fact]
    public async Task A_refund_whose_answer_was_lost_is_recognised_by_its_note()
    {
        await PlatformTakesNaira();
        var club = await OpenClub(currency: "NGN");
        var guest = await Guest();
        var booking = await Hold(club, guest, 2, 18);
        var payment = (await Begin(guest, booking, "paystack")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        await Tell(PaystackStub.Event("charge.success", Paystack.Pay(await Ask("reference", payment))));
        await Settle();
        (await Balance(LedgerAccount.Clearing("paystack", "NGN"))).ShouldBe(-600000);
        Paystack.LoseAnswers("/refund");
        (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount = 200000, to = "source", reason = "wet court" })).Is(HttpStatusCode.Created);
        await Pass(Duration.FromSeconds(5));
        await Pass(Duration.FromMinutes(2));
        await Pass(Duration.FromMinutes(2));
        Paystack.Refunds.Count.ShouldBe(1);
        Paystack.EndRefund(Paystack.Refunds[0]["id"]!.GetValue<long>(), "processed");
        await Tell(PaystackStub.Event("refund.processed", new System.Text.Json.Nodes.JsonObject { ["transaction_reference"] = await Ask("reference", payment), ["status"] = "processed", ["amount"] = "200000" }));
        await Pass(Duration.FromSeconds(5));
        (await Database.Ask("select status from payments.refund")).ShouldBe("Done");
        (await Balance(LedgerAccount.Clearing("paystack", "NGN"))).ShouldBe(-400000);
        await TheBooksAreRight();
    }

    private async Task<Person> PlatformTakesNaira()
    {
        var admin = await Admin();
        (await admin.Client.Put($"/api/v1/organisations/{Platform}/gateways/paystack", new { enabled = true, values = new { secretKey = PaystackStub.Key } })).Is(HttpStatusCode.OK);
        return admin;
    }

    private async Task<(Person Guest, Guid Payment, string Reference)> Begun()
    {
        await PlatformTakesNaira();
        var guest = await Guest();
        var payment = (await guest.Client.Post("/api/v1/wallet/top-up", new { amount = 500000, currency = "NGN", method = "paystack" })).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        return (guest, payment, await Ask("reference", payment));
    }

    private Task<Reply> Tell(string body) => Deliver("paystack", Platform, body, ("x-paystack-signature", PaystackStub.Sign(body)));
}
