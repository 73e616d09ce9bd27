using System.Diagnostics;

namespace Sarai.Postgres.Tests;

/// <summary>Waits for something that other processes do in their own time.</summary>
public static class Eventually
{
    public static async Task True(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), what);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
