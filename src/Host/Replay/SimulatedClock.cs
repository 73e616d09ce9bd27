namespace Sarai.Host.Replay;

/// <summary>A clock that stands where the replay has come to. Time only moves forward, unless it is set back before the first day.</summary>
internal sealed class SimulatedClock : TimeProvider
{
    private long _ticks = DateTimeOffset.UnixEpoch.UtcTicks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    /// <summary>Sets it back to before everything.</summary>
    public void Reset() => Interlocked.Exchange(ref _ticks, DateTimeOffset.UnixEpoch.UtcTicks);

    /// <summary>Moves on to an instant.</summary>
    public void MoveTo(Instant instant) => Interlocked.Exchange(ref _ticks, Math.Max(Interlocked.Read(ref _ticks), instant.ToDateTimeUtc().Ticks));
}
