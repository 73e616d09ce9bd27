using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Sarai.Ui;

namespace Sarai.Notifications;

/// <summary>Turns domain events into what people are told, whichever door the event came through. Event id and person make each message once.</summary>
public static class TellPeople
{
    internal static void Register(IServiceCollection services)
    {
        services.AddScoped<Audience>();
        services.On<UserRegistered, NotificationsDb>((e, db, d, c) => Tell(e.UserId, "welcome", () => new() { ["name"] = e.Name }, "/", true, db, d, c),
            (all, _, s, c) => s.GetRequiredService<Audience>().Gather(all.Select(e => e.UserId), [], [], c));
        services.On<CodeIssued, NotificationsDb>(SendCode);
        services.On<BookingConfirmed, NotificationsDb>(async (e, db, d, c) =>
        {
            await Tell(e.Booking.GuestId, "booking_confirmed", () => Of(e.Booking), Link(e.Booking), true, db, d, c);
            await TellDesk(e.Booking, "new_booking", db, d, c);
        }, (all, _, s, c) => Gather(all.Select(e => e.Booking), s, c));
        services.On<BookingCancelled, NotificationsDb>(async (e, db, d, c) =>
        {
            await Tell(e.Booking.GuestId, "booking_cancelled", () => Of(e.Booking, ("refund", Some(e.Refund)), ("reason", Wording.Of(e.Reason))), Link(e.Booking), true, db, d, c);
            await TellDesk(e.Booking, "desk_cancellation", db, d, c);
        }, (all, _, s, c) => Gather(all.Select(e => e.Booking), s, c));
        services.On<BookingExpired, NotificationsDb>((e, db, d, c) => Tell(e.Booking.GuestId, "booking_expired", () => Of(e.Booking), "/clubs", false, db, d, c),
            (all, _, s, c) => Gather(all.Select(e => e.Booking), s, c));
        services.On<BookingRescheduled, NotificationsDb>((e, db, d, c) =>
            Tell(e.Booking.GuestId, "booking_rescheduled", () => Of(e.Booking, ("refund", Some(e.Refund))), Link(e.Booking), true, db, d, c));
        services.On<BookingBalanceDue, NotificationsDb>((e, db, d, c) => Tell(
            e.Booking.GuestId, "balance_due", () => Of(e.Booking, ("amount", e.Booking.Due.Shown()), ("until", e.Booking.BalanceDueAt!.Value.InZone(Time.Zone(e.Booking.TimeZone)).ToString("d MMM HH:mm", CultureInfo.CurrentCulture))),
            $"/bookings/{e.Booking.Id}/pay", true, db, d, c));
        services.On<BookingNoShow, NotificationsDb>((e, db, d, c) => Tell(e.Booking.GuestId, "booking_no_show", () => Of(e.Booking), Link(e.Booking), true, db, d, c));
        services.On<BookingPaymentRefused, NotificationsDb>((e, db, d, c) =>
            Tell(e.Booking.GuestId, "payment_returned", () => Of(e.Booking, ("amount", e.Amount.Shown()), ("why", Why(e.Reason))), "/wallet", true, db, d, c));
        services.On<EqualSlotOffered, NotificationsDb>((e, db, d, c) =>
            Tell(e.Booking.GuestId, "equal_slot_offered", () => Of(e.Gone, ("until", Clock(e.Booking.ExpiresAt!.Value, e.Booking)), ("newWhen", Of(e.Booking)["when"]), ("newCourts", Of(e.Booking)["courts"])), Link(e.Booking), true, db, d, c));
        services.On<WaitlistOffered, NotificationsDb>((e, db, d, c) =>
            Tell(e.Booking.GuestId, "waitlist_offered", () => Of(e.Booking, ("until", Clock(e.Booking.ExpiresAt!.Value, e.Booking))), $"/bookings/{e.Booking.Id}/pay", true, db, d, c));
        services.On<NotificationRequested, NotificationsDb>((e, db, d, c) =>
            Tell(e.UserId, e.Type, () => e.Data.ToDictionary(v => v.Key, v => Told.Shown(v.Value)), e.Link ?? "/notifications", true, db, d, c));
        services.On<PaymentCaptured, NotificationsDb>((e, db, d, c) => TellOfMoney(e.BookingId, e.UserId, "payment_success", e.Amount, null, db, d, c),
            (all, _, s, c) => s.GetRequiredService<Audience>().Gather(all.Select(e => e.UserId), all.Select(e => e.BookingId), [], c));
        services.On<InvoiceIssued, NotificationsDb>(TellOfInvoice,
            (all, _, s, c) => s.GetRequiredService<Audience>().Gather(all.Select(e => e.UserId), all.Select(e => e.BookingId), [], c));
        services.On<PaymentFailed, NotificationsDb>((e, db, d, c) => TellOfMoney(e.BookingId, e.UserId, "payment_failed", e.Amount, null, db, d, c));
        services.On<PaymentRefunded, NotificationsDb>((e, db, d, c) => TellOfMoney(e.BookingId, e.UserId, "refund_processed", e.Amount, e.To, db, d, c));
    }

