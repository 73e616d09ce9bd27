namespace Sarai.Panchang;

/// <summary>A period ruled by a graha.</summary>
public sealed class Dasha
{
    private readonly double days;
    private readonly int index;

    internal Dasha(Graha lord, int level, DateTimeOffset startsAt, DateTimeOffset endsAt, double days, int index) =>
        (Lord, Level, StartsAt, EndsAt, this.days, this.index) = (lord, level, startsAt, endsAt, days, index);

    /// <summary>Who rules.</summary>
    public Graha Lord { get; }

    /// <summary>1 mahadasha, 2 antardasha, 3 pratyantardasha.</summary>
    public int Level { get; }

    /// <summary>The first instant.</summary>
    public DateTimeOffset StartsAt { get; }

    /// <summary>The instant after the last.</summary>
    public DateTimeOffset EndsAt { get; }

    /// <summary>The nine parts of the next level; none below the third.</summary>
    public IReadOnlyList<Dasha> Parts => Level < 3 ? Vimshottari.Divided(StartsAt, days, index, Level + 1) : [];
}
