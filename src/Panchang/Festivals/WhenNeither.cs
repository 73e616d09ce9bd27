namespace Sarai.Panchang;

/// <summary>Which day is kept when a tithi touches the window of none.</summary>
public enum WhenNeither
{
    /// <summary>The day at whose sunrise it prevails; if there is none, the day on which it begins.</summary>
    AtSunrise,

    /// <summary>The day on which it begins.</summary>
    Begins,

    /// <summary>The day at whose sunrise it prevails if it lasts three muhurtas of it, else the day on which it begins.</summary>
    NextIfThreeMuhurtas,

    /// <summary>The day at whose sunrise it prevails if it lasts three and a half quarters of the daytime, else the day on which it begins.</summary>
    NextIfThreeAndAHalfPraharas,
}
