using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sarai.Payments;

/// <summary>
/// Razorpay: an order per attempt whose receipt is our reference, and Razorpay's own checkout page. What the page brings back is signed with the key secret,
/// what the webhook brings with the webhook secret; a failed payment may still be followed by a captured one of the same order.
/// </summary>
public sealed class RazorpayGateway(Wire wire, TimeProvider clock) : IGateway, IFormGateway
{
    /// <summary>The method's name.</summary>
    public const string Method = "razorpay";

    private readonly string _base = wire.BaseUrl(Method, "https://api.razorpay.com/v1");

    /// <inheritdoc/>
    public string Name => Method;

    /// <inheritdoc/>
    public IReadOnlyList<GatewayField> Fields { get; } =
    [
        new("keyId", "Key id", Pattern: "^rzp_(test|live)_[A-Za-z0-9]+$"),
        new("keySecret", "Key secret", Secret: true) { Signs = true },
        new("webhookSecret", "Webhook secret", Secret: true) { Signs = true },
    ];

    /// <summary>Rupees: from 1 to 100,000 at once.</summary>
    public (long Least, long Most) Range(string currency) => currency == "INR" ? (100, wire.Most(Method, currency, 10_000_000)) : (1, wire.Most(Method, currency, long.MaxValue));

    /// <inheritdoc/>
    public string NameOf(Payment payment, Guid attemptId) => attemptId.ToString("n", CultureInfo.InvariantCulture);

    /// <summary>Repeating it makes at worst another order that nobody pays: the receipt tells which one counts.</summary>
    public async Task<Answer<Checkout>> Open(Order order, Merchant merchant, CancellationToken cancel)
    {
        var body = new { amount = order.Amount.Amount, currency = order.Amount.Currency, receipt = order.Reference, notes = new { attempt = order.Reference } };
        var answer = await Send(HttpMethod.Post, "/orders", body, merchant, true, cancel);
        return answer.Ok ? new Checkout($"/pay/{order.AttemptId}", answer.Json.GetProperty("id").GetString()) : Gateways.Refused(Problem(answer.Json));
    }

    /// <inheritdoc/>
    public Task<Answer<HandOver>> HandOver(Order order, string? gatewayId, IQueryCollection query, Merchant merchant, CancellationToken cancel) => Task.FromResult<Answer<HandOver>>(new HandOver(
        $"{_base}/checkout/embedded", new Dictionary<string, string>
        {
            ["key_id"] = merchant["keyId"], ["order_id"] = gatewayId ?? "", ["amount"] = Number(order.Amount.Amount), ["currency"] = order.Amount.Currency, ["name"] = "Sarai",
            ["prefill[email]"] = order.Payer?.Email ?? "", ["prefill[contact]"] = order.Payer?.Phone ?? "",
            ["callback_url"] = order.ReturnUrl(Method), ["cancel_url"] = $"{order.Site}/payments/{order.PaymentId}/return",
        }));

