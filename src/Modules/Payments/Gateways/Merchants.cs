using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;

namespace Sarai.Payments;

/// <summary>The merchant accounts of organisations and of the platform, their keys opened. Remembered for half a minute; a change counts at once on its own node.</summary>
public sealed class Merchants(NpgsqlDataSource source, Sealed sealer, TimeProvider clock)
{
    /// <summary>What keys are sealed for.</summary>
    internal const string Purpose = "gateway-keys";

    private static readonly Duration Memory = Duration.FromSeconds(30);
    private readonly ConcurrentDictionary<(string, Guid), (Instant Until, Merchant? Merchant)> _known = new();

    /// <summary>Who takes an organisation's new payments: its own account if it is on, else the platform's if that is; null when neither is.</summary>
    public async ValueTask<Merchant?> For(IGateway gateway, Guid organisationId, string currency, CancellationToken cancel)
    {
        if (gateway.Fields.Count == 0) return Merchant.None(gateway.Name);
        foreach (var account in new[] { organisationId, Payment.Platform }.Distinct())
        {
            var merchant = await Of(gateway, account, cancel);
            if (merchant is { Enabled: true }) return Takes(gateway, merchant, currency) ? merchant : null;
        }
        return null;
    }

    /// <summary>An account as it is, on or off: old attempts and refunds go on with it. Null when it was never set up.</summary>
    public async ValueTask<Merchant?> Of(IGateway gateway, Guid account, CancellationToken cancel)
    {
        if (gateway.Fields.Count == 0) return account == Payment.Platform ? Merchant.None(gateway.Name) : null;
        var now = clock.Now();
        if (_known.TryGetValue((gateway.Name, account), out var known) && known.Until > now) return known.Merchant;
        var merchant = await Load(gateway.Name, account, cancel);
        // Accounts nobody has are not remembered: a stranger could fill the memory with them.
        if (merchant is not null) _known[(gateway.Name, account)] = (now + Memory, merchant);
        return merchant;
    }

    /// <summary>Forgets an account that changed.</summary>
    public void Forget(string gateway, Guid account) => _known.TryRemove((gateway, account), out _);

    private static bool Takes(IGateway gateway, Merchant merchant, string currency) =>
        (gateway.Currencies.Count == 0 || gateway.Currencies.Contains(currency)) && (merchant.Currencies.Count == 0 || merchant.Currencies.Contains(currency));

    private async Task<Merchant?> Load(string gateway, Guid account, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("select enabled, currencies, settings::text, secrets from payments.gateway where organisation_id = $1 and name = $2");
        command.Parameters.Add(new() { Value = account });
        command.Parameters.Add(new() { Value = gateway });
        await using var row = await command.ExecuteReaderAsync(cancel);
        if (!await row.ReadAsync(cancel)) return null;
        var values = JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(2), Json.Options)!;
        foreach (var (key, value) in JsonSerializer.Deserialize<Dictionary<string, string>>(sealer.Open(row.GetString(3), Purpose), Json.Options)!) values[key] = value;
        return new Merchant(account, gateway, row.GetBoolean(0), row.GetFieldValue<string[]>(1), values);
    }
}
