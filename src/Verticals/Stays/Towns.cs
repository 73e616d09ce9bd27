namespace Sarai.Stays;

/// <summary>Towns guests name instead of coordinates.</summary>
public static class Towns
{
    /// <summary>A town.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Latitude">Degrees north of its middle.</param>
    /// <param name="Longitude">Degrees east of its middle.</param>
    public sealed record Town(string Name, double Latitude, double Longitude);

    private static readonly Town[] All =
    [
        new("Lagos", 6.4550, 3.3841), new("Victoria Island, Lagos", 6.4281, 3.4219), new("Lekki, Lagos", 6.4698, 3.5852), new("Ikeja, Lagos", 6.6018, 3.3515), new("Abuja", 9.0765, 7.3986),
        new("Port Harcourt", 4.8156, 7.0498), new("Ibadan", 7.3775, 3.9470), new("Kano", 12.0022, 8.5920), new("Calabar", 4.9757, 8.3417), new("Enugu", 6.4413, 7.4988),
        new("Benin City", 6.3350, 5.6037), new("Islamabad", 33.6844, 73.0479), new("Lahore", 31.5204, 74.3587), new("Karachi", 24.8607, 67.0011), new("Varanasi", 25.3176, 82.9739),
    ];

    /// <summary>Their names, for choosing.</summary>
    public static IEnumerable<string> Names => All.Select(t => t.Name);

    /// <summary>The town of this name, in any case, or null.</summary>
    public static Town? Find(string? name) => Array.Find(All, t => t.Name.Equals(name?.Trim(), StringComparison.OrdinalIgnoreCase));
}