    /// <inheritdoc/>
    public Task<Answer<Heard>> Read(GatewayMessage message, Merchant merchant, CancellationToken cancel) => Task.FromResult(
        message.Headers.ContentType.ToString().StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) ? ReadReturn(message, merchant) : ReadEvent(message, merchant));

    /// <inheritdoc/>
    public async Task<ProviderNews?> Query(Attempt attempt, Merchant merchant, CancellationToken cancel)
    {
        var id = attempt.GatewayId ?? await Find(attempt, merchant, cancel);
        if (id is null) return null;
        var answer = await Send(HttpMethod.Get, $"/orders/{id}/payments", null, merchant, true, cancel);
        if (!answer.Ok) return null;
        var payments = answer.Json.GetProperty("items").EnumerateArray().ToList();
        foreach (var payment in payments.Where(p => Field(p, "status") is "captured" or "refunded")) return News(attempt.Reference, payment, true, merchant);
        foreach (var payment in payments.Where(p => Field(p, "status") == "authorized"))
        {
            // The account does not capture by itself: what the guest's bank has allowed is taken now.
            var taken = await Send(HttpMethod.Post, $"/payments/{payment.GetProperty("id").GetString()}/capture", new { amount = payment.GetProperty("amount").GetInt64(), currency = Field(payment, "currency") }, merchant, true, cancel);
            if (taken.Ok) return News(attempt.Reference, taken.Json, true, merchant);
        }
        return payments.LastOrDefault(p => Field(p, "status") == "failed") is { ValueKind: JsonValueKind.Object } failed ? News(attempt.Reference, failed, false, merchant) : null;
    }

    /// <inheritdoc/>
    public async Task<RefundNews> Refund(RefundWish wish, Merchant merchant, CancellationToken cancel)
    {
        var body = new { amount = wish.Refund.Amount, speed = "normal", receipt = wish.Key, notes = new { refund = wish.Refund.Id } };
        var answer = await Send(HttpMethod.Post, $"/payments/{wish.Attempt.CaptureId}/refund", body, merchant, true, cancel, wish.Key);
        return answer.Ok ? RefundOf(answer.Json) : new RefundNews(RefundState.Refused, null, Problem(answer.Json));
    }

    /// <inheritdoc/>
    public async Task<RefundNews> QueryRefund(RefundWish wish, Merchant merchant, CancellationToken cancel)
    {
        var answer = await Send(HttpMethod.Get, $"/refunds/{wish.Refund.GatewayId}", null, merchant, true, cancel);
        return answer.Ok ? RefundOf(answer.Json) : new RefundNews(RefundState.OnItsWay);
    }

    private Answer<Heard> ReadEvent(GatewayMessage message, Merchant merchant)
    {
        if (!Signatures.Fits(message.Headers["X-Razorpay-Signature"].ToString(), merchant.Both("webhookSecret"), HashAlgorithmName.SHA256, message.Body.ToArray())) return ReceiveWebhook.Forged;
        try
        {
            using var parsed = JsonDocument.Parse(message.Body);
            var root = parsed.RootElement;
            var payload = root.GetProperty("payload");
            switch (root.GetProperty("event").GetString())
            {
                case "payment.captured" or "payment.failed" or "order.paid":
                    var payment = payload.GetProperty("payment").GetProperty("entity");
                    var receipt = payload.TryGetProperty("order", out var order) ? Field(order.GetProperty("entity"), "receipt") : null;
                    return (Heard)News(receipt ?? Field(payment, "order_id") ?? Field(payment, "id")!, payment, root.GetProperty("event").GetString() != "payment.failed", merchant);
                // The account captures by hand: asking about the attempt captures it.
                case "payment.authorized":
                    return new Heard { AskAbout = Field(payload.GetProperty("payment").GetProperty("entity"), "order_id") };
                case "refund.processed" or "refund.failed":
                    return new Heard { Refund = RefundOf(payload.GetProperty("refund").GetProperty("entity")) };
                case "payment.dispute.created":
                    var dispute = payload.GetProperty("dispute").GetProperty("entity");
                    var disputed = payload.GetProperty("payment").GetProperty("entity");
                    return new Heard { Dispute = new Dispute(Field(dispute, "id")!, Field(disputed, "order_id") ?? "", new Money(dispute.GetProperty("amount").GetInt64(), Field(dispute, "currency")!)) };
                default:
                    return Heard.Nothing;
            }
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return ReceiveWebhook.Unreadable;
        }
    }

    // What the browser brings back proves itself by the signature, but only Razorpay knows how much was paid: it is asked.
    private static Answer<Heard> ReadReturn(GatewayMessage message, Merchant merchant)
    {
        var form = System.Web.HttpUtility.ParseQueryString(Encoding.UTF8.GetString(message.Body.Span));
        var (order, payment) = (form["razorpay_order_id"] ?? "", form["razorpay_payment_id"] ?? "");
        return Signatures.Fits(form["razorpay_signature"] ?? "", merchant.Both("keySecret"), HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes($"{order}|{payment}"))
            ? new Heard { AskAbout = order }
            : ReceiveWebhook.Forged;
    }

    private async Task<string?> Find(Attempt attempt, Merchant merchant, CancellationToken cancel)
    {
        var found = await Send(HttpMethod.Get, $"/orders?receipt={attempt.Reference}", null, merchant, true, cancel);
        if (!found.Ok) return null;
        var orders = found.Json.GetProperty("items").EnumerateArray().ToList();
        return Field(orders.FirstOrDefault(o => Field(o, "status") == "paid") is { ValueKind: JsonValueKind.Object } paid ? paid : orders.FirstOrDefault(), "id");
    }

    private ProviderNews News(string reference, JsonElement payment, bool captured, Merchant merchant) => new(
        Method, reference, captured, Field(payment, "id")!, new Money(payment.GetProperty("amount").GetInt64(), Field(payment, "currency")!), clock.Now(),
        captured ? null : Field(payment, "error_reason") ?? Field(payment, "error_code") ?? "declined") { Account = merchant.OrganisationId, Final = captured };

    private static RefundNews RefundOf(JsonElement refund)
    {
        var ours = refund.TryGetProperty("notes", out var notes) && notes.ValueKind == JsonValueKind.Object && Guid.TryParse(Field(notes, "refund"), out var id) ? id : (Guid?)null;
        return Field(refund, "status") switch
        {
            "processed" => new RefundNews(RefundState.Done, Field(refund, "id"), null, ours),
            "failed" => new RefundNews(RefundState.Refused, Field(refund, "id"), "failed", ours),
            _ => new RefundNews(RefundState.OnItsWay, Field(refund, "id"), null, ours),
        };
    }

    private Task<WireAnswer> Send(HttpMethod method, string path, object? body, Merchant merchant, bool repeat, CancellationToken cancel, string? refundKey = null) => wire.Send(Method, () =>
    {
        var request = new HttpRequestMessage(method, _base + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{merchant["keyId"]}:{merchant["keySecret"]}")));
        if (refundKey is not null) request.Headers.Add("X-Refund-Idempotency", refundKey);
        if (body is not null) request.Content = JsonContent.Create(body);
        return request;
    }, repeat, 15, cancel);

    private static string? Field(JsonElement it, string name) => it.ValueKind == JsonValueKind.Object && it.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Problem(JsonElement answer) => answer.TryGetProperty("error", out var error) ? Field(error, "description") ?? "refused" : "refused";
}
