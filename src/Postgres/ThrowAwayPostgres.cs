using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;

namespace Sarai.Postgres;

/// <summary>
/// A PostgreSQL for tests and benchmarks, gone without a trace when it is disposed or when the process that started it
/// ends in any way. Linux and macOS only.
/// </summary>
public sealed class ThrowAwayPostgres : IAsyncDisposable
{
    private const long RoomWanted = 1024L * 1024 * 1024;

    /// <summary>
    /// Runs the server beside a reader of standard input. The parent holds the other end: when it dies, however, the
    /// reader ends, the server is stopped and the folder removed.
    /// </summary>
    private const string Minder =
        """
        folder="$1"; shift
        "$@" </dev/null >"$folder/server.log" 2>&1 & server=$!
        cat >/dev/null
        kill -INT $server; wait $server
        cd /; rm -rf "$folder"
        """;

    private readonly Binaries binaries;
    private readonly string folder;
    private readonly string password = RandomNumberGenerator.GetHexString(32);
    private readonly bool durable;
    private Process? minder;
    private int port;

    private ThrowAwayPostgres(Binaries binaries, string folder, bool durable)
    {
        this.binaries = binaries;
        this.folder = folder;
        this.durable = durable;
    }

    /// <summary>Process id of the server; 0 after <see cref="Kill"/>.</summary>
    public int ProcessId { get; private set; }

    private string Cluster => Path.Combine(folder, "cluster");

    private string LogFile => Path.Combine(folder, "server.log");

    /// <summary>Makes and starts a server.</summary>
    /// <param name="durable">False: nothing is ever synced, as fast as can be, in memory where there is room. True: it keeps every promise over <see cref="Kill"/>, on disk.</param>
    /// <param name="bin">Bin folder of a PostgreSQL 15 to 18 to use; null to find one as the app does.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StartupProblem">There is no PostgreSQL, or it does not start.</exception>
    public static async Task<ThrowAwayPostgres> Start(bool durable = false, string? bin = null, CancellationToken cancellation = default)
    {
        if (OperatingSystem.IsWindows())
            throw new StartupProblem("A throw-away PostgreSQL needs a Unix shell: run the tests under Linux, macOS or the Windows Subsystem for Linux.");
        var server = new ThrowAwayPostgres(await Binaries.Find(bin), Path.Combine(Place(durable), $"sarai-{Guid.CreateVersion7():N}"), durable);
        try
        {
            await server.MakeCluster(cancellation);
            server.port = ServerFolder.FreePort();
            await server.Run(cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static string Place(bool durable)
    {
        const string memory = "/dev/shm";
        return !durable && Directory.Exists(memory) && new DriveInfo(memory).AvailableFreeSpace >= RoomWanted ? memory
            : Account.CanReach(Path.GetTempPath()) ? Path.GetTempPath()
            : "/tmp";
    }

    private async Task MakeCluster(CancellationToken cancellation)
    {
        await Account.CreatePrivateFolder(folder);
        var passwordFile = Path.Combine(folder, "password");
        await Account.WritePrivateFile(passwordFile, password);
        // A password in the clear over the loopback keeps other users of the machine out and costs nothing to check.
        string[] arguments = [.. ServerSettings.InitDb(binaries.Major), "--auth=password", "--no-sync", "--pwfile", passwordFile, "-D", Cluster];
        var (code, output) = await Command.Run(new(binaries.Program("initdb"), arguments, folder, Account.Name), cancellation);
        if (code != 0)
            throw new StartupProblem($"The throw-away PostgreSQL could not be made: {output.Trim()}");
    }

    /// <summary>Starts the server again after <see cref="Kill"/>, on the same port and data.</summary>
    public Task Restart(CancellationToken cancellation = default) => Run(cancellation);

    private async Task Run(CancellationToken cancellation)
    {
        File.Delete(PidFile.PathIn(Cluster)); // After a kill; the number may be somebody else's by now.
        File.Delete(LogFile); // What is read from it below is to be about this start.
        var settings = ServerSettings.ThrowAway(port, durable).SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" });
        string[] arguments = ["-c", Minder, "sarai", folder, binaries.Program("postgres"), "-D", Cluster, .. settings];
        minder = Process.Start(new Command("/bin/sh", arguments, folder, Account.Name).Prepare())!;

        PidFile? running;
        while ((running = PidFile.Read(Cluster)) is not { IsReady: true })
        {
            // A server that cannot start takes its file away again and says why; the minder goes on waiting for us.
            if (minder.HasExited || running is null && (await Log()).Split('\n').Any(IsFinal))
                throw new StartupProblem($"The throw-away PostgreSQL did not start: {await Log()}");
            await Task.Delay(10, cancellation); // It announces readiness in a file, and in no other way.
        }

        ProcessId = running.Pid;
    }

    // Clients that come too early are refused with the same word, which says nothing about the server.
    private static bool IsFinal(string line) => line.Contains("FATAL:", StringComparison.Ordinal) && !line.Contains("FATAL:  the database system is", StringComparison.Ordinal);

    private async Task<string> Log()
    {
        return File.Exists(LogFile) ? await File.ReadAllTextAsync(LogFile) : "";
    }

    /// <summary>How to connect to one of its databases, with the options the app is tuned for.</summary>
    public string ConnectionString(string database = "postgres") => ServerSettings.ConnectionString(port, password, database);

    /// <summary>How to connect for an errand: without pooling, so that a closed connection is gone and does not stand in the way of copying the database.</summary>
    public string AdminConnectionString(string database = "postgres") => ServerSettings.AdminConnectionString(port, password, database);

    /// <summary>Kills the server and all its processes at once, as a power cut would.</summary>
    public void Kill()
    {
        minder?.Kill(entireProcessTree: true);
        minder?.WaitForExit();
        minder?.Dispose();
        // Its children notice a moment later that their parent is gone; until then a new server could neither have the memory nor trust the log.
        SpinWait.SpinUntil(() => !Processes.In(Cluster).Any(Processes.IsAlive), TimeSpan.FromSeconds(10));
        (minder, ProcessId) = (null, 0);
    }

    /// <summary>Stops the server and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await using (var connection = new NpgsqlConnection(ConnectionString()))
            NpgsqlConnection.ClearPool(connection);
        if (minder is not null)
        {
            minder.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await minder.WaitForExitAsync(patience.Token);
                minder.Dispose();
            }
            catch (OperationCanceledException)
            {
                Kill(); // It hangs, and nobody will miss it.
            }
        }

        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
