using System.Text;
using Sarai.Testing.Gateways;

namespace Sarai.Stories;

/// <summary>What we send to vendors is what their published descriptions allow; the stubs refuse anything else, as the vendors would.</summary>
public sealed class VendorRequests(StoryPostgres postgres) : GatewayWorld(postgres)
{
    [Fact]
    public async Task Every_request_to_stripe_is_as_published()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        await SetUp(club, "stripe", new(StripeKeys) { ["connectedAccount"] = "acct_club", ["feePercent"] = "7.5" });
        // The answer is lost: the intent is found again by our name.
        Stripe.LoseAnswers("/v1/payment_intents", 3);
        (await Begin(guest, await Hold(club, guest, 2, 17), "stripe")).Refuses(HttpStatusCode.ServiceUnavailable, "gateway_unavailable");
        await Pass(Duration.FromMinutes(2));
        var payment = (await Begin(guest, await Hold(club, guest, 2, 18), "stripe")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        (await guest.Client.Post("/api/v1/payments/verify", new { paymentId = payment })).Is(HttpStatusCode.OK);
        (await guest.Client.Post($"/api/v1/payments/{payment}/confirm", new { paymentMethod = "pm_card_visa" })).Is(HttpStatusCode.OK);
        Stripe.RefundStatus = "pending";
        (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount = 100000, to = "source", reason = "wet court" })).Is(HttpStatusCode.Created);
        for (var i = 0; i < 3; i++) await Pass(Duration.FromMinutes(3));
        Stripe.Calls.Select(Published.Stripe.Refuses).OfType<string>().ShouldBeEmpty();
        Published.Stripe.Unused(Stripe.Calls).ShouldBeEmpty();
        (await Told(Stripe, HttpMethod.Post, "/v1/refunds", new FormUrlEncodedContent([new("payment_intent", "pi_1"), new("amount", "10.00")]))).ShouldContain("Invalid amount");
        (await Told(Stripe, HttpMethod.Post, "/v1/payment_intents", new FormUrlEncodedContent([new("amount", "1000"), new("currency", "pkr"), new("metadata[a]", "1"), new("note", "x")]))).ShouldContain("unknown parameter: note");
        (await Told(Stripe, HttpMethod.Post, "/v1/payment_intents", new FormUrlEncodedContent([new("currency", "pkr")]))).ShouldContain("required param: amount");
    }

    [Fact]
    public async Task Every_request_to_paystack_is_as_published()
    {
        var (club, guest) = (await OpenClub(zone: "Africa/Lagos", currency: "NGN"), await Guest());
        await SetUp(club, "paystack", new() { ["secretKey"] = PaystackStub.Key });
        var payment = (await Begin(guest, await Hold(club, guest, 2, 18), "paystack")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        Paystack.Pay(await Ask("reference", payment));
        (await guest.Client.Post("/api/v1/payments/verify", new { paymentId = payment })).Is(HttpStatusCode.OK);
        (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount = 100000, to = "source", reason = "wet court" })).Is(HttpStatusCode.Created);
        for (var i = 0; i < 3; i++) await Pass(Duration.FromMinutes(3));
        Paystack.Refunds.Count.ShouldBe(1);
        Paystack.Calls.Select(Published.Paystack.Refuses).OfType<string>().ShouldBeEmpty();
        Published.Paystack.Unused(Paystack.Calls).ShouldBeEmpty();
        (await Told(Paystack, HttpMethod.Post, "/refund", Json("""{"transaction":"a","amount":"100"}"""))).ShouldContain("Invalid amount");
        (await Told(Paystack, HttpMethod.Get, "/refund?transaction=1", null)).ShouldContain("unknown parameter: transaction");
    }

    [Fact]
    public async Task A_request_to_twilio_that_is_not_as_published_is_refused()
    {
        await using var twilio = new TwilioStub();
        var address = $"/2010-04-01/Accounts/{TwilioStub.Account}/Messages.json";
        (await Told(twilio, HttpMethod.Post, address, new FormUrlEncodedContent([new("To", "+923001234567"), new("Body", "Hello")]))).ShouldContain("From|MessagingServiceSid");
        (await Told(twilio, HttpMethod.Post, address, new FormUrlEncodedContent([new("To", "0300 1234567"), new("From", "+15005550006"), new("Body", "Hello")]))).ShouldContain("Invalid To");
        (await Told(twilio, HttpMethod.Post, address, Json("{}"))).ShouldContain("content type");
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task<string> Told(GatewayStub stub, HttpMethod method, string path, HttpContent? content)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, stub.Address + path) { Content = content };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