    private static async Task TellOfInvoice(InvoiceIssued e, NotificationsDb db, Delivery delivery, CancellationToken cancel)
    {
        var booking = await delivery.Services.GetRequiredService<Audience>().Booking(e.BookingId, cancel);
        var bought = booking is null ? await Bought(e, delivery, cancel) : [];
        if (booking is null && bought.Count == 0) return;
        var (amount, tax) = e.Amount.Amount < 0 ? (Money.Zero(e.Amount.Currency) - e.Amount, Money.Zero(e.Tax.Currency) - e.Tax) : (e.Amount, e.Tax);
        await Tell(e.UserId, e.Amount.Amount < 0 ? "credit_note_issued" : "invoice_issued", () => new(booking is null ? bought : Of(booking))
        {
            ["amount"] = amount.Shown(), ["tax"] = tax.Shown(), ["net"] = (amount - tax).Shown(), ["percent"] = e.TaxPercent.ToString("0.###", CultureInfo.CurrentCulture),
            ["number"] = e.Number.ToString("000000", CultureInfo.InvariantCulture),
            ["seller"] = e.Seller is { } seller ? Show.List(((string?[])[seller.Name, .. seller.Address.Split('\n'), seller.Tax]).OfType<string>().Select(l => l.Trim()).Where(l => l.Length > 0)) : "",
        }, booking is null ? $"/payments/{e.PaymentId}/invoices" : $"/bookings/{booking.Id}/invoices", true, db, delivery, cancel);
    }

    // A package or a membership: where it was bought, what and when.
    private static async Task<Dictionary<string, string>> Bought(InvoiceIssued e, Delivery delivery, CancellationToken cancel)
    {
        if (delivery.Services.GetService<IPurchases>() is not { } purchases || await purchases.Find(e.BookingId, cancel) is not { } purchase) return [];
        var venue = purchase.VenueId is { } id ? await delivery.Services.GetRequiredService<ICatalog>().Venue(id, cancel) : null;
        return new() { ["venue"] = venue?.Name ?? e.Seller?.Name ?? "Sarai", ["code"] = purchase.Text, ["when"] = Told.Shown(Told.Day(e.IssuedAt, venue?.TimeZone ?? "UTC")) };
    }

    private static Task Gather(IEnumerable<BookingInfo> bookings, IServiceProvider services, CancellationToken cancel)
    {
        var all = bookings.ToList();
        return services.GetRequiredService<Audience>().Gather(all.Select(b => b.GuestId), [], all.Select(b => b.OrganisationId), cancel);
    }

    private static async Task SendCode(CodeIssued e, NotificationsDb db, Delivery delivery, CancellationToken cancel)
    {
        Speak(e.Language);
        var (title, body) = Templates.Write(e.Purpose, new Dictionary<string, string> { ["name"] = e.Name, ["code"] = e.Code ?? "" });
        db.Messages.Add(NewMessage(e.UserId, e.Channel, e.Purpose, e.Address, title, body, e.Link, e.Code is null ? [] : [Wording.Of("Code"), e.Code], delivery));
        await Task.CompletedTask;
    }

    private static async Task TellOfMoney(Guid bookingId, Guid userId, string type, Money amount, string? to, NotificationsDb db, Delivery delivery, CancellationToken cancel)
    {
        if (await delivery.Services.GetRequiredService<Audience>().Booking(bookingId, cancel) is not { } booking) return;
        // What was paid goes out by message with its invoice; the same twice would only teach people not to read.
        await Tell(userId, type, () => Of(booking, ("amount", amount.Shown()), ("to", to is null ? "" : to == "wallet" ? Wording.Of("your wallet") : Wording.Of("where you paid from"))), Link(booking), byMessage: type != "payment_success", db, delivery, cancel);
    }

