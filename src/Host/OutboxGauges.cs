using System.Diagnostics.Metrics;
using Npgsql;

namespace Sarai.Host;

/// <summary>How much waits in the outboxes, how long the oldest has waited, and how much was given up; looked at every quarter of a minute.</summary>
internal sealed class OutboxGauges : IDisposable
{
    private readonly Meter _meter;
    private readonly IReadOnlyList<ModuleDbContext> _modules;
    private readonly TimeProvider _clock;
    private volatile IReadOnlyList<Look> _looks = [];

    public OutboxGauges(IEnumerable<ModuleDbContext> modules, TimeProvider clock, IMeterFactory meters)
    {
        (_modules, _clock, _meter) = ([.. modules], clock, meters.Create("Sarai"));
        _meter.CreateObservableGauge("outbox_waiting", () => Tell(l => l.Waiting), description: "Events that wait for delivery.");
        _meter.CreateObservableGauge("outbox_parked", () => Tell(l => l.Parked), description: "Events that were given up after 20 attempts and wait for a person.");
        _meter.CreateObservableGauge("outbox_lag", () => Tell(l => l.Lag), unit: "s", description: "How long the oldest waiting event has waited.");
        _meter.CreateObservableGauge("database_up", () => Tell(l => l.Up ? 1.0 : 0.0), description: "Whether the module's database answers.");
    }

    /// <summary>Looks every quarter of a minute.</summary>
    public static Job Job { get; } = new("look at the outboxes", TimeSpan.FromSeconds(15), async (services, cancel) =>
    {
        await services.GetRequiredService<OutboxGauges>().LookAgain(cancel);
        return false;
    });

    public void Dispose() => _meter.Dispose();

    internal async Task LookAgain(CancellationToken cancel)
    {
        var looks = new List<Look>();
        foreach (var module in _modules) looks.Add(await LookAt(module, cancel));
        _looks = looks;
    }

    private async Task<Look> LookAt(ModuleDbContext module, CancellationToken cancel)
    {
        try
        {
            await using var command = module.Source.CreateCommand($"""
                select count(*) filter (where attempts < 20), count(*) filter (where attempts >= 20), coalesce(extract(epoch from $1 - min(at) filter (where attempts < 20)), 0)::float8
                from {module.Module}.outbox
                """);
            command.Parameters.Add(new() { Value = _clock.GetUtcNow().UtcDateTime });
            await using var row = await command.ExecuteReaderAsync(cancel);
            await row.ReadAsync(cancel);
            return new Look(module.Module, true, row.GetInt64(0), row.GetInt64(1), Math.Max(0, row.GetDouble(2)));
        }
        catch (Exception problem) when (problem is NpgsqlException or TimeoutException)
        {
            return new Look(module.Module, false, 0, 0, 0);
        }
    }

    private IEnumerable<Measurement<double>> Tell(Func<Look, double> what) => _looks.Select(look => new Measurement<double>(what(look), new KeyValuePair<string, object?>("module", look.Module)));

    private sealed record Look(string Module, bool Up, double Waiting, double Parked, double Lag);
}
