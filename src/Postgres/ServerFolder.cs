using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Sarai.Postgres;

/// <summary>
/// The folder <c>postgres</c> inside the app's data folder: the database cluster, its password, port and log, and the
/// lock that keeps a second app out.
/// </summary>
internal sealed class ServerFolder : IDisposable
{
    // .NET has one exception for all that goes wrong with a file; the system's own number tells a lock from a full disk.
    private const int LockedOnLinux = 11, LockedOnMac = 35, LockedOnWindows = unchecked((int)0x80070020);

    private readonly FileStream theLock;

    private ServerFolder(string path, FileStream theLock)
    {
        Path = path;
        this.theLock = theLock;
    }

    /// <summary>The folder itself, links resolved.</summary>
    internal string Path { get; }

    /// <summary>PostgreSQL's own data folder.</summary>
    internal string Cluster => System.IO.Path.Combine(Path, "cluster");

    /// <summary>Where PostgreSQL's own log is.</summary>
    internal string Log => System.IO.Path.Combine(Cluster, "server.log");

    /// <summary>True when there is a database to start, false when one has to be made.</summary>
    internal bool HasCluster => File.Exists(VersionFile);

    /// <summary>The major version of PostgreSQL that made the cluster; null when there is none.</summary>
    internal int? Version => HasCluster ? int.Parse(File.ReadAllText(VersionFile).Trim(), CultureInfo.InvariantCulture) : null;

    private string VersionFile => System.IO.Path.Combine(Cluster, "PG_VERSION");
    private string PasswordFile => System.IO.Path.Combine(Path, "password");
    private string PortFile => System.IO.Path.Combine(Path, "port");

    /// <summary>Opens the folder, making it when it is new, and locks it for this process.</summary>
    /// <exception cref="StartupProblem">It cannot be written, or another app has it.</exception>
    internal static ServerFolder Open(string dataFolder)
    {
        try
        {
            Directory.CreateDirectory(dataFolder);
            var path = Locate(System.IO.Path.Combine(dataFolder, "postgres"));
            Account.CreateOpenFolder(path);
            return new(path, Lock(dataFolder, System.IO.Path.Combine(path, "lock")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupProblem($"Sarai cannot write to its data folder {dataFolder}: {e.Message} Choose another with Sarai__Data.", e);
        }
    }

    /// <summary>
    /// An app run by root may keep its data under a home that PostgreSQL's account cannot enter. Then the database lives
    /// under /var/lib/sarai, and a link in the data folder leads to it.
    /// </summary>
    private static string Locate(string wanted)
    {
        if (new DirectoryInfo(wanted) is { LinkTarget: not null } link)
        {
            var target = link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
            return Directory.Exists(target)
                ? target
                : throw new StartupProblem($"{wanted} leads to the database in {target}, which is not there: put it back, or remove the link to start with an empty one.");
        }

        if (Account.CanReach(System.IO.Path.GetDirectoryName(wanted)!))
            return wanted;
        if (Directory.Exists(wanted))
            throw new StartupProblem($"PostgreSQL cannot run as root, and the account '{Account.Name}' cannot enter {wanted}: move the data folder to a place everyone can enter, such as /var/lib/sarai, and set Sarai__Data to it.");
        var elsewhere = $"/var/lib/sarai/{Guid.CreateVersion7():N}";
        Account.CreateOpenFolder("/var/lib/sarai");
        Account.CreateOpenFolder(elsewhere);
        Directory.CreateSymbolicLink(wanted, elsewhere);
        return elsewhere;
    }

    /// <summary>The lock is the open file itself: the system lets go of it whichever way the process ends.</summary>
    private static FileStream Lock(string dataFolder, string path)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is LockedOnLinux or LockedOnMac or LockedOnWindows)
        {
            throw new StartupProblem($"Another Sarai already runs on the data folder {dataFolder}; stop it first, or choose another folder with Sarai__Data.", e);
        }
    }

    /// <summary>The password of the database's superuser; made on first use.</summary>
    /// <exception cref="StartupProblem">There is a database, but its password is lost.</exception>
    internal string Password()
    {
        if (new FileInfo(PasswordFile) is { Exists: true, Length: > 0 })
            return File.ReadAllText(PasswordFile).Trim();
        if (HasCluster)
            throw new StartupProblem($"The password of the database is missing: put the file {PasswordFile} back from a backup.");
        var password = RandomNumberGenerator.GetHexString(40, lowercase: true);
        Account.WriteOwnFile(PasswordFile, password);
        return password;
    }

    /// <summary>The port of the last start when it is still free, else a free one.</summary>
    internal int ChoosePort()
    {
        var port = File.Exists(PortFile) && int.TryParse(File.ReadAllText(PortFile), CultureInfo.InvariantCulture, out var last) && IsFree(last)
            ? last
            : FreePort();
        File.WriteAllText(PortFile, port.ToString(CultureInfo.InvariantCulture));
        return port;
    }

    /// <summary>
    /// A TCP port of 127.0.0.1 that nobody listened on a moment ago, below those the system gives to outgoing connections: one of these could take it before
    /// the server does.
    /// </summary>
    internal static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(15_000, 32_000);
            if (IsFree(port)) return port;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Lets another app have the folder.</summary>
    public void Dispose() => theLock.Dispose();
}
