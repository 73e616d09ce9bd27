using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Sarai.Kernel;

/// <summary>News for whoever is watching a group now.</summary>
/// <param name="Name">The event's name as in the documents, such as <c>slot_taken</c>.</param>
/// <param name="Group">The group: <c>venue:{id}</c>, <c>user:{id}</c>, <c>booking:{id}</c> or <c>role:{name}</c>.</param>
/// <param name="Cursor">The position in the group's history; give it as <c>after</c> to catch up.</param>
/// <param name="At">When it was announced.</param>
/// <param name="Data">What the page needs to react.</param>
public sealed record LiveEvent(string Name, string Group, string Cursor, Instant At, JsonElement Data);

/// <summary>Decides who may watch a group beyond the public venues and one's own account: modules add their own rules.</summary>
/// <param name="Prefix">The group's first part, such as <c>booking</c>.</param>
/// <param name="Allows">Whether this actor may watch the group of this id.</param>
public sealed record LiveRule(string Prefix, Func<IServiceProvider, Actor, string, CancellationToken, ValueTask<bool>> Allows);

/// <summary>The SignalR hub at <c>/live</c>.</summary>
public sealed class LiveHub(IEnumerable<LiveRule> rules, IServiceProvider services) : Hub
{
    /// <summary>Starts to watch a group.</summary>
    /// <returns>False when the caller may not watch it.</returns>
    public async Task<bool> Join(string group)
    {
        if (!await MayWatch(services, rules, Caller(), group, Context.ConnectionAborted)) return false;
        await Groups.AddToGroupAsync(Context.ConnectionId, group, Context.ConnectionAborted);
        return true;
    }

    /// <summary>Stops watching a group.</summary>
    public Task Leave(string group) => Groups.RemoveFromGroupAsync(Context.ConnectionId, group, Context.ConnectionAborted);

    /// <summary>Whether an actor may watch a group; the hub and the catch-up endpoint ask alike.</summary>
    public static async ValueTask<bool> MayWatch(IServiceProvider services, IEnumerable<LiveRule> rules, Actor actor, string group, CancellationToken cancel)
    {
        if (group is not { Length: <= 100 } || group.Split(':') is not [var prefix, { Length: > 0 } id]) return false;
        return prefix switch
        {
            "venue" => Guid.TryParse(id, out _),
            "user" => actor.UserId?.ToString() == id,
            "role" => actor.Role == id || actor.Memberships.Values.Contains(id),
            _ => rules.FirstOrDefault(r => r.Prefix == prefix) is { } rule && await rule.Allows(services, actor, id, cancel),
        };
    }

    private Actor Caller() => Context.User?.Identity?.IsAuthenticated == true ? Actor.From(Context.User) : Actor.From(null);
}

