namespace Sarai.Host;

/// <summary>Settings that are convenient elsewhere and would be a hole in Production are refused there, each in one sentence that says what to do.</summary>
internal static class ProductionChecks
{
    private const int FewestPasswordRounds = 100_000;
    private const int ShortestSecret = 24;

    /// <exception cref="StartupProblem">The first setting that will not do.</exception>
    public static void Refuse(WebApplicationBuilder builder, bool managedDatabase)
    {
        if (!builder.Environment.IsProduction()) return;
        var settings = builder.Configuration;
        if (settings.GetValue("Sarai:Demo", false))
            throw new StartupProblem("Sarai__Demo=true is refused in Production: everybody knows the password of the demo accounts. Remove it.");
        if (managedDatabase && string.IsNullOrEmpty(settings["Sarai:Secrets:Key"]))
            throw new StartupProblem("Sarai__Secrets__Key is missing: in Production on a managed database the key that seals its secrets must not live in one machine's data folder. Make one with: openssl rand -base64 32");
        if (settings["Sarai:Secrets:Key"] is { Length: > 0 } key && IsGuessable(key))
            throw new StartupProblem("Sarai__Secrets__Key is not random: make one with: openssl rand -base64 32");
        if (settings.GetValue("Sarai:Passwords:Iterations", FewestPasswordRounds) < FewestPasswordRounds)
            throw new StartupProblem($"Sarai__Passwords__Iterations is below {FewestPasswordRounds:N0}, which is refused in Production. Remove it.");
        foreach (var name in new[] { "Sarai:Metrics:Token", "Sarai:Payments:Sandbox:Secret" })
        {
            if (settings[name] is { Length: > 0 and < ShortestSecret })
                throw new StartupProblem($"{name.Replace(":", "__", StringComparison.Ordinal)} is shorter than {ShortestSecret} characters, which can be guessed. Make one with: openssl rand -base64 32");
        }
    }

    // Random bytes hardly ever hold fewer than a dozen different values; a key somebody typed, or zeros from an example, do.
    private static bool IsGuessable(string key)
    {
        var bytes = new byte[64];
        return Convert.TryFromBase64String(key, bytes, out var length) && bytes.AsSpan(0, length).ToArray().Distinct().Count() < 12;
    }
}
