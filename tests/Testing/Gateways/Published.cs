using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;

namespace Sarai.Testing.Gateways;

/// <summary>
/// What vendors' published descriptions of their interfaces allow of the requests we make: paths, fields, which of them are required, and what values look like.
/// A request with anything else is one the vendor may refuse.
/// </summary>
public sealed class Published(params Published.Operation[] operations)
{
    private const string Whole = "[0-9]{1,15}";
    private const string Truth = "true|false";
    private const string Address = @"https?://\S{1,2000}";

    /// <summary>Something a vendor can be asked to do.</summary>
    /// <param name="Method">GET or POST.</param>
    /// <param name="Path">The path, as a pattern.</param>
    /// <param name="Fields">Fields of the body, or of the query where there is no body, each with the pattern of its value; a name that ends in [] stands for any key in brackets.</param>
    /// <param name="Required">Which must be there; alternatives are parted by |.</param>
    /// <param name="Json">Whether the body is JSON; otherwise it is a form.</param>
    /// <param name="Numbers">Fields that are numbers in JSON.</param>
    public sealed record Operation(string Method, string Path, Dictionary<string, string> Fields, string[] Required, bool Json = false, string[]? Numbers = null);

    /// <summary>Stripe's interface, as far as we use it.</summary>
    public static Published Stripe { get; } = new(
        new("POST", "/v1/payment_intents", new()
        {
            ["amount"] = "[0-9]{1,8}", ["currency"] = "[a-z]{3}", ["automatic_payment_methods[enabled]"] = Truth, ["automatic_payment_methods[allow_redirects]"] = "always|never", ["metadata[]"] = ".{0,500}",
            ["transfer_data[destination]"] = "acct_[A-Za-z0-9_]+", ["application_fee_amount"] = "[0-9]{1,8}",
        }, ["amount", "currency"]),
        new("POST", "/v1/payment_intents/pi_[A-Za-z0-9]+/confirm", new() { ["payment_method"] = ".{1,5000}", ["return_url"] = Address }, []),
        new("GET", "/v1/payment_intents/search", new() { ["query"] = ".{1,5000}", ["limit"] = Whole, ["page"] = ".{1,5000}" }, ["query"]),
        new("GET", "/v1/payment_intents/pi_[A-Za-z0-9]+", new() { ["client_secret"] = ".{1,5000}" }, []),
        new("POST", "/v1/refunds", new()
        {
            ["payment_intent"] = "pi_[A-Za-z0-9]+", ["amount"] = "[0-9]{1,8}", ["reason"] = "duplicate|fraudulent|requested_by_customer", ["metadata[]"] = ".{0,500}", ["reverse_transfer"] = Truth,
            ["refund_application_fee"] = Truth,
        }, []),
        new("GET", "/v1/refunds/re_[A-Za-z0-9]+", new() { }, []));

    /// <summary>Paystack's interface, as far as we use it.</summary>
    public static Published Paystack { get; } = new(
        new("POST", "/transaction/initialize", new()
        {
            ["email"] = @"\S+@\S+", ["amount"] = Whole, ["currency"] = "GHS|KES|NGN|ZAR|USD", ["reference"] = "[A-Za-z0-9.=-]+", ["callback_url"] = Address,
        }, ["email", "amount"], Json: true, ["amount"]),
        new("GET", "/transaction/verify/[A-Za-z0-9.=-]+", new() { }, []),
        new("POST", "/refund", new() { ["transaction"] = "[A-Za-z0-9.=-]+", ["amount"] = Whole, ["currency"] = "NGN|GHS|ZAR|USD|KES", ["customer_note"] = ".*", ["merchant_note"] = ".*" }, ["transaction"], Json: true, ["amount"]),
        new("GET", "/refund", new() { ["perPage"] = Whole, ["page"] = Whole, ["from"] = @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", ["to"] = @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z" }, []),
        new("GET", "/refund/[0-9]+", new() { }, []));

    /// <summary>Twilio's interface, as far as we use it.</summary>
    public static Published Twilio { get; } = new(new Operation("POST", "/2010-04-01/Accounts/AC[0-9a-fA-F]{32}/Messages.json", new()
    {
        ["To"] = @"(whatsapp:)?\+[0-9]{6,15}", ["From"] = @"(whatsapp:)?(\+[0-9]{6,15}|[A-Za-z0-9 ]{1,11})", ["MessagingServiceSid"] = "MG[0-9a-fA-F]{32}", ["Body"] = @"[\s\S]{1,1600}", ["StatusCallback"] = Address,
    }, ["To", "From|MessagingServiceSid", "Body"]));

    /// <summary>Which operation a request is; null for none of them.</summary>
    public Operation? Of(Call call) => operations.FirstOrDefault(o => o.Method == call.Method && Regex.IsMatch(call.Path, $"^{o.Path}$"));

    /// <summary>The operations no request was made of.</summary>
    public IReadOnlyList<string> Unused(IEnumerable<Call> calls) => [.. operations.Except(calls.Select(Of).OfType<Operation>()).Select(o => $"{o.Method} {o.Path}")];

    /// <summary>Why a request is not as published; null when it is.</summary>
    public string? Refuses(Call call)
    {
        if (Of(call) is not { } operation) return $"Unrecognized request URL ({call.Method}: {call.Path})";
        var fields = call.Method == "GET" ? Form(call.Query) : Body(call, operation);
        if (fields is null) return $"Wrong content type for {operation.Path}";
        if (call.Method == "POST" && call.Query.Length > 0) return "A POST has no query here";
        foreach (var (name, value) in fields)
        {
            if (!operation.Fields.TryGetValue(General(name), out var pattern)) return $"Received unknown parameter: {name}";
            if (!Regex.IsMatch(value, $"^(?:{pattern})$")) return $"Invalid {name}: {value}";
            if (General(name) == "metadata[]" && name.Length - 10 > 40) return $"Metadata keys have at most 40 letters: {name}";
        }
        if (fields.Count(f => General(f.Key) == "metadata[]") > 50) return "At most 50 keys of metadata";
        if (call.Headers.TryGetValue("Idempotency-Key", out var key) && key.Length > 255) return "An idempotency key has at most 255 letters";
        return operation.Required.FirstOrDefault(r => !r.Split('|').Any(fields.ContainsKey)) is { } missing ? $"Missing required param: {missing}." : null;
    }

    private static string General(string name) => name.StartsWith("metadata[", StringComparison.Ordinal) ? "metadata[]" : name;

    private static Dictionary<string, string>? Body(Call call, Operation operation)
    {
        var type = call.Headers.GetValueOrDefault("Content-Type", "").Split(';')[0];
        if (!operation.Json) return type == "application/x-www-form-urlencoded" ? Form("?" + call.Body) : null;
        if (type != "application/json" || JsonNode.Parse(call.Body) is not JsonObject body) return null;
        // A number that comes as a text, or a text that comes as a number, is wrong however it looks.
        return body.ToDictionary(f => f.Key, f => f.Value!.GetValueKind() == ((operation.Numbers ?? []).Contains(f.Key) ? JsonValueKind.Number : JsonValueKind.String) ? f.Value.ToString() : "(of the wrong type)\u0000");
    }

    private static Dictionary<string, string> Form(string query) => QueryHelpers.ParseQuery(query).ToDictionary(f => f.Key, f => f.Value.ToString());
}
