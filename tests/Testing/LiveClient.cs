using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Sarai.Testing;

/// <summary>A client of a live hub: SignalR's JSON protocol over a bare WebSocket.</summary>
public sealed class LiveClient : IAsyncDisposable
{
    private const byte EndOfMessage = 0x1E;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket socket = new();
    private readonly ConcurrentDictionary<string, Channel<JsonArray>> events = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonNode?>> calls = new();
    private readonly SemaphoreSlim sending = new(1, 1);
    private Task reading = Task.CompletedTask;
    private int called;

    /// <summary>Connects to a hub, such as <c>http://127.0.0.1:5000/live</c>, signed in by an access token when there is one.</summary>
    public static async Task<LiveClient> Connect(Uri hub, string? accessToken = null)
    {
        var client = new LiveClient();
        using var patience = new CancellationTokenSource(Patience);
        var address = new UriBuilder(hub) { Scheme = hub.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" };
        if (accessToken is not null)
            client.socket.Options.SetRequestHeader("Authorization", $"Bearer {accessToken}");
        await client.socket.ConnectAsync(address.Uri, patience.Token);
        await client.Send(new { protocol = "json", version = 1 });
        client.reading = client.Read();
        return client;
    }

    /// <summary>Calls a method of the hub, such as one that joins a group, and waits for its answer.</summary>
    public async Task<JsonNode?> Call(string method, params object[] arguments)
    {
        var id = Interlocked.Increment(ref called).ToString(CultureInfo.InvariantCulture);
        var answer = calls[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await Send(new { type = 1, invocationId = id, target = method, arguments });
        return await answer.Task.WaitAsync(Patience);
    }

    /// <summary>The arguments of the next event of a name, in order of arrival, also when it came before it was asked for.</summary>
    /// <exception cref="TimeoutException">None came in time.</exception>
    public async Task<JsonArray> Next(string name, TimeSpan? timeout = null) =>
        await Events(name).Reader.ReadAsync().AsTask().WaitAsync(timeout ?? Patience);

    private Channel<JsonArray> Events(string name) => events.GetOrAdd(name, _ => Channel.CreateUnbounded<JsonArray>());

    private async Task Send(object message)
    {
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(message), EndOfMessage], WebSocketMessageType.Text, true, default);
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task Read()
    {
        var (buffer, pending) = (new byte[8192], new List<byte>());
        try
        {
            while (await socket.ReceiveAsync(buffer, default) is { MessageType: not WebSocketMessageType.Close } part)
                foreach (var octet in buffer.AsMemory(0, part.Count).ToArray())
                {
                    if (octet != EndOfMessage)
                    {
                        pending.Add(octet);
                        continue;
                    }

                    Take(JsonNode.Parse(pending.ToArray())!);
                    pending.Clear();
                }

            End(new IOException("The hub closed the connection."));
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            End(e); // Whoever waits gets to know.
        }
    }

    private void Take(JsonNode message)
    {
        if ((int?)message["type"] == 1)
            Events((string)message["target"]!).Writer.TryWrite(message["arguments"]!.AsArray());
        else if ((int?)message["type"] == 3 && calls.TryRemove((string)message["invocationId"]!, out var call))
            _ = message["error"] is { } error ? call.TrySetException(new InvalidOperationException((string)error!)) : call.TrySetResult(message["result"]);
    }

    private void End(Exception reason)
    {
        foreach (var call in calls.Values)
            call.TrySetException(reason);
        foreach (var channel in events.Values)
            channel.Writer.TryComplete(reason);
    }

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await reading;
        socket.Dispose();
        sending.Dispose();
    }
}
