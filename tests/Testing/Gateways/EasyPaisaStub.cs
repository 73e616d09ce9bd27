namespace Sarai.Testing.Gateways;

/// <summary>EasyPaisa: REST in versions 4 and 5, unsigned messages that only give an address. The mobile decides: …001 stays pending, …002 has a low balance, …004 pays and the connection breaks.</summary>
public sealed class EasyPaisaStub : GatewayStub
{
    public const string StoreId = "43512";
    public const string Username = "stub_user";
    public const string Password = "stub_password";
    public const string Account = "920001";
    public const string HashKey = "0123456789ABCDEF";

    private readonly ConcurrentDictionary<string, (string Status, string Amount)> orders = new();

    /// <summary>The keys of version 5: theirs, and the merchant's.</summary>
    public RSA Theirs { get; } = RSA.Create(2048);

    public RSA Merchants { get; } = RSA.Create(2048);

    public int Orders => orders.Count;

    /// <summary>What became of an order: PAID, FAILED, PENDING.</summary>
    public void Decide(string order, string status, string? amount = null) => orders[order] = (status, amount ?? (orders.TryGetValue(order, out var known) ? known.Amount : "0.0"));

    /// <summary>The address a message gives.</summary>
    public string MessageOf(string order) => $"{Address}/ipn/{order}";

    protected override void Routes(WebApplication routes)
    {
        foreach (var version in new[] { "v4", "v5" })
        {
            routes.MapPost($"/easypay-service/rest/{version}/initiate-ma-transaction", http => Serve(http, version, fields => Initiate(http, fields)));
            routes.MapPost($"/easypay-service/rest/{version}/inquire-transaction", http => Serve(http, version, Inquire));
        }
        routes.MapGet("/ipn/{order}", (string order) => new JsonObject
        {
            ["response_code"] = "0000", ["store_id"] = StoreId, ["order_id"] = order, ["transaction_status"] = orders.TryGetValue(order, out var known) ? known.Status : "PAID", ["transaction_amount"] = "1.0", ["payment_method"] = "MA",
        });
    }

    private JsonObject Initiate(HttpContext http, JsonNode fields)
    {
        var (order, mobile) = (fields["orderId"]!.GetValue<string>(), fields["mobileAccountNo"]!.GetValue<string>());
        var status = mobile[^3..] switch { "001" => "PENDING", "002" => "FAILED", _ => "PAID" };
        if (order.Length > 20 || !orders.TryAdd(order, (status, fields["transactionAmount"]!.GetValue<string>()))) return Said("0003", "INVALID ORDER ID", order);
        if (mobile.EndsWith("004", StringComparison.Ordinal)) http.Abort();
        return status switch { "PAID" => Said("0000", "SUCCESS", order), "FAILED" => Said("0013", "LOW BALANCE", order), _ => Said("0001", "SYSTEM ERROR", order) };
    }

    private JsonObject Inquire(JsonNode fields)
    {
        var order = fields["orderId"]!.GetValue<string>();
        if (fields["accountNum"]!.GetValue<string>() != Account || !orders.TryGetValue(order, out var known)) return Said("0003", "INVALID ORDER ID", order);
        var answer = Said("0000", "SUCCESS", order);
        (answer["transactionStatus"], answer["paymentMode"]) = (known.Status, "MA");
        answer["transactionAmount"] = decimal.Parse(known.Amount, CultureInfo.InvariantCulture);
        return answer;
    }

    private async Task Serve(HttpContext http, string version, Func<JsonNode, JsonObject> work)
    {
        var body = BodyOf(http);
        var allowed = http.Request.Headers["Credentials"] == Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password}"));
        var fields = JsonNode.Parse(body)!;
        if (version == "v5")
        {
            var inner = JsonDocument.Parse(body).RootElement.GetProperty("request").GetRawText();
            allowed &= Merchants.VerifyData(Encoding.UTF8.GetBytes(inner), Convert.FromBase64String(fields["signature"]!.GetValue<string>()), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            fields = fields["request"]!;
        }
        var answer = allowed ? work(fields) : Said("0010", "INVALID CREDENTIALS", "");
        var text = answer.ToJsonString();
        if (version == "v5") text = $"{{\"response\":{text},\"signature\":\"{Convert.ToBase64String(Theirs.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}\"}}";
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(text);
    }

    private static JsonObject Said(string code, string words, string order) => new() { ["orderId"] = order, ["storeId"] = StoreId, ["responseCode"] = code, ["responseDesc"] = words };
}
