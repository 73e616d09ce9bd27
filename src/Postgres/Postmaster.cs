using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Sarai.Postgres;

/// <summary>Makes, starts, takes over and stops the server of a <see cref="ServerFolder"/>.</summary>
internal sealed class Postmaster(ServerFolder folder, Binaries binaries, ILogger logger)
{
    private const string OurSettings = "sarai.conf";
    private const long LogLimit = 10 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Reading the log again after a crash may take minutes on a slow disk, and must not be cut short.</summary>
    private static readonly TimeSpan RecoveryPatience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    private string Cluster => folder.Cluster;

    /// <summary>Makes an empty cluster. One that was left half-made by a power cut is thrown away first.</summary>
    internal async Task MakeCluster(CancellationToken cancellation)
    {
        logger.LogInformation("Making a PostgreSQL {Version} database in {Folder}.", binaries.Major, folder.Path);
        var work = Path.Combine(folder.Path, "new");
        if (Directory.Exists(work))
            Directory.Delete(work, recursive: true);
        await Account.CreatePrivateFolder(work);
        var half = Path.Combine(work, "cluster");
        var passwordFile = Path.Combine(work, "password");
        await Account.WritePrivateFile(passwordFile, folder.Password());

        var (code, output) = await Run("initdb", [.. ServerSettings.InitDb(binaries.Major), "--auth=scram-sha-256", "--pwfile", passwordFile, "-D", half], cancellation);
        if (code != 0)
            throw Problem("PostgreSQL could not make its database", output);
        await File.AppendAllTextAsync(Path.Combine(half, "postgresql.conf"), $"\ninclude_if_exists '{OurSettings}'\n# Settings of your own go below this line.\n", cancellation);
        Directory.Move(half, Cluster);
        if (!OperatingSystem.IsWindows())
            await Command.Run(new("sync", [folder.Path], folder.Path, User: null), cancellation); // The name is durable before anybody relies on it.
        Directory.Delete(work, recursive: true);
    }

    /// <summary>Takes over the server when it still runs, else starts it.</summary>
    /// <param name="fixedPort">The port it must have, because connection strings with it are in use; null for any.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    internal async Task<PidFile> AdoptOrStart(int? fixedPort, CancellationToken cancellation)
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            StartupProblem obstacle;
            var patience = Patience;
            if (PidFile.Read(Cluster) is not { } pidFile)
            {
                var port = fixedPort ?? folder.ChoosePort();
                if (await Start(port, cancellation) is { } started)
                    return started;
                obstacle = new($"PostgreSQL cannot start: another program uses port {port}, or processes of its former life use {Cluster}. End them and start Sarai again.");
            }
            else if (await IsOurs(pidFile.Pid))
            {
                if (pidFile.IsReady)
                    return await Adopt(pidFile, cancellation);
                patience = RecoveryPatience;
                obstacle = new($"The PostgreSQL that runs as process {pidFile.Pid} does not get ready: look into {folder.Log}.");
            }
            else if (Processes.In(Cluster).ToList() is { Count: > 0 } others)
            {
                obstacle = new($"A PostgreSQL that was killed, or whose folder was moved, still uses {Cluster} as process {string.Join(", ", others)}. Stop it and start Sarai again.");
            }
            else
            {
                // Left by a server that was killed. PostgreSQL would believe it if the number belongs to some other process by now.
                File.Delete(PidFile.PathIn(Cluster));
                continue;
            }

