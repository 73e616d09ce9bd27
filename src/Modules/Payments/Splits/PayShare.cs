using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Sarai.Payments;

/// <summary>
/// Somebody pays a share of a booking: whoever has its link by any method, or the desk takes cash for it. The share itself decides what its money does: the
/// first payment pays it, a second one comes back to whoever made it, and one that comes after the owner stood in for it frees the owner.
/// </summary>
public static class PayShare
{
    /// <summary>How.</summary>
    public sealed record Request
    {
        /// <summary>wallet, cash, or a gateway's name. Cash of a guest is a promise to pay at the desk.</summary>
        [Required, StringLength(30)] public string? Method { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/splits/shares/{token}/pay", Handle).Limited(RateLimits.Write).WithTags("Splits").WithSummary("Pay a share").Produces<Envelope<CreateOrder.Response>>(StatusCodes.Status201Created);
        api.MapPost("/splits/shares/{id:guid}/cash", TakeCash).Needs("create:cash_payments").Limited(RateLimits.Write).WithTags("Splits").WithSummary("Take cash for a share at the desk").Produces<Envelope<CreateOrder.Response>>(StatusCodes.Status201Created);
    }

    /// <summary>Whoever is signed in and has the link.</summary>
    public static async Task<Answer<CreateOrder.Response>> Handle(string token, Request request, HttpContext http, Actor actor, PaymentsDb db, IBookings bookings, Providers providers, CancellationToken cancel)
    {
        if (providers.Find(request.Method!) is not { } provider) return Fault.Invalid("method", $"Choose one of: {string.Join(", ", providers.Names)}.");
        if (await Find(s => s.Token == token, db, bookings, cancel) is not var (split, share, booking)) return Fault.NotFound("share");
        if (Closed(split, share, booking, http) is { } closed) return closed;
        if (provider is CashProvider)
        {
            await db.Run(cancel, PaymentsDb.Sql("update payments.split_share set cash = true, user_id = coalesce(user_id, $2) where id = $1 and status in ('Due', 'Open')", share.Id, actor.Id));
            return Answer<CreateOrder.Response>.Created(new CreateOrder.Response(Guid.Empty, PaymentStatus.Pending, null, new Money(share.Amount, split.Currency)));
        }
        var account = Payment.Platform;
        if (provider is IGateway gateway)
        {
            if (await http.RequestServices.GetRequiredService<Merchants>().For(gateway, split.OrganisationId, split.Currency, cancel) is not { } merchant) return Fault.Invalid("method", "This place does not take this way to pay.");
            account = merchant.OrganisationId;
        }
        var begun = await Begin(split, share, booking, provider, actor.Id, actor.Id, account, http.RequestServices, cancel);
        return begun.Fault is { } fault ? fault : await CreateOrder.Open(begun.Value, provider, db, http, cancel);
    }

    /// <summary>Staff have the money in their hands; also when the owner has stood in for it already: then the owner gets it back.</summary>
    public static async Task<Answer<CreateOrder.Response>> TakeCash(Guid id, HttpContext http, Actor actor, PaymentsDb db, IBookings bookings, Providers providers, CancellationToken cancel)
    {
        if (await Find(s => s.Id == id, db, bookings, cancel) is not var (split, share, booking)) return Fault.NotFound("share");
        if (actor.Barred("create:cash_payments", split.OrganisationId, "share") is { } barred) return barred;
        if (share.Status is ShareStatus.Paid or ShareStatus.Waived) return Fault.Conflict("nothing_due", "This share is paid.");
        var begun = await Begin(split, share, booking, providers.Find(CashProvider.Method)!, share.UserId ?? split.OwnerId, actor.Id, Payment.Platform, http.RequestServices, cancel);
        return begun.Fault is { } fault ? fault : await CreateOrder.Open(begun.Value, providers.Find(CashProvider.Method)!, db, http, cancel);
    }

