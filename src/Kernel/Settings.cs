using Microsoft.Extensions.Configuration;

namespace Sarai.Kernel;

/// <summary>Settings that more than one part of the house reads.</summary>
public static class Settings
{
    /// <summary>The folder for everything Sarai keeps on disk: the private PostgreSQL, the master key, uploads. <c>Sarai:Data</c>, or <c>.data</c> where Sarai was started.</summary>
    public static string DataFolder(IConfiguration configuration) => Path.GetFullPath(configuration["Sarai:Data"] is { Length: > 0 } folder ? folder : ".data");
}

/// <summary>
/// Something the person who starts Sarai has to mend: a busy port, an unreachable server, a changed schema file.
/// The host prints the sentence and ends with exit code 1, without a stack trace.
/// </summary>
/// <param name="sentence">One sentence that says what is wrong and what to do about it.</param>
/// <param name="cause">What happened underneath, for the log.</param>
public sealed class StartupProblem(string sentence, Exception? cause = null) : Exception(sentence, cause);
