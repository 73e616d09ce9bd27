namespace Sarai.Panchang;

/// <summary>A festival: its name, its rule, and the rules of traditions that may keep it on another day.</summary>
/// <param name="Id">A stable key in kebab case ("raksha-bandhan").</param>
/// <param name="Name">What it is called.</param>
/// <param name="Rule">The rule most almanacs follow.</param>
/// <param name="Tradition">Whose rule that is, where others differ; else empty.</param>
public sealed record Festival(string Id, Name Name, FestivalRule Rule, string Tradition = "")
{
    /// <summary>Rules of other traditions; their day is told when it differs.</summary>
    public IReadOnlyList<(string Tradition, FestivalRule Rule)> Others { get; init; } = [];
}
