using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sarai.Payments;

/// <summary>
/// Stripe: PaymentIntents, with a destination charge when the organisation has a connected account. The intent is made with the attempt as its
/// idempotency key and carries our reference, so that an answer that was lost is found again.
/// </summary>
public sealed class StripeGateway(Wire wire, TimeProvider clock) : IGateway
{
    /// <summary>The method's name.</summary>
    public const string Method = "stripe";

    /// <summary>The version of Stripe's interface this was written for.</summary>
    public const string Version = "2026-07-29.dahlia";

    private static readonly Duration ReplayWindow = Duration.FromSeconds(300);
    private readonly string _base = wire.BaseUrl(Method, "https://api.stripe.com");

    /// <inheritdoc/>
    public string Name => Method;

    /// <inheritdoc/>
    public IReadOnlyList<GatewayField> Fields { get; } =
    [
        new("publishableKey", "Publishable key", Pattern: "^pk_(test|live)_[A-Za-z0-9_]+$"),
        new("secretKey", "Secret key", Secret: true, Pattern: "^(sk|rk)_(test|live)_[A-Za-z0-9_]+$"),
        new("webhookSecret", "Webhook signing secret", Secret: true, Pattern: "^whsec_[A-Za-z0-9_+/=]+$") { Signs = true },
        new("connectedAccount", "Connected account that receives the money", Required: false, Pattern: "^acct_[A-Za-z0-9]+$"),
        new("feePercent", "Our fee on it, in percent", Required: false, Pattern: @"^\d{1,2}(\.\d{1,2})?$"),
    ];

    /// <summary>Eight digits at most.</summary>
    public (long Least, long Most) Range(string currency) => (1, wire.Most(Method, currency, currency == "ISK" ? 999_999 : 99_999_999));

    /// <inheritdoc/>
    public string NameOf(Payment payment, Guid attemptId) => attemptId.ToString("n", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public async Task<Answer<Checkout>> Open(Order order, Merchant merchant, CancellationToken cancel)
    {
        if (ToStripe(order.Amount) is not { } amount) return Gateways.Refused($"{order.Amount} cannot be charged to the last digit.");
        var form = new Dictionary<string, string>
        {
            ["amount"] = Text(amount), ["currency"] = order.Amount.Currency.ToLowerInvariant(), ["automatic_payment_methods[enabled]"] = "true",
            ["metadata[attempt]"] = order.Reference, ["metadata[payment]"] = order.PaymentId.ToString(),
        };
        if (merchant["connectedAccount"] is { Length: > 0 } account)
        {
            form["transfer_data[destination]"] = account;
            if (decimal.TryParse(merchant["feePercent"], CultureInfo.InvariantCulture, out var percent) && percent > 0)
                form["application_fee_amount"] = Text(new Money(amount, order.Amount.Currency).Percent(percent).Amount);
        }
        var answer = await Post("/v1/payment_intents", form, order.Reference, merchant, cancel);
        return answer.Ok ? new Checkout($"/pay/{order.AttemptId}", answer.Json.GetProperty("id").GetString()) : Gateways.Refused(Problem(answer.Json));
    }

    /// <summary>The secret with which the guest's browser completes the payment, and nothing else.</summary>
    /// <exception cref="GatewayDown">Stripe did not answer.</exception>
    public async Task<string?> ClientSecret(string intent, Merchant merchant, CancellationToken cancel)
    {
        var answer = await Get($"/v1/payment_intents/{Uri.EscapeDataString(intent)}", merchant, cancel);
        return answer.Ok ? answer.Json.GetProperty("client_secret").GetString() : null;
    }

    /// <summary>Confirms with a payment method an app has collected.</summary>
    /// <returns>News when it is decided, or where the guest has to go for the bank's consent.</returns>
    public async Task<Answer<(ProviderNews? News, string? GoTo)>> Confirm(Attempt attempt, string paymentMethod, string returnUrl, Merchant merchant, CancellationToken cancel)
    {
        var form = new Dictionary<string, string> { ["payment_method"] = paymentMethod, ["return_url"] = returnUrl };
        var answer = await Post($"/v1/payment_intents/{attempt.GatewayId}/confirm", form, $"{attempt.Id:n}-{paymentMethod}", merchant, cancel);
        if (answer.Status == StatusCodes.Status402PaymentRequired) return (Declined(attempt.Reference, answer.Json.GetProperty("error"), merchant), null);
        if (!answer.Ok) return Gateways.Refused(Problem(answer.Json));
        var goTo = answer.Json.TryGetProperty("next_action", out var next) && next.ValueKind == JsonValueKind.Object && next.TryGetProperty("redirect_to_url", out var redirect)
            ? redirect.GetProperty("url").GetString()
            : null;
        return (NewsOf(answer.Json, merchant), goTo);
    }

    /// <inheritdoc/>
    public Task<Answer<Heard>> Read(GatewayMessage message, Merchant merchant, CancellationToken cancel) => Task.FromResult(Read(message, merchant));

    /// <inheritdoc/>
    public async Task<ProviderNews?> Query(Attempt attempt, Merchant merchant, CancellationToken cancel)
    {
        if (attempt.GatewayId is not null)
        {
            var answer = await Get($"/v1/payment_intents/{Uri.EscapeDataString(attempt.GatewayId)}", merchant, cancel);
            return answer.Ok ? NewsOf(answer.Json, merchant) : null;
        }
        var query = Uri.EscapeDataString($"metadata['attempt']:'{attempt.Reference}'");
        var found = await Get($"/v1/payment_intents/search?query={query}", merchant, cancel);
        return found.Ok && found.Json.GetProperty("data").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } intent ? NewsOf(intent, merchant) : null;
    }

