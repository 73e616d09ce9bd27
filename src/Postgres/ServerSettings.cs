using Npgsql;

namespace Sarai.Postgres;

/// <summary>How our servers are set up, and how to talk to them.</summary>
internal static class ServerSettings
{
    /// <summary>The superuser and the database of the kept server.</summary>
    internal const string Name = "sarai";

    /// <summary>Settings of both kinds of server. Nothing listens beyond this machine, and there is no socket file to be guarded.</summary>
    private static readonly Dictionary<string, string> Common = new()
    {
        ["listen_addresses"] = "127.0.0.1",
        ["unix_socket_directories"] = "",
        ["timezone"] = "UTC",
        ["log_timezone"] = "UTC",
        ["jit"] = "off", // Our queries are short; compiling them takes longer than running them.
        ["random_page_cost"] = "1.1",
        ["log_min_messages"] = "log", // A refused hold is an error to PostgreSQL; the client that asked is the one to tell.
        ["log_min_error_statement"] = "panic",
        ["log_checkpoints"] = "off",
    };

    /// <summary>Settings of the server that keeps people's bookings: small, and never faster than it is safe.</summary>
    internal static Dictionary<string, string> Kept(int port)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024);
        var settings = new Dictionary<string, string>(Common)
        {
            ["port"] = $"{port}",
            ["max_connections"] = "200",
            ["shared_buffers"] = $"{Math.Clamp(memory / 8, 128, 1024)}MB",
            ["effective_cache_size"] = $"{Math.Clamp(memory / 2, 256, 65536)}MB",
            ["work_mem"] = "8MB",
            ["maintenance_work_mem"] = "64MB",
            ["fsync"] = "on",
            ["synchronous_commit"] = "on",
            ["full_page_writes"] = "on",
            ["wal_compression"] = "on",
            ["max_wal_size"] = "1GB",
            ["checkpoint_timeout"] = "5min", // Bounds how much log is read again after a power cut.
        };
        if (OperatingSystem.IsMacOS())
            settings["wal_sync_method"] = "fsync_writethrough"; // The default there stops at the drive's own cache.
        return settings;
    }

    /// <summary>Settings of a server whose data nobody will miss. A durable one keeps its word over a kill all the same.</summary>
    internal static Dictionary<string, string> ThrowAway(int port, bool durable)
    {
        var promise = durable ? "on" : "off";
        var settings = new Dictionary<string, string>(Common)
        {
            ["port"] = $"{port}",
            ["max_connections"] = "400",
            ["shared_buffers"] = "128MB",
            ["fsync"] = promise,
            ["synchronous_commit"] = promise,
            ["full_page_writes"] = promise,
            ["autovacuum"] = promise,
            ["max_wal_size"] = "1GB",
        };
        if (OperatingSystem.IsLinux())
            settings["recovery_init_sync_method"] = "syncfs"; // After a kill: one call instead of one for each of a thousand files.
        return settings;
    }

    /// <summary>The arguments of initdb for one version, without folder and password file.</summary>
    internal static IEnumerable<string> InitDb(int major)
    {
        string[] locale = major >= 17 ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            : OperatingSystem.IsLinux() ? ["--locale=C.UTF-8"]
            : OperatingSystem.IsMacOS() ? ["--locale=C", "--lc-ctype=en_US.UTF-8"]
            : ["--locale=C"];
        return ["-E", "UTF8", .. locale, "-U", Name];
    }

    /// <summary>How the app connects to a database of a server on this machine.</summary>
    internal static string ConnectionString(int port, string password, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = Name,
        Password = password,
        Database = database,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
        MaxAutoPrepare = 50,
        AutoPrepareMinUsages = 2,
        NoResetOnClose = true,
    }.ConnectionString;

    /// <summary>How we connect for our own errands: a connection that is closed is gone.</summary>
    internal static string AdminConnectionString(int port, string password, string database) =>
        new NpgsqlConnectionStringBuilder(ConnectionString(port, password, database))
        {
            Pooling = false,
            MaxAutoPrepare = 0,
            Timeout = 10,
        }.ConnectionString;
}