    /// <summary>Begins a payment of a share; wallet and cash are taken at once.</summary>
    internal static Task<Answer<Order>> Begin(Split split, Share share, BookingInfo booking, IProvider provider, Guid payer, Guid by, Guid account, IServiceProvider services, CancellationToken cancel)
    {
        var (db, clock) = (services.GetRequiredService<PaymentsDb>(), services.GetRequiredService<TimeProvider>());
        return db.InTransaction<Order>(async () =>
        {
            var now = clock.Now();
            var open = await db.Payments.AsNoTracking().FirstOrDefaultAsync(p => p.ShareId == share.Id && p.Method == provider.Name && p.GuestId == payer && p.Status == PaymentStatus.Pending, cancel);
            if (open is not null && provider is IGateway)
            {
                var attempt = await db.Attempts.AsNoTracking().Where(a => a.PaymentId == open.Id).OrderByDescending(a => a.Id).FirstAsync(cancel);
                return new Order(open.Id, attempt.Id, attempt.Reference, PaymentStatus.Pending, open.Sum, payer, open.OrganisationId, attempt.Account);
            }
            var payment = Payment.For(booking, new Money(share.Amount, split.Currency), provider.Name, by, now, payer, share.Id);
            var commands = new List<NpgsqlBatchCommand>();
            var (attemptId, reference) = CreateOrder.Begin(payment, provider as IGateway, commands, account);
            if (await db.Run(cancel, commands) < 2) return Fault.Conflict("request_in_progress", "This share is being paid right now.");
            var order = new Order(payment.Id, attemptId, reference, PaymentStatus.Pending, payment.Sum, payer, payment.OrganisationId, account);
            if (provider is IGateway) return order;
            var applied = await ApplyCapture.Handle(new ProviderNews(provider.Name, reference, true, reference, payment.Sum, now), db, services.GetRequiredService<Ledger>(), services.GetRequiredService<Providers>(), clock, cancel);
            return applied.Fault is { } fault ? fault : order with { Status = PaymentStatus.Captured };
        }, cancel);
    }

    /// <summary>What the money of a share does; inside the transaction that writes it into the ledger.</summary>
    /// <returns>Whether the booking is to hear of it.</returns>
    internal static async Task<bool> Applied(Payment payment, Money amount, Guid shareId, PaymentsDb db, Ledger ledger, Providers providers, TimeProvider clock, CancellationToken cancel)
    {
        var share = await db.Shares.FromSql($"select * from payments.split_share where id = {shareId} for update").FirstAsync(cancel);
        await db.Entry(share).ReloadAsync(cancel);
        var split = await db.Splits.FirstAsync(s => s.Id == share.SplitId, cancel);
        if (share.Status is ShareStatus.Due or ShareStatus.Open)
        {
            (share.Status, share.PaidBy, share.UserId) = (ShareStatus.Paid, payment.Id, share.UserId ?? payment.GuestId);
            // The owner's own share makes the slot firm; for the others the policy answers.
            if (share.Position == 0) db.Publish(new PaymentPromised(payment.Id, payment.BookingId!.Value, split.OwnerId, split.OrganisationId, amount));
            return true;
        }
        if (share.Status == ShareStatus.Charged)
        {
            var stoodIn = (await db.Find(share.PaidBy!.Value, cancel))!;
            (share.Status, share.PaidBy, share.UserId) = (ShareStatus.Paid, payment.Id, payment.GuestId);
            var freed = await RefundPayment.Give(stoodIn, stoodIn.Kept, Destination.Wallet, "share_paid_late", db, ledger, providers, clock, cancel);
            return freed.Ok ? false : throw new InvalidOperationException($"Share {share.Id}: {freed.Fault!.Message}");
        }
        // Paid by somebody else, or twice: it comes back to whoever made it.
        var current = (await db.Find(payment.Id, cancel))!;
        var given = await RefundPayment.Give(current, amount, Destination.Wallet, "overpaid", db, ledger, providers, clock, cancel);
        return given.Ok ? false : throw new InvalidOperationException($"Share {share.Id}: {given.Fault!.Message}");
    }

    internal static async Task<(Split, Share, BookingInfo)?> Find(System.Linq.Expressions.Expression<Func<Share, bool>> which, PaymentsDb db, IBookings bookings, CancellationToken cancel)
    {
        var share = await db.Shares.AsNoTracking().FirstOrDefaultAsync(which, cancel);
        if (share is null) return null;
        var split = await db.Splits.AsNoTracking().FirstAsync(s => s.Id == share.SplitId, cancel);
        return await bookings.Find(split.BookingId, cancel) is { } booking ? (split, share, booking) : null;
    }

    private static Fault? Closed(Split split, Share share, BookingInfo booking, HttpContext http)
    {
        if (split.Status == SplitStatus.Failed || booking.Status is BookingStatus.Cancelled or BookingStatus.Expired || (booking.Status == BookingStatus.Held && booking.ExpiresAt <= http.RequestServices.GetRequiredService<TimeProvider>().Now()))
            return Fault.Conflict("not_open", "This booking was called off; there is nothing to pay.");
        return share.Status switch
        {
            ShareStatus.Paid or ShareStatus.Waived => Fault.Conflict("nothing_due", "This share is paid."),
            ShareStatus.Charged => Fault.Conflict("owner_has_paid", "The time ran out and the owner of the booking has paid this share. Settle it with them, or pay cash at the desk."),
            _ => null,
        };
    }
}
