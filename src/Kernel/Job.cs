using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sarai.Kernel;

/// <summary>
/// Background work that runs every so often on every node. The work itself must be safe to run on two nodes at once
/// (claim rows with SKIP LOCKED, or be idempotent). A failed run is logged and the next one tries again.
/// </summary>
/// <param name="Name">The name in logs and in the history of what it changes.</param>
/// <param name="Every">The pause between runs.</param>
/// <param name="Run">One run, in a scope of its own; it answers true to be called again at once because more is waiting.</param>
public sealed record Job(string Name, TimeSpan Every, Func<IServiceProvider, CancellationToken, Task<bool>> Run);

/// <summary>Runs the <see cref="Job"/>s.</summary>
public sealed class JobRunner(IEnumerable<Job> jobs, IServiceScopeFactory scopes, TimeProvider clock, ILogger<JobRunner> log) : BackgroundService
{
    private static readonly Meter Meter = new("Sarai");
    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("job_failures_total", description: "Runs of background jobs that failed; each runs again.");

    // One run of a job at a time in this process: whoever calls RunAll finds done what a run under way had claimed.
    private readonly Dictionary<Job, SemaphoreSlim> _turns = jobs.ToDictionary(job => job, _ => new SemaphoreSlim(1, 1));

    /// <summary>Runs every job once, until each says that nothing is left. Tests and the replay use it to move time.</summary>
    public async Task RunAll(CancellationToken cancel = default)
    {
        foreach (var job in jobs)
        {
            while (await RunOnce(job, cancel)) { }
        }
    }

    /// <summary>Changes something while no job runs, such as the time in tests: a run that falls due meanwhile sees it changed altogether.</summary>
    public async Task Between(Action change, CancellationToken cancel = default)
    {
        var held = new List<SemaphoreSlim>();
        try
        {
            foreach (var turn in _turns.Values)
            {
                await turn.WaitAsync(cancel);
                held.Add(turn);
            }
            change();
        }
        finally
        {
            held.ForEach(turn => turn.Release());
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(jobs.Select(job => Loop(job, stoppingToken)));

    private async Task Loop(Job job, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(job.Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                try
                {
                    while (await RunOnce(job, stop)) { }
                }
                catch (Exception problem) when (problem is not OperationCanceledException || !stop.IsCancellationRequested)
                {
                    // Also a cancellation, when nobody stops us: that is how a time-out of HTTP looks, and it must end neither the loop nor the application.
                    Failures.Add(1, new KeyValuePair<string, object?>("job", job.Name));
                    if (Databases.IsAway(problem)) log.LogWarning("The job {Job} found the database away; it runs again in {Pause}", job.Name, job.Every);
                    else log.LogError(problem, "The job {Job} failed; it runs again in {Pause}", job.Name, job.Every);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The application is stopping.
        }
    }

    private async Task<bool> RunOnce(Job job, CancellationToken cancel)
    {
        await _turns[job].WaitAsync(cancel);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await job.Run(scope.ServiceProvider, cancel);
        }
        finally
        {
            _turns[job].Release();
        }
    }
}