    /// <inheritdoc/>
    public async Task<RefundNews> Refund(RefundWish wish, Merchant merchant, CancellationToken cancel)
    {
        var form = new Dictionary<string, string>
        {
            ["payment_intent"] = wish.Attempt.CaptureId ?? wish.Attempt.GatewayId ?? "", ["amount"] = Text(ToStripe(wish.Refund.Sum) ?? wish.Refund.Amount), ["reason"] = "requested_by_customer",
            ["metadata[refund]"] = wish.Refund.Id.ToString(),
        };
        if (merchant["connectedAccount"].Length > 0) (form["reverse_transfer"], form["refund_application_fee"]) = ("true", merchant["feePercent"].Length > 0 ? "true" : "false");
        var answer = await Post("/v1/refunds", form, wish.Key, merchant, cancel);
        return answer.Ok ? RefundOf(answer.Json) : new RefundNews(RefundState.Refused, null, Problem(answer.Json));
    }

    /// <inheritdoc/>
    public async Task<RefundNews> QueryRefund(RefundWish wish, Merchant merchant, CancellationToken cancel)
    {
        var answer = await Get($"/v1/refunds/{wish.Refund.GatewayId}", merchant, cancel);
        return answer.Ok ? RefundOf(answer.Json) : new RefundNews(RefundState.OnItsWay);
    }

    private Answer<Heard> Read(GatewayMessage message, Merchant merchant)
    {
        if (Refused(message.Headers["Stripe-Signature"].ToString(), message.Body, merchant) is { } refused) return refused;
        try
        {
            using var parsed = JsonDocument.Parse(message.Body);
            var root = parsed.RootElement;
            var (type, it) = (root.GetProperty("type").GetString() ?? "", root.GetProperty("data").GetProperty("object").Clone());
            return type switch
            {
                "payment_intent.succeeded" or "payment_intent.payment_failed" or "payment_intent.canceled" => NewsOf(it, merchant) is { } news ? (Heard)news : Heard.Nothing,
                "refund.created" or "refund.updated" or "refund.failed" or "charge.refund.updated" => new Heard { Refund = RefundOf(it) },
                "charge.dispute.created" => new Heard { Dispute = new Dispute(it.GetProperty("id").GetString()!, Field(it, "payment_intent") ?? "", FromStripe(it.GetProperty("amount").GetInt64(), it)) },
                _ => Heard.Nothing,
            };
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return ReceiveWebhook.Unreadable;
        }
    }

