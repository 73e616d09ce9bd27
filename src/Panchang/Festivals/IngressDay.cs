namespace Sarai.Panchang;

/// <summary>Which date the Sun's entry into a sign gives.</summary>
public enum IngressDay
{
    /// <summary>The civil date of the entry.</summary>
    Civil,

    /// <summary>The date of the entry if it comes before that date's sunset, else the next.</summary>
    BeforeSunset,

    /// <summary>The date of the entry if it comes before that date's sunrise, else the next.</summary>
    BeforeSunrise,
}
