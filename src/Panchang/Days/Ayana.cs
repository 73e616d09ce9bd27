namespace Sarai.Panchang;

/// <summary>The half of the year in which the Sun moves north or south.</summary>
public enum Ayana
{
    /// <summary>Northward: from 270° to 90° of the Sun's longitude.</summary>
    Uttarayana,

    /// <summary>Southward: from 90° to 270°.</summary>
    Dakshinayana,
}
