using System.Diagnostics;

namespace Sarai.Postgres;

/// <summary>Facts about processes that are not children of the app.</summary>
internal static class Processes
{
    /// <summary>True while a process runs. A zombie, which only waits for its parent to notice, does not run any more.</summary>
    internal static bool IsAlive(int pid)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // "pid (name) state …": the name may hold anything, so the state is found from the last bracket.
                var stat = File.ReadAllText($"/proc/{pid}/stat");
                return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
            }

            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            return false; // Gone, possibly while it was looked at.
        }
    }

    /// <summary>The command line a process was started with, empty when it is gone. On Windows only the program's name is known.</summary>
    internal static async Task<string> CommandLine(int pid)
    {
        try
        {
            if (OperatingSystem.IsLinux())
                return (await File.ReadAllTextAsync($"/proc/{pid}/cmdline")).Replace('\0', ' ');
            if (!OperatingSystem.IsWindows())
                return (await Command.Run(new("ps", ["-ww", "-o", "command=", "-p", $"{pid}"], "/", User: null))).Output;
            using var process = Process.GetProcessById(pid);
            return process.ProcessName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            return ""; // Gone, possibly while it was looked at.
        }
    }

    /// <summary>The processes whose working folder is <paramref name="folder"/>, as far as the system tells (Linux only).</summary>
    internal static IEnumerable<int> In(string folder)
    {
        if (!OperatingSystem.IsLinux())
            yield break;
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(entry), out var pid) && WorkingFolder(pid) == folder)
                yield return pid;
    }

    private static string? WorkingFolder(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/cwd").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // Gone, or not ours to look at.
        }
    }
}
