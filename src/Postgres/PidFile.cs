using System.Globalization;

namespace Sarai.Postgres;

/// <summary>What a running PostgreSQL writes about itself into <c>postmaster.pid</c>.</summary>
/// <param name="Pid">Process id of the postmaster.</param>
/// <param name="Port">TCP port, 0 until it is known.</param>
/// <param name="IsReady">True once it accepts connections.</param>
internal sealed record PidFile(int Pid, int Port, bool IsReady)
{
    /// <summary>Where the file of a cluster is.</summary>
    internal static string PathIn(string cluster) => Path.Combine(cluster, "postmaster.pid");

    /// <summary>Reads the file of a cluster; null when there is none or it is still being written.</summary>
    internal static PidFile? Read(string cluster)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(PathIn(cluster));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        if (lines.Length == 0 || !int.TryParse(lines[0], CultureInfo.InvariantCulture, out var pid))
            return null;
        _ = int.TryParse(lines.ElementAtOrDefault(3), CultureInfo.InvariantCulture, out var port);
        return new(Math.Abs(pid), port, lines.ElementAtOrDefault(7)?.Trim() == "ready");
    }
}
