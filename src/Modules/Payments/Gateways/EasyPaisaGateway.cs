using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sarai.Payments;

/// <summary>
/// EasyPaisa: consent on the phone by REST (version 4, or 5 with RSA signatures), or its hosted page. Amounts are rupees, not paisa. Nothing it sends by itself
/// is signed, so every message only leads to a question, and only its answer counts. It cannot refund by its interface: a person does.
/// </summary>
public sealed class EasyPaisaGateway(Wire wire, TimeProvider clock) : IPushGateway, IFormGateway
{
    /// <summary>The method's name.</summary>
    public const string Method = "easypaisa";

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly string _configured = wire.BaseUrl(Method, "");

    /// <inheritdoc/>
    public string Name => Method;

    /// <inheritdoc/>
    public IReadOnlyList<GatewayField> Fields { get; } =
    [
        new("storeId", "Store id", Pattern: @"^\d{1,12}$"),
        new("username", "User name"),
        new("password", "Password", Secret: true),
        new("accountNumber", "Your account number, for questions", Pattern: @"^\d{4,20}$"),
        new("hashKey", "Hash key of the hosted page (16, 24 or 32 letters)", Secret: true, Required: false, Pattern: "^([!-~]{16}|[!-~]{24}|[!-~]{32})$"),
        new("version", "REST version", Options: ["v4", "v5"]),
        new("privateKey", "Your RSA private key (PEM), for v5", Secret: true, Required: false),
        new("publicKey", "EasyPaisa's RSA public key (PEM), for v5", Required: false),
        new("environment", "Environment", Options: ["live", "staging"]),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Currencies { get; } = ["PKR"];

    /// <inheritdoc/>
    public string NameOf(Payment payment, Guid attemptId) => JazzCashGateway.ShortName("E", attemptId);

    /// <inheritdoc/>
    public Task<Answer<Checkout>> Open(Order order, Merchant merchant, CancellationToken cancel) => Task.FromResult<Answer<Checkout>>(new Checkout($"/pay/{order.AttemptId}"));

    /// <summary>The first form leads to its page; when it sends the guest back with a token, the second one confirms.</summary>
    public Task<Answer<HandOver>> HandOver(Order order, string? gatewayId, IQueryCollection query, Merchant merchant, CancellationToken cancel)
    {
        var back = $"{order.Site}/payments/{order.PaymentId}/return";
        if (query["auth_token"].ToString() is { Length: > 0 } token)
            return Task.FromResult<Answer<HandOver>>(new HandOver(Host(merchant) + "/easypay/Confirm.jsf", new Dictionary<string, string> { ["auth_token"] = token, ["postBackURL"] = back }));
        if (merchant["hashKey"].Length == 0) return Task.FromResult<Answer<HandOver>>(Gateways.Refused("its page is not set up here."));
        var fields = new Dictionary<string, string>
        {
            ["amount"] = Rupees(order.Amount), ["autoRedirect"] = "1", ["expiryDate"] = clock.Now().InZone(Time.Zone("Asia/Karachi")).Plus(Duration.FromDays(1)).ToString("yyyyMMdd HHmmss", CultureInfo.InvariantCulture),
            ["orderRefNum"] = order.Reference, ["postBackURL"] = $"{order.Site}/pay/{order.AttemptId}", ["storeId"] = merchant["storeId"],
        };
        if (order.Payer?.Email is { } email) fields["emailAddr"] = email;
        fields["merchantHashedReq"] = HashedRequest(fields, merchant["hashKey"]);
        return Task.FromResult<Answer<HandOver>>(new HandOver(Host(merchant) + "/easypay/Index.jsf", fields));
    }

    /// <inheritdoc/>
    public async Task<ProviderNews?> Push(Order order, string mobile, string identity, Merchant merchant, CancellationToken cancel)
    {
        var answer = await Post("initiate-ma-transaction", new()
        {
            ["orderId"] = order.Reference, ["storeId"] = merchant["storeId"], ["transactionAmount"] = Rupees(order.Amount), ["transactionType"] = "MA", ["mobileAccountNo"] = mobile,
            ["emailAddress"] = order.Payer?.Email ?? "",
        }, merchant, 70, cancel);
        var code = Field(answer, "responseCode");
        // Its own trouble says nothing about the guest's consent: it is asked.
        if (code is null or "0001") throw new GatewayDown($"answered {code}");
        if (code == "0000" && (Field(answer, "orderId") != order.Reference || Text(answer, "storeId") != merchant["storeId"])) throw new GatewayDown("answered about another order");
        return News(order.Reference, code == "0000", default, $"{code} {Field(answer, "responseDesc")}", merchant);
    }

    /// <summary>Its message is only an address to fetch, and what stands there is unsigned: it leads to a question. The address must be on EasyPaisa's own host.</summary>
    public async Task<Answer<Heard>> Read(GatewayMessage message, Merchant merchant, CancellationToken cancel)
    {
        var host = new Uri(Host(merchant));
        if (!Uri.TryCreate(message.Query["url"].ToString(), UriKind.Absolute, out var url) || url.Scheme != host.Scheme || url.Authority != host.Authority || url.UserInfo.Length > 0) return ReceiveWebhook.Forged;
        var answer = await wire.Send(Method, () => new HttpRequestMessage(HttpMethod.Get, url), repeat: true, 10, cancel);
        return answer.Ok && Text(answer.Json, "order_id") is { Length: > 0 } order && Text(answer.Json, "store_id") == merchant["storeId"] ? new Heard { AskAbout = order } : ReceiveWebhook.Unreadable;
    }

    /// <inheritdoc/>
    public async Task<ProviderNews?> Query(Attempt attempt, Merchant merchant, CancellationToken cancel)
    {
        var answer = await Post("inquire-transaction", new() { ["orderId"] = attempt.Reference, ["storeId"] = merchant["storeId"], ["accountNum"] = merchant["accountNumber"] }, merchant, 20, cancel);
        if (Field(answer, "responseCode") != "0000" || Field(answer, "orderId") != attempt.Reference || Text(answer, "storeId") != merchant["storeId"]) return null;
        return Field(answer, "transactionStatus") switch
        {
            "PAID" => News(attempt.Reference, true, Paisa(answer), "", merchant),
            "FAILED" or "EXPIRED" or "BLOCKED" or "REVERSED" => News(attempt.Reference, false, default, Field(answer, "transactionStatus")!.ToLowerInvariant(), merchant),
            _ => null,
        };
    }

    /// <inheritdoc/>
    public Task<RefundNews> Refund(RefundWish wish, Merchant merchant, CancellationToken cancel) => Task.FromResult(new RefundNews(RefundState.ByHand, null, "send_in_portal"));

    /// <summary>The hosted page's hash: the fields by name, encrypted with AES in ECB mode. It is what the page asks for, not a signature to rely on.</summary>
    public static string HashedRequest(IEnumerable<KeyValuePair<string, string>> fields, string key)
    {
        var text = string.Join('&', fields.Where(f => f.Key != "merchantHashedReq" && f.Value.Length > 0).OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}={f.Value}"));
        using var aes = Aes.Create();
        aes.Key = Encoding.ASCII.GetBytes(key);
        return Convert.ToBase64String(aes.EncryptEcb(Encoding.UTF8.GetBytes(text), PaddingMode.PKCS7));
    }

    private ProviderNews News(string reference, bool paid, Money amount, string problem, Merchant merchant) =>
        new(Method, reference, paid, reference, amount, clock.Now(), paid ? null : problem) { Account = merchant.OrganisationId, AsAsked = amount.Currency is null };

    private async Task<JsonElement> Post(string path, Dictionary<string, string> fields, Merchant merchant, int seconds, CancellationToken cancel)
    {
        var five = merchant["version"] == "v5";
        var inner = JsonSerializer.Serialize(fields, Compact);
        var body = five ? $"{{\"request\":{inner},\"signature\":\"{SignatureOf(inner, merchant)}\"}}" : inner;
        var answer = await wire.Send(Method, () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, $"{Host(merchant)}/easypay-service/rest/{(five ? "v5" : "v4")}/{path}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Add("Credentials", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{merchant["username"]}:{merchant["password"]}")));
            return request;
        }, repeat: path == "inquire-transaction", seconds, cancel);
        if (!answer.Ok || answer.Json.ValueKind != JsonValueKind.Object) throw new GatewayDown($"answered {answer.Status}");
        return five ? Verified(answer.Json, merchant) : answer.Json;
    }

    private static string SignatureOf(string text, Merchant merchant)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(merchant["privateKey"]);
        return Convert.ToBase64String(rsa.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private static JsonElement Verified(JsonElement answer, Merchant merchant)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(merchant["publicKey"]);
        var given = new byte[1024];
        return answer.TryGetProperty("response", out var inner) && Convert.TryFromBase64String(Field(answer, "signature") ?? "", given, out var length)
            && rsa.VerifyData(Encoding.UTF8.GetBytes(inner.GetRawText()), given.AsSpan(0, length), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            ? inner
            : throw new GatewayDown("answered with a signature that does not fit");
    }

    private string Host(Merchant merchant) => _configured.Length > 0 ? _configured : merchant["environment"] == "staging" ? "https://easypaystg.easypaisa.com.pk" : "https://easypay.easypaisa.com.pk";

    private static string Rupees(Money money) => (money.Amount / 100m).ToString("0.0#", CultureInfo.InvariantCulture);

    private static Money Paisa(JsonElement answer) => decimal.TryParse(Text(answer, "transactionAmount"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rupees)
        ? new Money((long)Math.Round(rupees * 100), "PKR")
        : throw new GatewayDown("answered without an amount");

    private static string? Field(JsonElement it, string name) => it.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Text(JsonElement it, string name) => it.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText() : null;
}
