using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Sarai.Payments.Sandbox;

/// <summary>
/// A gateway that moves no money: it has its own pay page, its own memory and signed webhooks over real HTTP, and can be told to be late, to repeat
/// itself, to refuse or to take the wrong amount. This class is our side of it, written as the one for a real gateway would be.
/// </summary>
public sealed class SandboxProvider(IConfiguration configuration, Sealed sealer, NpgsqlDataSource source, TimeProvider clock) : IGateway
{
    /// <summary>The method's name.</summary>
    public const string Method = "sandbox";

    /// <summary>The header with time and signature: <c>{unix seconds},{hex of HMAC-SHA256 over "{unix seconds}.{body}"}</c>.</summary>
    public const string SignatureHeader = "X-Sandbox-Signature";

    private static readonly Duration ReplayWindow = Duration.FromMinutes(5);
    private readonly byte[] _secret = configuration["Sarai:Payments:Sandbox:Secret"] is { Length: > 0 } secret ? Encoding.UTF8.GetBytes(secret) : sealer.Derive("sandbox-webhooks");

    /// <summary>What the sandbox's webhooks say.</summary>
    /// <param name="Type"><c>paid</c> or <c>failed</c>.</param>
    /// <param name="Reference">The attempt.</param>
    /// <param name="Amount">Minor units.</param>
    /// <param name="Currency">ISO 4217.</param>
    /// <param name="Capture">The movement of money, the same in every repetition; the attempt itself when there is only one.</param>
    /// <param name="At">When it happened; when it was told, if it does not say.</param>
    /// <param name="Problem">Why it failed, or null.</param>
    public sealed record Event(string Type, string Reference, long Amount, string Currency, string? Capture = null, Instant? At = null, string? Problem = null);

    /// <inheritdoc/>
    public string Name => Method;

    /// <inheritdoc/>
    public bool IsPretence => true;

    /// <inheritdoc/>
    public string NameOf(Payment payment, Guid attemptId) => $"sb_{payment.Id:n}";

    /// <inheritdoc/>
    public Task<Answer<Checkout>> Open(Order order, Merchant merchant, CancellationToken cancel) => Task.FromResult<Answer<Checkout>>(new Checkout($"/sandbox/pay/{order.AttemptId}"));

    /// <inheritdoc/>
    public Task<Answer<Heard>> Read(GatewayMessage message, Merchant merchant, CancellationToken cancel) => Task.FromResult(Read(message));

    private Answer<Heard> Read(GatewayMessage message)
    {
        if (Refused(message.Headers[SignatureHeader].ToString(), message.Body.Span) is { } refused) return refused;
        Event? happened;
        try
        {
            happened = JsonSerializer.Deserialize<Event>(message.Body.Span, Json.Options);
        }
        catch (JsonException)
        {
            return ReceiveWebhook.Unreadable;
        }
        if (happened?.Reference is null || !Money.IsCurrency(happened.Currency) || happened.Amount < 1) return ReceiveWebhook.Unreadable;
        return happened.Type switch
        {
            "paid" => (Heard)News(happened, true),
            "failed" => (Heard)News(happened, false),
            _ => ReceiveWebhook.Unreadable,
        };
    }

    /// <inheritdoc/>
    public async Task<ProviderNews?> Query(Attempt attempt, Merchant merchant, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("select outcome, capture, currency, amount, settles_at from payments.sandbox_charge where reference = $1 and settles_at <= $2");
        command.Parameters.Add(new() { Value = attempt.Reference });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        await using var row = await command.ExecuteReaderAsync(cancel);
        if (!await row.ReadAsync(cancel)) return null;
        var captured = row.GetString(0) != "fail";
        return new ProviderNews(
            Method, attempt.Reference, captured, row.GetString(1), new Money(row.GetInt64(3), row.GetString(2)), Instant.FromDateTimeUtc(row.GetDateTime(4)), captured ? null : "card_declined");
    }

    /// <summary>The sandbox gives back whatever it is asked to, at once.</summary>
    public Task<RefundNews> Refund(RefundWish wish, Merchant merchant, CancellationToken cancel) => Task.FromResult(new RefundNews(RefundState.Done));

    /// <summary>The signature of a body at an instant.</summary>
    public string Sign(string body, Instant at)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"{time},{Convert.ToHexStringLower(Mac(time, Encoding.UTF8.GetBytes(body)))}";
    }

    private ProviderNews News(Event e, bool captured) => new(Method, e.Reference, captured, e.Capture ?? e.Reference, new Money(e.Amount, e.Currency), e.At ?? clock.Now(), e.Problem);

    // The time is judged only when the signature is right, so that nobody can probe one without the other.
    private Fault? Refused(string header, ReadOnlySpan<byte> body)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (header.Split(',') is not [var time, { Length: 2 * HMACSHA256.HashSizeInBytes } signature]
            || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Convert.FromHexString(signature, given, out _, out _) != OperationStatus.Done
            || !CryptographicOperations.FixedTimeEquals(given, Mac(time, body))) return ReceiveWebhook.Forged;
        return Math.Abs(clock.Now().ToUnixTimeSeconds() - seconds) > ReplayWindow.TotalSeconds ? ReceiveWebhook.Stale : null;
    }

    private byte[] Mac(string time, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        mac.AppendData(Encoding.ASCII.GetBytes(time));
        mac.AppendData("."u8);
        mac.AppendData(body);
        return mac.GetHashAndReset();
    }
}
