using System.Text;

namespace Sarai.Postgres;

/// <summary>
/// The system account PostgreSQL runs under. It refuses to run as root, so an app started by root hands it to
/// <c>nobody</c>; otherwise it runs as whoever runs the app.
/// </summary>
internal static class Account
{
    private const UnixFileMode Everyone =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute |
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>True when the app runs as root on a Unix system.</summary>
    internal static bool IsRoot => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>The account to start PostgreSQL's programs as, or null for the app's own.</summary>
    internal static string? Name => IsRoot ? "nobody" : null;

    /// <summary>Makes a folder that everyone may enter and read.</summary>
    internal static void CreateOpenFolder(string path)
    {
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, Everyone);
    }

    /// <summary>Makes a folder that only PostgreSQL's account may enter.</summary>
    internal static async Task CreatePrivateFolder(string path)
    {
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, Owner);
        await Own(path);
    }

    /// <summary>Writes a file that only PostgreSQL's account may read.</summary>
    internal static async Task WritePrivateFile(string path, string content)
    {
        WriteOwnFile(path, content);
        await Own(path);
    }

    /// <summary>Writes a file that only the app's own account may read.</summary>
    internal static void WriteOwnFile(string path, string content)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(Encoding.UTF8.GetBytes(content));
        file.Flush(flushToDisk: true);
    }

    /// <summary>Gives a file, or a folder with all in it, to PostgreSQL's account. Does nothing unless the app runs as root.</summary>
    internal static async Task Own(string path)
    {
        if (Name is not { } name)
            return;
        var (code, output) = await Command.Run(new("chown", ["-R", name, path], "/", User: null));
        if (code != 0)
            throw new StartupProblem($"Sarai runs as root and PostgreSQL cannot, but {path} could not be handed to the account '{name}': {output.Trim()}.");
    }

    /// <summary>True when PostgreSQL's account can reach a folder, that is, enter it and every folder above it.</summary>
    internal static bool CanReach(string path)
    {
        if (OperatingSystem.IsWindows() || Name is null)
            return true;
        for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent)
            if (folder.Exists && !folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        return true;
    }
}
