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
        for (var second = 0; second < 3; second++)
        {
            var before = runs.ToDictionary();
            clock.Advance(TimeSpan.FromSeconds(1));
            for (var deadline = DateTime.UtcNow.AddSeconds(10); DateTime.UtcNow < deadline && runs.Any(r => r.Value == before[r.Key]);) await Task.Yield();
        }
        runner.ExecuteTask!.IsFaulted.ShouldBeFalse();
        runs.Values.ShouldAllBe(n => n == 3);
        await runner.StopAsync(TestContext.Current.CancellationToken);
        runner.ExecuteTask.Status.ShouldBe(TaskStatus.RanToCompletion);

        Task<bool> Run(string name, Exception? problem)
        {
            lock (runs) runs[name]++;
            return problem is null ? Task.FromResult(false) : Task.FromException<bool>(problem);
        }
    }
}
