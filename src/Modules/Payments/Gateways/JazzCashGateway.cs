using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sarai.Payments;

/// <summary>
/// JazzCash in its three host generations, which differ in addresses only. A guest consents on the phone (mobile account) or on JazzCash's page (card, voucher).
/// The transaction reference is the only protection against doubles: it is never sent twice, and after a silence JazzCash is asked, ten minutes later.
/// </summary>
public sealed class JazzCashGateway(Wire wire, TimeProvider clock) : IPushGateway, IFormGateway
{
    /// <summary>The method's name.</summary>
    public const string Method = "jazzcash";

    private static readonly DateTimeZone Pakistan = Time.Zone("Asia/Karachi");
    private static readonly string[] Paid = ["000", "121"];
    private static readonly string[] Undecided = ["124", "157", "210", "119"];
    // Silence, or trouble on their side: the guest may have consented all the same.
    private static readonly string[] Unknown = ["055", "058", "062", "118", "127", "134", "199"];
    private readonly string _configured = wire.BaseUrl(Method, "");

    private sealed record Paths(string Host, string Wallet1, string Wallet2, string Inquiry, string Refund, string Page);

    private static readonly Dictionary<string, Paths> Generations = new()
    {
        ["orchestrator"] = new("https://onlinepayments.jazzcash.com.pk/payment-orchestrator", "/api/v1/rest/payments/m-wallet", "/api/v2/rest/payments/m-wallet", "/api/v2/rest/payments/status/inquiry", "/api/v1/rest/payments/m-wallet/refund", "/CustomerPortal/transactionmanagement/merchantform"),
        ["pgw"] = new("https://pgw.jazzcash.com.pk", "/api/payment/DoTransaction", "/api/payment/DoTransaction", "/ApplicationAPI/API/PaymentInquiry/Inquire", "/api/Purchase/domwalletrefundtransaction", "/CustomerPortal/transactionmanagement/merchantform"),
        ["legacy"] = new("https://payments.jazzcash.com.pk", "/ApplicationAPI/API/Payment/DoTransaction", "/ApplicationAPI/API/2.0/Purchase/DoMWalletTransaction", "/ApplicationAPI/API/PaymentInquiry/Inquire", "/ApplicationAPI/API/Purchase/domwalletrefundtransaction", "/CustomerPortal/transactionmanagement/merchantform/"),
        ["legacy_sandbox"] = new("https://sandbox.jazzcash.com.pk", "/ApplicationAPI/API/Payment/DoTransaction", "/ApplicationAPI/API/2.0/Purchase/DoMWalletTransaction", "/ApplicationAPI/API/PaymentInquiry/Inquire", "/ApplicationAPI/API/Purchase/domwalletrefundtransaction", "/CustomerPortal/transactionmanagement/merchantform/"),
    };

    /// <inheritdoc/>
    public string Name => Method;

