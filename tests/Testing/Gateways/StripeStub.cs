namespace Sarai.Testing.Gateways;

/// <summary>Stripe: PaymentIntents, refunds, idempotency keys, declines and 3-D Secure by payment method, signed events.</summary>
public sealed class StripeStub : GatewayStub
{
    public const string Key = "sk_test_stub";
    public const string WebhookSecret = "whsec_stub_secret";

    private readonly ConcurrentDictionary<string, JsonObject> intents = new();
    private readonly ConcurrentDictionary<string, JsonObject> refunds = new();
    private readonly ConcurrentDictionary<string, (string Body, int Status, string Answer)> remembered = new();

    /// <summary>What a refund becomes at once: succeeded, pending or failed.</summary>
    public string RefundStatus { get; set; } = "succeeded";

    public JsonObject Intent(string id) => intents[id];

    public IReadOnlyList<JsonObject> Intents => [.. intents.Values];

    public IReadOnlyList<JsonObject> Refunds => [.. refunds.Values];

    /// <summary>The guest pays on the page.</summary>
    public void Succeed(string id, long? amount = null)
    {
        var intent = intents[id];
        lock (intent)
        {
            (intent["status"], intent["amount_received"], intent["latest_charge"]) = ("succeeded", amount ?? intent["amount"]!.GetValue<long>(), Id("ch_"));
            intent["last_payment_error"] = null;
        }
    }

    /// <summary>A refund that was pending ends.</summary>
    public void EndRefund(string id, string status) => refunds[id]["status"] = status;

    /// <summary>An event about an object, as Stripe sends it.</summary>
    public static string Event(string type, JsonNode about) => new JsonObject
    {
        ["id"] = Id("evt_"), ["object"] = "event", ["api_version"] = "2026-07-29.dahlia", ["created"] = 1780297200, ["data"] = new JsonObject { ["object"] = about.DeepClone() },
        ["livemode"] = false, ["pending_webhooks"] = 1, ["request"] = new JsonObject { ["id"] = Id("req_"), ["idempotency_key"] = null }, ["type"] = type,
    }.ToJsonString();

