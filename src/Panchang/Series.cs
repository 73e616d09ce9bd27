using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sarai.Panchang;

/// <summary>
/// A sum of terms T^n · amplitude · sin(turn · (p0 + p1 T + … + p4 T⁴)), as every theory used here is one. Phases are
/// in turns, so that reducing an angle is one rounding, and terms stand column by column, so that one instruction works
/// on as many of them as the machine's vectors hold. Summing allocates nothing.
/// </summary>
internal sealed class Series
{
    private readonly List<Block> blocks = [];
    private Block[] sealedBlocks = [];

    /// <summary>Adds terms whose phase is linear in T. A row: amplitude, p0, p1.</summary>
    internal Series Straight(int power, ReadOnlySpan<double> rows) => Add(power, 1, rows);

    /// <summary>Adds terms whose phase runs to T⁴. A row: amplitude, p0, p1, p2, p3, p4.</summary>
    internal Series Curved(int power, ReadOnlySpan<double> rows) => Add(power, 4, rows);

    /// <summary>The sum at T.</summary>
    internal double Sum(double t)
    {
        var sum = 0.0;
        foreach (var block in sealedBlocks) sum += block.Sum(t);
        return sum;
    }

    private Series Add(int power, int degree, ReadOnlySpan<double> rows)
    {
        blocks.Add(new Block(power, degree, rows));
        sealedBlocks = [.. blocks];
        return this;
    }

    private sealed class Block
    {
        private readonly int power;
        private readonly double[][] columns;

        internal Block(int power, int degree, ReadOnlySpan<double> rows)
        {
            this.power = power;
            var width = degree + 2;
            var count = rows.Length / width;
            var padded = (count + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count;
            columns = new double[width][];
            for (var column = 0; column < width; column++)
            {
                columns[column] = new double[padded];
                for (var row = 0; row < count; row++) columns[column][row] = rows[row * width + column];
            }
        }

        internal double Sum(double t)
        {
            var sum = columns.Length == 3 ? Straight(t) : Curved(t);
            for (var i = 0; i < power; i++) sum *= t;
            return sum;
        }

        private double Straight(double t)
        {
            var amplitude = Vectors(columns[0]);
            var p0 = Vectors(columns[1]);
            var p1 = Vectors(columns[2]);
            var time = new Vector<double>(t);
            var sum = Vector<double>.Zero;
            for (var i = 0; i < amplitude.Length; i++)
                sum += amplitude[i] * Sine(Vector.FusedMultiplyAdd(p1[i], time, p0[i]));
            return Vector.Sum(sum);
        }

        private double Curved(double t)
        {
            var amplitude = Vectors(columns[0]);
            var p0 = Vectors(columns[1]);
            var p1 = Vectors(columns[2]);
            var p2 = Vectors(columns[3]);
            var p3 = Vectors(columns[4]);
            var p4 = Vectors(columns[5]);
            var time = new Vector<double>(t);
            var sum = Vector<double>.Zero;
            for (var i = 0; i < amplitude.Length; i++)
            {
                var phase = Vector.FusedMultiplyAdd(p4[i], time, p3[i]);
                phase = Vector.FusedMultiplyAdd(phase, time, p2[i]);
                phase = Vector.FusedMultiplyAdd(phase, time, p1[i]);
                phase = Vector.FusedMultiplyAdd(phase, time, p0[i]);
                sum += amplitude[i] * Sine(phase);
            }
            return Vector.Sum(sum);
        }

        private static ReadOnlySpan<Vector<double>> Vectors(double[] column) =>
            MemoryMarshal.Cast<double, Vector<double>>(column);
    }

    /// <summary>sin(2π·x) to 4e-14: x is reduced to a quarter turn, then the odd Taylor series to the 17th power.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> Sine(Vector<double> x)
    {
        var quarter = new Vector<double>(0.25);
        var turn = x - Vector.Round(x);
        // In [-1/2, 1/2] the sine is symmetric about ±1/4: fold the size onto [0, 1/4], keep the sign.
        var size = quarter - Vector.Abs(quarter - Vector.Abs(turn));
        var square = size * size;
        var sum = new Vector<double>(C17);
        sum = Vector.FusedMultiplyAdd(sum, square, new Vector<double>(C15));
        sum = Vector.FusedMultiplyAdd(sum, square, new Vector<double>(C13));
        sum = Vector.FusedMultiplyAdd(sum, square, new Vector<double>(C11));
        sum = Vector.FusedMultiplyAdd(sum, square, new Vector<double>(C9));
        sum = Vector.FusedMultiplyAdd(sum, square, new Vector<double>(C7));
        sum = Vector.FusedMultiplyAdd(sum, square, new Vector<double>(C5));
        sum = Vector.FusedMultiplyAdd(sum, square, new Vector<double>(C3));
        sum = Vector.FusedMultiplyAdd(sum, square, new Vector<double>(C1));
        return Vector.CopySign(sum * size, turn);
    }

    // (2π)^k / k! with alternating sign.
    private const double C1 = Math.Tau;
    private const double C3 = -C1 * Math.Tau * Math.Tau / (2 * 3);
    private const double C5 = -C3 * Math.Tau * Math.Tau / (4 * 5);
    private const double C7 = -C5 * Math.Tau * Math.Tau / (6 * 7);
    private const double C9 = -C7 * Math.Tau * Math.Tau / (8 * 9);
    private const double C11 = -C9 * Math.Tau * Math.Tau / (10 * 11);
    private const double C13 = -C11 * Math.Tau * Math.Tau / (12 * 13);
    private const double C15 = -C13 * Math.Tau * Math.Tau / (14 * 15);
    private const double C17 = -C15 * Math.Tau * Math.Tau / (16 * 17);
}
