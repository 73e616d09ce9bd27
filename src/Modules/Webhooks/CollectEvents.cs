using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Webhooks;

/// <summary>
/// Writes down, in one transaction with its inbox row, which hooks are to be told of an event. What goes out is a CloudEvent in the words of this file:
/// our own events may grow without anybody outside noticing.
/// </summary>
public static class CollectEvents
{
    internal static void Register(IServiceCollection services)
    {
        Collect<BookingHeld>(services, e => e.Booking.OrganisationId, e => Of(e.Booking));
        Collect<BookingConfirmed>(services, e => e.Booking.OrganisationId, e => Of(e.Booking));
        Collect<BookingCancelled>(services, e => e.Booking.OrganisationId, e => Of(e.Booking, ("refund", e.Refund), ("reason", e.Reason)));
        Collect<BookingExpired>(services, e => e.Booking.OrganisationId, e => Of(e.Booking));
        Collect<BookingRescheduled>(services, e => e.Booking.OrganisationId, e => Of(e.Booking, ("previousStart", e.PreviousStart), ("previousTotal", e.PreviousTotal), ("refund", e.Refund)));
        Collect<BookingCheckedIn>(services, e => e.Booking.OrganisationId, e => Of(e.Booking));
        Collect<BookingCompleted>(services, e => e.Booking.OrganisationId, e => Of(e.Booking));
        Collect<BookingNoShow>(services, e => e.Booking.OrganisationId, e => Of(e.Booking));
        Collect<PaymentCaptured>(services, e => e.OrganisationId, e => new { e.PaymentId, e.BookingId, e.UserId, e.Amount, e.Method, e.CapturedAt });
        Collect<PaymentFailed>(services, e => e.OrganisationId, e => new { e.PaymentId, e.BookingId, e.UserId, e.Amount, e.Reason });
        Collect<PaymentRefunded>(services, e => e.OrganisationId, e => new { e.RefundId, e.PaymentId, e.BookingId, e.UserId, e.Amount, e.To, e.Reason });
        Collect<ResourcesBlocked>(services, e => e.OrganisationId, e => new { e.BlockId, e.VenueId, e.ResourceIds, e.StartsAt, e.EndsAt, e.Reason, e.Removed });
        services.On<UserErased, WebhooksDb>(Forget);
        // The platform hears that somebody signed up, not their addresses.
        Collect<UserRegistered>(services, _ => Hook.Platform, e => new { e.UserId, e.Name, e.Language });
    }

    // Who asks to be forgotten is forgotten in the log as well.
    private static Task Forget(UserErased happened, WebhooksDb db, Delivery delivery, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"delete from webhooks.dispatch where body like {$"%{happened.UserId}%"}", cancel);

    /// <summary>The event as it goes out (CloudEvents 1.0, JSON).</summary>
    internal static string Envelope(Guid eventId, string name, Instant at, Guid organisationId, object data) => JsonSerializer.Serialize(
        new Dictionary<string, object>
        {
            ["specversion"] = "1.0", ["id"] = eventId, ["type"] = name, ["source"] = "/sarai", ["time"] = at, ["datacontenttype"] = "application/json", ["organisationid"] = organisationId, ["data"] = data,
        }, Json.Options);

    private static void Collect<TEvent>(IServiceCollection services, Func<TEvent, Guid> organisation, Func<TEvent, object> data) where TEvent : class, IEvent
    {
        var name = EventNameAttribute.Of(typeof(TEvent));
        services.On<TEvent, WebhooksDb>((happened, db, delivery, _) =>
        {
            var owner = organisation(happened);
            var hooks = Hearing(db, owner).Where(h => h.CreatedAt <= delivery.At).ToList();
            if (hooks.Count == 0) return Task.CompletedTask;
            var body = Envelope(delivery.EventId, name, delivery.At, owner, data(happened));
            db.Dispatches.AddRange(hooks.Select(hook => new Dispatch
            {
                Id = Guid.CreateVersion7(), HookId = hook.Id, EventId = delivery.EventId, Event = name, Body = body, DueAt = delivery.At, GiveUpAt = delivery.At + Dispatch.Patience, CreatedAt = delivery.At,
            }));
            return Task.CompletedTask;
        }, prepare: (_, db, _, cancel) => Listen(db, cancel), concerns: async (_, provider, cancel) =>
        {
            var db = provider.GetRequiredService<WebhooksDb>();
            await Listen(db, cancel);
            return e => Hearing(db, organisation(e)).Any();
        });

        IEnumerable<Hook> Hearing(WebhooksDb db, Guid owner) => db.Hearing!.Where(h => (h.OrganisationId == owner || h.OrganisationId == Hook.Platform) && h.Wanted.Contains(name));
    }

    // Who hears is asked once for a batch, and for most batches the answer is nobody.
    private static async Task Listen(WebhooksDb db, CancellationToken cancel) => db.Hearing ??= await db.Hooks.AsNoTracking().Where(h => h.DisabledAt == null).ToListAsync(cancel);

    private static Dictionary<string, object> Of(BookingInfo b, params (string Name, object Value)[] more)
    {
        var data = new Dictionary<string, object>
        {
            ["booking"] = new
            {
                b.Id, b.Code, b.Status, b.GuestId, b.GuestName, b.VenueId, b.VenueName, b.Vertical, b.OfferingId, b.OfferingName, b.Resources, b.StartsAt, b.EndsAt, b.TimeZone, b.Total, b.Paid, b.ExpiresAt, b.SeriesId,
            },
        };
        foreach (var (name, value) in more) data[name] = value;
        return data;
    }
}
