namespace Sarai.Panchang;

/// <summary>A half of the lunar month.</summary>
public enum Paksha
{
    /// <summary>The bright half, tithis 1 to 15.</summary>
    Shukla,

    /// <summary>The dark half, tithis 16 to 30.</summary>
    Krishna,
}
