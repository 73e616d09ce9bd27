namespace Sarai.Testing.Gateways;

/// <summary>Razorpay: orders, payments, captures, refunds with their idempotency header, checkout and webhook signatures.</summary>
public sealed class RazorpayStub : GatewayStub
{
    public const string KeyId = "rzp_test_stub";
    public const string KeySecret = "stub_key_secret";
    public const string WebhookSecret = "stub_webhook_secret";

    private readonly ConcurrentDictionary<string, JsonObject> orders = new();
    private readonly ConcurrentDictionary<string, JsonObject> payments = new();
    private readonly ConcurrentDictionary<string, JsonObject> refunds = new();
    private readonly ConcurrentDictionary<string, (string Body, JsonObject Refund)> wishes = new();

    /// <summary>What a refund becomes at once: processed, pending or failed.</summary>
    public string RefundStatus { get; set; } = "processed";

    public IReadOnlyList<JsonObject> Orders => [.. orders.Values];

    public IReadOnlyList<JsonObject> Refunds => [.. refunds.Values];

    /// <summary>The guest pays, or fails to, on the page.</summary>
    public JsonObject Pay(string order, string status = "captured", long? amount = null, string? currency = null)
    {
        var id = Id("pay_");
        var captured = status == "captured";
        if (captured) orders[order]["status"] = "paid";
        return payments[id] = new JsonObject
        {
            ["id"] = id, ["entity"] = "payment", ["amount"] = amount ?? orders[order]["amount"]!.GetValue<long>(), ["currency"] = currency ?? orders[order]["currency"]!.GetValue<string>(), ["status"] = status,
            ["order_id"] = order, ["captured"] = captured, ["amount_refunded"] = 0L, ["refund_status"] = null, ["notes"] = new JsonArray(), ["error_reason"] = status == "failed" ? "insufficient_fund" : null,
        };
    }

    public void EndRefund(string id, string status) => refunds[id]["status"] = status;

    /// <summary>An event, as Razorpay sends it.</summary>
    public string Event(string name, JsonObject payment, bool withOrder = false)
    {
        var payload = new JsonObject { ["payment"] = new JsonObject { ["entity"] = payment.DeepClone() } };
        if (withOrder) payload["order"] = new JsonObject { ["entity"] = orders[payment["order_id"]!.GetValue<string>()].DeepClone() };
        return new JsonObject { ["entity"] = "event", ["account_id"] = "acc_stub", ["event"] = name, ["contains"] = new JsonArray("payment"), ["payload"] = payload, ["created_at"] = 1780297200 }.ToJsonString();
    }

    public static string RefundEvent(string name, JsonObject refund) => new JsonObject
    {
        ["entity"] = "event", ["account_id"] = "acc_stub", ["event"] = name, ["contains"] = new JsonArray("refund"), ["payload"] = new JsonObject { ["refund"] = new JsonObject { ["entity"] = refund.DeepClone() } }, ["created_at"] = 1780297200,
    }.ToJsonString();

    public static string Sign(string body, string secret = WebhookSecret) => Hex(secret, body, HashAlgorithmName.SHA256);

    /// <summary>What the checkout page brings back.</summary>
    public static Dictionary<string, string> Return(JsonObject payment, string secret = KeySecret)
    {
        var (order, id) = (payment["order_id"]!.GetValue<string>(), payment["id"]!.GetValue<string>());
        return new() { ["razorpay_payment_id"] = id, ["razorpay_order_id"] = order, ["razorpay_signature"] = Hex(secret, $"{order}|{id}", HashAlgorithmName.SHA256) };
    }

    protected override void Routes(WebApplication routes)
    {
        routes.MapPost("/v1/orders", http => Serve(http, () =>
        {
            var wish = JsonNode.Parse(BodyOf(http))!;
            if (wish["amount"]!.GetValue<long>() < 100 || wish["receipt"]!.GetValue<string>().Length > 40) return Error("Order amount less than minimum amount allowed");
            var id = Id("order_");
            orders[id] = new JsonObject
            {
                ["id"] = id, ["entity"] = "order", ["amount"] = wish["amount"]!.DeepClone(), ["amount_paid"] = 0, ["currency"] = wish["currency"]!.DeepClone(), ["receipt"] = wish["receipt"]!.DeepClone(),
                ["status"] = "created", ["notes"] = wish["notes"]!.DeepClone(),
            };
            return (200, orders[id]);
        }));
        routes.MapGet("/v1/orders", http => Serve(http, () => (200, Collection(orders.Values.Where(o => o["receipt"]!.GetValue<string>() == http.Request.Query["receipt"])))));
        routes.MapGet("/v1/orders/{id}/payments", (HttpContext http, string id) => Serve(http, () => (200, Collection(payments.Values.Where(p => p["order_id"]!.GetValue<string>() == id)))));
        routes.MapPost("/v1/payments/{id}/capture", (HttpContext http, string id) => Serve(http, () =>
        {
            (payments[id]["status"], payments[id]["captured"]) = ("captured", true);
            return (200, payments[id]);
        }));
        routes.MapPost("/v1/payments/{id}/refund", (HttpContext http, string id) => Serve(http, () => Refund(http, payments[id])));
        routes.MapGet("/v1/refunds/{id}", (HttpContext http, string id) => Serve(http, () => (200, refunds[id])));
    }

    private (int, JsonObject) Refund(HttpContext http, JsonObject payment)
    {
        lock (payment)
        {
            var (key, body) = (http.Request.Headers["X-Refund-Idempotency"].ToString(), BodyOf(http));
            if (key.Length < 10) return Error("The idempotency key is too short");
            if (wishes.TryGetValue(key, out var before))
                return before.Body == body ? (200, before.Refund) : Error("Different request with the same idempotency key has already been processed.");
            var wish = JsonNode.Parse(body)!;
            var amount = wish["amount"]!.GetValue<long>();
            if (payment["amount_refunded"]!.GetValue<long>() + amount > payment["amount"]!.GetValue<long>()) return Error("The total refund amount is greater than the refund payment amount");
            payment["amount_refunded"] = payment["amount_refunded"]!.GetValue<long>() + amount;
            var id = Id("rfnd_");
            var refund = refunds[id] = new JsonObject
            {
                ["id"] = id, ["entity"] = "refund", ["amount"] = amount, ["currency"] = payment["currency"]!.DeepClone(), ["payment_id"] = payment["id"]!.DeepClone(), ["notes"] = wish["notes"]!.DeepClone(),
                ["receipt"] = wish["receipt"]!.DeepClone(), ["status"] = RefundStatus,
            };
            wishes[key] = (body, refund);
            return (200, refund);
        }
    }

    private static Task Serve(HttpContext http, Func<(int Status, JsonObject Answer)> work) => Serve(http, Basic(KeyId, KeySecret), Error("Authentication failed").Item2, work);

    private static JsonObject Collection(IEnumerable<JsonObject> items)
    {
        var all = items.Select(i => i.DeepClone()).ToArray();
        return new JsonObject { ["entity"] = "collection", ["count"] = all.Length, ["items"] = new JsonArray(all) };
    }

    private static (int, JsonObject) Error(string description) =>
        (400, new JsonObject { ["error"] = new JsonObject { ["code"] = "BAD_REQUEST_ERROR", ["description"] = description, ["source"] = "business", ["step"] = "payment_initiation", ["reason"] = "input_validation_failed" } });
}