            if (since.Elapsed > patience)
                throw obstacle;
            await Task.Delay(Glance, cancellation); // The processes of a killed server end within moments, a starting one gets ready.
        }
    }

    private async Task<bool> IsOurs(int pid) =>
        Processes.IsAlive(pid) && await Processes.CommandLine(pid) is var line
        && (OperatingSystem.IsWindows() ? line.Contains("postgres", StringComparison.OrdinalIgnoreCase) : line.TrimEnd().EndsWith($"-D {Cluster}", StringComparison.Ordinal));

    private async Task<PidFile> Adopt(PidFile running, CancellationToken cancellation)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ServerSettings.AdminConnectionString(running.Port, folder.Password(), "postgres"));
            await connection.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand("show data_directory", connection);
            var itsFolder = (string?)await command.ExecuteScalarAsync(cancellation);
            if (Path.GetFullPath(itsFolder!) != Path.GetFullPath(Cluster))
                throw new StartupProblem($"The server on port {running.Port} keeps its data in {itsFolder}, not in {Cluster}: stop process {running.Pid} and start Sarai again.");
        }
        catch (NpgsqlException e)
        {
            throw new StartupProblem($"A PostgreSQL already runs on {Cluster} as process {running.Pid}, but it does not let Sarai in ({e.Message}): stop it and start Sarai again.", e);
        }

        logger.LogInformation("Took over the running PostgreSQL (process {Pid}, port {Port}).", running.Pid, running.Port);
        return running;
    }

    /// <summary>Starts the server; null when it should be tried again.</summary>
    private async Task<PidFile?> Start(int port, CancellationToken cancellation)
    {
        await Account.Own(Cluster);
        WriteSettings(port);
        var logStart = RotateLog();
        var (code, output) = await Run("pg_ctl", ["start", "-s", "-w", "-t", $"{RecoveryPatience.TotalSeconds}", "-l", folder.Log, "-D", Cluster], cancellation);
        if (code == 0 && PidFile.Read(Cluster) is { } started)
        {
            logger.LogInformation("PostgreSQL {Version} is up (process {Pid}, port {Port}).", binaries.Major, started.Pid, started.Port);
            return started;
        }

        var words = output + ReadLog(logStart);
        if (words.Contains("still in use", StringComparison.Ordinal) || words.Contains("could not bind", StringComparison.Ordinal))
        {
            logger.LogWarning("PostgreSQL has to wait for its port or for processes of its former life: {Words}", LastWords(words));
            return null;
        }

        if (words.Contains("is empty", StringComparison.Ordinal) && !Processes.In(Cluster).Any())
        {
            File.Delete(PidFile.PathIn(Cluster)); // Made in the moment of a power cut, and never written.
            return null;
        }

        throw Problem("PostgreSQL did not start", words);
    }

    /// <summary>Our settings are written anew at every start, so that a newer Sarai brings its own; the operator's follow in postgresql.conf and win.</summary>
    private void WriteSettings(int port)
    {
        var lines = ServerSettings.Kept(port).Select(setting => $"{setting.Key} = '{setting.Value}'");
        File.WriteAllLines(Path.Combine(Cluster, OurSettings), ["# Written by Sarai at every start. Put settings of your own at the end of postgresql.conf.", .. lines]);
    }

    private long RotateLog()
    {
        var log = new FileInfo(folder.Log);
        if (log is { Exists: true, Length: > LogLimit })
            log.MoveTo(folder.Log + ".old", overwrite: true);
        return File.Exists(folder.Log) ? new FileInfo(folder.Log).Length : 0;
    }

    private string ReadLog(long from)
    {
        if (!File.Exists(folder.Log))
            return "";
        using var log = new FileStream(folder.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        log.Position = Math.Min(from, log.Length);
        using var reader = new StreamReader(log);
        return reader.ReadToEnd();
    }

    /// <summary>Stops the server: work in progress is rolled back, the rest is written out. Does nothing when it does not run.</summary>
    internal async Task Stop()
    {
        if (PidFile.Read(Cluster) is not { } running || !await IsOurs(running.Pid))
            return;
        var (code, output) = await Run("pg_ctl", ["stop", "-s", "-w", "-t", "60", "-m", "fast", "-D", Cluster], CancellationToken.None);
        if (code == 0)
            logger.LogInformation("PostgreSQL has stopped.");
        else if (Processes.IsAlive(running.Pid))
            logger.LogError("PostgreSQL (process {Pid}) did not stop: {Words}", running.Pid, LastWords(output));
    }

    private Task<(int Code, string Output)> Run(string program, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        Command.Run(new(binaries.Program(program), arguments, folder.Path, Account.Name), cancellation);

    private StartupProblem Problem(string what, string words) => words switch
    {
        _ when words.Contains("No space left", StringComparison.Ordinal) =>
            new($"{what}: the disk of {folder.Path} is full. Free some space and start Sarai again; nothing is lost."),
        _ when words.Contains("Permission denied", StringComparison.Ordinal) =>
            new($"{what}: {LastWords(words)} Its folder {folder.Path} must belong to the account that runs Sarai."),
        _ when File.Exists(folder.Log) => new($"{what}: {LastWords(words)} More is in {folder.Log}."),
        _ => new($"{what}: {LastWords(words)}"),
    };

    /// <summary>The line that tells the cause: the last fatal one, else the last one.</summary>
    private static string LastWords(string words)
    {
        var lines = words.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var line = lines.LastOrDefault(line => line.Contains("FATAL:", StringComparison.Ordinal) || line.Contains("error:", StringComparison.Ordinal))
            ?? lines.LastOrDefault() ?? "it did not say why";
        return line.TrimEnd('.') + ".";
    }
}
