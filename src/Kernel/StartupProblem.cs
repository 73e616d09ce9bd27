namespace Sarai.Kernel;

/// <summary>
/// Something the person who starts Sarai has to mend: a busy port, an unreachable server, a changed schema file.
/// The host prints the sentence and ends with exit code 1, without a stack trace.
/// </summary>
/// <param name="sentence">One sentence that says what is wrong and what to do about it.</param>
/// <param name="cause">What happened underneath, for the log.</param>
public sealed class StartupProblem(string sentence, Exception? cause = null) : Exception(sentence, cause);