    /// <inheritdoc/>
    public IReadOnlyList<GatewayField> Fields { get; } =
    [
        new("merchantId", "Merchant id", Pattern: "^[A-Za-z0-9]{2,40}$"),
        new("password", "Password", Secret: true),
        new("salt", "Integrity salt", Secret: true) { Signs = true },
        new("mpin", "Merchant MPIN, for refunds", Secret: true, Required: false),
        new("generation", "Host generation", Options: ["orchestrator", "pgw", "legacy", "legacy_sandbox"]),
        new("walletVersion", "Mobile account version", Options: ["2.0", "1.1"]),
        new("subMerchantName", "Sub-merchant name, if your contract has one", Required: false, Pattern: "^[A-Za-z]{1,50}$"),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Currencies { get; } = ["PKR"];

    /// <inheritdoc/>
    public Duration EarliestQuery => Duration.FromMinutes(10);

    /// <inheritdoc/>
    public bool RefundsOnce => true;

    /// <summary>Twenty letters and digits at most, and never the same again.</summary>
    public string NameOf(Payment payment, Guid attemptId) => ShortName("T", attemptId);

    /// <inheritdoc/>
    public Task<Answer<Checkout>> Open(Order order, Merchant merchant, CancellationToken cancel) => Task.FromResult<Answer<Checkout>>(new Checkout($"/pay/{order.AttemptId}"));

    /// <inheritdoc/>
    public Task<Answer<HandOver>> HandOver(Order order, string? gatewayId, IQueryCollection query, Merchant merchant, CancellationToken cancel)
    {
        var fields = Common(order, merchant);
        (fields["pp_Version"], fields["pp_TxnType"], fields["pp_ReturnURL"]) = ("1.1", "", order.ReturnUrl(Method));
        (fields["pp_BankID"], fields["pp_ProductID"]) = ("TBANK", "RETL");
        return Task.FromResult<Answer<HandOver>>(new HandOver(Host(merchant) + PathsOf(merchant).Page, Sign(fields, merchant)));
    }

    /// <inheritdoc/>
    public async Task<ProviderNews?> Push(Order order, string mobile, string identity, Merchant merchant, CancellationToken cancel)
    {
        var fields = Common(order, merchant);
        var second = merchant["walletVersion"] != "1.1";
        if (second)
        {
            (fields["pp_MobileNumber"], fields["pp_CNIC"]) = (mobile, identity);
        }
        else
        {
            (fields["pp_Version"], fields["pp_TxnType"], fields["pp_ReturnURL"], fields["ppmpf_1"]) = ("1.1", "MWALLET", order.ReturnUrl(Method), mobile);
        }
        var answer = await Post(second ? PathsOf(merchant).Wallet2 : PathsOf(merchant).Wallet1, Sign(fields, merchant), merchant, 70, cancel);
        return Verdict(order.Reference, Field(answer, "pp_ResponseCode"), Field(answer, "pp_ResponseMessage"), merchant);
    }

    /// <summary>Reads the server's message (JSON, signed, without an amount) and what the guest's browser brings back (a form, signed).</summary>
    public Task<Answer<Heard>> Read(GatewayMessage message, Merchant merchant, CancellationToken cancel) => Task.FromResult(Read(message, merchant));

    /// <inheritdoc/>
    public IResult Thanks(Merchant merchant) => Results.Json(Sign(new() { ["pp_ResponseCode"] = "000", ["pp_ResponseMessage"] = "IPN received successfully" }, merchant));

    /// <inheritdoc/>
    public async Task<ProviderNews?> Query(Attempt attempt, Merchant merchant, CancellationToken cancel)
    {
        var fields = Sign(new() { ["pp_TxnRefNo"] = attempt.Reference, ["pp_MerchantID"] = merchant["merchantId"], ["pp_Password"] = merchant["password"] }, merchant);
        var answer = await Post(PathsOf(merchant).Inquiry, fields, merchant, 30, cancel);
        // The old shape has only the payment's own code, where the new one says that the question was understood.
        var code = Field(answer, "pp_PaymentResponseCode") ?? Field(answer, "pp_ResponseCode");
        var status = Field(answer, "pp_Status");
        if (Field(answer, "pp_PaymentResponseCode") is not null && Field(answer, "pp_ResponseCode") != "000") return null;
        if (code is "109" or "101" or "110" or "115" || status is "Pending") return null;
        if (Paid.Contains(code) && status is not (null or "" or "Completed")) return null;
        return Verdict(attempt.Reference, code, Field(answer, "pp_PaymentResponseMessage") ?? Field(answer, "pp_ResponseMessage"), merchant);
    }

    /// <summary>JazzCash cannot tell a repeated refund from a second one: the caller has written down that it asked, and asks only once.</summary>
    public async Task<RefundNews> Refund(RefundWish wish, Merchant merchant, CancellationToken cancel)
    {
        if (merchant["mpin"].Length == 0) return new RefundNews(RefundState.ByHand, null, "no_mpin");
        var fields = new Dictionary<string, string>
        {
            ["pp_MerchantID"] = merchant["merchantId"], ["pp_Password"] = merchant["password"], ["pp_TxnRefNo"] = wish.Attempt.Reference, ["pp_Amount"] = Number(wish.Refund.Amount),
            ["pp_TxnCurrency"] = "PKR", ["pp_MerchantMPIN"] = merchant["mpin"],
        };
        var answer = await Post(PathsOf(merchant).Refund, Sign(fields, merchant), merchant, 60, cancel);
        var code = Field(answer, "pp_ResponseCode");
        return code == "000" ? new RefundNews(RefundState.Done)
            : Unknown.Contains(code) ? throw new GatewayDown($"answered {code}")
            : new RefundNews(RefundState.Refused, null, $"{code} {Field(answer, "pp_ResponseMessage")}");
    }

    /// <summary>The message the hash is made of: the salt and all values that are not empty, in the order of their names.</summary>
    public static string HashOf(IEnumerable<KeyValuePair<string, string?>> fields, string salt)
    {
        var values = fields.Where(f => f.Key != "pp_SecureHash" && !string.IsNullOrEmpty(f.Value)).OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Value);
        return Convert.ToHexString(Signatures.Mac(salt, HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(string.Join('&', values.Prepend(salt)))));
    }

    /// <summary>A short name of an attempt: 20 letters and digits, of which 95 bits cannot be guessed.</summary>
    internal static string ShortName(string prefix, Guid attempt)
    {
        const string letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        var hash = SHA256.HashData(attempt.ToByteArray());
        return prefix + string.Concat(hash.Take(20 - prefix.Length).Select(b => letters[b % 32]));
    }

