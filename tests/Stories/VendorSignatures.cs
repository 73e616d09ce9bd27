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

    [Fact]
    public async Task What_the_official_twilio_client_signs_tells_what_became_of_a_text_and_anything_else_tells_nothing()
    {
        var registered = (await Visitor.Post("/api/v1/auth/register", new { phone = "+923001234567", name = "Zara", password = Password })).Is(HttpStatusCode.Created);
        var refused = (await Visitor.Post("/api/v1/auth/register", new { phone = "+15005550009", name = "Land Line", password = Password })).Is(HttpStatusCode.Created);
        _ = (registered, refused);
        Twilio.Break("/Messages.json", 429);
        await Pass(Duration.FromSeconds(2));
        await Pass(Duration.FromMinutes(5));
        var sent = Twilio.Messages.Where(m => m["to"]!.GetValue<string>() == "+923001234567").ToList();
        sent.Count.ShouldBe((int)(long)(await Database.Ask("select count(*) from notifications.message where address = '+923001234567' and status = 'Sent'"))!);
        sent.ShouldNotBeEmpty();
        (await Database.Ask("select distinct problem from notifications.message where address = '+15005550009' and status = 'Failed'")).ShouldBe("21614: 'To' number is not a valid mobile number");
        var (sid, address) = (sent[0]["sid"]!.GetValue<string>(), sent[0]["callback"]!.GetValue<string>());
        address.ShouldStartWith("https://sarai.example/api/v1/webhooks/twilio/");
        var id = address[(address.LastIndexOf('/') + 1)..];
        var form = TwilioStub.Callback(sid, "delivered");
        var signature = (await Vendors(new { secret = TwilioStub.Token, url = address, @params = form })).GetProperty("twilioSignature").GetString()!;
        (await Tell(form, "")).ShouldBe(HttpStatusCode.Unauthorized);
        (await Tell(new(form) { ["MessageStatus"] = "failed" }, signature)).ShouldBe(HttpStatusCode.Unauthorized);
        (await Database.Ask($"select delivered_at from notifications.message where id = '{id}'")).ShouldBe(DBNull.Value);
        (await Tell(form, signature)).ShouldBe(HttpStatusCode.NoContent);
        (await Tell(form, signature)).ShouldBe(HttpStatusCode.NoContent);
        // News that comes after the last one changes nothing any more.
        var late = TwilioStub.Callback(sid, "undelivered");
        (await Tell(late, (await Vendors(new { secret = TwilioStub.Token, url = address, @params = late })).GetProperty("twilioSignature").GetString()!)).ShouldBe(HttpStatusCode.NoContent);
        (await Database.Ask($"select status from notifications.message where id = '{id}' and delivered_at is not null")).ShouldBe("Sent");

        async Task<HttpStatusCode> Tell(Dictionary<string, string> fields, string signed)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address).AbsolutePath) { Content = new FormUrlEncodedContent(fields) };
            request.Headers.TryAddWithoutValidation("X-Twilio-Signature", signed);
            using var response = await Visitor.SendAsync(request, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
    }

    private TwilioStub Twilio { get; } = new();

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        (settings["Sarai:Url"], settings["Sarai:Twilio:BaseUrl"], settings["Sarai:Twilio:AccountSid"], settings["Sarai:Twilio:AuthToken"], settings["Sarai:Twilio:From"]) = ("https://sarai.example", Twilio.Address, TwilioStub.Account, TwilioStub.Token, "+15005550006");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Twilio.DisposeAsync();
    }

    internal static async Task<JsonElement> Vendors(object question)
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
