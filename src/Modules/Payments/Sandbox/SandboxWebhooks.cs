using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Sarai.Payments.Sandbox;

/// <summary>
/// Sends the sandbox's webhooks over HTTP to our own endpoint, as a gateway elsewhere would: they are rows until the endpoint has answered 200, are
/// tried again after a minute, doubling up to an hour, and are given up after three days.
/// </summary>
public sealed class SandboxWebhooks(SandboxProvider provider, NpgsqlDataSource source, IServer server, IConfiguration configuration, IHttpClientFactory clients, TimeProvider clock, ILogger<SandboxWebhooks> log)
{
    private sealed record Waiting(Guid Id, string Body, int Copies);

    /// <summary>Sends what is due, of one attempt or of all.</summary>
    /// <returns>True when more may be waiting.</returns>
    public async Task<bool> SendDue(string? reference, CancellationToken cancel)
    {
        if (Address() is not { } address) return false;
        var batch = await Take(reference, cancel);
        await Task.WhenAll(batch.Select(webhook => Send(webhook, address, cancel)));
        return batch.Count == 20;
    }

    internal static Task<bool> Run(IServiceProvider services, CancellationToken cancel) => services.GetRequiredService<SandboxWebhooks>().SendDue(null, cancel);

    // Before sending, the row is put off: a node that dies meanwhile only makes the webhook later.
    private async Task<List<Waiting>> Take(string? reference, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("""
            update payments.sandbox_webhook w set tries = tries + 1, due_at = $1 + least(interval '1 hour', interval '1 minute' * power(2, least(tries, 6)))
            from (select id from payments.sandbox_webhook where sent_at is null and due_at <= $1 and tries < 100 and ($2::text is null or reference = $2) order by due_at limit 20 for update skip locked) t
            where w.id = t.id returning w.id, w.body, w.copies
            """);
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new() { Value = (object?)reference ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var batch = new List<Waiting>();
        while (await rows.ReadAsync(cancel)) batch.Add(new Waiting(rows.GetGuid(0), rows.GetString(1), rows.GetInt32(2)));
        return batch;
    }

    private async Task Send(Waiting webhook, Uri address, CancellationToken cancel)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, webhook.Copies).Select(_ => Post(webhook.Body, address, cancel)));
        var problem = answers.FirstOrDefault(a => a is not null);
        await using var command = source.CreateCommand("update payments.sandbox_webhook set sent_at = case when $2::text is null then $3 end, problem = $2 where id = $1");
        command.Parameters.Add(new() { Value = webhook.Id });
        command.Parameters.Add(new() { Value = (object?)problem ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        await command.ExecuteNonQueryAsync(cancel);
    }

    private async Task<string?> Post(string body, Uri address, CancellationToken cancel)
    {
        try
        {
            using var client = clients.CreateClient("sandbox");
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/api/v1/webhooks/payments/sandbox")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Add(SandboxProvider.SignatureHeader, provider.Sign(body, clock.Now()));
            using var response = await client.SendAsync(request, cancel);
            return response.IsSuccessStatusCode ? null : $"answered {(int)response.StatusCode}";
        }
        catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            log.LogWarning("The sandbox could not deliver a webhook to {Address}: {Problem}; it tries again", address, problem.Message);
            return problem.Message;
        }
    }

    private Uri? Address()
    {
        if (configuration["Sarai:Payments:Sandbox:CallbackUrl"] is { Length: > 0 } configured) return new Uri(configured);
        var own = server.Features.Get<IServerAddressesFeature>()?.Addresses.Order(StringComparer.Ordinal).FirstOrDefault();
        return own is null ? null : new Uri(own.Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("+", "localhost", StringComparison.Ordinal).Replace("*", "localhost", StringComparison.Ordinal));
    }
}
