using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Stays;

/// <summary>A line of a folio: positive is owed by the guest, negative was paid or taken back.</summary>
public sealed class FolioLine : IOwned
{
    /// <summary>The line.</summary>
    public Guid Id { get; init; }

    /// <summary>The stay.</summary>
    public Guid BookingId { get; init; }

    /// <summary>The hotel.</summary>
    public Guid VenueId { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>charge, reversal, extra, fee, payment, refund.</summary>
    public string Kind { get; init; } = "";

    /// <summary>What the guest reads.</summary>
    public string Text { get; init; } = "";

    /// <summary>Minor units.</summary>
    public long Amount { get; init; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; init; } = "";

    /// <summary>Who or what brought it about.</summary>
    public string Actor { get; init; } = "";

    /// <summary>When.</summary>
    public Instant At { get; init; }
}

/// <summary>Writes folios from what happens to bookings and payments, and shows them.</summary>
public static class Folio
{
    /// <summary>What stands on the folio of a stay that was called off.</summary>
    internal const string Cancelled = "Cancelled";

    private const string NoShowFee = "Fee for not coming";
    private const string NotComing = "The guest did not come";

    /// <summary>A stay's folio.</summary>
    /// <param name="BookingId">The stay.</param>
    /// <param name="Code">Its code, which is also the reference for payments.</param>
    /// <param name="Lines">Everything, oldest first.</param>
    /// <param name="Balance">What is still owed; negative when the hotel owes the guest.</param>
    public sealed record Response(Guid BookingId, string Code, IReadOnlyList<Line> Lines, Money Balance);

    /// <summary>A line.</summary>
    public sealed record Line(string Kind, string Text, Money Amount, string Actor, Instant At);

    internal static void Register(IServiceCollection services)
    {
        services.On<BookingConfirmed, StaysDb>((e, db, d, _) =>
        {
            foreach (var line in e.Booking.Lines.Where(l => l.Amount != 0)) Add(db, e.Booking, "charge", line.Text, line.Amount, e.Actor, d.At);
            return Task.CompletedTask;
        }, when: e => FollowBookings.IsStay(e.Booking));
        services.On<BookingRescheduled, StaysDb>((e, db, d, _) =>
        {
            if (e.Booking.Status is not (BookingStatus.Confirmed or BookingStatus.CheckedIn) || e.PreviousTotal == e.Booking.Total) return Task.CompletedTask;
            Add(db, e.Booking, "reversal", "The stay before it was changed", -e.PreviousTotal.Amount, e.Actor, d.At);
            foreach (var line in e.Booking.Lines.Where(l => l.Amount != 0)) Add(db, e.Booking, line.Kind == "extra" ? "extra" : "charge", line.Text, line.Amount, e.Actor, d.At);
            return Task.CompletedTask;
        }, when: e => FollowBookings.IsStay(e.Booking));
        services.On<BookingCharged, StaysDb>((e, db, d, _) =>
        {
            Add(db, e.Booking, "extra", e.Line.Text, e.Line.Amount, e.Actor, d.At);
            return Task.CompletedTask;
        }, when: e => FollowBookings.IsStay(e.Booking));
        services.On<BookingCancelled, StaysDb>(async (e, db, d, c) =>
        {
            // A hold that was called off was never on the bill.
            if (!await db.FolioLines.AnyAsync(l => l.BookingId == e.Booking.Id && l.Kind == "charge", c)) return;
            Add(db, e.Booking, "reversal", Cancelled, -e.Booking.Total.Amount, e.Actor, d.At);
            if (e.Booking.Paid.Amount > 0) Add(db, e.Booking, "fee", "Cancellation fee", e.Booking.Paid.Amount, e.Actor, d.At);
        }, when: e => FollowBookings.IsStay(e.Booking));
        // Who does not come pays what the house's policy says; who comes after all pays for the stay.
        services.On<BookingNoShow, StaysDb>((e, db, d, _) =>
        {
            var fee = e.Fee ?? e.Booking.Total;
            Add(db, e.Booking, "reversal", NotComing, -e.Booking.Total.Amount, "night audit", d.At);
            if (fee.Amount > 0) Add(db, e.Booking, "fee", NoShowFee, fee.Amount, "night audit", d.At);
            return Task.CompletedTask;
        }, when: e => FollowBookings.IsStay(e.Booking));
        services.On<BookingCheckedIn, StaysDb>(async (e, db, d, c) =>
        {
            var (missed, fee) = (await Sum(NotComing), await Sum(NoShowFee));
            if (fee != 0) Add(db, e.Booking, "reversal", NoShowFee, -fee, "front desk", d.At);
            if (missed != 0) Add(db, e.Booking, "charge", "The guest came after all", -missed, "front desk", d.At);

            Task<long> Sum(string text) => db.FolioLines.Where(l => l.BookingId == e.Booking.Id && l.Text == text).SumAsync(l => l.Amount, c);
        }, when: e => FollowBookings.IsStay(e.Booking));
        services.On<PaymentCaptured, StaysDb>(async (e, db, d, c) =>
        {
            if (await d.Services.GetRequiredService<IBookings>().Find(e.BookingId, c) is { } booking) Add(db, booking, "payment", $"Paid by {e.Method}", -e.Amount.Amount, e.Method, e.CapturedAt);
        }, concerns: (all, services, c) => OfStays(all, e => e.BookingId, services, c));
        services.On<PaymentRefunded, StaysDb>(async (e, db, d, c) =>
        {
            if (await d.Services.GetRequiredService<IBookings>().Find(e.BookingId, c) is { } booking) Add(db, booking, "refund", $"Given back to the {e.To}", e.Amount.Amount, e.Reason, d.At);
        }, concerns: (all, services, c) => OfStays(all, e => e.BookingId, services, c));
    }

