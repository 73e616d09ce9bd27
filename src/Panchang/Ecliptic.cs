namespace Sarai.Panchang;

/// <summary>A geocentric position against the true ecliptic and equinox of date.</summary>
/// <param name="Longitude">Ecliptic longitude in degrees, [0, 360).</param>
/// <param name="Latitude">Ecliptic latitude in degrees, north positive.</param>
/// <param name="Distance">Distance from the Earth's centre: astronomical units, but kilometres for the Moon.</param>
public readonly record struct Ecliptic(double Longitude, double Latitude, double Distance);
