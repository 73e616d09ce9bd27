// Written by eng/panchang/tables.mjs; change the limits there, not the numbers here.
namespace Sarai.Panchang.Tables;

/// <summary>VSOP87B: heliocentric VenusTerms, dynamical ecliptic and equinox of J2000.</summary>
internal static class VenusTerms
{
    internal static readonly Series Longitude = new Series()
        .Straight(0, Longitude0)
        .Straight(1, Longitude1)
        .Straight(2, Longitude2);

    internal static readonly Series Latitude = new Series()
        .Straight(0, Latitude0)
        .Straight(1, Latitude1)
        .Straight(2, Latitude2);

    internal static readonly Series Distance = new Series()
        .Straight(0, Distance0)
        .Straight(1, Distance1)
        .Straight(2, Distance2);

    /// <summary>Arcseconds, phases linear in T.</summary>
    private static ReadOnlySpan<double> Longitude0 =>
    [
        655127.27703, 0.25, 0,
        2792.76034, 0.140174795545, 162.54948798885,
        185.41483, 0.094555781536, 325.0989759777,
        11.29752, 0.952877027933, 125.10246010821,
        7.12798, 0.679661763296, 187.65369016231,
        4.89273, 0.726474156726, 62.5512300541,
        3.43255, 0.92643815894, 25.10420217346,
        2.96689, 0.911678852137, 154.11919444826,
        2.71685, 0.075486123749, 0.41855075911,
        2.47625, 0.22937126785, 487.64846396655,
        1.58682, 0.379917567611, 150.20666228167,
        1.57046, 0.560375536472, 8.43029354059,
        1.45969, 0.419447020043, 12.34282570717,
        1.20631, 0.886364946571, 3.0469937898,
        1.03115, 0.906259831059, 250.20492021642,
        0.8859, 0.820797837471, 308.23838889651,
        0.67442, 0.153580837672, 87.65543222757,
        0.67288, 0.980611074789, 165.59648177865,
        0.4784, 0.753329193546, 145.68890090766,
        0.37065, 0.990608284122, 17.65630803258,
        0.32067, 0.136562888816, 312.75615027052,
        0.26456, 0.922595936859, 0.33065068873,
        0.26383, 0.403122623638, 90.10289801071,
        0.21771, 0.494654893295, 12.76137646629,
    ];

    /// <summary>Arcseconds times T^1, phases linear in T.</summary>
    private static ReadOnlySpan<double> Longitude1 =>
    [
        210664136.43366, 0.25, 0,
        19.72259, 0.642168142532, 162.54948798885,
        1.60623, 0.349437592822, 325.0989759777,
    ];

    /// <summary>Arcseconds times T^2, phases linear in T.</summary>
    private static ReadOnlySpan<double> Longitude2 =>
    [
        0.08032, 0.305423561488, 162.54948798885,
    ];

    /// <summary>Arcseconds, phases linear in T.</summary>
    private static ReadOnlySpan<double> Latitude0 =>
    [
        12218.38142, 0.292498787648, 162.54948798885,
        82.72864, 0.432609890529, 325.0989759777,
        67.68563, 0.75, 0,
        2.08615, 0.423393134857, 487.64846396655,
        0.30828, 0.245339525316, 287.65194809706,
        0.28421, 0.386905234177, 25.10420217346,
        0.26809, 0.834341320702, 150.20666228167,
        0.2465, 0.839619387289, 37.44702788064,
        0.22271, 0.972410140965, 350.20317815116,
    ];

    /// <summary>Arcseconds times T^1, phases linear in T.</summary>
    private static ReadOnlySpan<double> Latitude1 =>
    [
        59.36739, 0.550747079068, 162.54948798885,
        0.72184, 0.840651942243, 325.0989759777,
        0.25945, 0.25, 0,
    ];

    /// <summary>Arcseconds times T^2, phases linear in T.</summary>
    private static ReadOnlySpan<double> Latitude2 =>
    [
        0.26108, 0.782845110658, 162.54948798885,
    ];

    /// <summary>AU, phases linear in T.</summary>
    private static ReadOnlySpan<double> Distance0 =>
    [
        0.7233482089, 0.25, 0,
        0.0048982418, 0.890044518912, 162.54948798885,
        0.0000165806, 0.03018823903, 325.0989759777,
        0.000016321, 0.70287347308, 125.10246010821,
        0.0000137804, 0.429600928271, 187.65369016231,
        0.0000049839, 0.661705498478, 154.11919444826,
        0.0000037396, 0.476501091246, 62.5512300541,
        0.0000026362, 0.130029300281, 150.20666228167,
        0.0000023745, 0.656061641369, 250.20492021642,
        0.0000022199, 0.570453220297, 308.23838889651,
        0.000001259, 0.684126700843, 25.10420217346,
        0.0000011947, 0.730608267582, 165.59648177865,
    ];

    /// <summary>AU times T^1, phases linear in T.</summary>
    private static ReadOnlySpan<double> Distance1 =>
    [
        0.000034551, 0.391964150212, 162.54948798885,
    ];

    /// <summary>AU times T^2, phases linear in T.</summary>
    private static ReadOnlySpan<double> Distance2 =>
    [
        1.407e-7, 0.055907147977, 162.54948798885,
    ];
}
