namespace Sarai.Panchang;

/// <summary>A point of the sidereal zodiac and what it falls in.</summary>
/// <param name="Longitude">Sidereal longitude in degrees, [0, 360).</param>
public readonly record struct Zodiacal(double Longitude)
{
    /// <summary>The sign, 1 (Mesha) to 12 (Meena).</summary>
    public int Rashi => (int)(Longitude / 30) + 1;

    /// <summary>Degrees into the sign, [0, 30).</summary>
    public double InRashi => Longitude - (Rashi - 1) * 30;

    /// <summary>The nakshatra, 1 to 27.</summary>
    public int Nakshatra => (Quarter / 4) + 1;

    /// <summary>The quarter of the nakshatra, 1 to 4.</summary>
    public int Pada => (Quarter % 4) + 1;

    /// <summary>The sign in the navamsa, the ninth harmonic: every quarter of a nakshatra is one sign, from Mesha on.</summary>
    public int Navamsa => (Quarter % 12) + 1;

    private int Quarter => Math.Min((int)(Longitude * 0.3), 107);
}
