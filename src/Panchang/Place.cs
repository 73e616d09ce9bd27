namespace Sarai.Panchang;

/// <summary>A place on the Earth (WGS 84).</summary>
/// <param name="Latitude">Geodetic latitude in degrees, north positive, -90 to 90.</param>
/// <param name="Longitude">Longitude in degrees, east positive, -180 to 180.</param>
/// <param name="ElevationMetres">
/// Height above the sea in metres, -500 to 9000. It moves the observer in the Moon's parallax; the horizon stays the
/// one of the sea, as in printed almanacs.
/// </param>
public readonly record struct Place(double Latitude, double Longitude, double ElevationMetres = 0)
{
    /// <summary>The same place, or an exception that names the coordinate out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is not a number or beyond its range.</exception>
    public Place Checked()
    {
        Check(Latitude, 90, "Latitude is degrees from -90 (south) to 90 (north).", nameof(Latitude));
        Check(Longitude, 180, "Longitude is degrees from -180 (west) to 180 (east).", nameof(Longitude));
        if (!(ElevationMetres is >= -500 and <= 9000))
            throw new ArgumentOutOfRangeException(nameof(ElevationMetres), ElevationMetres, "Elevation is metres from -500 to 9000.");
        return this;
    }

    private static void Check(double value, double limit, string sentence, string name)
    {
        if (!(Math.Abs(value) <= limit)) throw new ArgumentOutOfRangeException(name, value, sentence);
    }
}
