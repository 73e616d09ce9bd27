using System.Buffers.Text;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Sarai.Bench;

/// <summary>
/// A keep-alive HTTP/1.1 connection that costs the machine little: on two cores a comfortable client would be measured along with the server.
/// </summary>
internal sealed class Wire(Uri address) : IDisposable
{
    private readonly TcpClient _tcp = new();
    private byte[] _buffer = new byte[256 * 1024];
    private NetworkStream? _stream;

    public async Task<(int Status, string Body)> Send(string method, string path, string? token, string? body = null, string? header = null)
    {
        if (_stream is null)
        {
            _tcp.NoDelay = true;
            await _tcp.ConnectAsync(address.Host, address.Port);
            _stream = _tcp.GetStream();
        }
        var length = body is null ? 0 : Encoding.UTF8.GetByteCount(body);
        var head = $"{method} {path} HTTP/1.1\r\nHost: {address.Authority}\r\n{(token is null ? "" : $"Authorization: Bearer {token}\r\n")}{(header is null ? "" : header + "\r\n")}{(body is null ? "" : "Content-Type: application/json\r\n")}Content-Length: {length}\r\n\r\n{body}";
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(head));
        return await Read();
    }

    public void Dispose() => _tcp.Dispose();

    private async Task<(int, string)> Read()
    {
        var filled = 0;
        int end;
        while ((end = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0) filled += await Fill(filled);
        var head = Encoding.ASCII.GetString(_buffer, 0, end);
        var status = int.Parse(head.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);
        var start = end + 4;
        var at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        if (at >= 0)
        {
            var tail = head.AsSpan(at + 16);
            var stop = tail.IndexOf('\r');
            var length = int.Parse(stop < 0 ? tail : tail[..stop], System.Globalization.CultureInfo.InvariantCulture);
            while (filled < start + length) filled += await Fill(filled);
            return (status, Encoding.UTF8.GetString(_buffer, start, length));
        }
        if (!head.Contains("chunked", StringComparison.OrdinalIgnoreCase)) return (status, "");
        var body = new StringBuilder();
        while (true)
        {
            int line;
            while ((line = _buffer.AsSpan(start, filled - start).IndexOf("\r\n"u8)) < 0) filled += await Fill(filled);
            if (!Utf8Parser.TryParse(_buffer.AsSpan(start, line), out int size, out _, 'x')) throw new IOException("This is not a chunk.");
            start += line + 2;
            while (filled < start + size + 2) filled += await Fill(filled);
            if (size == 0) return (status, body.ToString());
            body.Append(Encoding.UTF8.GetString(_buffer, start, size));
            start += size + 2;
        }
    }

    private async Task<int> Fill(int filled)
    {
        if (filled == _buffer.Length) Array.Resize(ref _buffer, 2 * filled);
        var read = await _stream!.ReadAsync(_buffer.AsMemory(filled));
        return read > 0 ? read : throw new IOException("The server closed the connection.");
    }
}

/// <summary>What a run of requests gave.</summary>
internal sealed record Run(int Count, double Seconds, double P50, double P99, int Wrong)
{
    public double Rate => Count / Seconds;

    /// <summary>What 95 of 100 stay below, in milliseconds.</summary>
    public double P95 { get; init; }

    /// <summary>Processor seconds the application spent, where measured.</summary>
    public double App { get; init; }

    /// <summary>Processor seconds the database server spent, where measured.</summary>
    public double Postgres { get; init; }

    /// <summary>Runs workers for a time; each call does one unit and says whether the answer was right.</summary>
    public static async Task<Run> For(TimeSpan time, int workers, Func<int, Task<bool>> unit)
    {
        var watch = Stopwatch.StartNew();
        var results = await Task.WhenAll(Enumerable.Range(0, workers).Select(w => Task.Run(async () =>
        {
            var (times, wrong) = (new List<double>(), 0);
            while (watch.Elapsed < time)
            {
                var start = Stopwatch.GetTimestamp();
                if (!await unit(w)) wrong++;
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            return (times, wrong);
        })));
        var seconds = watch.Elapsed.TotalSeconds;
        var all = results.SelectMany(r => r.times).Order().ToList();
        return new Run(all.Count, seconds, At(all, 0.5), At(all, 0.99), results.Sum(r => r.wrong)) { P95 = At(all, 0.95) };
    }

    public static Run Join(IReadOnlyList<Run> runs) =>
        new(runs.Sum(r => r.Count), runs.Sum(r => r.Seconds), runs.Select(r => r.P50).DefaultIfEmpty().Average(), runs.Select(r => r.P99).DefaultIfEmpty().Max(), runs.Sum(r => r.Wrong)) { P95 = runs.Select(r => r.P95).DefaultIfEmpty().Max(), App = runs.Sum(r => r.App), Postgres = runs.Sum(r => r.Postgres) };

    private static double At(List<double> sorted, double share) => sorted.Count == 0 ? 0 : sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * share)];
}
