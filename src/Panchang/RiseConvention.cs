namespace Sarai.Panchang;

/// <summary>Which moment is called rising and setting: the true altitude of the centre of the disc at that moment.</summary>
public enum RiseConvention
{
    /// <summary>The upper limb touches the horizon: -50′ for the Sun (34′ refraction, 16′ semidiameter), the usual almanac rule.</summary>
    UpperLimb,

    /// <summary>-47′ for the Sun, the rule of the Positional Astronomy Centre's Rashtriya Panchang.</summary>
    Pac,

    /// <summary>The centre of the disc touches the horizon, refraction of 34′ included.</summary>
    Centre,

    /// <summary>The centre of the disc stands at altitude zero, without refraction, as siddhantas reckon.</summary>
    CentreGeometric,
}
