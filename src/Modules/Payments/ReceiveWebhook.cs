using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Payments;

/// <summary>
/// News from providers: their webhooks, checked on the raw body, and what they answer when we ask about attempts nobody told us about.
/// A webhook is answered 200 only after its effect is committed.
/// </summary>
public static class ReceiveWebhook
{
    private const int LargestBody = 64 * 1024;
    private static readonly Duration AskAfter = Duration.FromMinutes(1);

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/webhooks/payments/{provider}", Handle).AllowAnonymous().WithTags("Payments").WithSummary("News from a payment provider");

    /// <summary>Receives a webhook.</summary>
    public static async Task<Answer<Done>> Handle(string provider, HttpContext http, PaymentsDb db, IEnumerable<IProvider> providers, TimeProvider clock, CancellationToken cancel)
    {
        if (providers.FirstOrDefault(p => p.Name == provider) is not { } sender) return Fault.NotFound("provider");
        if (http.Request.ContentLength is null or > LargestBody) return new Fault(413, "too_large", "A webhook has at most 64 kB.");
        var body = new byte[(int)http.Request.ContentLength];
        await http.Request.Body.ReadExactlyAsync(body, cancel);
        var told = sender.Read(body, http.Request.Headers, clock.Now());
        if (told is null) return Done.It;
        return told.Fault is { } forged ? forged : await ApplyCapture.Handle(provider, told.Value, db, clock, cancel);
    }

    /// <summary>Asks about open attempts: a missed webhook costs a minute, not the money.</summary>
    internal static async Task<bool> Reconcile(IServiceProvider services, CancellationToken cancel)
    {
        var (db, clock) = (services.GetRequiredService<PaymentsDb>(), services.GetRequiredService<TimeProvider>());
        var providers = services.GetServices<IProvider>().ToDictionary(p => p.Name);
        var now = clock.Now();
        var (before, again) = (now - AskAfter, now - AskAfter);
        var open = await db.Attempts.Where(a => a.Status == "Open" && a.CreatedAt <= before && (a.AskedAt == null || a.AskedAt <= again)).OrderBy(a => a.AskedAt).Take(50).ToListAsync(cancel);
        foreach (var attempt in open)
        {
            attempt.AskedAt = now;
            if (providers.TryGetValue(attempt.Provider, out var provider) && await provider.Ask(attempt.Reference, cancel) is { } outcome) await ApplyCapture.Handle(attempt.Provider, outcome, db, clock, cancel);
        }
        await db.SaveChangesAsync(cancel);
        return false;
    }
}
