namespace Sarai.Testing.Gateways;

/// <summary>Paystack: initialize with references that can be used once, verify, refunds without idempotency, HMAC-SHA512 events.</summary>
public sealed class PaystackStub : GatewayStub
{
    public const string Key = "sk_test_stub";

    private readonly ConcurrentDictionary<string, JsonObject> transactions = new();
    private readonly ConcurrentDictionary<long, JsonObject> refunds = new();
    private long next = 1000;

    public IReadOnlyList<JsonObject> Transactions => [.. transactions.Values];

    public IReadOnlyList<JsonObject> Refunds => [.. refunds.Values];

    /// <summary>The guest pays on the page; with a fee the guest pays more than was asked for.</summary>
    public JsonObject Pay(string reference, string status = "success", long? asked = null, long fee = 0, string? currency = null)
    {
        var it = transactions[reference];
        (it["status"], it["gateway_response"]) = (status, status == "success" ? "Successful" : "Declined");
        it["requested_amount"] = asked ?? it["requested_amount"]!.GetValue<long>();
        it["amount"] = it["requested_amount"]!.GetValue<long>() + fee;
        if (currency is not null) it["currency"] = currency;
        return it;
    }

    public void EndRefund(long id, string status) => refunds[id]["status"] = status;

    public static string Event(string name, JsonNode data) => new JsonObject { ["event"] = name, ["data"] = data.DeepClone() }.ToJsonString();

    public static string Sign(string body, string key = Key) => Hex(key, body, HashAlgorithmName.SHA512);

    protected override string? Refuses(Call call) => Published.Paystack.Refuses(call);

    protected override Task Refuse(HttpContext http, string why) => Answer(http, No(why), 400);

    protected override void Routes(WebApplication routes)
    {
        routes.MapPost("/transaction/initialize", http => Serve(http, () =>
        {
            var wish = JsonNode.Parse(BodyOf(http))!;
            var reference = wish["reference"]!.GetValue<string>();
            var it = new JsonObject
            {
                ["id"] = Interlocked.Increment(ref next), ["domain"] = "test", ["status"] = "abandoned", ["reference"] = reference, ["amount"] = wish["amount"]!.GetValue<long>(),
                ["requested_amount"] = wish["amount"]!.GetValue<long>(), ["currency"] = wish["currency"]!.DeepClone(), ["gateway_response"] = "The transaction was not completed", ["metadata"] = "",
            };
            if (!transactions.TryAdd(reference, it)) return (400, No("Duplicate Transaction Reference"));
            var code = Id("");
            return (200, Yes("Authorization URL created", new JsonObject { ["authorization_url"] = $"{Address}/pay/{code}", ["access_code"] = code, ["reference"] = reference }));
        }));
        routes.MapGet("/transaction/verify/{reference}", (HttpContext http, string reference) => Serve(http, () =>
            transactions.TryGetValue(reference, out var it) ? (200, Yes("Verification successful", it.DeepClone())) : (400, No("Transaction reference not found."))));
        routes.MapPost("/refund", http => Serve(http, () => Refund(JsonNode.Parse(BodyOf(http))!)));
        routes.MapGet("/refund", http => Serve(http, () =>
        {
            var (page, size) = (int.Parse(http.Request.Query["page"]!, CultureInfo.InvariantCulture), int.Parse(http.Request.Query["perPage"]!, CultureInfo.InvariantCulture));
            return (200, Yes("Refunds retrieved", new JsonArray([.. refunds.OrderByDescending(r => r.Key).Skip((page - 1) * size).Take(size).Select(r => r.Value.DeepClone())])));
        }));
        routes.MapGet("/refund/{id:long}", (HttpContext http, long id) => Serve(http, () => (200, Yes("Refund retrieved", refunds[id].DeepClone()))));
    }

    private (int, JsonObject) Refund(JsonNode wish)
    {
        var it = transactions[wish["transaction"]!.GetValue<string>()];
        lock (it)
        {
            var amount = wish["amount"]!.GetValue<long>();
            var given = refunds.Values.Where(r => r["transaction"]!.ToString() == it["id"]!.ToString() && r["status"]!.ToString() != "failed").Sum(r => r["amount"]!.GetValue<long>());
            if (given + amount > it["amount"]!.GetValue<long>()) return (400, No("Refund amount cannot be more than transaction amount"));
            var id = Interlocked.Increment(ref next);
            refunds[id] = new JsonObject
            {
                ["id"] = id, ["transaction"] = it["id"]!.DeepClone(), ["amount"] = amount, ["currency"] = wish["currency"]!.DeepClone(), ["merchant_note"] = wish["merchant_note"]!.DeepClone(), ["status"] = "pending",
            };
            return (200, Yes("Refund has been queued for processing", refunds[id].DeepClone()));
        }
    }

    private static Task Serve(HttpContext http, Func<(int Status, JsonObject Answer)> work) => Serve(http, $"Bearer {Key}", No("Invalid key"), work);

    private static JsonObject Yes(string message, JsonNode data) => new() { ["status"] = true, ["message"] = message, ["data"] = data };

    private static JsonObject No(string message) => new() { ["status"] = false, ["message"] = message };
}
