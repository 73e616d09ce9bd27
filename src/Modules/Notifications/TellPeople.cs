using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Notifications;

/// <summary>Turns domain events into what people are told, whichever door the event came through. Event id and person make each message once.</summary>
public static class TellPeople
{
    internal static void Register(IServiceCollection services)
    {
        services.AddScoped<Audience>();
        services.On<UserRegistered, NotificationsDb>((e, db, d, c) => Tell(e.UserId, "welcome", new() { ["name"] = e.Name }, "/", true, db, d, c),
            (all, _, s, c) => s.GetRequiredService<Audience>().Gather(all.Select(e => e.UserId), [], [], c));
        services.On<CodeIssued, NotificationsDb>(SendCode);
        services.On<BookingConfirmed, NotificationsDb>(async (e, db, d, c) =>
        {
            await Tell(e.Booking.GuestId, "booking_confirmed", Of(e.Booking), Link(e.Booking), true, db, d, c);
            await TellDesk(e.Booking, "new_booking", db, d, c);
        }, (all, _, s, c) => Gather(all.Select(e => e.Booking), s, c));
        services.On<BookingCancelled, NotificationsDb>(async (e, db, d, c) =>
        {
            var data = Of(e.Booking);
            (data["refund"], data["reason"]) = (e.Refund.Amount > 0 ? e.Refund.ToString() : "", e.Reason);
            await Tell(e.Booking.GuestId, "booking_cancelled", data, Link(e.Booking), true, db, d, c);
            await TellDesk(e.Booking, "desk_cancellation", db, d, c);
        }, (all, _, s, c) => Gather(all.Select(e => e.Booking), s, c));
        services.On<BookingExpired, NotificationsDb>((e, db, d, c) => Tell(e.Booking.GuestId, "booking_expired", Of(e.Booking), "/clubs", false, db, d, c),
            (all, _, s, c) => Gather(all.Select(e => e.Booking), s, c));
        services.On<BookingRescheduled, NotificationsDb>((e, db, d, c) =>
        {
            var data = Of(e.Booking);
            data["refund"] = e.Refund.Amount > 0 ? e.Refund.ToString() : "";
            return Tell(e.Booking.GuestId, "booking_rescheduled", data, Link(e.Booking), true, db, d, c);
        });
        services.On<BookingNoShow, NotificationsDb>((e, db, d, c) => Tell(e.Booking.GuestId, "booking_no_show", Of(e.Booking), Link(e.Booking), true, db, d, c));
        services.On<BookingPaymentRefused, NotificationsDb>((e, db, d, c) =>
        {
            var data = Of(e.Booking);
            data["amount"] = e.Amount.ToString();
            data["why"] = e.Reason switch { "slot_taken" => "the hold had run out and somebody else has the court", "cancelled" => "the booking was already cancelled", _ => "the booking was already paid" };
            return Tell(e.Booking.GuestId, "payment_returned", data, "/wallet", true, db, d, c);
        });
        services.On<WaitlistOffered, NotificationsDb>((e, db, d, c) =>
        {
            var data = Of(e.Booking);
            data["until"] = e.Booking.ExpiresAt!.Value.InZone(Time.Zone(e.Booking.TimeZone)).ToString("HH:mm", CultureInfo.InvariantCulture);
            return Tell(e.Booking.GuestId, "waitlist_offered", data, $"/bookings/{e.Booking.Id}/pay", true, db, d, c);
        });
        services.On<PaymentCaptured, NotificationsDb>((e, db, d, c) => TellOfMoney(e.BookingId, e.UserId, "payment_success", e.Amount, null, db, d, c),
            (all, _, s, c) => s.GetRequiredService<Audience>().Gather(all.Select(e => e.UserId), all.Select(e => e.BookingId), [], c));
        services.On<PaymentFailed, NotificationsDb>((e, db, d, c) => TellOfMoney(e.BookingId, e.UserId, "payment_failed", e.Amount, null, db, d, c));
        services.On<PaymentRefunded, NotificationsDb>((e, db, d, c) => TellOfMoney(e.BookingId, e.UserId, "refund_processed", e.Amount, e.To == "wallet" ? "your wallet" : "where you paid from", db, d, c));
    }

