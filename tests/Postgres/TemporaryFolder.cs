namespace Sarai.Postgres.Tests;

/// <summary>A data folder for one test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sarai-test-").FullName;

    public TemporaryFolder()
    {
        // .NET keeps temporary folders to their owner; PostgreSQL may run as another.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