    /// <summary>The header that signs a body.</summary>
    public static string Sign(string body, DateTimeOffset at, string secret = WebhookSecret)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"t={time},v1={Hex(secret, $"{time}.{body}", HashAlgorithmName.SHA256)}";
    }

    protected override string? Refuses(Call call) => Published.Stripe.Refuses(call);

    protected override Task Refuse(HttpContext http, string why) => Answer(http, Error(400, "invalid_request_error", "parameter_unknown", why).Item2, 400);

    protected override void Routes(WebApplication routes)
    {
        routes.MapPost("/v1/payment_intents", http => Once(http, form =>
        {
            if (!long.TryParse(form["amount"], out var amount) || amount is < 1 or > 99_999_999) return Error(400, "invalid_request_error", "amount_too_large", "Invalid amount");
            var id = Id("pi_");
            var metadata = new JsonObject();
            foreach (var (key, value) in form.Where(f => f.Key.StartsWith("metadata[", StringComparison.Ordinal))) metadata[key[9..^1]] = value.ToString();
            var intent = new JsonObject
            {
                ["id"] = id, ["object"] = "payment_intent", ["amount"] = amount, ["amount_received"] = 0L, ["currency"] = form["currency"].ToString(), ["client_secret"] = $"{id}_secret_{Id("")}",
                ["status"] = "requires_payment_method", ["last_payment_error"] = null, ["next_action"] = null, ["latest_charge"] = null, ["livemode"] = false, ["metadata"] = metadata,
                ["application_fee_amount"] = form.TryGetValue("application_fee_amount", out var fee) ? long.Parse(fee!, CultureInfo.InvariantCulture) : null,
                ["transfer_data"] = form.TryGetValue("transfer_data[destination]", out var account) ? new JsonObject { ["destination"] = account.ToString() } : null,
            };
            intents[id] = intent;
            return (200, intent);
        }));
        routes.MapGet("/v1/payment_intents/search", http => Answer(http, new JsonObject
        {
            ["object"] = "search_result",
            ["data"] = new JsonArray([.. intents.Values.Where(i => http.Request.Query["query"].ToString() == $"metadata['attempt']:'{i["metadata"]!["attempt"]}'").Select(i => i.DeepClone())]),
        }));
        routes.MapGet("/v1/payment_intents/{id}", (HttpContext http, string id) => intents.TryGetValue(id, out var intent) ? Answer(http, intent) : Answer(http, Missing.Item2, 404));
        routes.MapPost("/v1/payment_intents/{id}/confirm", (HttpContext http, string id) => Once(http, form => Confirm(intents[id], form)));
        routes.MapPost("/v1/refunds", http => Once(http, Refund));
        routes.MapGet("/v1/refunds/{id}", (HttpContext http, string id) => refunds.TryGetValue(id, out var refund) ? Answer(http, refund) : Answer(http, Missing.Item2, 404));
    }

    private (int, JsonObject) Confirm(JsonObject intent, IFormCollection form)
    {
        switch (form["payment_method"].ToString())
        {
            case "pm_card_visa":
                Succeed(intent["id"]!.GetValue<string>());
                return (200, intent);
            case "pm_card_threeDSecure2Required" or "pm_card_authenticationRequired":
                intent["status"] = "requires_action";
                intent["next_action"] = new JsonObject { ["type"] = "redirect_to_url", ["redirect_to_url"] = new JsonObject { ["url"] = $"{Address}/3ds/{intent["id"]}", ["return_url"] = form["return_url"].ToString() } };
                return (200, intent);
            case var declined:
                var code = declined.EndsWith("InsufficientFunds", StringComparison.Ordinal) ? "insufficient_funds" : "generic_decline";
                var error = new JsonObject { ["type"] = "card_error", ["code"] = "card_declined", ["decline_code"] = code, ["message"] = "Your card was declined." };
                (intent["status"], intent["last_payment_error"]) = ("requires_payment_method", error.DeepClone());
                error["payment_intent"] = intent.DeepClone();
                return (402, new JsonObject { ["error"] = error });
        }
    }

    private (int, JsonObject) Refund(IFormCollection form)
    {
        if (!intents.TryGetValue(form["payment_intent"].ToString(), out var intent)) return Missing;
        lock (intent)
        {
            var amount = long.Parse(form["amount"]!, CultureInfo.InvariantCulture);
            var given = refunds.Values.Where(r => r["payment_intent"]!.GetValue<string>() == intent["id"]!.GetValue<string>() && r["status"]!.GetValue<string>() != "failed").Sum(r => r["amount"]!.GetValue<long>());
            if (given + amount > intent["amount_received"]!.GetValue<long>()) return Error(400, "invalid_request_error", "charge_already_refunded", "Refund amount is greater than unrefunded amount on charge");
            var id = Id("re_");
            refunds[id] = new JsonObject
            {
                ["id"] = id, ["object"] = "refund", ["amount"] = amount, ["currency"] = intent["currency"]!.DeepClone(), ["payment_intent"] = intent["id"]!.DeepClone(), ["reason"] = form["reason"].ToString(),
                ["status"] = RefundStatus, ["failure_reason"] = RefundStatus == "failed" ? "expired_or_canceled_card" : null, ["metadata"] = new JsonObject { ["refund"] = form["metadata[refund]"].ToString() },
            };
            return (200, refunds[id]);
        }
    }

    // The first answer to a key is kept and replayed; another body under the same key is refused.
    private async Task Once(HttpContext http, Func<IFormCollection, (int Status, JsonObject Answer)> work)
    {
        if (http.Request.Headers.Authorization != $"Bearer {Key}")
        {
            await Answer(http, Error(401, "invalid_request_error", "", "Invalid API Key provided").Item2, 401);
            return;
        }
        var (key, body) = (http.Request.Headers["Idempotency-Key"].ToString(), BodyOf(http));
        if (remembered.TryGetValue(key, out var before))
        {
            http.Response.Headers["Idempotent-Replayed"] = "true";
            if (before.Body != body) await Answer(http, Error(400, "idempotency_error", "", "Keys for idempotent requests can only be used with the same parameters they were first used with.").Item2, 400);
            else await Answer(http, JsonNode.Parse(before.Answer)!.AsObject(), before.Status);
            return;
        }
        var (status, answer) = work(await http.Request.ReadFormAsync());
        remembered[key] = (body, status, answer.ToJsonString());
        await Answer(http, answer, status);
    }

    private static Task Answer(HttpContext http, JsonObject answer, int status = 200)
    {
        http.Response.Headers["Request-Id"] = Id("req_");
        return GatewayStub.Answer(http, answer, status);
    }

    private static (int, JsonObject) Missing => Error(404, "invalid_request_error", "resource_missing", "No such object");

    private static (int, JsonObject) Error(int status, string type, string code, string message) =>
        (status, new JsonObject { ["error"] = new JsonObject { ["type"] = type, ["code"] = code, ["message"] = message } });
}
