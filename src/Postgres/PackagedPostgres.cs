using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Sarai.Postgres;

/// <summary>
/// The PostgreSQL that the build fetches from npm. The package cannot be run where it lies: it lacks the links between
/// its shared libraries, and it may lie under a home that PostgreSQL's account cannot enter. So it is copied once, per
/// version, to a folder of its own.
/// </summary>
internal static class PackagedPostgres
{
    /// <summary>The folder with initdb, pg_ctl and postgres, made ready to run; null when the package was not fetched.</summary>
    internal static string? Prepare()
    {
        var platform = $"{System}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        var package = PackageFolders().Select(folder => Path.Combine(folder, platform)).FirstOrDefault(Directory.Exists);
        if (package is null)
            return null;

        var ready = Path.Combine(CopiesFolder, $"postgres-{Version(package)}-{platform}");
        if (!Directory.Exists(ready))
            Copy(package, ready);
        return Path.Combine(ready, "native", "bin");
    }

    private static string System => OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";

    private static string CopiesFolder => Account.IsRoot
        ? "/var/cache/sarai"
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "sarai");

    /// <summary>Beside a published app, else where the build fetched it.</summary>
    private static IEnumerable<string> PackageFolders()
    {
        yield return Path.Combine(AppContext.BaseDirectory, "postgres");
        foreach (var fact in typeof(PackagedPostgres).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>())
            if (fact is { Key: "PackagedPostgres", Value: { } folder })
                yield return folder;
    }

    private static string Version(string package)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(package, "package.json")));
        return manifest.RootElement.GetProperty("version").GetString()!;
    }

    /// <summary>Copies under a temporary name and renames, so that nobody ever sees half a copy.</summary>
    private static void Copy(string package, string ready)
    {
        var half = $"{ready}.{Guid.NewGuid():N}";
        try
        {
            Account.CreateOpenFolder(Path.GetDirectoryName(ready)!);
            Account.CreateOpenFolder(half);
            CopyFolder(Path.Combine(package, "native"), Path.Combine(half, "native"));
            MakeLinks(half);
            Directory.Move(half, ready);
        }
        catch (IOException) when (Directory.Exists(ready))
        {
            Directory.Delete(half, recursive: true); // Another process was quicker; its copy is as good.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupProblem($"Sarai cannot unpack its PostgreSQL to {ready}: {e.Message}", e);
        }
    }

    private static void CopyFolder(string from, string to)
    {
        Account.CreateOpenFolder(to);
        foreach (var folder in Directory.EnumerateDirectories(from).Where(folder => Path.GetFileName(folder) != "pkgconfig"))
            CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (var file in Directory.EnumerateFiles(from).Where(file => Path.GetExtension(file) != ".a"))
        {
            var copy = Path.Combine(to, Path.GetFileName(file));
            File.Copy(file, copy);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(copy, File.GetUnixFileMode(to)); // Whatever the umask was when npm unpacked it.
        }
    }

    /// <summary>npm packages cannot hold links; this one lists them in a file.</summary>
    private static void MakeLinks(string package)
    {
        var list = Path.Combine(package, "native", "pg-symlinks.json");
        if (!File.Exists(list))
            return;
        using var links = JsonDocument.Parse(File.ReadAllBytes(list));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var source = Path.Combine(package, link.GetProperty("source").GetString()!);
            var target = Path.Combine(package, link.GetProperty("target").GetString()!);
            if (!File.Exists(target))
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        }
    }
}