    private static Task Gather(IEnumerable<BookingInfo> bookings, IServiceProvider services, CancellationToken cancel)
    {
        var all = bookings.ToList();
        return services.GetRequiredService<Audience>().Gather(all.Select(b => b.GuestId), [], all.Select(b => b.OrganisationId), cancel);
    }

    private static async Task SendCode(CodeIssued e, NotificationsDb db, Delivery delivery, CancellationToken cancel)
    {
        var (title, body) = Templates.Write(e.Purpose, new Dictionary<string, string> { ["name"] = e.Name, ["code"] = e.Code ?? "" });
        db.Messages.Add(NewMessage(e.UserId, e.Channel, e.Purpose, e.Address, title, body, delivery));
        await Task.CompletedTask;
    }

    private static async Task TellOfMoney(Guid bookingId, Guid userId, string type, Money amount, string? to, NotificationsDb db, Delivery delivery, CancellationToken cancel)
    {
        if (await delivery.Services.GetRequiredService<Audience>().Booking(bookingId, cancel) is not { } booking) return;
        var data = Of(booking);
        (data["amount"], data["to"]) = (amount.ToString(), to ?? "");
        await Tell(userId, type, data, Link(booking), true, db, delivery, cancel);
    }

    private static async Task TellDesk(BookingInfo booking, string type, NotificationsDb db, Delivery delivery, CancellationToken cancel)
    {
        foreach (var colleague in await delivery.Services.GetRequiredService<Audience>().AtDesk(booking.OrganisationId, cancel))
            await Tell(colleague, type, Of(booking), $"/desk/{booking.VenueId}/bookings/{booking.Id}", false, db, delivery, cancel);
    }

    private static async Task Tell(Guid userId, string type, Dictionary<string, string> data, string link, bool byMessage, NotificationsDb db, Delivery delivery, CancellationToken cancel)
    {
        var (title, body) = Templates.Write(type, data);
        db.Notifications.Add(new Notification { Id = Guid.CreateVersion7(), UserId = userId, EventId = delivery.EventId, Type = type, Title = title, Body = body, Link = link, CreatedAt = delivery.At });
        delivery.Services.GetRequiredService<Live>().Announce($"user:{userId}", type, new { title, link });
        if (!byMessage) return;
        var audience = delivery.Services.GetRequiredService<Audience>();
        if (await audience.Person(userId, cancel) is not { } person) return;
        var (channel, address) = person.Email is null ? ("sms", person.Phone!) : ("email", person.Email);
        if (!audience.Wants(userId, channel, type)) return;
        db.Messages.Add(NewMessage(userId, channel, type, address, title, body, delivery));
    }

    private static Message NewMessage(Guid userId, string channel, string type, string address, string title, string body, Delivery delivery) => new()
    {
        Id = Guid.CreateVersion7(), EventId = delivery.EventId, UserId = userId, Channel = channel, Type = type, Address = address, Subject = channel == "sms" ? "" : title, Body = body,
        DueAt = delivery.At, CreatedAt = delivery.At,
    };

    private static Dictionary<string, string> Of(BookingInfo b)
    {
        var (start, end) = (b.StartsAt.InZone(Time.Zone(b.TimeZone)), b.EndsAt.InZone(Time.Zone(b.TimeZone)));
        return new()
        {
            ["guest"] = b.GuestName, ["venue"] = b.VenueName, ["offering"] = b.OfferingName, ["code"] = b.Code, ["courts"] = string.Join(", ", b.Resources.Select(r => r.Name)),
            ["when"] = string.Create(CultureInfo.InvariantCulture, $"{start:ddd d MMM, HH:mm}–{end:HH:mm}"),
        };
    }

    private static string Link(BookingInfo booking) => $"/bookings/{booking.Id}";
}
