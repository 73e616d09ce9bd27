using System.Collections;

namespace Sarai.Panchang;

/// <summary>The crossings of every multiple of a step within a range, found one by one as they are read; reading allocates nothing.</summary>
public readonly struct Passages : IEnumerable<Passage>
{
    private readonly Angle angle;
    private readonly int parts;
    private readonly double from;
    private readonly double to;

    internal Passages(Angle angle, int parts, double from, double to) =>
        (this.angle, this.parts, this.from, this.to) = (angle, parts, from, to);

    /// <summary>Starts reading.</summary>
    public Enumerator GetEnumerator() => new(this);

    IEnumerator<Passage> IEnumerable<Passage>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Goes from crossing to crossing.</summary>
    public struct Enumerator : IEnumerator<Passage>
    {
        private readonly Passages range;
        private double guess;
        private int next;

        internal Enumerator(Passages range)
        {
            this.range = range;
            Reset();
        }

        /// <summary>The crossing reached.</summary>
        public Passage Current { get; private set; }

        readonly object IEnumerator.Current => Current;

        /// <summary>Goes to the next crossing; false when it is beyond the range.</summary>
        public bool MoveNext()
        {
            var step = 360.0 / range.parts;
            double at;
            do
            {
                at = Events.Refine(range.angle, next * step, guess);
                Current = new Passage(at, next);
                next = (next + 1) % range.parts;
                guess = at + step / Events.MeanRate(range.angle);
            }
            while (at < range.from - Events.Slack);
            return at < range.to - Events.Slack;
        }

        /// <summary>Starts again.</summary>
        public void Reset()
        {
            var step = 360.0 / range.parts;
            var rate = Events.MeanRate(range.angle);
            var value = Events.Value(range.angle, range.from);
            var index = (int)Math.Ceiling((value - 2 * Events.Slack * rate) / step);
            next = index % range.parts;
            guess = range.from + (index * step - value) / rate;
            Current = default;
        }

        /// <summary>Does nothing.</summary>
        public readonly void Dispose()
        {
        }
    }
}
