using System.Diagnostics.CodeAnalysis;

namespace Sarai.Postgres;

/// <summary>
/// Something the person who starts the app has to put right: a folder that cannot be written, a second app on the same
/// folder, a missing program. The message is one or two whole sentences for that person, fit to be printed alone.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "Read by people as what it is: a problem at startup.")]
public sealed class StartupProblem : Exception
{
    /// <summary>A problem told by <paramref name="sentence"/>.</summary>
    public StartupProblem(string sentence) : base(sentence) { }

    /// <summary>A problem told by <paramref name="sentence"/>, with the technical cause for the log.</summary>
    public StartupProblem(string sentence, Exception? cause) : base(sentence, cause) { }
}
