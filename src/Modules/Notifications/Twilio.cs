using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Notifications;

/// <summary>
/// Text messages by Twilio: <c>Sarai:Twilio:AccountSid</c>, <c>AuthToken</c>, and <c>From</c> or <c>MessagingServiceSid</c>; with <c>WhatsApp</c> set they go
/// out by WhatsApp. Twilio knows no idempotency key, so that only what it certainly did not take is sent again; what became of a message it tells by a call
/// signed with the token, which needs <c>Sarai:Url</c>.
/// </summary>
public static class Twilio
{
    private const int LongestBody = 1600;

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/webhooks/twilio/{id:guid}", Hear)
        .AllowAnonymous().WithTags("Notifications").WithSummary("What became of a text message").Produces(StatusCodes.Status204NoContent).Produces<ErrorEnvelope>(StatusCodes.Status401Unauthorized);

    /// <summary>Whether an account is set up.</summary>
    internal static bool IsSetUp(IConfiguration configuration) => configuration["Sarai:Twilio:AccountSid"] is { Length: > 0 } && configuration["Sarai:Twilio:AuthToken"] is { Length: > 0 };

    /// <summary>Sends a message and notes what Twilio said.</summary>
    internal static async Task Send(Message message, IServiceProvider services, int maxAttempts, Instant now, CancellationToken cancel)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        try
        {
            using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("twilio");
            using var request = Request(message, configuration);
            using var response = await client.SendAsync(request, cancel);
            var said = await response.Content.ReadFromJsonAsync<JsonElement>(cancel);
            if (response.IsSuccessStatusCode) (message.Status, message.ProviderId, message.Problem) = ("Sent", said.GetProperty("sid").GetString(), null);
            else Refuse(message, (int)response.StatusCode, $"{said.GetProperty("code").GetInt32().ToString(CultureInfo.InvariantCulture)}: {said.GetProperty("message").GetString()}", maxAttempts, now);
        }
        catch (HttpRequestException problem) when (problem.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            // It was never reached.
            Refuse(message, 503, problem.Message, maxAttempts, now);
        }
        catch (Exception problem) when (problem is HttpRequestException or JsonException or (OperationCanceledException and { InnerException: TimeoutException }))
        {
            (message.Status, message.Problem) = ("Failed", $"nobody knows whether it went out: {problem.Message}");
        }
    }

    /// <summary>Twilio tells what became of a message, in any order and perhaps more than once; arrived stays arrived.</summary>
    public static async Task<IResult> Hear(Guid id, HttpContext http, NotificationsDb db, IConfiguration configuration, TimeProvider clock, CancellationToken cancel)
    {
        if (!http.Request.HasFormContentType || !IsSetUp(configuration)) return (Answer<Done>)Forged;
        var form = await http.Request.ReadFormAsync(cancel);
        if (!IsSigned(http, form, configuration)) return (Answer<Done>)Forged;
        var (sid, now) = (form["MessageSid"].ToString(), clock.Now().ToDateTimeUtc());
        var problem = form["ErrorCode"].ToString() is { Length: > 0 } code ? code : null;
        await (form["MessageStatus"].ToString() switch
        {
            "delivered" or "read" => db.Database.ExecuteSqlAsync($"update notifications.message set status = 'Sent', problem = null, delivered_at = coalesce(delivered_at, {now}), provider_id = {sid} where id = {id} and status in ('Sending', 'Sent', 'Failed')", cancel),
            "failed" or "undelivered" => db.Database.ExecuteSqlAsync($"update notifications.message set status = 'Failed', problem = {problem ?? "undelivered"}, provider_id = {sid} where id = {id} and status in ('Sending', 'Sent') and delivered_at is null", cancel),
            _ => Task.FromResult(0),
        });
        return Results.NoContent();
    }

    /// <summary>What Twilio signs: the address it called, and every field of the form with its value, sorted by name.</summary>
    internal static string Signature(string url, IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> form, string token)
    {
        var text = new StringBuilder(url);
        foreach (var (name, values) in form.OrderBy(f => f.Key, StringComparer.Ordinal))
            foreach (var value in values.Distinct().Order(StringComparer.Ordinal)) text.Append(name).Append(value);
#pragma warning disable CA5350 // The algorithm is theirs, and as a keyed hash it is not broken.
        return Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text.ToString())));
#pragma warning restore CA5350
    }

    private static HttpRequestMessage Request(Message message, IConfiguration configuration)
    {
        var settings = configuration.GetSection("Sarai:Twilio");
        var (account, prefix) = (settings["AccountSid"]!, settings.GetValue("WhatsApp", false) ? "whatsapp:" : "");
        var fields = new Dictionary<string, string> { ["To"] = prefix + message.Address, ["Body"] = message.Body.Length <= LongestBody ? message.Body : message.Body[..LongestBody] };
        if (settings["MessagingServiceSid"] is { Length: > 0 } service) fields["MessagingServiceSid"] = service;
        else fields["From"] = prefix + settings["From"];
        if (configuration["Sarai:Url"] is { Length: > 0 } site) fields["StatusCallback"] = $"{site.TrimEnd('/')}/api/v1/webhooks/twilio/{message.Id}";
        var request = new HttpRequestMessage(HttpMethod.Post, $"{(settings["BaseUrl"] ?? "https://api.twilio.com").TrimEnd('/')}/2010-04-01/Accounts/{account}/Messages.json") { Content = new FormUrlEncodedContent(fields) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{account}:{settings["AuthToken"]}")));
        return request;
    }

    // Too many at once, or trouble on its side before it took the message: again later. Anything else is final.
    private static void Refuse(Message message, int status, string problem, int maxAttempts, Instant now)
    {
        var final = status is not (429 or 503) || message.Attempts >= maxAttempts;
        (message.Status, message.Problem) = (final ? "Failed" : "Queued", problem);
        message.DueAt = now + Duration.FromMinutes(Math.Pow(2, message.Attempts));
    }

    private static bool IsSigned(HttpContext http, IFormCollection form, IConfiguration configuration)
    {
        var given = Encoding.UTF8.GetBytes(http.Request.Headers["X-Twilio-Signature"].ToString());
        var site = new Uri(configuration["Sarai:Url"] is { Length: > 0 } url ? url : $"{http.Request.Scheme}://{http.Request.Host}");
        var path = $"{(http.Request.Path.StartsWithSegments("/api/v1") ? "" : "/api/v1")}{http.Request.Path}{http.Request.QueryString}";
        // With and without the port that goes without saying, as their own libraries do.
        return new[] { $"{site.Scheme}://{site.Host}:{site.Port}{path}", $"{site.Scheme}://{site.Host}{(site.IsDefaultPort ? "" : $":{site.Port}")}{path}" }
            .Any(address => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Signature(address, form, configuration["Sarai:Twilio:AuthToken"]!)), given));
    }

    private static Fault Forged { get; } = new(401, "bad_signature", "The signature does not fit this message.");
}
