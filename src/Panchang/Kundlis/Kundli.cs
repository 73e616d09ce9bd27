namespace Sarai.Panchang;

/// <summary>
/// A birth chart: lagna, houses, the nine grahas by sign, nakshatra and pada, navamsa and dashas. Sidereal, Lahiri
/// ayanamsa. Immutable.
/// </summary>
public sealed class Kundli
{
    private Kundli(DateTimeOffset birth, Place place, KundliSettings settings)
    {
        Birth = birth;
        Place = place.Checked();
        Settings = settings;
        var jdUt = JulianDate.FromInstant(birth);
        var jdTt = TimeScale.ToTt(jdUt);
        AyanamsaDegrees = Ayanamsa.True(jdTt);
        Houses = Houses.Of(jdUt, place, AyanamsaDegrees);
        Lagna = new Zodiacal(Houses.Ascendant);
        Grahas = [.. Enum.GetValues<Graha>().Select(graha => Position(graha, jdTt))];
        Dasha = new Vimshottari(this[Graha.Moon].At.Longitude, birth);
    }

    /// <summary>The instant of birth.</summary>
    public DateTimeOffset Birth { get; }

    /// <summary>The place of birth.</summary>
    public Place Place { get; }

    /// <summary>The settings followed.</summary>
    public KundliSettings Settings { get; }

    /// <summary>True Lahiri ayanamsa, degrees.</summary>
    public double AyanamsaDegrees { get; }

    /// <summary>The point of the ecliptic rising at birth.</summary>
    public Zodiacal Lagna { get; }

    /// <summary>The houses.</summary>
    public Houses Houses { get; }

    /// <summary>The nine grahas, Sun to Ketu.</summary>
    public IReadOnlyList<GrahaPosition> Grahas { get; }

    /// <summary>The dashas of the Moon's nakshatra.</summary>
    public Vimshottari Dasha { get; }

    /// <summary>One graha.</summary>
    /// <param name="graha">Which.</param>
    public GrahaPosition this[Graha graha] => Grahas[(int)graha];

    /// <summary>The chart of a birth.</summary>
    /// <param name="birth">The instant, years 1000 to 2999; for births before standard time give the local mean time's offset.</param>
    /// <param name="place">Where.</param>
    /// <param name="settings">Which node; the mean one when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A place off the globe or a birth outside those years.</exception>
    public static Kundli Of(DateTimeOffset birth, Place place, KundliSettings? settings = null) =>
        new(birth, place, settings ?? KundliSettings.Usual);

    /// <summary>The whole-sign house, 1 to 12, counted from the sign of a point.</summary>
    /// <param name="rashi">The sign of what stands in the house.</param>
    /// <param name="from">The sign that is the first house.</param>
    public static int HouseFrom(int rashi, int from) => (rashi - from + 12) % 12 + 1;

    private GrahaPosition Position(Graha graha, double jdTt)
    {
        const double Step = 0.05;
        var tropical = Tropical(graha, jdTt);
        var speed = Degrees.WrapSigned(Tropical(graha, jdTt + Step) - Tropical(graha, jdTt - Step)) / (2 * Step);
        var at = new Zodiacal(Degrees.Wrap(tropical - AyanamsaDegrees));
        return new GrahaPosition(graha, at, HouseFrom(at.Rashi, Lagna.Rashi), Houses.PlacidusOf(at.Longitude), speed);
    }

    private double Tropical(Graha graha, double jdTt) => graha switch
    {
        Graha.Sun => Sun.Apparent(jdTt).Longitude,
        Graha.Moon => Moon.Apparent(jdTt).Longitude,
        Graha.Rahu => Node(jdTt),
        Graha.Ketu => Degrees.Wrap(Node(jdTt) + 180),
        _ => Planets.Apparent((Body)graha, jdTt).Longitude,
    };

    private double Node(double jdTt) => Settings.TrueNode ? Nodes.True(jdTt) : Nodes.Mean(jdTt);
}