    private Answer<Heard> Read(GatewayMessage message, Merchant merchant)
    {
        Dictionary<string, string?> fields;
        try
        {
            fields = FieldsOf(message);
        }
        catch (JsonException)
        {
            return ReceiveWebhook.Unreadable;
        }
        var given = fields.GetValueOrDefault("pp_SecureHash") ?? "";
        var fits = false;
        foreach (var salt in merchant.Both("salt")) fits |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(given.ToUpperInvariant()), Encoding.ASCII.GetBytes(HashOf(fields, salt)));
        if (!fits) return ReceiveWebhook.Forged;
        if (fields.GetValueOrDefault("pp_TxnRefNo") is not { Length: > 0 } reference || fields.GetValueOrDefault("pp_ResponseCode") is not { Length: > 0 } code) return ReceiveWebhook.Unreadable;
        if (Verdict(reference, code, fields.GetValueOrDefault("pp_ResponseMessage"), merchant) is not { } news) return Heard.Nothing;
        return (Heard)(news.Captured && long.TryParse(fields.GetValueOrDefault("pp_Amount"), CultureInfo.InvariantCulture, out var amount)
            ? news with { Amount = new Money(amount, fields.GetValueOrDefault("pp_TxnCurrency") is { Length: 3 } currency ? currency : "PKR"), AsAsked = false }
            : news);
    }

    private static Dictionary<string, string?> FieldsOf(GatewayMessage message)
    {
        if (message.Headers.ContentType.ToString().StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            var form = System.Web.HttpUtility.ParseQueryString(Encoding.UTF8.GetString(message.Body.Span));
            return form.AllKeys.Where(k => k is not null).ToDictionary(k => k!, k => form[k]);
        }
        using var json = JsonDocument.Parse(message.Body);
        return json.RootElement.ValueKind == JsonValueKind.Object
            ? json.RootElement.EnumerateObject().DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString() : p.Value.ValueKind == JsonValueKind.Null ? null : p.Value.GetRawText())
            : throw new JsonException();
    }

    private ProviderNews? Verdict(string reference, string? code, string? words, Merchant merchant)
    {
        if (code is null || Undecided.Contains(code) || Unknown.Contains(code)) return null;
        var paid = Paid.Contains(code);
        return new ProviderNews(Method, reference, paid, reference, default, clock.Now(), paid ? null : $"{code} {words}".Trim()) { Account = merchant.OrganisationId, AsAsked = true };
    }

    private Dictionary<string, string> Common(Order order, Merchant merchant)
    {
        var now = clock.Now().InZone(Pakistan);
        var fields = new Dictionary<string, string>
        {
            ["pp_Amount"] = Number(order.Amount.Amount), ["pp_BankID"] = "", ["pp_BillReference"] = order.Reference, ["pp_Description"] = "Booking " + order.Reference, ["pp_Language"] = "EN",
            ["pp_MerchantID"] = merchant["merchantId"], ["pp_Password"] = merchant["password"], ["pp_ProductID"] = "", ["pp_SubMerchantID"] = "", ["pp_TxnCurrency"] = "PKR",
            ["pp_TxnDateTime"] = Stamp(now), ["pp_TxnExpiryDateTime"] = Stamp(now + Duration.FromDays(1)), ["pp_TxnRefNo"] = order.Reference,
            ["ppmpf_1"] = "", ["ppmpf_2"] = "", ["ppmpf_3"] = "", ["ppmpf_4"] = "", ["ppmpf_5"] = "",
        };
        if (merchant["subMerchantName"] is { Length: > 0 } name) fields["pp_SubMerchantName"] = name;
        return fields;
    }

    private static Dictionary<string, string> Sign(Dictionary<string, string> fields, Merchant merchant)
    {
        fields["pp_SecureHash"] = HashOf(fields!, merchant["salt"]);
        return fields;
    }

    private async Task<JsonElement> Post(string path, Dictionary<string, string> fields, Merchant merchant, int seconds, CancellationToken cancel)
    {
        var answer = await wire.Send(Method, () => new HttpRequestMessage(HttpMethod.Post, Host(merchant) + path) { Content = JsonContent.Create(fields) }, repeat: false, seconds, cancel);
        return answer.Ok && answer.Json.ValueKind == JsonValueKind.Object ? answer.Json : throw new GatewayDown($"answered {answer.Status}");
    }

    private string Host(Merchant merchant) => _configured.Length > 0 ? _configured : PathsOf(merchant).Host;

    private static Paths PathsOf(Merchant merchant) => Generations.GetValueOrDefault(merchant["generation"]) ?? Generations["orchestrator"];

    private static string Stamp(ZonedDateTime at) => at.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string? Field(JsonElement it, string name) => it.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
