namespace Sarai.Panchang;

/// <summary>
/// Longitudes of Sun and Moon over a stretch of time, as Chebyshev polynomials fitted to the full theory piece by piece
/// when a piece is first asked for. A year's almanac asks for the Moon tens of thousands of times; the theory is summed
/// some six hundred times for it. The fit differs from the theory by less than 0.002″. Times are TT. Not thread-safe:
/// every reckoning owns one.
/// </summary>
internal sealed class Sky : Horizon.ISky
{
    private const double PieceDays = 8;
    private const int Nodes = 13;

    private static readonly double[] NodeAt = [.. Enumerable.Range(0, Nodes).Select(k => Math.Cos(Math.PI * (k + 0.5) / Nodes))];
    private static readonly double[] Cosines =
        [.. Enumerable.Range(0, Nodes * Nodes).Select(i => Math.Cos(Math.PI * (i / Nodes) * (i % Nodes + 0.5) / Nodes) * (i / Nodes == 0 ? 1.0 : 2.0) / Nodes)];

    private readonly Dictionary<int, Piece> pieces = [];
    private Piece? latest;

    /// <summary>An angle of the almanac in degrees, not reduced to [0, 360).</summary>
    internal double At(Angle angle, double jdTt)
    {
        var piece = PieceAt(jdTt, out var x);
        // Apparent longitude less true ayanamsa: the nutation is in both, so neither needs it.
        return angle switch
        {
            Angle.Elongation => piece.Moon.At(x) - piece.Sun.At(x),
            Angle.MoonSidereal => piece.Moon.At(x) - Ayanamsa.Mean(jdTt),
            Angle.SunPlusMoonSidereal => piece.Moon.At(x) + piece.Sun.At(x) - 2 * Ayanamsa.Mean(jdTt),
            Angle.SunSidereal => piece.Sun.At(x) - Ayanamsa.Mean(jdTt),
            _ => piece.Sun.At(x) + piece.Nutation.At(x),
        };
    }

    /// <summary>Apparent position of the Sun.</summary>
    public Ecliptic Sun(double jdTt)
    {
        var piece = PieceAt(jdTt, out var x);
        return new(piece.Sun.At(x) + piece.Nutation.At(x), piece.SunLatitude.At(x), 1);
    }

    /// <summary>Apparent position of the Moon.</summary>
    public Ecliptic Moon(double jdTt)
    {
        var piece = PieceAt(jdTt, out var x);
        return new(piece.Moon.At(x) + piece.Nutation.At(x), piece.MoonLatitude.At(x), piece.MoonDistance.At(x));
    }

    /// <summary>Nutation in longitude and obliquity.</summary>
    public (double Longitude, double Obliquity) Nutation(double jdTt)
    {
        var piece = PieceAt(jdTt, out var x);
        return (piece.Nutation.At(x), piece.Obliquity.At(x));
    }

    private Piece PieceAt(double jdTt, out double x)
    {
        var number = (int)Math.Floor(jdTt / PieceDays);
        x = (jdTt / PieceDays - number) * 2 - 1;
        if (latest is not { } piece || piece.Number != number)
        {
            if (!pieces.TryGetValue(number, out piece!))
            {
                pieces[number] = piece = new Piece(number);
            }
            latest = piece;
        }
        return piece;
    }

    private sealed class Piece
    {
        internal readonly int Number;
        // Longitudes from the mean equinox of date, nutation apart.
        internal readonly Curve Sun, SunLatitude, Moon, MoonLatitude, MoonDistance, Nutation, Obliquity;

        internal Piece(int number)
        {
            Number = number;
            Span<double> sun = stackalloc double[Nodes], moon = stackalloc double[Nodes], nutation = stackalloc double[Nodes];
            Span<double> sunLatitude = stackalloc double[Nodes], moonLatitude = stackalloc double[Nodes];
            Span<double> moonDistance = stackalloc double[Nodes], obliquity = stackalloc double[Nodes];
            for (var k = 0; k < Nodes; k++)
            {
                var jdTt = (number + (NodeAt[k] + 1) / 2) * PieceDays;
                (nutation[k], obliquity[k]) = Earth.Nutation(jdTt);
                (sun[k], sunLatitude[k], _) = Panchang.Sun.Apparent(jdTt);
                (moon[k], moonLatitude[k], moonDistance[k]) = Panchang.Moon.Apparent(jdTt);
                sun[k] -= nutation[k];
                moon[k] -= nutation[k];
            }
            Sun = new Curve(Unwrap(sun));
            SunLatitude = new Curve(sunLatitude);
            Moon = new Curve(Unwrap(moon));
            MoonLatitude = new Curve(moonLatitude);
            MoonDistance = new Curve(moonDistance);
            Nutation = new Curve(nutation);
            Obliquity = new Curve(obliquity);
        }

        // A longitude may jump from 360 to 0; a polynomial must not. Neighbouring nodes are less than a day apart.
        private static Span<double> Unwrap(Span<double> degrees)
        {
            degrees[0] = Degrees.Wrap(degrees[0]);
            for (var k = 1; k < degrees.Length; k++)
            {
                degrees[k] = degrees[k - 1] + Degrees.WrapSigned(degrees[k] - degrees[k - 1]);
            }
            return degrees;
        }
    }

    private readonly struct Curve
    {
        private readonly double[] coefficients;

        internal Curve(ReadOnlySpan<double> atNodes)
        {
            coefficients = new double[Nodes];
            for (var j = 0; j < Nodes; j++)
            {
                var sum = 0.0;
                for (var k = 0; k < Nodes; k++)
                {
                    sum += Cosines[j * Nodes + k] * atNodes[k];
                }
                coefficients[j] = sum;
            }
        }

        // Clenshaw's recurrence.
        internal double At(double x)
        {
            double b1 = 0, b2 = 0;
            var c = coefficients;
            for (var j = c.Length - 1; j > 0; j--)
            {
                (b1, b2) = (2 * x * b1 - b2 + c[j], b1);
            }
            return x * b1 - b2 + c[0];
        }
    }
}
