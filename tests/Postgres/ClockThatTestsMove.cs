using Sarai.Testing;

namespace Sarai.Postgres.Tests;

public sealed class ClockThatTestsMove
{
    private readonly Clock clock = new();

    [Fact]
    public async Task A_delay_ends_when_the_clock_gets_there_and_not_before()
    {
        var delay = Task.Delay(TimeSpan.FromMinutes(15), clock, TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromTicks(1));
        delay.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromTicks(1));
        await delay;
    }

    [Fact]
    public void Timers_fire_in_order_and_each_at_its_own_time()
    {
        var start = clock.GetUtcNow();
        var fired = new List<(string, TimeSpan)>();
        using var late = clock.CreateTimer(_ => fired.Add(("late", clock.GetUtcNow() - start)), null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var often = clock.CreateTimer(_ => fired.Add(("often", clock.GetUtcNow() - start)), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        using var stopped = clock.CreateTimer(_ => fired.Add(("stopped", default)), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        stopped.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        clock.Advance(TimeSpan.FromSeconds(4));
        fired.ShouldBe([("often", TimeSpan.FromSeconds(1)), ("late", TimeSpan.FromSeconds(3)), ("often", TimeSpan.FromSeconds(3))], ignoreOrder: true);
        clock.GetUtcNow().ShouldBe(start + TimeSpan.FromSeconds(4));
    }

    [Fact]
    public void A_timeout_cancels_at_its_time()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30), clock);
        clock.Advance(TimeSpan.FromSeconds(29));
        timeout.IsCancellationRequested.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));
        timeout.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task A_periodic_timer_ticks_with_the_clock()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), clock);
        for (var i = 0; i < 3; i++)
        {
            var tick = timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            tick.IsCompleted.ShouldBeFalse();
            clock.Advance(TimeSpan.FromMinutes(1));
            (await tick).ShouldBeTrue();
        }
    }

    [Fact]
    public void Elapsed_time_is_what_the_clock_was_moved_by()
    {
        var start = clock.GetTimestamp();
        clock.Advance(TimeSpan.FromHours(2));
        clock.GetElapsedTime(start).ShouldBe(TimeSpan.FromHours(2));
    }
}
