namespace Sarai.Testing.Gateways;

/// <summary>Twilio: text messages, its test numbers, and what it calls back with.</summary>
public sealed class TwilioStub : GatewayStub
{
    public const string Account = "AC00000000000000000000000000000001";
    public const string Token = "stub_auth_token";

    private readonly ConcurrentQueue<JsonObject> messages = new();

    public IReadOnlyList<JsonObject> Messages => [.. messages];

    /// <summary>The fields of a status callback.</summary>
    public static Dictionary<string, string> Callback(string sid, string status) => new()
    {
        ["MessageSid"] = sid, ["SmsSid"] = sid, ["AccountSid"] = Account, ["MessageStatus"] = status, ["SmsStatus"] = status, ["From"] = "+15005550006", ["To"] = "+923001234567", ["ApiVersion"] = "2010-04-01",
    };

    protected override string? Refuses(Call call) => Published.Twilio.Refuses(call);

    protected override Task Refuse(HttpContext http, string why) => Answer(http, Error(400, 20001, why).Item2, 400);

    protected override void Routes(WebApplication routes) => routes.MapPost("/2010-04-01/Accounts/{account}/Messages.json", async (HttpContext http, string account) =>
    {
        var (status, answer) = await Take(http, account);
        await Answer(http, answer, status);
    });

    private async Task<(int, JsonObject)> Take(HttpContext http, string account)
    {
        if (account != Account || http.Request.Headers.Authorization != Basic(Account, Token)) return Error(401, 20003, "Authenticate");
        var form = await http.Request.ReadFormAsync();
        var (to, from, body) = (form["To"].ToString(), form["From"].ToString(), form["Body"].ToString());
        if (body.Length is 0 or > 1600) return Error(400, 21617, "The concatenated message body exceeds the 1600 character limit");
        if (from.Length == 0) return Error(400, 21603, "A 'From' phone number is required");
        switch (to)
        {
            case "+15005550001": return Error(400, 21211, "Invalid 'To' Phone Number");
            case "+15005550004": return Error(400, 21610, "Attempt to send to unsubscribed recipient");
            case "+15005550009": return Error(400, 21614, "'To' number is not a valid mobile number");
        }
        var message = new JsonObject
        {
            ["sid"] = Id("SM"), ["account_sid"] = Account, ["api_version"] = "2010-04-01", ["body"] = body, ["date_created"] = DateTimeOffset.UnixEpoch.ToString("r", CultureInfo.InvariantCulture), ["direction"] = "outbound-api",
            ["error_code"] = null, ["error_message"] = null, ["from"] = from, ["num_media"] = "0", ["num_segments"] = "1", ["price"] = null, ["price_unit"] = "USD", ["status"] = "queued", ["to"] = to,
        };
        var kept = message.DeepClone().AsObject();
        kept["callback"] = form["StatusCallback"].ToString();
        messages.Enqueue(kept);
        return (201, message);
    }

    private static (int, JsonObject) Error(int status, int code, string message) =>
        (status, new JsonObject { ["code"] = code, ["message"] = message, ["more_info"] = $"https://www.twilio.com/docs/errors/{code}", ["status"] = status });
}
