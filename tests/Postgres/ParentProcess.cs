using System.Diagnostics;
using System.Globalization;

namespace Sarai.Postgres.Tests;

/// <summary>Another process that starts a PostgreSQL, to be killed by a test.</summary>
public sealed class ParentProcess : IDisposable
{
    private readonly Process process;

    private ParentProcess(Process process, int serverId)
    {
        this.process = process;
        ServerId = serverId;
    }

    /// <summary>Process id of the PostgreSQL it started.</summary>
    public int ServerId { get; }

    public static async Task<ParentProcess> Start(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Sarai.Postgres.Parent.dll");
        var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true })!;
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        return new(process, int.Parse(line.ShouldNotBeNull(), CultureInfo.InvariantCulture));
    }

    /// <summary>Kills it, and it alone, so that it has no chance to tidy up.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
            Kill();
        process.Dispose();
    }
}
