namespace Sarai.Testing.Gateways;

/// <summary>
/// JazzCash, all three families of addresses with one handler. The mobile decides: …001 is pending first and paid later, …002 has a low balance, …003 fails,
/// …004 pays and the connection breaks, anything else pays at once.
/// </summary>
public sealed class JazzCashStub : GatewayStub
{
    public const string MerchantId = "MC12345";
    public const string Password = "stub_password";
    public const string Salt = "stub_salt";
    public const string Mpin = "1234";

    private readonly ConcurrentDictionary<string, string> codes = new();
    private readonly ConcurrentDictionary<string, long> amounts = new();
    private readonly ConcurrentDictionary<string, long> refunded = new();

    /// <summary>What became of a transaction: the payment's response code.</summary>
    public void Decide(string reference, string code) => codes[reference] = code;

    public int Transactions => codes.Count;

    public long Refunded(string reference) => refunded.GetValueOrDefault(reference);

    /// <summary>The hash over all fields that are not empty, by name.</summary>
    public static string HashOf(IEnumerable<KeyValuePair<string, string?>> fields, string salt = Salt)
    {
        var message = new StringBuilder(salt);
        foreach (var (_, value) in fields.Where(f => f.Key != "pp_SecureHash" && !string.IsNullOrEmpty(f.Value)).OrderBy(f => f.Key, StringComparer.Ordinal)) message.Append('&').Append(value);
        return Hex(salt, message.ToString(), HashAlgorithmName.SHA256);
    }

    /// <summary>The server's message about a transaction: without an amount, with nulls, as documented.</summary>
    public static string Ipn(string reference, string code = "121", string salt = Salt)
    {
        var fields = new Dictionary<string, string?>
        {
            ["pp_Version"] = "2.0", ["pp_TxnType"] = "MWALLET", ["pp_BankID"] = "", ["pp_ProductID"] = null, ["pp_Password"] = Password, ["pp_TxnRefNo"] = reference, ["pp_TxnDateTime"] = "20260601120000",
            ["pp_ResponseCode"] = code, ["pp_ResponseMessage"] = code == "121" ? "Transaction has been marked confirmed by Merchant." : "Failed", ["pp_AuthCode"] = "", ["pp_SettlementExpiry"] = null, ["pp_RetreivalReferenceNo"] = "260601000001",
        };
        fields["pp_SecureHash"] = HashOf(fields, salt);
        return JsonSerializer.Serialize(fields);
    }

    /// <summary>What the guest's browser brings back from the hosted page.</summary>
    public static Dictionary<string, string> Return(string reference, long amount, string code = "000")
    {
        var fields = new Dictionary<string, string> { ["pp_TxnRefNo"] = reference, ["pp_Amount"] = amount.ToString(CultureInfo.InvariantCulture), ["pp_TxnCurrency"] = "PKR", ["pp_ResponseCode"] = code, ["pp_ResponseMessage"] = "Thank you", ["pp_BankID"] = "" };
        fields["pp_SecureHash"] = HashOf(fields!).ToUpperInvariant();
        return fields;
    }

    protected override void Routes(WebApplication routes)
    {
        foreach (var path in new[] { "/api/v1/rest/payments/m-wallet", "/api/v2/rest/payments/m-wallet", "/api/payment/DoTransaction", "/ApplicationAPI/API/Payment/DoTransaction", "/ApplicationAPI/API/2.0/Purchase/DoMWalletTransaction" })
            routes.MapPost(path, http => Serve(http, f => Wallet(http, f)));
        foreach (var path in new[] { "/api/v2/rest/payments/status/inquiry", "/ApplicationAPI/API/PaymentInquiry/Inquire" }) routes.MapPost(path, http => Serve(http, Inquire));
        foreach (var path in new[] { "/api/v1/rest/payments/m-wallet/refund", "/api/Purchase/domwalletrefundtransaction", "/ApplicationAPI/API/Purchase/domwalletrefundtransaction" }) routes.MapPost(path, http => Serve(http, Refund));
    }

    private Dictionary<string, string?> Wallet(HttpContext http, Dictionary<string, string?> fields)
    {
        var reference = fields["pp_TxnRefNo"]!;
        if (reference.Length > 20 || !reference.All(char.IsAsciiLetterOrDigit)) return Said("110", "Invalid value for pp_TxnRefNo");
        if (!amounts.TryAdd(reference, long.Parse(fields["pp_Amount"]!, CultureInfo.InvariantCulture))) return Said("110", "Duplicate transaction reference");
        var mobile = fields.GetValueOrDefault("pp_MobileNumber") ?? fields.GetValueOrDefault("ppmpf_1") ?? "";
        var code = mobile[^3..] switch { "001" => "157", "002" => "004", "003" => "999", _ => "000" };
        codes[reference] = code;
        if (mobile.EndsWith("004", StringComparison.Ordinal)) http.Abort();
        var answer = Said(code, code == "000" ? "Thank you for Using JazzCash" : code == "004" ? "low balance" : "Transaction is pending");
        (answer["pp_TxnRefNo"], answer["pp_Amount"]) = (reference, fields["pp_Amount"]);
        return answer;
    }

    private Dictionary<string, string?> Inquire(Dictionary<string, string?> fields)
    {
        if (!codes.TryGetValue(fields["pp_TxnRefNo"]!, out var code)) return Said("109", "Transaction does not exist");
        var answer = Said("000", "The requested operation has been performed successfully.");
        (answer["pp_PaymentResponseCode"], answer["pp_PaymentResponseMessage"]) = (code, "as it stands");
        answer["pp_Status"] = code is "000" or "121" ? "Completed" : code is "157" or "124" ? "Pending" : "Failed";
        return answer;
    }

    private Dictionary<string, string?> Refund(Dictionary<string, string?> fields)
    {
        var (reference, amount) = (fields["pp_TxnRefNo"]!, long.Parse(fields["pp_Amount"]!, CultureInfo.InvariantCulture));
        if (fields["pp_MerchantMPIN"] != Mpin) return Said("024", "Invalid PIN");
        if (refunded.GetValueOrDefault(reference) + amount > amounts.GetValueOrDefault(reference)) return Said("132", "Transaction cannot be refunded");
        var total = refunded.AddOrUpdate(reference, amount, (_, before) => before + amount);
        var answer = Said("000", "Refunded");
        (answer["pp_RefundAmount"], answer["pp_TotalRefundAmount"]) = (fields["pp_Amount"], total.ToString(CultureInfo.InvariantCulture));
        return answer;
    }

    // HTTP 200 whatever happens, as the real one.
    private static async Task Serve(HttpContext http, Func<Dictionary<string, string?>, Dictionary<string, string?>> work)
    {
        var fields = JsonNode.Parse(BodyOf(http))!.AsObject().ToDictionary(p => p.Key, p => p.Value?.GetValue<string>());
        var answer = fields.GetValueOrDefault("pp_MerchantID") != MerchantId || fields.GetValueOrDefault("pp_Password") != Password ? Said("101", "Invalid merchant credentials")
            : !string.Equals(fields.GetValueOrDefault("pp_SecureHash"), HashOf(fields), StringComparison.OrdinalIgnoreCase) ? Said("115", "Invalid hash received")
            : work(fields);
        answer["pp_SecureHash"] = HashOf(answer);
        await http.Response.WriteAsJsonAsync(answer);
    }

    private static Dictionary<string, string?> Said(string code, string message) => new() { ["pp_ResponseCode"] = code, ["pp_ResponseMessage"] = message };
}
