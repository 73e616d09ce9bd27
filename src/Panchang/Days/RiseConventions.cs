namespace Sarai.Panchang;

/// <summary>Names of the rise conventions in commands and data.</summary>
public static class RiseConventions
{
    /// <summary>"upper-limb", "pac", "centre" or "centre-geometric".</summary>
    /// <param name="convention">The convention to name.</param>
    public static string Code(this RiseConvention convention) => convention switch
    {
        RiseConvention.Pac => "pac",
        RiseConvention.Centre => "centre",
        RiseConvention.CentreGeometric => "centre-geometric",
        _ => "upper-limb",
    };

    /// <summary>The convention of a name.</summary>
    /// <param name="code">upper-limb, pac, centre or centre-geometric, in any case.</param>
    /// <param name="convention">The convention found.</param>
    /// <returns>False when there is no such name.</returns>
    public static bool TryParse(string? code, out RiseConvention convention)
    {
        foreach (var one in Enum.GetValues<RiseConvention>())
        {
            if (string.Equals(one.Code(), code, StringComparison.OrdinalIgnoreCase))
            {
                convention = one;
                return true;
            }
        }
        convention = default;
        return false;
    }
}
