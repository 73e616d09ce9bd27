using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Sarai.Payments;

/// <summary>
/// Begins to pay for a booking: online through a provider, from the wallet, or in cash. An open payment for the same booking and method is given again
/// instead of a second one.
/// </summary>
public static class CreateOrder
{
    /// <summary>What to pay, and how.</summary>
    public sealed record Request
    {
        /// <summary>The booking.</summary>
        [Required] public Guid? BookingId { get; set; }

        /// <summary>sandbox, wallet or cash.</summary>
        [Required, StringLength(20)] public string? Method { get; set; }
    }

    /// <summary>The payment.</summary>
    /// <param name="PaymentId">The payment.</param>
    /// <param name="Status">pending, promised or captured.</param>
    /// <param name="CheckoutUrl">Where the guest pays, or null.</param>
    public sealed record Response(Guid PaymentId, PaymentStatus Status, string? CheckoutUrl);

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/payments/create-order", Handle).Idempotent<PaymentsDb, Response>()
        .Needs("create:booking").Limited(RateLimits.Write).WithTags("Payments").WithSummary("Begin to pay for a booking").Produces<Envelope<Response>>(StatusCodes.Status201Created);

    /// <summary>Begins the payment.</summary>
    public static async Task<Answer<Response>> Handle(
        Request request, Actor actor, PaymentsDb db, IBookings bookings, IEnumerable<IProvider> providers, TimeProvider clock, CancellationToken cancel)
    {
        var booking = await bookings.Find(request.BookingId!.Value, cancel);
        if (booking is null) return Fault.NotFound("booking");
        var byDesk = booking.GuestId != actor.UserId;
        if (byDesk && actor.Barred("create:cash_payments", booking.OrganisationId, "booking") is { } barred) return barred;
        if (byDesk && request.Method != "cash") return Fault.Forbidden("The desk takes cash; the guest pays online.");
        if (Closed(booking, clock.Now()) is { } closed) return closed;
        var provider = providers.FirstOrDefault(p => p.Name == request.Method);
        return request.Method switch
        {
            "wallet" => await FromWallet(booking, db, clock.Now(), cancel),
            "cash" when byDesk => await Cash(booking, actor, db, clock.Now(), cancel),
            "cash" => await Promise(booking, db, clock.Now(), cancel),
            _ when provider is not null => await Online(booking, provider, db, clock.Now(), cancel),
            _ => Fault.Invalid("method", $"Choose one of {string.Join(", ", providers.Select(p => p.Name).Concat(["wallet", "cash"]))}."),
        };
    }

    private static Fault? Closed(BookingInfo booking, Instant now)
    {
        if (booking.Status == BookingStatus.Expired || (booking.Status == BookingStatus.Held && booking.ExpiresAt <= now)) return Fault.Conflict("hold_expired", "The hold has run out. Book again.");
        if (booking.Status is BookingStatus.Cancelled or BookingStatus.NoShow) return Fault.Conflict("booking_closed", "This booking can no longer be paid.");
        return booking.Due.Amount <= 0 ? Fault.Conflict("nothing_due", "This booking is already paid.") : null;
    }

