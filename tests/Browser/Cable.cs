using System.Net;
using System.Net.Sockets;

namespace Sarai.Browser;

/// <summary>The line between a browser and the house: it can be cut, and mended at the same address.</summary>
public sealed class Cable : IAsyncDisposable
{
    private readonly Uri _house;
    private readonly List<Socket> _open = [];
    private readonly Lock _turn = new();
    private readonly int _port;
    private TcpListener? _listener;

    public Cable(Uri house)
    {
        _house = house;
        Mend();
        _port = ((IPEndPoint)_listener!.LocalEndpoint).Port;
    }

    /// <summary>Localhost counts as secure, so service workers run.</summary>
    public Uri Address => new($"http://localhost:{_port}");

    public void Mend()
    {
        var listener = _listener = new TcpListener(IPAddress.Loopback, _port);
        listener.Start();
        _ = Accept(listener);
    }

    public void Cut()
    {
        _listener?.Stop();
        lock (_turn)
        {
            _open.ForEach(s => s.Dispose());
            _open.Clear();
        }
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        _listener?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task Accept(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptSocketAsync();
                var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
                lock (_turn) _open.AddRange([near, far]);
                await far.ConnectAsync(_house.Host, _house.Port);
                _ = Carry(near, far);
                _ = Carry(far, near);
            }
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // The line was cut.
        }
    }

    private static async Task Carry(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int count; (count = await from.ReceiveAsync(buffer)) > 0;) await to.SendAsync(buffer.AsMemory(0, count));
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            to.Dispose();
        }
    }
}
