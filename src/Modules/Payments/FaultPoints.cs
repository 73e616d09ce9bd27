using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Sarai.Payments;

/// <summary>
/// The places between a gateway and our commit: before and after each call (<c>open</c>, <c>confirm</c>, <c>query</c>, <c>push</c>, <c>refund</c>), around a webhook,
/// before each kind of posting (<c>post:payment</c>, <c>post:refund</c>, <c>post:tax</c> …) and after a capture is written. Nothing happens at them, unless a test wants the app to die there: in its own process by
/// <see cref="Reached"/>, or for real, as by a power cut, at the point <c>Sarai:DieAt</c> names, which counts in Development only.
/// </summary>
public sealed class FaultPoints
{
    /// <summary>Reads whether and where to die.</summary>
    public FaultPoints(IConfiguration configuration, IHostEnvironment environment)
    {
        if (environment.IsDevelopment() && configuration["Sarai:DieAt"] is { Length: > 0 } point) Reached = reached => Die(reached == point);
    }

    /// <summary>Called with the point's name; null outside tests.</summary>
    public Action<string>? Reached { get; set; }

    /// <summary>Passes a point.</summary>
    public void Reach(string point) => Reached?.Invoke(point);

    private static void Die(bool now)
    {
        if (!now) return;
        using var self = Process.GetCurrentProcess();
        self.Kill();
        // The signal is on its way; nothing may happen until it is here.
        Thread.Sleep(Timeout.Infinite);
    }
}