    // The time is judged only when the signature is right, so that nobody can probe one without the other.
    private Fault? Refused(string header, ReadOnlyMemory<byte> body, Merchant merchant)
    {
        var parts = header.Split(',').Select(p => p.Split('=', 2)).Where(p => p.Length == 2).ToList();
        if (parts.FirstOrDefault(p => p[0] == "t") is not [_, var time] || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return ReceiveWebhook.Forged;
        var prefix = Encoding.ASCII.GetBytes(time + ".");
        var secrets = merchant.Both("webhookSecret").ToList();
        if (!parts.Any(p => p[0] == "v1" && Signatures.Fits(p[1], secrets, HashAlgorithmName.SHA256, prefix, body.ToArray()))) return ReceiveWebhook.Forged;
        return Math.Abs(clock.Now().ToUnixTimeSeconds() - seconds) > ReplayWindow.TotalSeconds ? ReceiveWebhook.Stale : null;
    }

    private ProviderNews? NewsOf(JsonElement intent, Merchant merchant)
    {
        var id = intent.GetProperty("id").GetString()!;
        var ours = intent.TryGetProperty("metadata", out var notes) && notes.ValueKind == JsonValueKind.Object ? Field(notes, "attempt") : null;
        var error = intent.TryGetProperty("last_payment_error", out var last) && last.ValueKind == JsonValueKind.Object ? last : default;
        return intent.GetProperty("status").GetString() switch
        {
            "succeeded" => new ProviderNews(Method, ours ?? id, true, id, FromStripe(intent.GetProperty("amount_received").GetInt64(), intent), clock.Now()) { Account = merchant.OrganisationId },
            "canceled" => new ProviderNews(Method, ours ?? id, false, id, FromStripe(0, intent), clock.Now(), "cancelled") { Account = merchant.OrganisationId },
            "requires_payment_method" when error.ValueKind == JsonValueKind.Object => Declined(ours ?? id, error, merchant),
            _ => null,
        };
    }

    // The guest may try another card with the same intent.
    private ProviderNews Declined(string reference, JsonElement error, Merchant merchant) =>
        new(Method, reference, false, reference, default, clock.Now(), Field(error, "decline_code") ?? Field(error, "code") ?? "card_declined") { Account = merchant.OrganisationId, Final = false };

    private static RefundNews RefundOf(JsonElement refund)
    {
        var known = refund.TryGetProperty("metadata", out var notes) && notes.ValueKind == JsonValueKind.Object && Guid.TryParse(Field(notes, "refund"), out var id) ? id : (Guid?)null;
        var name = refund.GetProperty("id").GetString();
        return Field(refund, "status") switch
        {
            "succeeded" => new RefundNews(RefundState.Done, name, null, known),
            "failed" or "canceled" => new RefundNews(RefundState.Refused, name, Field(refund, "failure_reason") ?? "failed", known),
            _ => new RefundNews(RefundState.OnItsWay, name, null, known),
        };
    }

    private Task<WireAnswer> Post(string path, Dictionary<string, string> form, string key, Merchant merchant, CancellationToken cancel) => wire.Send(Method, () =>
    {
        var request = Request(HttpMethod.Post, path, merchant);
        request.Content = new FormUrlEncodedContent(form);
        request.Headers.Add("Idempotency-Key", key);
        return request;
    }, repeat: true, 20, cancel);

    private Task<WireAnswer> Get(string path, Merchant merchant, CancellationToken cancel) => wire.Send(Method, () => Request(HttpMethod.Get, path, merchant), repeat: true, 10, cancel);

    private HttpRequestMessage Request(HttpMethod method, string path, Merchant merchant)
    {
        var request = new HttpRequestMessage(method, _base + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", merchant["secretKey"]);
        request.Headers.Add("Stripe-Version", Version);
        return request;
    }

    // Stripe wants ISK with two digits after the point, and the last digit of a three-digit currency to be zero.
    private static long? ToStripe(Money money) => money.Currency == "ISK" ? money.Amount * 100 : Money.Decimals(money.Currency) == 3 && money.Amount % 10 != 0 ? null : money.Amount;

    private static Money FromStripe(long amount, JsonElement it)
    {
        var currency = it.GetProperty("currency").GetString()!.ToUpperInvariant();
        return new Money(currency == "ISK" ? amount / 100 : amount, currency);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Field(JsonElement it, string name) => it.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Problem(JsonElement answer) => answer.TryGetProperty("error", out var error) ? Field(error, "message") ?? Field(error, "code") ?? "refused" : "refused";
}
