using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Sarai.Payments;

/// <summary>Money that fits nowhere by itself is shown to the desk (and what belongs to no club, to the administrator), who applies it or gives it back.</summary>
public static class DecideReview
{
    /// <summary>The decision.</summary>
    public sealed record Request
    {
        /// <summary>accept: apply it to the booking as it is; return: give it back to the guest's wallet, or by hand where no guest is known.</summary>
        [Required] public string? Decision { get; set; }

        /// <summary>Why; the audit log keeps it.</summary>
        [Required, StringLength(500, MinimumLength = 2)] public string? Note { get; set; }
    }

    /// <summary>A case.</summary>
    /// <param name="Id">The case.</param>
    /// <param name="PaymentId">The payment it was meant for, or null.</param>
    /// <param name="Provider">Who brought the money.</param>
    /// <param name="Reference">What the provider calls it.</param>
    /// <param name="Amount">How much arrived.</param>
    /// <param name="Reason">wrong_amount, wrong_currency, unknown_payment, refund_exceeds_capture.</param>
    /// <param name="Status">open, accepted or returned.</param>
    /// <param name="CreatedAt">Since when.</param>
    /// <param name="Note">What was decided, in words.</param>
    public sealed record View(Guid Id, Guid? PaymentId, string Provider, string Reference, Money Amount, string Reason, ReviewStatus Status, Instant CreatedAt, string? Note);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/payments/reviews", ([AsParameters] Paging paging, Guid? venueId, Actor actor, PaymentsDb db, ICatalog catalog, CancellationToken cancel) => List(paging, venueId, actor, db, catalog, cancel))
            .Needs("read:payments").Limited(RateLimits.Read).WithTags("Desk").WithSummary("Payments that need a decision");
        api.MapPost("/payments/reviews/{id:guid}", Handle).Needs("process:refunds").Limited(RateLimits.Write).WithTags("Desk").WithSummary("Decide about a payment that did not fit");
    }

    /// <summary>The cases of a venue, or with no venue those of the whole platform for its administrator; open ones and decided ones, the latest first.</summary>
    public static async Task<Answer<Slice<View>>> List(Paging paging, Guid? venueId, Actor actor, PaymentsDb db, ICatalog catalog, CancellationToken cancel)
    {
        var reviews = db.Reviews.AsNoTracking();
        if (venueId is { } id)
        {
            var venue = await catalog.Venue(id, cancel);
            if (venue is null) return Fault.NotFound("venue");
            if (actor.Barred("read:payments", venue.OrganisationId, "venue") is { } barred) return barred;
            db.OrganisationId = venue.OrganisationId;
            // What fits no venue (money nobody knows, in the organisation's own account) is shown at each of them.
            reviews = reviews.Where(r => r.VenueId == id || r.VenueId == null);
        }
        else if (!actor.IsAdmin)
        {
            return Fault.Invalid("venueId", "Say which venue.");
        }
        if (paging.Cursor is not null)
        {
            if (!Guid.TryParse(Cursor.Read(paging.Cursor), out var after)) return Fault.Invalid("cursor", "This cursor is not one of ours.");
            reviews = reviews.Where(r => r.Id < after);
        }
        var rows = await reviews.OrderByDescending(r => r.Id).Take(paging.Size + 1).ToListAsync(cancel);
        return Slice<View>.Of([.. rows.Select(ViewOf)], paging.Size, v => v.Id.ToString());
    }

    /// <summary>Decides a case, once.</summary>
    public static Task<Answer<View>> Handle(Guid id, Request request, Actor actor, PaymentsDb db, Ledger ledger, TimeProvider clock, CancellationToken cancel) => db.InTransaction<View>(async () =>
    {
        ReviewStatus? decision = request.Decision switch { "accept" => ReviewStatus.Accepted, "return" => ReviewStatus.Returned, _ => null };
        if (decision is null) return Fault.Invalid("decision", "Choose accept or return.");
        var review = await db.Reviews.FromSql($"select * from payments.review where id = {id} for update").FirstOrDefaultAsync(cancel);
        if (review is null) return Fault.NotFound("case");
        if (actor.Barred("process:refunds", review.OrganisationId, "case") is { } barred) return barred;
        var now = clock.Now();
        if (review.Decide(decision.Value, actor.Id, request.Note!, now) is { } decided) return decided;
        var payment = review.PaymentId is { } paymentId ? await db.Find(paymentId, cancel) : null;
        if (review.Moves)
        {
            var moved = decision == ReviewStatus.Accepted ? await Accept(review, payment, db, ledger, now, cancel) : await Return(review, payment, db, ledger, now, cancel);
            if (moved is { } fault) return fault;
        }
        db.Audit(actor, review.OrganisationId, "process:refunds", review.Id, new { review.Reason, review.Amount, review.Currency }, new { Decision = decision, request.Note });
        return ViewOf(review);
    }, cancel);

    /// <summary>A guest's bank wants money back: a case for a person. The money itself is booked when the settlement shows it.</summary>
    internal static async Task<Answer<ApplyCapture.Outcome>> Dispute(Dispute dispute, IGateway gateway, Merchant merchant, IServiceProvider services, CancellationToken cancel)
    {
        var db = services.GetRequiredService<PaymentsDb>();
        var attempt = await ReceiveWebhook.Known(dispute.Reference, gateway, merchant, db, cancel);
        var payment = attempt is null ? null : await db.Find(attempt.PaymentId, cancel);
        var added = await db.Run(cancel, PaymentsDb.Sql("""
            insert into payments.review (id, organisation_id, venue_id, payment_id, provider, reference, currency, amount, reason, status, created_at)
            values ($1, $2, $3::uuid, $4::uuid, $5, $6, $7, $8, 'disputed', 'Open', $9) on conflict do nothing
            """, Guid.CreateVersion7(), payment?.OrganisationId ?? merchant.OrganisationId, payment?.VenueId, payment?.Id, gateway.Name, dispute.Id, dispute.Amount.Currency, dispute.Amount.Amount,
            services.GetRequiredService<TimeProvider>().Now()));
        return added > 0 ? ApplyCapture.Outcome.Parked : ApplyCapture.Outcome.Known;
    }

    private static async Task<Fault?> Accept(Review review, Payment? payment, PaymentsDb db, Ledger ledger, Instant now, CancellationToken cancel)
    {
        if (payment is null || payment.Currency != review.Currency) return Fault.Refused("cannot_accept", "This money fits no payment here; it can only be returned.");
        await db.Run(cancel, ApplyCapture.Receive(payment, review.Sum, now), await Move(review, ApplyCapture.Receiver(payment), db, ledger, now, cancel));
        db.Publish(ApplyCapture.Told(payment, review.Sum, now));
        return null;
    }

    private static async Task<Fault?> Return(Review review, Payment? payment, PaymentsDb db, Ledger ledger, Instant now, CancellationToken cancel)
    {
        // Without a guest there is no wallet: the administrator sends it back at the gateway, and the ledger follows.
        var to = payment is null ? LedgerAccount.Clearing(review.Provider, review.Currency, review.OrganisationId) : LedgerAccount.Wallet(payment.GuestId, review.Currency);
        await db.Run(cancel, await Move(review, to, db, ledger, now, cancel));
        if (payment is { BookingId: { } bookingId })
            db.Publish(new PaymentRefunded(review.Id, payment.Id, bookingId, payment.GuestId, payment.OrganisationId, review.Sum, "wallet", review.Reason));
        else if (payment is not null)
            db.Publish(new WalletToppedUp(payment.Id, payment.GuestId, review.Sum, now));
        return null;
    }

    private static ValueTask<NpgsqlBatchCommand> Move(Review review, LedgerAccount to, PaymentsDb db, Ledger ledger, Instant now, CancellationToken cancel) =>
        ledger.Write(new Posting("review_decided", $"review:{review.Id}", review.Sum, LedgerAccount.UnderReview(review.Currency), to, review.PaymentId, null, review.Reason, now), db, cancel);

    private static View ViewOf(Review r) => new(r.Id, r.PaymentId, r.Provider, r.Reference, r.Sum, r.Reason, r.Status, r.CreatedAt, r.Note);
}
