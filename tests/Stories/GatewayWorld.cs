using System.Text;
using Sarai.Testing.Gateways;

namespace Sarai.Stories;

/// <summary>A club whose own gateway accounts are set up against stub servers.</summary>
public abstract class GatewayWorld(StoryPostgres postgres) : MoneyWorld(postgres), IDisposable
{
    protected StripeStub Stripe { get; } = new();

    protected RazorpayStub Razorpay { get; } = new();

    protected PaystackStub Paystack { get; } = new();

    protected JazzCashStub JazzCash { get; } = new();

    protected EasyPaisaStub EasyPaisa { get; } = new();

    protected static readonly Dictionary<string, string> StripeKeys = new() { ["publishableKey"] = "pk_test_stub", ["secretKey"] = StripeStub.Key, ["webhookSecret"] = StripeStub.WebhookSecret };

    protected static readonly Dictionary<string, string> RazorpayKeys = new() { ["keyId"] = RazorpayStub.KeyId, ["keySecret"] = RazorpayStub.KeySecret, ["webhookSecret"] = RazorpayStub.WebhookSecret };

    protected static readonly Dictionary<string, string> JazzCashKeys = new()
    {
        ["merchantId"] = JazzCashStub.MerchantId, ["password"] = JazzCashStub.Password, ["salt"] = JazzCashStub.Salt, ["mpin"] = JazzCashStub.Mpin, ["generation"] = "orchestrator", ["walletVersion"] = "2.0",
    };

    protected Dictionary<string, string> EasyPaisaKeys => new()
    {
        ["storeId"] = EasyPaisaStub.StoreId, ["username"] = EasyPaisaStub.Username, ["password"] = EasyPaisaStub.Password, ["accountNumber"] = EasyPaisaStub.Account, ["hashKey"] = EasyPaisaStub.HashKey,
        ["version"] = "v4", ["privateKey"] = EasyPaisa.Merchants.ExportPkcs8PrivateKeyPem(), ["publicKey"] = EasyPaisa.Theirs.ExportSubjectPublicKeyInfoPem(), ["environment"] = "staging",
    };

    protected override void Configure(IDictionary<string, string?> settings)
    {
        (settings["Sarai:Payments:stripe:BaseUrl"], settings["Sarai:Payments:razorpay:BaseUrl"], settings["Sarai:Payments:paystack:BaseUrl"]) = (Stripe.Address, Razorpay.Address + "/v1", Paystack.Address);
        (settings["Sarai:Payments:jazzcash:BaseUrl"], settings["Sarai:Payments:easypaisa:BaseUrl"]) = (JazzCash.Address, EasyPaisa.Address);
        (settings["Sarai:Payments:RetryMilliseconds"], settings["Sarai:Payments:BreakAfter"]) = ("1", "1000");
    }

    protected static async Task SetUp(Club club, string gateway, Dictionary<string, string> values, bool enabled = true) =>
        (await club.Owner.Client.Put($"/api/v1/organisations/{club.OrganisationId}/gateways/{gateway}", new { enabled, values })).Is(HttpStatusCode.OK);

    protected static Task<Reply> Begin(Person guest, Guid booking, string method) => guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method });

    protected async Task<string> Ask(string what, Guid payment) => (await Database.Ask($"select {what} from payments.attempt where payment_id = '{payment}' order by id desc limit 1"))!.ToString()!;

    /// <summary>A gateway's message to a merchant account's address.</summary>
    protected async Task<Reply> Deliver(string gateway, Guid account, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/webhooks/payments/{gateway}/{account}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Visitor.SendAsync(request, TestContext.Current.CancellationToken);
        return new Reply(response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), new Dictionary<string, string>());
    }

    /// <summary>The gateway's page sends the browser back with a form.</summary>
    protected async Task<string> Return(string gateway, Guid account, Guid payment, Dictionary<string, string> form)
    {
        using var response = await Visitor.PostAsync(new Uri($"/api/v1/webhooks/payments/{gateway}/{account}/return/{payment}", UriKind.Relative), new FormUrlEncodedContent(form), TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        return response.Headers.Location!.OriginalString;
    }

    public void Dispose()
    {
        foreach (var stub in new GatewayStub[] { Stripe, Razorpay, Paystack, JazzCash, EasyPaisa }) stub.DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }
}
