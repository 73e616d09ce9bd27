using System.Diagnostics;

namespace Sarai.Postgres;

/// <summary>A program to run, without a shell, in a clean environment.</summary>
/// <param name="File">The program's path or name.</param>
/// <param name="Arguments">Its arguments, unquoted.</param>
/// <param name="Folder">Its working folder, which must be one the account can enter.</param>
/// <param name="User">The account to run it as, or null for the app's own.</param>
internal sealed record Command(string File, IReadOnlyList<string> Arguments, string Folder, string? User)
{
    /// <summary>Runs a command to its end and returns its exit code and everything it said. A program that is not there gives code 127.</summary>
    internal static async Task<(int Code, string Output)> Run(Command command, CancellationToken cancellation = default)
    {
        using var process = new Process { StartInfo = command.Prepare() };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            // Same answer as a shell's, so that callers have one way to see that a program cannot be run.
            return (127, e.Message);
        }

        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await output + await error);
    }

    /// <summary>The start information of the command, all three streams redirected.</summary>
    internal ProcessStartInfo Prepare()
    {
        var info = new ProcessStartInfo(File, Arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (User is not null)
            info.UserName = User;

        // A developer's PGDATA, PGPORT or PGOPTIONS must not reach a server that is ours; messages are read in English.
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
            info.Environment.Remove(name);
        info.Environment["HOME"] = Folder;
        info.Environment["LC_ALL"] = "C";
        return info;
    }
}