    private static async Task<Answer<Response>> Online(BookingInfo booking, IProvider provider, PaymentsDb db, Instant now, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await Open(booking.Id, provider.Name, booking.Due.Amount, db, cancel) is { } open)
            {
                var checkout = await provider.Begin(open, cancel);
                return new Response(open.Id, open.Status, checkout.Url);
            }
            var payment = New(booking, provider.Name, PaymentStatus.Pending, now);
            try
            {
                var begun = await provider.Begin(payment, cancel);
                return await db.InTransaction<Response>(async () =>
                {
                    db.Payments.Add(payment);
                    db.Attempts.Add(new Attempt { Id = Guid.CreateVersion7(), PaymentId = payment.Id, Provider = provider.Name, Reference = begun.Reference, CreatedAt = now });
                    await db.SaveChangesAsync(cancel);
                    return Answer<Response>.Created(new Response(payment.Id, payment.Status, begun.Url));
                }, cancel);
            }
            catch (DbUpdateException problem) when (attempt == 1 && db.Database.CurrentTransaction is null && problem.InnerException is PostgresException { ConstraintName: "payment_open_once" })
            {
                // The other click of a double click was quicker; its payment is given.
                db.ChangeTracker.Clear();
            }
            catch (DbUpdateException problem) when (problem.InnerException is PostgresException { ConstraintName: "payment_open_once" })
            {
                return Idempotency.Running;
            }
        }
    }

    private static async Task<Payment?> Open(Guid bookingId, string method, long due, PaymentsDb db, CancellationToken cancel)
    {
        var open = await db.Payments.FirstOrDefaultAsync(p => p.BookingId == bookingId && p.Method == method && p.Status == PaymentStatus.Pending, cancel);
        if (open is null || open.Amount == due) return open;
        // The booking was moved to another price in between: the old amount must not be paid any more.
        open.Status = PaymentStatus.Cancelled;
        await db.SaveChangesAsync(cancel);
        return null;
    }

    private static Task<Answer<Response>> FromWallet(BookingInfo booking, PaymentsDb db, Instant now, CancellationToken cancel) =>
        Capture(booking, "wallet", new Ledger.Side("wallet", booking.GuestId.ToString(), -booking.Due.Amount), db, now, null, cancel);

    private static Task<Answer<Response>> Cash(BookingInfo booking, Actor actor, PaymentsDb db, Instant now, CancellationToken cancel) =>
        Capture(booking, "cash", new Ledger.Side("cash", booking.OrganisationId.ToString(), -booking.Due.Amount), db, now, actor, cancel);

    private static Task<Answer<Response>> Capture(BookingInfo booking, string method, Ledger.Side from, PaymentsDb db, Instant now, Actor? desk, CancellationToken cancel) =>
        db.InTransaction<Response>(async () =>
        {
            // What is already paid but not yet known to the booking counts, so that two clicks pay once.
            await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({booking.Id}::text, 5))", cancel);
            var paid = await db.Payments.Where(p => p.BookingId == booking.Id && p.Status == PaymentStatus.Captured).SumAsync(p => p.Captured - p.Refunded, cancel);
            if (paid >= booking.Total.Amount) return Fault.Conflict("nothing_due", "This booking is already paid.");
            var payment = New(booking, method, PaymentStatus.Captured, now);
            (payment.Captured, payment.CapturedAt) = (payment.Amount, now);
            var refused = await Ledger.Post(db, $"capture:{payment.Id}", "capture", payment.Id, now, payment.Currency,
                [from, new Ledger.Side("organisation", booking.OrganisationId.ToString(), payment.Amount)], cancel);
            if (refused is not null) return refused;
            db.Payments.Add(payment);
            db.Publish(new PaymentCaptured(payment.Id, booking.Id, booking.GuestId, booking.OrganisationId, booking.Due, method, now));
            if (desk is not null) db.Audit(desk, booking.OrganisationId, "create:cash_payments", payment.Id, null, new { booking.Code, payment.Amount, payment.Currency });
            await db.SaveChangesAsync(cancel);
            return Answer<Response>.Created(new Response(payment.Id, payment.Status, null));
        }, cancel);

    private static async Task<Answer<Response>> Promise(BookingInfo booking, PaymentsDb db, Instant now, CancellationToken cancel)
    {
        if (!booking.PayAtDesk) return Fault.Refused("cash_not_accepted", $"{booking.VenueName} takes payment online only.");
        if (booking.Status != BookingStatus.Held) return Fault.Conflict("already_confirmed", "This booking is confirmed; pay at the desk when you come.");
        var payment = New(booking, "cash", PaymentStatus.Promised, now);
        db.Payments.Add(payment);
        db.Publish(new PaymentPromised(payment.Id, booking.Id, booking.GuestId, booking.OrganisationId, booking.Due));
        await db.SaveChangesAsync(cancel);
        return Answer<Response>.Created(new Response(payment.Id, payment.Status, null));
    }

    private static Payment New(BookingInfo booking, string method, PaymentStatus status, Instant now) => new()
    {
        Id = Guid.CreateVersion7(), BookingId = booking.Id, UserId = booking.GuestId, OrganisationId = booking.OrganisationId, Method = method, Amount = booking.Due.Amount,
        Currency = booking.Due.Currency, Status = status, Description = $"{booking.OfferingName}, {booking.VenueName} ({booking.Code})", CreatedAt = now,
    };
}