    private static async Task TellDesk(BookingInfo booking, string type, NotificationsDb db, Delivery delivery, CancellationToken cancel)
    {
        foreach (var colleague in await delivery.Services.GetRequiredService<Audience>().AtDesk(booking.OrganisationId, cancel))
            await Tell(colleague, type, () => Of(booking), $"/desk/{booking.VenueId}/bookings/{booking.Id}", false, db, delivery, cancel);
    }

    private static async Task Tell(Guid userId, string type, Func<Dictionary<string, string>> write, string link, bool byMessage, NotificationsDb db, Delivery delivery, CancellationToken cancel)
    {
        var audience = delivery.Services.GetRequiredService<Audience>();
        var person = await audience.Person(userId, cancel);
        Speak(person?.Language);
        var data = write();
        var (title, body) = Templates.Write(type, data);
        db.Notifications.Add(new Notification { Id = Guid.CreateVersion7(), UserId = userId, EventId = delivery.EventId, Type = type, Title = title, Body = body, Link = link, CreatedAt = delivery.At });
        delivery.Services.GetRequiredService<Live>().Announce($"user:{userId}", type, new { title, link });
        if (!byMessage || person is null) return;
        var (channel, address) = person.Email is null ? ("sms", person.Phone!) : ("email", person.Email);
        if (!audience.Wants(userId, channel, type)) return;
        db.Messages.Add(NewMessage(userId, channel, type, address, title, body, link, Card(data), delivery));
    }

    // Everything written after this in the same reaction is in the person's language: words, dates and amounts.
    private static void Speak(string? language) => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Languages.CultureOf(language);

    private static Message NewMessage(Guid userId, string channel, string type, string address, string title, string body, string? link, string[] facts, Delivery delivery) => new()
    {
        Id = Guid.CreateVersion7(), EventId = delivery.EventId, UserId = userId, Channel = channel, Type = type, Address = address, Subject = channel == "sms" ? "" : title, Body = body,
        Language = Languages.Current.Code, Link = link, Facts = facts, DueAt = delivery.At, CreatedAt = delivery.At,
    };

    private static Dictionary<string, string> Of(BookingInfo b, params ReadOnlySpan<(string Key, string Value)> more)
    {
        var (start, end) = (b.StartsAt.InZone(Time.Zone(b.TimeZone)), b.EndsAt.InZone(Time.Zone(b.TimeZone)));
        var data = new Dictionary<string, string>
        {
            ["guest"] = b.GuestName, ["venue"] = b.VenueName, ["offering"] = b.OfferingName, ["code"] = b.Code, ["courts"] = Show.List(b.Resources.Select(r => r.Name)),
            ["when"] = Show.When(start, end, "ddd d MMM"), ["total"] = b.Total.Shown(),
        };
        foreach (var (key, value) in more) data[key] = value;
        return data;
    }

    // The booking as a card below the text: names and values in turn.
    private static string[] Card(Dictionary<string, string> data) => !data.TryGetValue("venue", out var venue) || !data.TryGetValue("courts", out var courts) ? [] :
    [
        venue, data["offering"], Wording.Of("When"), data["when"], Wording.Of("Where"), courts, Wording.Of("Code"), data["code"], Wording.Of("Total"), data["total"],
        .. data.TryGetValue("net", out var net) ? new[] { Wording.Of("Without tax"), net, Wording.Of("Tax"), data["tax"], Wording.Of("Invoice"), data["number"] } : [],
        .. data.TryGetValue("seller", out var seller) && seller.Length > 0 ? new[] { Wording.Of("Seller"), seller } : [],
    ];

    private static string Some(Money money) => money.Amount > 0 ? money.Shown() : "";

    private static string Why(string reason) => reason switch
    {
        "slot_taken" => Wording.Of("the hold had run out and somebody else has the court"),
        "cancelled" => Wording.Of("the booking was already cancelled"),
        _ => Wording.Of("the booking was already paid"),
    };

    private static string Clock(Instant at, BookingInfo b) => at.InZone(Time.Zone(b.TimeZone)).ToString("HH:mm", CultureInfo.InvariantCulture);

    private static string Link(BookingInfo booking) => $"/bookings/{booking.Id}";
}
