using System.Diagnostics;
using Sarai.Testing.Gateways;

namespace Sarai.Stories;

/// <summary>The vendors' own libraries make and check the signatures: what they accept, we accept; what was altered, neither does.</summary>
public sealed class VendorSignatures(StoryPostgres postgres) : GatewayWorld(postgres)
{
    [Fact]
    public async Task What_the_official_stripe_client_signs_is_accepted_and_an_altered_body_is_not()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        await SetUp(club, "stripe", StripeKeys);
        var payment = (await Begin(guest, await Hold(club, guest, 2, 18), "stripe")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        var intent = await Ask("gateway_id", payment);
        Stripe.Succeed(intent);
        var body = StripeStub.Event("payment_intent.succeeded", Stripe.Intent(intent));
        var header = (await Vendors(new { body, secret = StripeStub.WebhookSecret, timestamp = Clock.GetUtcNow().ToUnixTimeSeconds() })).GetProperty("stripeHeader").GetString()!;
        (await Deliver("stripe", club.OrganisationId, body.Replace("600000", "600001"), ("Stripe-Signature", header))).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Deliver("stripe", club.OrganisationId, body, ("Stripe-Signature", header))).Data.GetProperty("outcome").GetString().ShouldBe("applied");
        StripeStub.Sign(body, Clock.GetUtcNow()).ShouldBe(header.Split(',').Where(p => p[0] is 't' or 'v').Aggregate((a, b) => $"{a},{b}"));
    }

    [Fact]
    public async Task What_the_official_razorpay_client_accepts_is_accepted_and_nothing_else()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        await SetUp(club, "razorpay", RazorpayKeys);
        var payment = (await Begin(guest, await Hold(club, guest, 2, 18), "razorpay")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        var paid = Razorpay.Pay(await Ask("gateway_id", payment));
        var (body, back) = (Razorpay.Event("payment.captured", paid), RazorpayStub.Return(paid));
        foreach (var (sent, signature) in new[] { (body + " ", RazorpayStub.Sign(body)), (body, RazorpayStub.Sign(body)) })
        {
            var theirs = await Vendors(new
            {
                body = sent, secret = RazorpayStub.WebhookSecret, timestamp = 1, signature, keySecret = RazorpayStub.KeySecret, order = back["razorpay_order_id"], payment = back["razorpay_payment_id"], checkout = back["razorpay_signature"],
            });
            theirs.GetProperty("razorpayCheckout").GetBoolean().ShouldBeTrue();
            var ours = await Deliver("razorpay", club.OrganisationId, sent, ("X-Razorpay-Signature", signature));
            (ours.Status == HttpStatusCode.OK).ShouldBe(theirs.GetProperty("razorpayWebhook").GetBoolean());
        }
        (await Standing(guest, payment)).GetProperty("status").GetString().ShouldBe("captured");
    }

    private static async Task<JsonElement> Vendors(object question)
    {
        var folder = typeof(VendorSignatures).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false).Cast<System.Reflection.AssemblyMetadataAttribute>().Single(a => a.Key == "Vendors").Value!;
        using var node = Process.Start(new ProcessStartInfo("node", ["vendors.mjs"]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(question));
        node.StandardInput.Close();
        var answer = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        return JsonDocument.Parse(answer).RootElement;
    }
}
