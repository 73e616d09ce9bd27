using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Sarai.Payments;

/// <summary>
/// The built-in gateway for development and tests: a page to pay on, and signed webhooks that come over real HTTP: in time, late, five times, with the
/// wrong amount, or not at all. It keeps books of its own, so that it can be asked like a real one. Refused in Production.
/// </summary>
public sealed class Sandbox(PaymentsSource source, Sealed sealer, TimeProvider clock) : IProvider
{
    /// <summary>How old a signed webhook may be.</summary>
    public static readonly Duration Window = Duration.FromMinutes(5);

    /// <summary>What to let happen.</summary>
    public sealed record Request
    {
        /// <summary>succeed, fail, late, duplicate or wrong_amount.</summary>
        [Required, AllowedValues("succeed", "fail", "late", "duplicate", "wrong_amount")] public string? Outcome { get; set; }
    }

    private readonly byte[] _secret = sealer.Derive("sandbox-webhooks");

    /// <inheritdoc/>
    public string Name => "sandbox";

    /// <inheritdoc/>
    public Task<Checkout> Begin(Payment payment, CancellationToken cancel) => Task.FromResult(new Checkout($"sb_{payment.Id:n}", $"/sandbox/pay/{payment.Id}"));

    /// <inheritdoc/>
    public Answer<Outcome>? Read(ReadOnlySpan<byte> body, IHeaderDictionary headers, Instant now)
    {
        var forged = new Fault(401, "bad_signature", "The signature does not match.");
        if (headers["X-Sandbox-Signature"].ToString().Split(',') is not [var time, var mac] || !long.TryParse(time, out var seconds)) return forged;
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(mac), Encoding.ASCII.GetBytes(Sign(seconds, body)))) return forged;
        var age = now - Instant.FromUnixTimeSeconds(seconds);
        if (age > Window || age < -Window) return new Fault(401, "stale_signature", "The signature is too old.");
        try
        {
            var told = JsonSerializer.Deserialize<SandboxEvent>(body, Json.Options);
            return told is null ? forged : new Outcome(told.Reference, told.Type == "paid", new Money(told.Amount, told.Currency), told.Reason);
        }
        catch (JsonException)
        {
            return Fault.Invalid("body", "The body is not the event that was agreed on.");
        }
    }

    /// <inheritdoc/>
    public async Task<Outcome?> Ask(string reference, CancellationToken cancel)
    {
        await using var command = source.Value.CreateCommand("select outcome, amount, currency from payments.sandbox_charge where reference = $1 and at <= $2");
        command.Parameters.Add(new() { Value = reference });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        await using var row = await command.ExecuteReaderAsync(cancel);
        if (!await row.ReadAsync(cancel)) return null;
        var paid = row.GetString(0) == "paid";
        return new Outcome(reference, paid, new Money(row.GetInt64(1), row.GetString(2)), paid ? null : "declined");
    }

    /// <summary>Lets something happen to a payment, as the guest at the gateway's page would.</summary>
    public static async Task<Answer<Done>> Drive(Guid paymentId, Request request, HttpContext http, PaymentsDb db, IBookings bookings, Sandbox sandbox, IHttpClientFactory clients, TimeProvider clock, CancellationToken cancel)
    {
        var payment = await db.Payments.AsNoTracking().FirstOrDefaultAsync(p => p.Id == paymentId && p.Method == "sandbox", cancel);
        if (payment is null) return Fault.NotFound("payment");
        if (payment.Status is not PaymentStatus.Pending) return Fault.Conflict("payment_closed", "This payment has ended already.");
        var reference = $"sb_{payment.Id:n}";
        var amount = request.Outcome == "wrong_amount" ? payment.Amount - 100 : payment.Amount;
        var told = new SandboxEvent(request.Outcome == "fail" ? "failed" : "paid", reference, amount, payment.Currency, request.Outcome == "fail" ? "declined by the sandbox" : null);
        var due = clock.Now();
        if (request.Outcome == "late" && (await bookings.Find(payment.BookingId, cancel))?.ExpiresAt is { } expires) due = expires + Duration.FromMinutes(1);
        var address = $"{http.Request.Scheme}://{http.Request.Host}/api/v1/webhooks/payments/sandbox";
        var ids = Enumerable.Range(0, request.Outcome == "duplicate" ? 5 : 1).Select(_ => Guid.CreateVersion7()).ToList();
        await using (var batch = new NpgsqlBatch(await db.Source.OpenConnectionAsync(cancel)))
        {
            await using var connection = batch.Connection!;
            // Once per payment: what the gateway took, and what it has to tell, stand together before anything is sent.
            batch.BatchCommands.Add(new NpgsqlBatchCommand("insert into payments.sandbox_charge (reference, outcome, amount, currency, at) values ($1, $2, $3, $4, $5) on conflict do nothing")
            { Parameters = { new() { Value = reference }, new() { Value = told.Type }, new() { Value = amount }, new() { Value = payment.Currency }, new() { Value = due.ToDateTimeUtc() } } });
            batch.BatchCommands.Add(new NpgsqlBatchCommand("insert into payments.sandbox_webhook (id, address, body, due_at) select unnest($1), $2, $3, $4")
            { Parameters = { new() { Value = ids }, new() { Value = address }, new() { Value = told.ToJson() }, new() { Value = due.ToDateTimeUtc() } } });
            await batch.ExecuteNonQueryAsync(cancel);
        }
        if (request.Outcome != "late") await Task.WhenAll(ids.Select(id => sandbox.Deliver(id, address, told.ToJson(), clients, cancel)));
        return Done.It;
    }

    /// <summary>Delivers webhooks that are due: late ones, and those a crash or an outage kept back.</summary>
    internal static async Task<bool> DeliverDue(IServiceProvider services, CancellationToken cancel)
    {
        var (sandbox, clock, clients) = (services.GetRequiredService<Sandbox>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<IHttpClientFactory>());
        var due = new List<(Guid Id, string Address, string Body)>();
        await using (var command = sandbox.Source.CreateCommand("select id, address, body from payments.sandbox_webhook where delivered_at is null and due_at <= $1 and tries < 20 order by due_at limit 50"))
        {
            command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
            await using var rows = await command.ExecuteReaderAsync(cancel);
            while (await rows.ReadAsync(cancel)) due.Add((rows.GetGuid(0), rows.GetString(1), rows.GetString(2)));
        }
        foreach (var (id, address, body) in due) await sandbox.Deliver(id, address, body, clients, cancel);
        return false;
    }

    /// <summary>The signature of a body at a time: HMAC-SHA256 over <c>{unix seconds}.{body}</c>.</summary>
    public string Sign(long seconds, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        mac.AppendData(Encoding.ASCII.GetBytes($"{seconds}."));
        mac.AppendData(body);
        return Convert.ToHexStringLower(mac.GetHashAndReset());
    }

    private NpgsqlDataSource Source => source.Value;

    private async Task Deliver(Guid id, string address, string body, IHttpClientFactory clients, CancellationToken cancel)
    {
        var seconds = clock.Now().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Sandbox-Signature", $"{seconds},{Sign(seconds, Encoding.UTF8.GetBytes(body))}");
        var delivered = false;
        try
        {
            using var response = await clients.CreateClient("sandbox").SendAsync(request, cancel);
            delivered = response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It stays due; the job tries again.
        }
        await using var note = source.Value.CreateCommand("update payments.sandbox_webhook set tries = tries + 1, delivered_at = case when $2 then $3 end where id = $1");
        note.Parameters.Add(new() { Value = id });
        note.Parameters.Add(new() { Value = delivered });
        note.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        await note.ExecuteNonQueryAsync(cancel);
    }
}

/// <summary>The connections of this module, for what lives longer than a request.</summary>
public sealed record PaymentsSource(NpgsqlDataSource Value);
