namespace Sarai.Panchang;

/// <summary>
/// Sun, Moon and nutation at an instant, read from Chebyshev polynomials over eight days instead of the series. The
/// stretches of eight days are fixed ones, so that an answer never depends on what was asked before; each thread keeps
/// the last <see cref="Slots"/> of them, more than a year. The polynomials follow the series within 0.0001″. Longitudes here are degrees from the mean equinox of date, not reduced.
/// </summary>
internal readonly ref struct Sky
{
    private const double Days = 8;
    private const int Nodes = 14;
    private const int Channels = 7;
    private const int Slots = 64;

    private readonly ReadOnlySpan<double> polynomials;
    private readonly double place;

    [ThreadStatic] private static Kept? kept;

    private Sky(ReadOnlySpan<double> polynomials, double place)
    {
        this.polynomials = polynomials;
        this.place = place;
    }

    /// <summary>Apparent longitude of the Sun.</summary>
    internal double Sun => Channel(0);

    /// <summary>Latitude of the Sun.</summary>
    internal double SunLatitude => Channel(1);

    /// <summary>Apparent longitude of the Moon.</summary>
    internal double Moon => Channel(2);

    /// <summary>Latitude of the Moon.</summary>
    internal double MoonLatitude => Channel(3);

    /// <summary>Distance of the Moon in kilometres.</summary>
    internal double MoonDistance => Channel(4);

    /// <summary>Nutation in longitude, degrees.</summary>
    internal double Nutation => Channel(5);

    /// <summary>Nutation in obliquity, degrees.</summary>
    internal double NutationInObliquity => Channel(6);

    internal static Sky At(double jdTt)
    {
        JulianDate.Checked(jdTt, nameof(jdTt));
        var stretch = Math.Floor(jdTt / Days);
        var memory = kept ??= new Kept();
        var slot = (int)((long)stretch % Slots);
        var polynomials = memory.Polynomials.AsSpan(slot * Channels * Nodes, Channels * Nodes);
        if (memory.Stretches[slot] != stretch)
        {
            Fit(stretch * Days, polynomials);
            memory.Stretches[slot] = stretch;
        }
        return new Sky(polynomials, 2 * (jdTt - stretch * Days) / Days - 1);
    }

    // Clenshaw's recurrence.
    private double Channel(int channel)
    {
        var c = polynomials.Slice(channel * Nodes, Nodes);
        double one = 0, two = 0, twice = 2 * place;
        for (var i = Nodes - 1; i > 0; i--) (one, two) = (twice * one - two + c[i], one);
        return place * one - two + c[0];
    }

    // Interpolates at the Chebyshev nodes of a stretch.
    private static void Fit(double start, Span<double> polynomials)
    {
        polynomials.Clear();
        for (var node = 0; node < Nodes; node++)
        {
            var angle = Math.PI * (node + 0.5) / Nodes;
            var t = (start + Days * (1 + Math.Cos(angle)) / 2 - JulianDate.J2000) / JulianDate.Century;
            var (sun, sunLatitude) = Panchang.Sun.OfDate(t);
            var moon = Panchang.Moon.OfDate(t);
            var (nutation, inObliquity) = Panchang.Nutation.At(t);
            ReadOnlySpan<double> values = [sun, sunLatitude, moon.Longitude, moon.Latitude, moon.Distance, nutation, inObliquity];
            for (var i = 0; i < Nodes; i++)
            {
                var weight = (i == 0 ? 1.0 : 2.0) / Nodes * Math.Cos(i * angle);
                for (var channel = 0; channel < Channels; channel++) polynomials[channel * Nodes + i] += weight * values[channel];
            }
        }
    }

    private sealed class Kept
    {
        internal readonly double[] Polynomials = new double[Slots * Channels * Nodes];
        internal readonly double[] Stretches = new double[Slots];
    }
}
