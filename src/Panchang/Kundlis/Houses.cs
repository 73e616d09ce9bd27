namespace Sarai.Panchang;

/// <summary>The twelve houses: by whole signs everywhere, and by Placidus between the polar circles.</summary>
public sealed class Houses
{
    private readonly double[]? cusps;

    private Houses(double ascendant, double midheaven, double[]? cusps, double obliquity) =>
        (Ascendant, Midheaven, this.cusps, PolarCircle) = (ascendant, midheaven, cusps, 90 - obliquity);

    /// <summary>Sidereal longitude of the rising point, degrees.</summary>
    public double Ascendant { get; }

    /// <summary>Sidereal longitude of the point on the meridian above the horizon, degrees.</summary>
    public double Midheaven { get; }

    /// <summary>The latitude beyond which Placidus has no answer at that time, degrees (about 66.56).</summary>
    public double PolarCircle { get; }

    /// <summary>Whether the Placidus houses exist here.</summary>
    public bool HasPlacidus => cusps is not null;

    /// <summary>The twelve Placidus cusps, sidereal degrees, first house first.</summary>
    /// <exception cref="InvalidOperationException">
    /// The place lies beyond a polar circle: some degrees of the ecliptic never rise or never set there, so that the times
    /// Placidus divides do not exist. Use whole signs.
    /// </exception>
    public IReadOnlyList<double> Placidus => cusps ?? throw new InvalidOperationException(
        "Placidus houses do not exist beyond the polar circles: some degrees of the ecliptic never rise or never set there, so there is no time between rising and culmination to divide. Use whole-sign houses.");

    /// <summary>The rising point of the ecliptic from the equinox (tropical), degrees in [0, 360).</summary>
    /// <param name="jdUt">Julian date in UT.</param>
    /// <param name="place">Where.</param>
    public static double TropicalAscendant(double jdUt, Place place) =>
        Rising(Earth.SiderealTime(jdUt) + place.Longitude, Earth.TrueObliquity(TimeScale.ToTt(jdUt)), place.Latitude);

    /// <summary>The Placidus house of a sidereal longitude, 1 to 12; null where they do not exist.</summary>
    /// <param name="longitude">Sidereal degrees.</param>
    public int? PlacidusOf(double longitude)
    {
        if (cusps is null)
        {
            return null;
        }
        for (var house = 0; house < 12; house++)
        {
            var width = Degrees.Wrap(cusps[(house + 1) % 12] - cusps[house]);
            if (Degrees.Wrap(longitude - cusps[house]) < width)
            {
                return house + 1;
            }
        }
        return 1;
    }

    internal static Houses Of(double jdUt, Place place, double ayanamsa)
    {
        var obliquity = Earth.TrueObliquity(TimeScale.ToTt(jdUt));
        var meridian = Degrees.Wrap(Earth.SiderealTime(jdUt) + place.Longitude);
        var ascendant = Rising(meridian, obliquity, place.Latitude);
        var midheaven = OnEcliptic(meridian, obliquity);
        var cusps = Math.Abs(place.Latitude) < 90 - obliquity ? new double[12] : null;
        if (cusps is not null)
        {
            cusps[0] = ascendant;
            cusps[9] = midheaven;
            cusps[10] = Cusp(30, 1.0 / 3);
            cusps[11] = Cusp(60, 2.0 / 3);
            cusps[1] = Cusp(120, 2.0 / 3);
            cusps[2] = Cusp(150, 1.0 / 3);
            for (var house = 3; house < 9; house++)
            {
                cusps[house] = Degrees.Wrap(cusps[(house + 6) % 12] + 180);
            }
            for (var house = 0; house < 12; house++)
            {
                cusps[house] = Degrees.Wrap(cusps[house] - ayanamsa);
            }
        }
        return new Houses(Degrees.Wrap(ascendant - ayanamsa), Degrees.Wrap(midheaven - ayanamsa), cusps, obliquity);

        // The point that has gone, or has to go, a share of its own semi-arc: its right ascension depends on its
        // declination, which depends on its right ascension; repeated until it stands still.
        double Cusp(double fromMeridian, double share)
        {
            var ascension = meridian + fromMeridian;
            for (var round = 0; round < 200; round++)
            {
                var declination = Math.Atan(Degrees.SinCos(ascension).Sin * Math.Tan(obliquity * Degrees.ToRadians));
                var difference = Math.Asin(Math.Clamp(Math.Tan(place.Latitude * Degrees.ToRadians) * Math.Tan(declination), -1, 1)) * Degrees.FromRadians;
                var next = meridian + fromMeridian + difference * share;
                if (Math.Abs(next - ascension) < 1e-10)
                {
                    break;
                }
                ascension = next;
            }
            return OnEcliptic(ascension, obliquity);
        }
    }

    private static double Rising(double meridian, double obliquity, double latitude)
    {
        var (sin, cos) = Degrees.SinCos(meridian);
        var (sinTilt, cosTilt) = Degrees.SinCos(obliquity);
        return Degrees.Wrap(Math.Atan2(cos, -(sin * cosTilt + Math.Tan(latitude * Degrees.ToRadians) * sinTilt)) * Degrees.FromRadians);
    }

    // The point of the ecliptic with a right ascension.
    private static double OnEcliptic(double ascension, double obliquity)
    {
        var (sin, cos) = Degrees.SinCos(ascension);
        return Degrees.Wrap(Math.Atan2(sin, cos * Degrees.SinCos(obliquity).Cos) * Degrees.FromRadians);
    }
}
