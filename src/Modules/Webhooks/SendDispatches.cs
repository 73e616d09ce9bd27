using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sarai.Webhooks;

/// <summary>
/// Tells the hooks what waits for them, at least once. A dispatch is put off before it is sent, so that two nodes never send it at once and a node that dies
/// only makes it later. Each hook has a share of every round, so that one that is slow or dead does not make the others wait for long.
/// </summary>
public static class SendDispatches
{
    /// <summary>The name of the HTTP client.</summary>
    internal const string Client = "webhooks";

    private const int MostPerHook = 8;
    private const int MostAtOnce = 64;
    private const int MostOfAnAnswer = 300;
    private static readonly Meter Meter = new("Sarai");
    private static readonly Counter<long> Outcomes = Meter.CreateCounter<long>("webhook_dispatches_total", description: "Tries to tell a hook, by how they ended.");

    internal static async Task<bool> Run(IServiceProvider services, CancellationToken cancel)
    {
        var (db, clock) = (services.GetRequiredService<WebhooksDb>(), services.GetRequiredService<TimeProvider>());
        var due = await Take(db, clock.Now(), cancel);
        if (due.Count == 0) return false;
        var ids = due.ConvertAll(d => d.HookId);
        var hooks = await db.Hooks.Where(h => ids.Contains(h.Id)).ToDictionaryAsync(h => h.Id, cancel);
        var answers = await Task.WhenAll(due.Select(dispatch => hooks[dispatch.HookId].DisabledAt is null ? Send(dispatch, hooks[dispatch.HookId], services, cancel) : Task.FromResult<Told?>(null)));
        foreach (var (dispatch, told) in due.Zip(answers))
        {
            var hook = hooks[dispatch.HookId];
            if (told is null)
            {
                dispatch.GiveUp("the hook was switched off");
                continue;
            }
            dispatch.Record(told.Answer, told.Problem, told.Milliseconds, clock.Now());
            // 410: the other side says that this address is gone for good.
            if (told.Answer == StatusCodes.Status410Gone) hook.Disable("the address answered 410 Gone", clock.Now());
            Outcomes.Add(1, new KeyValuePair<string, object?>("outcome", dispatch.Status == DispatchStatus.Delivered ? "delivered" : dispatch.Status == DispatchStatus.Failed ? "given_up" : "failed"));
        }
        await db.SaveChangesAsync(cancel);
        // Who takes what they are sent gets the next share at once; who does not has been put off.
        return due.GroupBy(d => d.HookId).Any(share => share.Count() == MostPerHook && share.All(d => d.Status == DispatchStatus.Delivered));
    }

    /// <summary>Forgets what was told more than a month ago.</summary>
    internal static async Task<bool> TidyUp(IServiceProvider services, CancellationToken cancel)
    {
        var before = services.GetRequiredService<TimeProvider>().Now() - Duration.FromDays(30);
        await services.GetRequiredService<WebhooksDb>().Dispatches.Where(d => d.Status != DispatchStatus.Waiting && d.CreatedAt < before).ExecuteDeleteAsync(cancel);
        return false;
    }

    private static Task<List<Dispatch>> Take(WebhooksDb db, Instant now, CancellationToken cancel)
    {
        var (at, later) = (now.ToDateTimeUtc(), (now + Duration.FromMinutes(1)).ToDateTimeUtc());
        return db.Dispatches.FromSql($"""
            update webhooks.dispatch d set due_at = {later} where d.status = 'Waiting' and d.due_at <= {at} and d.id in (
              select w.id from (select distinct hook_id from webhooks.dispatch where status = 'Waiting' and due_at <= {at}) h
              cross join lateral (
                select id from webhooks.dispatch x where x.hook_id = h.hook_id and x.status = 'Waiting' and x.due_at <= {at} order by x.due_at limit {MostPerHook} for update skip locked) w
              limit {MostAtOnce}) returning d.*
            """).ToListAsync(cancel);
    }

    private static async Task<Told?> Send(Dispatch dispatch, Hook hook, IServiceProvider services, CancellationToken cancel)
    {
        var now = services.GetRequiredService<TimeProvider>().Now();
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient(Client);
        using var request = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = new StringContent(dispatch.Body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Sarai-Event", dispatch.Event);
        request.Headers.Add("Sarai-Event-Id", dispatch.EventId.ToString());
        request.Headers.Add("Sarai-Signature", hook.Sign(dispatch.Body, now, services.GetRequiredService<Sealed>()));
        request.Headers.UserAgent.ParseAdd("Sarai-Webhooks/1");
        var start = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Outbound.Patience);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            var problem = response.IsSuccessStatusCode ? null : await Complaint(response, patience.Token);
            return new Told((int)response.StatusCode, problem, Elapsed(start));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            services.GetRequiredService<ILogger<Hook>>().LogInformation("Hook {Hook} could not be told of {Event} {EventId}", hook.Id, dispatch.Event, dispatch.EventId);
            return new Told(null, failure is OperationCanceledException ? $"no answer within {Outbound.Patience.TotalSeconds:F0} s" : failure.Message, Elapsed(start));
        }
    }

    // What the other side says may help its owner; never more of it than fits on a line.
    private static async Task<string> Complaint(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[MostOfAnAnswer];
        var read = await stream.ReadAtLeastAsync(buffer, MostOfAnAnswer, throwOnEndOfStream: false, cancel);
        var said = new string([.. Encoding.UTF8.GetString(buffer, 0, read).Where(c => !char.IsControl(c))]);
        return $"answered {(int)response.StatusCode}{(said.Length > 0 ? $": {said}" : "")}";
    }

    private static int Elapsed(long start) => (int)Stopwatch.GetElapsedTime(start).TotalMilliseconds;

    private sealed record Told(int? Answer, string? Problem, int Milliseconds);
}
