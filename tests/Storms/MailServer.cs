using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Sarai.Storms;

/// <summary>A mail server that takes everything and remembers how often it saw each Message-ID. It outlives the application that sends.</summary>
public sealed class MailServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, int> _seen = new();

    public MailServer()
    {
        _listener.Start();
        _ = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How often each message came in whole.</summary>
    public IReadOnlyDictionary<string, int> Seen => _seen;

    public void Dispose() => _listener.Dispose();

    private async Task Accept()
    {
        try
        {
            while (true) _ = Talk(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task Talk(TcpClient client)
    {
        try
        {
            using var _ = client;
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1);
            await using var writer = new StreamWriter(stream, Encoding.Latin1) { AutoFlush = true, NewLine = "\r\n" };
            await writer.WriteLineAsync("220 mail");
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase)) await Take(reader, writer);
                else if (line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase)) return;
                else await writer.WriteLineAsync("250 ok");
            }
        }
        catch (IOException)
        {
            // The sender was killed in the middle of a sentence.
        }
    }

    private async Task Take(StreamReader reader, StreamWriter writer)
    {
        await writer.WriteLineAsync("354 go on");
        string? id = null;
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Message-ID:", StringComparison.OrdinalIgnoreCase)) id = line["Message-ID:".Length..].Trim();
            if (line != ".") continue;
            _seen.AddOrUpdate(id ?? "none", 1, (_, n) => n + 1);
            await writer.WriteLineAsync("250 taken");
            return;
        }
    }
}