/// <summary>
/// Announces events to watching clients on every node: events are written to a short log (for catching up) and one NOTIFY tells all nodes, each of which
/// reads them and sends them to its own clients. What is announced within a few milliseconds goes together, so that a busy evening costs little.
/// </summary>
public sealed class Live(NpgsqlDataSource source, TimeProvider clock, ILogger<Live> log) : BackgroundService
{
    internal const string Channel = "sarai_live";
    private const int MostAtOnce = 500;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(10);
    private readonly Channel<(string Group, string Name, string Data)> _waiting = System.Threading.Channels.Channel.CreateBounded<(string, string, string)>(
        new BoundedChannelOptions(50_000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>Announces an event to a group, soon. What a crash swallows is fetched anew by whoever looks.</summary>
    public void Announce(string group, string name, object data) => _waiting.Writer.TryWrite((group, name, JsonSerializer.Serialize(data, data.GetType(), Json.Options)));

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<(string Group, string Name, string Data)>();
        while (await _waiting.Reader.WaitToReadAsync(stoppingToken).AsTask().ContinueWith(t => t.IsCompletedSuccessfully && t.Result, TaskScheduler.Default))
        {
            // A breath lets the news of a busy moment gather; nobody sees ten milliseconds.
            await Task.Delay(Breath, CancellationToken.None);
            batch.Clear();
            while (batch.Count < MostAtOnce && _waiting.Reader.TryRead(out var next)) batch.Add(next);
            try
            {
                await Write(batch, stoppingToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(problem, "{Count} live events could not be announced", batch.Count);
            }
        }
    }

    private async Task Write(List<(string Group, string Name, string Data)> batch, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("""
            with e as (insert into kernel.live_event (at, grp, name, data) select $1, g, n, d::json from unnest($2, $3, $4) as t(g, n, d) returning id)
            select pg_notify('sarai_live', min(id) || '-' || max(id)) from e
            """);
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new() { Value = batch.ConvertAll(b => b.Group) });
        command.Parameters.Add(new() { Value = batch.ConvertAll(b => b.Name) });
        command.Parameters.Add(new() { Value = batch.ConvertAll(b => b.Data) });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The events written together under one notification.</summary>
    internal async Task<IReadOnlyList<LiveEvent>> Between(long first, long last, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("select id, at, name, data::text, grp from kernel.live_event where id between $1 and $2 order by id");
        command.Parameters.Add(new() { Value = first });
        command.Parameters.Add(new() { Value = last });
        return await Read(command, cancel);
    }

    /// <summary>The events of a group after a cursor, oldest first, 200 at most; for clients that lost their connection.</summary>
    public async Task<IReadOnlyList<LiveEvent>> Missed(string group, long after, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("select id, at, name, data::text, grp from kernel.live_event where grp = $1 and id > $2 order by id limit 200");
        command.Parameters.Add(new() { Value = group });
        command.Parameters.Add(new() { Value = after });
        return await Read(command, cancel);
    }

    private static async Task<IReadOnlyList<LiveEvent>> Read(NpgsqlCommand command, CancellationToken cancel)
    {
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var events = new List<LiveEvent>();
        while (await rows.ReadAsync(cancel))
        {
            events.Add(new LiveEvent(rows.GetString(2), rows.GetString(4), rows.GetInt64(0).ToString(CultureInfo.InvariantCulture),
                Instant.FromDateTimeUtc(rows.GetDateTime(1)), JsonSerializer.Deserialize<JsonElement>(rows.GetString(3))));
        }
        return events;
    }

    /// <summary>The newest cursor, where a page that was rendered just now starts to listen.</summary>
    public async Task<string> Now(CancellationToken cancel)
    {
        await using var command = source.CreateCommand("select coalesce(max(id), 0)::text from kernel.live_event");
        return (string)(await command.ExecuteScalarAsync(cancel))!;
    }
}

/// <summary>Lets a module hear what any node announced, for instance to drop what it keeps in memory.</summary>
/// <param name="Hear">Called on every node for every announcement; quick and without waiting.</param>
public sealed record LiveTap(Action<IServiceProvider, LiveEvent> Hear);

/// <summary>Listens for announcements of all nodes and passes them to this node's clients.</summary>
public sealed class LiveRelay(NpgsqlDataSource source, Live live, IHubContext<LiveHub> hub, IEnumerable<LiveTap> taps, IServiceProvider services, ILogger<LiveRelay> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        // Clients catch up by cursor, so nothing is to be done about what was missed.
        Listening.Forever(source, Live.Channel, _ => Task.CompletedTask, () => { }, Send, log, stoppingToken);

    private async Task Send(string payload, CancellationToken stop)
    {
        if (payload.Split('-') is not [var first, var last]) return;
        foreach (var news in await live.Between(long.Parse(first, CultureInfo.InvariantCulture), long.Parse(last, CultureInfo.InvariantCulture), stop))
        {
            foreach (var tap in taps) tap.Hear(services, news);
            await hub.Clients.Group(news.Group).SendAsync("event", news, stop);
        }
    }
}
