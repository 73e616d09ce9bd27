namespace Sarai.Panchang;

/// <summary>One of the eight.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Points">Points reached.</param>
/// <param name="Maximum">Points possible: 1 for the first to 8 for the last.</param>
/// <param name="Groom">What his Moon gives.</param>
/// <param name="Bride">What hers gives.</param>
/// <param name="Reason">Why so many, in a short English sentence.</param>
public sealed record Koota(Name Name, double Points, int Maximum, string Groom, string Bride, string Reason);
