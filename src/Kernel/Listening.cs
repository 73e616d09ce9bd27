using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Sarai.Kernel;

/// <summary>Listens to a PostgreSQL channel for as long as the application runs, also over restarts of the server.</summary>
public static class Listening
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(500);

    /// <summary>Hears every notification of a channel. What was said while the connection was lost is gone, so each new beginning says so.</summary>
    /// <param name="source">Where to listen.</param>
    /// <param name="channel">The channel's name; one of our own constants.</param>
    /// <param name="begun">Called when listening begins or begins again; what is read from then on cannot miss a change.</param>
    /// <param name="lost">Called when the connection was lost.</param>
    /// <param name="hear">Called for each notification with its payload.</param>
    /// <param name="log">Told of lost connections.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task Forever(
        NpgsqlDataSource source, string channel, Func<CancellationToken, Task> begun, Action lost, Func<string, CancellationToken, Task> hear, ILogger log, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Listen(source, channel, begun, hear, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem) when (problem is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                lost();
                log.LogWarning(problem, "The channel {Channel} was lost; listening again", channel);
                // A server that restarts refuses at once; without a breath between tries this would spin.
                await Task.Delay(Breath, CancellationToken.None);
            }
        }
    }

    private static async Task Listen(NpgsqlDataSource source, string channel, Func<CancellationToken, Task> begun, Func<string, CancellationToken, Task> hear, CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop);
        var heard = Channel.CreateUnbounded<string>();
        connection.Notification += (_, note) => heard.Writer.TryWrite(note.Payload);
        await using (var listen = new NpgsqlCommand($"listen {channel}", connection)) await listen.ExecuteNonQueryAsync(stop);
        await begun(stop);
        while (true)
        {
            await connection.WaitAsync(stop);
            while (heard.Reader.TryRead(out var payload)) await hear(payload, stop);
        }
    }
}
