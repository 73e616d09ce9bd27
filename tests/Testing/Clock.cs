namespace Sarai.Testing;

/// <summary>
/// A clock that stands still until a test moves it. Delays, timers and timeouts made with it fire in order, at their
/// own time, on the thread that moves it; a periodic one at most a hundred times in one move.
/// </summary>
public sealed class Clock(DateTimeOffset start) : TimeProvider
{
    private const int MostTicks = 100;
    private readonly Lock gate = new();
    private readonly List<Timer> timers = [];
    private DateTimeOffset now = start.ToUniversalTime();

    /// <summary>A clock that stands at noon UTC of an ordinary Monday.</summary>
    public Clock() : this(new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero)) { }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <summary>Moves on by a while, and fires what falls due on the way.</summary>
    public void Advance(TimeSpan by) => Set(GetUtcNow() + by);

    /// <summary>Moves on to an instant, and fires what falls due on the way. Moved back, it fires nothing.</summary>
    public void Set(DateTimeOffset instant)
    {
        while (NextUntil(instant) is { } timer)
            timer.Fire();
        lock (gate)
            now = instant.ToUniversalTime();
    }

    private Timer? NextUntil(DateTimeOffset instant)
    {
        lock (gate)
        {
            var next = timers.Where(timer => timer.Due <= instant).MinBy(timer => timer.Due);
            if (next is null)
                return null;
            // Nobody who sleeps for days hears every tick: a timer that is far behind skips to its last hundred.
            if (next.Period > TimeSpan.Zero && (instant - next.Due) / next.Period > MostTicks)
                next.Due += next.Period * (Math.Floor((instant - next.Due) / next.Period) - MostTicks);
            if (timers.Any(timer => timer.Due < next.Due))
                return NextUntil(instant);
            now = next.Due > now ? next.Due : now;
            if (next.Period > TimeSpan.Zero)
                next.Due += next.Period;
            else
                timers.Remove(next);
            return next;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Clock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; set; }
        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    (Due, Period) = (clock.now + dueTime, period);
                    clock.timers.Add(this);
                }
            }

            if (dueTime == TimeSpan.Zero)
                clock.Set(clock.GetUtcNow()); // Due at once, as with the real clock.
            return true;
        }

        public void Dispose()
        {
            lock (clock.gate)
                clock.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
