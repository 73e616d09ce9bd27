using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Sarai.Stories;

public sealed class WorkInTheBackground
{
    [Fact]
    public async Task A_job_that_fails_or_times_out_runs_again_and_disturbs_nobody()
    {
        var clock = new Clock();
        var runs = new Dictionary<string, int> { ["breaks"] = 0, ["times out"] = 0, ["works"] = 0 };
        await using var services = new ServiceCollection().BuildServiceProvider();
        using var runner = new JobRunner(
            [
                new Job("breaks", TimeSpan.FromSeconds(1), (_, _) => Run("breaks", new InvalidOperationException("broken"))),
                // So HttpClient says that nobody answered in time: a cancellation that nobody asked for.
                new Job("times out", TimeSpan.FromSeconds(1), (_, _) => Run("times out", new TaskCanceledException("no answer"))),
                new Job("works", TimeSpan.FromSeconds(1), (_, _) => Run("works", null)),
            ], services.GetRequiredService<IServiceScopeFactory>(), clock, NullLogger<JobRunner>.Instance);
        await runner.StartAsync(TestContext.Current.CancellationToken);
        for (var deadline = DateTime.UtcNow.AddSeconds(30); Fewest() < 3 && DateTime.UtcNow < deadline;)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Fewest().ShouldBeGreaterThanOrEqualTo(3);
        runner.ExecuteTask!.IsFaulted.ShouldBeFalse();
        await runner.StopAsync(TestContext.Current.CancellationToken);
        runner.ExecuteTask.Status.ShouldBe(TaskStatus.RanToCompletion);

        int Fewest()
        {
            lock (runs) return runs.Values.Min();
        }

        Task<bool> Run(string name, Exception? problem)
        {
            lock (runs) runs[name]++;
            return problem is null ? Task.FromResult(false) : Task.FromException<bool>(problem);
        }
    }

    [Fact]
    public async Task A_job_never_overlaps_with_itself_and_whoever_runs_all_waits_for_what_the_loop_has_begun()
    {
        var (clock, running, most) = (new Clock(), 0, 0);
        await using var services = new ServiceCollection().BuildServiceProvider();
        using var runner = new JobRunner([new Job("slow", TimeSpan.FromSeconds(1), Run)], services.GetRequiredService<IServiceScopeFactory>(), clock, NullLogger<JobRunner>.Instance);
        await runner.StartAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 20; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAll(runner.RunAll(TestContext.Current.CancellationToken), runner.RunAll(TestContext.Current.CancellationToken));
        }
        await runner.StopAsync(TestContext.Current.CancellationToken);
        most.ShouldBe(1);

        async Task<bool> Run(IServiceProvider _, CancellationToken cancel)
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            for (var i = 0; i < 20; i++) await Task.Yield();
            Interlocked.Decrement(ref running);
            return false;
        }
    }
}
