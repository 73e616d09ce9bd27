using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace Sarai.Payments;

/// <summary>Paystack: its own page for each attempt, whose reference is ours and can be used once; the proof of payment is <c>data.status</c>, never the envelope's.</summary>
public sealed class PaystackGateway(Wire wire, TimeProvider clock) : IGateway
{
    /// <summary>The method's name.</summary>
    public const string Method = "paystack";

    private const int PageSize = 100;
    private readonly string _base = wire.BaseUrl(Method, "https://api.paystack.co");

    /// <inheritdoc/>
    public string Name => Method;

    /// <inheritdoc/>
    public IReadOnlyList<GatewayField> Fields { get; } = [new("secretKey", "Secret key", Secret: true, Pattern: "^sk_(test|live)_[A-Za-z0-9_]+$") { Signs = true }];

    /// <inheritdoc/>
    public IReadOnlyList<string> Currencies { get; } = ["NGN", "GHS", "ZAR", "KES", "USD"];

    /// <inheritdoc/>
    public string NameOf(Payment payment, Guid attemptId) => attemptId.ToString("n", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public async Task<Answer<Checkout>> Open(Order order, Merchant merchant, CancellationToken cancel)
    {
        if (order.Payer?.Email is not { Length: > 0 } email) return Fault.Refused("email_needed", "Paystack sends its receipt by e-mail: add an e-mail address to your profile, or pay another way.");
        var body = new
        {
            email, amount = order.Amount.Amount, currency = order.Amount.Currency, reference = order.Reference,
            callback_url = $"{order.Site}/payments/{order.PaymentId}/return",
        };
        var answer = await Send(HttpMethod.Post, "/transaction/initialize", body, merchant, true, cancel);
        if (answer.Ok && Worked(answer)) return new Checkout(answer.Json.GetProperty("data").GetProperty("authorization_url").GetString()!);
        return Message(answer).Contains("duplicate", StringComparison.OrdinalIgnoreCase) ? Gateways.ReferenceUsed : Gateways.Refused(Message(answer));
    }

    /// <inheritdoc/>
    public Task<Answer<Heard>> Read(GatewayMessage message, Merchant merchant, CancellationToken cancel) => Task.FromResult(Read(message, merchant));

    /// <inheritdoc/>
    public async Task<ProviderNews?> Query(Attempt attempt, Merchant merchant, CancellationToken cancel)
    {
        var answer = await Send(HttpMethod.Get, $"/transaction/verify/{attempt.Reference}", null, merchant, true, cancel);
        return answer.Ok && Worked(answer) ? NewsOf(answer.Json.GetProperty("data"), merchant) : null;
    }

    /// <summary>Paystack has no idempotency for refunds: one that carries our key in its note was sent before, by a try whose answer was lost.</summary>
    public async Task<RefundNews> Refund(RefundWish wish, Merchant merchant, CancellationToken cancel)
    {
        if (await Sent(wish, merchant, cancel) is { } known) return RefundOf(known);
        var body = new { transaction = wish.Attempt.Reference, amount = wish.Refund.Amount, currency = wish.Refund.Currency, merchant_note = wish.Key };
        var answer = await Send(HttpMethod.Post, "/refund", body, merchant, false, cancel);
        return answer.Ok && Worked(answer) ? RefundOf(answer.Json.GetProperty("data")) : new RefundNews(RefundState.Refused, null, Message(answer));
    }

    /// <inheritdoc/>
    public async Task<RefundNews> QueryRefund(RefundWish wish, Merchant merchant, CancellationToken cancel)
    {
        var answer = await Send(HttpMethod.Get, $"/refund/{wish.Refund.GatewayId}", null, merchant, true, cancel);
        return answer.Ok && Worked(answer) ? RefundOf(answer.Json.GetProperty("data")) : new RefundNews(RefundState.OnItsWay);
    }

    // Their description lets refunds be listed by time and page only. Clocks differ, and ours was promised before theirs began.
    private async Task<JsonElement?> Sent(RefundWish wish, Merchant merchant, CancellationToken cancel)
    {
        var since = Uri.EscapeDataString((wish.Refund.CreatedAt - Duration.FromHours(1)).ToString());
        for (var page = 1; ; page++)
        {
            var listed = await Send(HttpMethod.Get, $"/refund?perPage={PageSize}&page={page}&from={since}", null, merchant, true, cancel);
            if (!listed.Ok || !Worked(listed)) return null;
            var refunds = listed.Json.GetProperty("data").EnumerateArray().ToList();
            if (refunds.FirstOrDefault(r => Field(r, "merchant_note") == wish.Key) is { ValueKind: JsonValueKind.Object } known) return known;
            if (refunds.Count < PageSize) return null;
        }
    }

    private Answer<Heard> Read(GatewayMessage message, Merchant merchant)
    {
        if (!Signatures.Fits(message.Headers["x-paystack-signature"].ToString(), merchant.Both("secretKey"), HashAlgorithmName.SHA512, message.Body.ToArray())) return ReceiveWebhook.Forged;
        try
        {
            using var parsed = JsonDocument.Parse(message.Body);
            var (name, data) = (parsed.RootElement.GetProperty("event").GetString() ?? "", parsed.RootElement.GetProperty("data"));
            return name switch
            {
                "charge.success" => NewsOf(data, merchant) is { } news ? (Heard)news : Heard.Nothing,
                // It names the refund in a way that does not lead to ours; the next look, which is now, asks about all of this transaction.
                "refund.processed" or "refund.failed" or "refund.needs-attention" => new Heard { Refund = new RefundNews(RefundState.OnItsWay) { OfAttempt = Field(data, "transaction_reference") } },
                "charge.dispute.create" => new Heard { Dispute = DisputeOf(data) },
                _ => Heard.Nothing,
            };
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return ReceiveWebhook.Unreadable;
        }
    }

    private static Dispute DisputeOf(JsonElement data)
    {
        var transaction = data.GetProperty("transaction");
        return new Dispute(Text(data.GetProperty("id")), Field(transaction, "reference") ?? "", new Money(Number(data.TryGetProperty("refund_amount", out var amount) && amount.ValueKind != JsonValueKind.Null ? amount : transaction.GetProperty("amount")), Field(transaction, "currency")!));
    }

    // A guest may pay the gateway's fee on top: what was asked for is what counts. "abandoned" only means that nothing has happened yet.
    private ProviderNews? NewsOf(JsonElement data, Merchant merchant)
    {
        var (status, reference) = (Field(data, "status"), Field(data, "reference")!);
        if (status is not ("success" or "failed" or "reversed")) return null;
        var asked = data.TryGetProperty("requested_amount", out var requested) && requested.ValueKind != JsonValueKind.Null ? requested : data.GetProperty("amount");
        return new ProviderNews(
            Method, reference, status == "success", data.TryGetProperty("id", out var id) ? Text(id) : reference, new Money(Number(asked), Field(data, "currency") ?? ""), clock.Now(),
            status == "success" ? null : Field(data, "gateway_response") ?? "declined") { Account = merchant.OrganisationId };
    }

    private static RefundNews RefundOf(JsonElement refund)
    {
        var id = Text(refund.GetProperty("id"));
        return Field(refund, "status") switch
        {
            "processed" => new RefundNews(RefundState.Done, id),
            "failed" or "needs-attention" => new RefundNews(RefundState.Refused, id, Field(refund, "status")),
            _ => new RefundNews(RefundState.OnItsWay, id),
        };
    }

    private Task<WireAnswer> Send(HttpMethod method, string path, object? body, Merchant merchant, bool repeat, CancellationToken cancel) => wire.Send(Method, () =>
    {
        var request = new HttpRequestMessage(method, _base + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", merchant["secretKey"]);
        if (body is not null) request.Content = JsonContent.Create(body);
        return request;
    }, repeat, 15, cancel);

    private static bool Worked(WireAnswer answer) => answer.Json.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.True;

    private static string Message(WireAnswer answer) => Field(answer.Json, "message") ?? "refused";

    // Numbers come as numbers in answers and as texts in some events.
    private static long Number(JsonElement it) => it.ValueKind == JsonValueKind.String ? long.Parse(it.GetString()!, CultureInfo.InvariantCulture) : it.GetInt64();

    private static string Text(JsonElement it) => it.ValueKind == JsonValueKind.String ? it.GetString()! : it.GetRawText();

    private static string? Field(JsonElement it, string name) => it.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