    private static async Task<Func<TEvent, bool>> OfStays<TEvent>(IReadOnlyList<TEvent> happened, Func<TEvent, Guid> booking, IServiceProvider services, CancellationToken cancel)
    {
        var bookings = await services.GetRequiredService<IBookings>().FindMany([.. happened.Select(booking).Distinct()], cancel);
        var stays = bookings.Where(FollowBookings.IsStay).Select(b => b.Id).ToHashSet();
        return e => stays.Contains(booking(e));
    }

    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/bookings/{id:guid}/folio", Handle).Needs("read:bookings").Limited(RateLimits.Read).WithTags("Hotel").WithSummary("What a stay was charged and what was paid");

    /// <summary>The folio, for the guest and for the hotel.</summary>
    public static async Task<Answer<Response>> Handle(Guid id, Actor actor, StaysDb db, IBookings bookings, CancellationToken cancel)
    {
        var booking = await bookings.Find(id, cancel);
        if (booking is not { Vertical: "stays" }) return Fault.NotFound("stay");
        if (booking.GuestId != actor.UserId && actor.Barred("read:desk_bookings", booking.OrganisationId, "stay") is { } barred) return barred;
        var lines = await db.FolioLines.AsNoTracking().Where(l => l.BookingId == id).OrderBy(l => l.At).ThenBy(l => l.Id).ToListAsync(cancel);
        return new Response(id, booking.Code, [.. lines.Select(l => new Line(l.Kind, l.Text, new Money(l.Amount, l.Currency), l.Actor, l.At))], new Money(lines.Sum(l => l.Amount), booking.Total.Currency));
    }

    private static void Add(StaysDb db, BookingInfo booking, string kind, string text, long amount, string actor, Instant at)
    {
        db.FolioLines.Add(new FolioLine
        {
            Id = Guid.CreateVersion7(), BookingId = booking.Id, VenueId = booking.VenueId, OrganisationId = booking.OrganisationId, Kind = kind, Text = text, Amount = amount, Currency = booking.Total.Currency, Actor = actor, At = at,
        });
    }
}
