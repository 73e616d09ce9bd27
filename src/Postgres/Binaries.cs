using System.Globalization;
using System.Text.RegularExpressions;

namespace Sarai.Postgres;

/// <summary>The programs of one PostgreSQL version.</summary>
/// <param name="Folder">The folder that holds initdb, pg_ctl and postgres.</param>
/// <param name="Major">The major version, 15 to 18.</param>
internal sealed partial record Binaries(string Folder, int Major)
{
    private const int Oldest = 15, Newest = 18;

    /// <summary>
    /// Finds programs to use: those in <paramref name="configured"/> when given (or in the environment variable
    /// Sarai__Postgres__Bin), else the packaged ones, else an installed server.
    /// </summary>
    /// <param name="configured">The bin folder the operator chose, or null.</param>
    /// <param name="major">The only major version that will do, because data of that version exist; null for any.</param>
    /// <exception cref="StartupProblem">There is none that will do.</exception>
    internal static async Task<Binaries> Find(string? configured, int? major = null)
    {
        configured ??= Environment.GetEnvironmentVariable("Sarai__Postgres__Bin");
        if (!string.IsNullOrWhiteSpace(configured))
        {
            var chosen = await Examine(Path.GetFullPath(configured))
                ?? throw new StartupProblem($"Sarai__Postgres__Bin is {configured}, but that folder has no PostgreSQL {Oldest} to {Newest} (initdb, pg_ctl and postgres) that runs here.");
            return major is null || chosen.Major == major ? chosen : throw WrongVersion(major.Value, [chosen.Major]);
        }

        var found = new List<int>();
        await foreach (var folder in Candidates())
        {
            if (await Examine(folder) is not { } binaries)
                continue;
            if (major is null || binaries.Major == major)
                return binaries;
            found.Add(binaries.Major);
        }

        throw major is not null && found.Count > 0
            ? WrongVersion(major.Value, found)
            : new StartupProblem($"Sarai found no PostgreSQL {Oldest} to {Newest}: build it with Node.js 20 or newer, which fetches one, or install one from your system's package manager, or set ConnectionStrings__Sarai to a server of yours.");
    }

    /// <summary>The path of one of the programs.</summary>
    internal string Program(string name) => Path.Combine(Folder, OperatingSystem.IsWindows() ? name + ".exe" : name);

    private static async IAsyncEnumerable<string> Candidates()
    {
        if (PackagedPostgres.Prepare() is { } packaged)
            yield return packaged;
        var (code, output) = await Command.Run(new("pg_config", ["--bindir"], Path.GetTempPath(), User: null));
        if (code == 0)
            yield return output.Trim();
        string[] roots = ["/usr/lib/postgresql", "/usr", "/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt"];
        foreach (var root in roots.Where(Directory.Exists))
            foreach (var folder in Directory.EnumerateDirectories(root).OrderDescending(StringComparer.Ordinal).Where(IsInstallation))
                yield return Path.Combine(folder, "bin");
    }

    /// <summary>Debian: /usr/lib/postgresql/17; Red Hat: /usr/pgsql-17; Homebrew: …/opt/postgresql@17.</summary>
    private static bool IsInstallation(string folder) =>
        folder.StartsWith("/usr/lib/postgresql/", StringComparison.Ordinal) || Path.GetFileName(folder) is var name
        && (name.StartsWith("pgsql-", StringComparison.Ordinal) || name.StartsWith("postgresql@", StringComparison.Ordinal));

    private static async Task<Binaries?> Examine(string folder)
    {
        var binaries = new Binaries(folder, 0);
        if (!File.Exists(binaries.Program("initdb")) || !File.Exists(binaries.Program("pg_ctl")))
            return null;
        // Asked, not guessed from the path: programs built for another C library are there but do not run.
        var (code, output) = await Command.Run(new(binaries.Program("postgres"), ["--version"], Path.GetTempPath(), User: null));
        return code == 0 && VersionNumber().Match(output) is { Success: true } match
            && int.Parse(match.Value, CultureInfo.InvariantCulture) is >= Oldest and <= Newest and var major
            ? binaries with { Major = major }
            : null;
    }

    private static StartupProblem WrongVersion(int major, IReadOnlyList<int> found) => new(
        $"The database in the data folder was made by PostgreSQL {major}, but only PostgreSQL {string.Join(", ", found.Distinct())} is here: install PostgreSQL {major} and set Sarai__Postgres__Bin to its bin folder, or choose another folder with Sarai__Data.");

    [GeneratedRegex(@"(?<=PostgreSQL\) )\d+")]
    private static partial Regex VersionNumber();
}
