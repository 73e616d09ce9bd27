using Sarai.Panchang.Tables;

namespace Sarai.Panchang;

/// <summary>The nutation series IAU 2000B made ready for summing.</summary>
internal static class Nutation
{
    // Fixed offsets in place of the planetary terms the model leaves out, in arcseconds (Luzum 2001).
    private const double LongitudeOffset = -0.000135;
    private const double ObliquityOffset = 0.000388;

    private static readonly Series Longitude = new Series().Straight(0, Rows(5, 7, 0)).Straight(1, Rows(6, -1, 0));
    private static readonly Series Obliquity = new Series().Straight(0, Rows(8, 10, 0.25)).Straight(1, Rows(9, -1, 0.25));

    /// <summary>Nutation in longitude and in obliquity, degrees.</summary>
    internal static (double Longitude, double Obliquity) At(double t) =>
        (InLongitude(t), (Obliquity.Sum(t) + ObliquityOffset) / 3600);

    internal static double InLongitude(double t) => (Longitude.Sum(t) + LongitudeOffset) / 3600;

    // The Delaunay arguments in turns, constant and per century, in the shortened form the model prescribes.
    private static ReadOnlySpan<double> Delaunay =>
    [
        485868.249036, 1717915923.2178, // l
        1287104.79305, 129596581.0481, // l'
        335779.526232, 1739527262.8478, // F
        1072260.70369, 1602961601.2090, // D
        450160.398036, -6962890.5431, // Ω
    ];

    // The main function of a term is a sine in longitude and a cosine (a sine a quarter turn on) in obliquity; the other
    // function is folded in as a shift of phase.
    private static double[] Rows(int main, int other, double quarter)
    {
        const double Unit = 1e-7;
        const double Turn = 1296000;
        var count = NutationTerms.Rows.Length / NutationTerms.Width;
        var rows = new double[count * 3];
        for (var i = 0; i < count; i++)
        {
            var term = NutationTerms.Rows.Slice(i * NutationTerms.Width, NutationTerms.Width);
            double phase = 0, rate = 0;
            for (var argument = 0; argument < 5; argument++)
            {
                phase += term[argument] * Delaunay[2 * argument] / Turn;
                rate += term[argument] * Delaunay[2 * argument + 1] / Turn;
            }
            double along = term[main], across = other < 0 ? 0 : term[other];
            if (quarter != 0) across = -across;
            rows[3 * i] = Math.Sqrt(along * along + across * across) * Unit;
            rows[3 * i + 1] = (phase + quarter + Math.Atan2(across, along) / Math.Tau) % 1;
            rows[3 * i + 2] = rate;
        }
        return rows;
    }
}
