using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Sarai.Kernel;

/// <summary>Wakes the dispatcher of a module's outbox right after a commit, so that delivery takes milliseconds; a slow poll catches what a crash or another node left.</summary>
public sealed class OutboxSignal
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _bells = new();

    /// <summary>Says that events wait in this module's outbox.</summary>
    public void Wake(string module)
    {
        var bell = Bell(module);
        if (bell.CurrentCount == 0) bell.Release();
    }

    internal SemaphoreSlim Bell(string module) => _bells.GetOrAdd(module, static _ => new SemaphoreSlim(0));
}

/// <summary>
/// Delivers the events of every module's outbox to the subscribers in this process, at least once and in order per key.
/// One node at a time drains a module (advisory lock), in batches. Every subscriber handles its part of a batch in one transaction of its own
/// database together with the inbox rows; when that fails, event by event, so that one bad event holds up only its own key.
/// A failed event is tried again after 1 s, doubling up to an hour; after 20 attempts it is parked and counted for a person to look at.
/// </summary>
public sealed class OutboxDispatcher(
    IEnumerable<ModuleDbContext> modules, IEnumerable<Subscription> subscriptions, IEnumerable<Listener> listeners, IServiceScopeFactory scopes,
    OutboxSignal signal, TimeProvider clock, ILogger<OutboxDispatcher> log) : BackgroundService
{
    private const int BatchSize = 200;
    private const int MaxAttempts = 20;
    private const int Busy = 10;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan DeepBreath = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly ActivitySource Activities = new("Sarai");
    private static readonly Meter Meter = new("Sarai");
    private static readonly Counter<long> Delivered = Meter.CreateCounter<long>("outbox_delivered_total", description: "Events delivered to all their subscribers.");
    private static readonly Counter<long> Failed = Meter.CreateCounter<long>("outbox_failures_total", description: "Deliveries that failed and will be tried again.");

    private readonly ILookup<string, Subscription> _subscriptions = subscriptions.ToLookup(s => s.EventName);
    private readonly ILookup<string, Listener> _listeners = listeners.ToLookup(l => l.EventName);
    private readonly FrozenSet<Type> _subscribers = subscriptions.Select(s => s.DbType).ToFrozenSet();

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(modules.Select(module => Run(module, stoppingToken)));

    /// <summary>Delivers everything that waits now, in all modules, until nothing is left that can be delivered. Tests and the replay use it to stand still.</summary>
    public async Task Drain(CancellationToken cancel = default)
    {
        do
        {
            foreach (var module in modules)
            {
                // A batch that is being delivered by somebody else is waited for: its effects belong to what "drained" means.
                while (await DeliverBatch(module, cancel) > 0 || await IsWaiting([module], cancel)) { }
            }
        }
        while (await IsWaiting([.. modules], cancel));
    }

    // Asked of all modules in one statement: an event leaves its outbox after what it caused is in another, so one look misses neither, and one after the other could.
    private static async Task<bool> IsWaiting(IReadOnlyList<ModuleDbContext> modules, CancellationToken cancel)
    {
        foreach (var database in modules.GroupBy(m => m.Source.ConnectionString))
        {
            await using var command = database.First().Source.CreateCommand("select " + string.Join(" or ", database.Select(m => $"""
                exists (select 1 from {m.Module}.outbox o where o.attempts = 0 and not exists (select 1 from {m.Module}.outbox e where e.attempts > 0 and e.key = o.key and e.id < o.id))
                """)));
            if ((bool)(await command.ExecuteScalarAsync(cancel))!) return true;
        }
        return false;
    }

    private async Task Run(ModuleDbContext module, CancellationToken stop)
    {
        var bell = signal.Bell(module.Module);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var count = await DeliverBatch(module, stop);
                if (count == BatchSize) continue;
                // A breath after the bell lets the commits of a busy moment gather into one batch, a deeper one while it stays busy; nobody sees
                // fifty milliseconds.
                if (await bell.WaitAsync(Poll, stop)) await Task.Delay(count < Busy ? Breath : DeepBreath, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem) when (problem is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                // The database is away or restarting: the events are safe in it and wait, and asking again at once would only spin.
                log.LogWarning(problem, "Outbox of {Module} could not be read; trying again", module.Module);
                await Task.Delay(Poll, CancellationToken.None);
            }
        }
    }

    private async Task<int> DeliverBatch(ModuleDbContext module, CancellationToken cancel)
    {
        await using var connection = await module.Source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var batch = await Take(connection, module.Module, cancel);
        if (batch.Count == 0) return 0;

        var problems = new Dictionary<Guid, string>();
        foreach (var dbType in _subscribers.Where(db => batch.Exists(row => _subscriptions[row.Name].Any(s => s.DbType == db))))
            await DeliverTo(dbType, batch, problems, cancel);
        var done = batch.Where(row => !problems.ContainsKey(row.EventId)).ToList();
        await Announce(done, cancel);
        await Mark(connection, module.Module, batch, problems, cancel);
        await transaction.CommitAsync(cancel);
        Delivered.Add(done.Count, new KeyValuePair<string, object?>("module", module.Module));
        return batch.Count;
    }

    private async Task<List<Waiting>> Take(NpgsqlConnection connection, string schema, CancellationToken cancel)
    {
        // An event waits while an earlier one of its key waits for another try: order within a key is kept.
        await using var command = new NpgsqlCommand($"""
            select o.at, o.id, o.event_id, o.key, o.name, o.body::text, o.trace, o.attempts from {schema}.outbox o
            where (select pg_try_advisory_xact_lock(hashtext('outbox:{schema}'))) and o.attempts < {MaxAttempts} and (o.retry_at is null or o.retry_at <= $1)
              and not exists (select 1 from {schema}.outbox e where e.attempts > 0 and e.key = o.key and e.id < o.id)
            order by o.id limit {BatchSize}
            """, connection)
        { Parameters = { new() { Value = clock.GetUtcNow().UtcDateTime } } };
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var batch = new List<Waiting>();
        while (await rows.ReadAsync(cancel))
        {
            batch.Add(new Waiting(rows.GetDateTime(0), rows.GetInt64(1), rows.GetGuid(2), rows.GetGuid(3), rows.GetString(4), rows.GetString(5),
                await rows.IsDBNullAsync(6, cancel) ? null : rows.GetString(6), rows.GetInt32(7)));
        }
        return batch;
    }

    private async Task DeliverTo(Type dbType, List<Waiting> batch, Dictionary<Guid, string> problems, CancellationToken cancel)
    {
        var mine = batch.Where(row => _subscriptions[row.Name].Any(s => s.DbType == dbType)).ToList();
        try
        {
            await Handle(dbType, mine, cancel);
            return;
        }
        catch (Exception problem) when (problem is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            log.LogDebug(problem, "A batch for {Subscriber} failed; delivering one by one", dbType.Name);
        }
        var blocked = new HashSet<Guid>();
        foreach (var row in mine)
        {
            if (blocked.Contains(row.Key))
            {
                problems.TryAdd(row.EventId, "");
                continue;
            }
            try
            {
                await Handle(dbType, [row], cancel);
            }
            catch (Exception problem) when (problem is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                Failed.Add(1, new KeyValuePair<string, object?>("event", row.Name));
                log.LogError(problem, "{Subscriber} failed on {Event} {EventId}, attempt {Attempt}", dbType.Name, row.Name, row.EventId, row.Attempts + 1);
                problems[row.EventId] = $"{dbType.Name}: {problem.Message}";
                blocked.Add(row.Key);
            }
        }
    }

    private async Task Handle(Type dbType, List<Waiting> rows, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var work = await Concerning(dbType, rows, scope.ServiceProvider, cancel);
        if (work.Count == 0) return;
        var db = (ModuleDb)scope.ServiceProvider.GetRequiredService(dbType);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var fresh = await Receive(db, [.. work.Select(w => w.Row.EventId).Distinct()], cancel);
        work.RemoveAll(w => !fresh.Contains(w.Row.EventId));
        foreach (var alike in work.Where(w => w.Subscription.Prepare is not null).GroupBy(w => w.Subscription))
            await alike.Key.Prepare!([.. alike.Select(w => w.Event)], db, scope.ServiceProvider, cancel);
        foreach (var (row, subscription, happened) in work)
        {
            using var activity = Activities.StartActivity($"handle {row.Name}", ActivityKind.Consumer, row.Trace);
            await subscription.React(happened, db, new Delivery(row.EventId, Instant.FromDateTimeUtc(row.At), scope.ServiceProvider), cancel);
        }
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        db.Announce();
    }

    private async Task<List<Work>> Concerning(Type dbType, List<Waiting> rows, IServiceProvider services, CancellationToken cancel)
    {
        var work = rows.SelectMany(row => _subscriptions[row.Name].Where(s => s.DbType == dbType).Select(s => new Work(row, s, s.Read(row.Body)))).ToList();
        foreach (var alike in work.Where(w => w.Subscription.Concerns is not null).GroupBy(w => w.Subscription).ToList())
        {
            var matters = await alike.Key.Concerns!([.. alike.Select(w => w.Event)], services, cancel);
            work.RemoveAll(w => w.Subscription == alike.Key && !matters(w.Event));
        }
        return work;
    }

    private async Task<HashSet<Guid>> Receive(ModuleDb db, Guid[] events, CancellationToken cancel)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await using var command = new NpgsqlCommand($"insert into {db.Module}.inbox (event_id, at) select unnest($1), $2 on conflict do nothing returning event_id", connection)
        { Parameters = { new() { Value = events }, new() { Value = clock.GetUtcNow().UtcDateTime } } };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var fresh = new HashSet<Guid>();
        while (await reader.ReadAsync(cancel)) fresh.Add(reader.GetGuid(0));
        return fresh;
    }

    private async Task Announce(List<Waiting> rows, CancellationToken cancel)
    {
        if (!rows.Exists(row => _listeners.Contains(row.Name))) return;
        await using var scope = scopes.CreateAsyncScope();
        foreach (var row in rows)
        {
            foreach (var listener in _listeners[row.Name])
            {
                try
                {
                    await listener.React(row.Body, new Delivery(row.EventId, Instant.FromDateTimeUtc(row.At), scope.ServiceProvider), cancel);
                }
                catch (Exception problem) when (problem is not OperationCanceledException || !cancel.IsCancellationRequested)
                {
                    // Listeners carry no guarantee by contract; the state they would have shown is fetched anew by whoever looks.
                    log.LogWarning(problem, "A listener failed on {Event} {EventId}", row.Name, row.EventId);
                }
            }
        }
    }

    private async Task Mark(NpgsqlConnection connection, string schema, List<Waiting> batch, Dictionary<Guid, string> problems, CancellationToken cancel)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var delivered = batch.Where(r => !problems.ContainsKey(r.EventId)).ToList();
        await using var mark = new NpgsqlBatch(connection);
        if (delivered.Count > 0)
        {
            mark.BatchCommands.Add(new NpgsqlBatchCommand($"delete from {schema}.outbox where id = any($1)") { Parameters = { new() { Value = delivered.Select(r => r.Id).ToArray() } } });
        }
        // An empty problem marks an event that was only held back behind a failed one of its key; it keeps its attempts.
        foreach (var row in batch.Where(r => problems.TryGetValue(r.EventId, out var p) && p.Length > 0))
        {
            var wait = TimeSpan.FromSeconds(Math.Min(3600, Math.Pow(2, row.Attempts)));
            mark.BatchCommands.Add(new NpgsqlBatchCommand($"update {schema}.outbox set attempts = attempts + 1, retry_at = $2, problem = left($3, 2000) where id = $1")
            { Parameters = { new() { Value = row.Id }, new() { Value = now + wait }, new() { Value = problems[row.EventId] } } });
        }
        if (mark.BatchCommands.Count > 0) await mark.ExecuteNonQueryAsync(cancel);
    }

    private sealed record Work(Waiting Row, Subscription Subscription, object Event);

    private sealed record Waiting(DateTime At, long Id, Guid EventId, Guid Key, string Name, string Body, string? Trace, int Attempts);
}
