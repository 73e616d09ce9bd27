namespace Sarai.Panchang;

/// <summary>Which day is kept when a tithi touches the window of two.</summary>
public enum WhenBoth
{
    /// <summary>The day on which it covers more of the window; the first when equal.</summary>
    Longer,

    /// <summary>The first.</summary>
    First,

    /// <summary>The second.</summary>
    Second,

    /// <summary>The second if the tithi lasts three muhurtas (144 minutes) after its sunrise, else the first.</summary>
    SecondIfThreeMuhurtas,
}
