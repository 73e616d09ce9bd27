using Microsoft.Extensions.Logging;
using Npgsql;

namespace Sarai.Postgres;

/// <summary>
/// The PostgreSQL that the app starts and minds by itself. It outlives an app that is killed, and the next start takes
/// it over; it is started again when it is killed itself; it stops when the app stops.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly ServerFolder folder;
    private readonly Postmaster postmaster;
    private readonly ILogger logger;
    private readonly SemaphoreSlim turn = new(1, 1); // Either the watch restarts the server or the app stops it.
    private readonly int port;
    private volatile int pid;
    private volatile bool stopped;

    private PostgresServer(ServerFolder folder, Postmaster postmaster, PidFile running, ILogger logger)
    {
        this.folder = folder;
        this.postmaster = postmaster;
        this.logger = logger;
        (pid, port) = (running.Pid, running.Port);
        ConnectionString = ServerSettings.ConnectionString(port, folder.Password(), ServerSettings.Name);
    }

    /// <summary>Connection string of the database <c>sarai</c>, with the options the app is tuned for. Valid as long as this object, over restarts of the server too.</summary>
    public string ConnectionString { get; }

    /// <summary>Process id of the server now running. Changes when it had to be started again.</summary>
    public int ProcessId => pid;

    /// <summary>Starts the server of a data folder, makes it first when it is new, or takes over one that still runs.</summary>
    /// <param name="dataFolder">The app's data folder; the server keeps to the folder <c>postgres</c> in it.</param>
    /// <param name="logger">Told what happens, in whole sentences.</param>
    /// <param name="bin">The setting <c>Sarai:Postgres:Bin</c>: bin folder of a PostgreSQL 15 to 18 to use. Null means the packaged one, else an installed one.</param>
    /// <param name="cancellation">Gives up waiting. A server that was already on its way is taken over by the next start.</param>
    /// <exception cref="StartupProblem">The person who starts the app has to put something right.</exception>
    public static async Task<PostgresServer> Start(string dataFolder, ILogger logger, string? bin = null, CancellationToken cancellation = default)
    {
        dataFolder = Path.GetFullPath(dataFolder);
        var folder = ServerFolder.Open(dataFolder);
        try
        {
            var postmaster = new Postmaster(folder, await Binaries.Find(bin, folder.Version), logger);
            if (!folder.HasCluster)
                await postmaster.MakeCluster(cancellation);
            var running = await postmaster.AdoptOrStart(fixedPort: null, cancellation);
            var server = new PostgresServer(folder, postmaster, running, logger);
            await server.CreateDatabase(cancellation);
            return server;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            folder.Dispose();
            throw new StartupProblem($"Sarai cannot use its data folder {dataFolder}: {e.Message} Put that right, or choose another with Sarai__Data.", e);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private async Task CreateDatabase(CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(ServerSettings.AdminConnectionString(port, folder.Password(), "postgres"));
        await connection.OpenAsync(cancellation);
        await using var exists = new NpgsqlCommand($"select 1 from pg_database where datname = '{ServerSettings.Name}'", connection);
        if (await exists.ExecuteScalarAsync(cancellation) is not null)
            return;
        await using var create = new NpgsqlCommand($"create database {ServerSettings.Name}", connection);
        await create.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// Watches the server and starts it again, on the same port, whenever it is gone. For a background service of the
    /// host; ends when <paramref name="cancellation"/> fires or the server is disposed.
    /// </summary>
    public async Task Watch(CancellationToken cancellation)
    {
        var pause = Glance;
        while (true)
        {
            try
            {
                await Task.Delay(pause, cancellation); // PostgreSQL is not our child: nothing tells us that it ended but looking.
                if (stopped)
                    return;
                if (!Processes.IsAlive(pid))
                    await Restart(cancellation);
                pause = Glance;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is StartupProblem or IOException or UnauthorizedAccessException or NpgsqlException)
            {
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                logger.LogError(e, "PostgreSQL could not be started again: {Problem} Next try in {Seconds:0.#} s.", e.Message, pause.TotalSeconds);
            }
        }
    }

    private async Task Restart(CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            if (stopped)
                return;
            logger.LogError("PostgreSQL (process {Pid}) is gone; starting it again.", pid);
            pid = (await postmaster.AdoptOrStart(port, cancellation)).Pid;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Stops the server, cleanly, within a minute, and lets go of the data folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await turn.WaitAsync();
        try
        {
            if (stopped)
                return;
            stopped = true;
            // Pooled connections would only be cut; let them say goodbye.
            await using (var connection = new NpgsqlConnection(ConnectionString))
                NpgsqlConnection.ClearPool(connection);
            await postmaster.Stop();
        }
        finally
        {
            folder.Dispose();
            turn.Release();
        }
    }
}
