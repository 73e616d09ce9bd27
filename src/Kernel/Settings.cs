using Microsoft.Extensions.Configuration;

namespace Sarai.Kernel;

/// <summary>Settings that more than one part of the house reads.</summary>
public static class Settings
{
    /// <summary>The folder for everything Sarai keeps on disk: the private PostgreSQL, the master key, uploads. <c>Sarai:Data</c>, or <c>.data</c> where Sarai was started.</summary>
    public static string DataFolder(IConfiguration configuration) => Path.GetFullPath(configuration["Sarai:Data"] is { Length: > 0 } folder ? folder : ".data");
}
