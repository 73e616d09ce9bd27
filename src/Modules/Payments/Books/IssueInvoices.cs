using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Payments;

/// <summary>
/// Every sum received for a booking, a package or a membership, and every sum given back, gets an invoice (or a credit note) with a number of its organisation's own. Numbers have no gaps:
/// the counter is raised in the transaction that writes the invoice.
/// </summary>
public static class IssueInvoices
{
    private const int BatchSize = 100;

    /// <summary>An invoice.</summary>
    /// <param name="Id">The invoice.</param>
    /// <param name="Number">Its number, without gaps within the organisation.</param>
    /// <param name="PaymentId">The payment.</param>
    /// <param name="BookingId">What it was for: the booking or the purchase.</param>
    /// <param name="Amount">What was received; below zero for a credit note.</param>
    /// <param name="Tax">The tax within it.</param>
    /// <param name="TaxPercent">Its rate.</param>
    /// <param name="IssuedAt">When.</param>
    public sealed record View(Guid Id, long Number, Guid PaymentId, Guid BookingId, Money Amount, Money Tax, decimal TaxPercent, Instant IssuedAt);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/payments/{id:guid}/invoices", OfPayment).Limited(RateLimits.Read).WithTags("Invoices").WithSummary("The invoices and credit notes of a payment");
        api.MapGet("/bookings/{id:guid}/invoices", OfBooking).Limited(RateLimits.Read).WithTags("Invoices").WithSummary("The invoices and credit notes of a booking");
        api.MapGet("/organisations/{id:guid}/invoices", ([AsParameters] Paging paging, Guid id, Actor actor, PaymentsDb db, CancellationToken cancel) => OfOrganisation(paging, id, actor, db, cancel))
            .Needs("read:reports").Limited(RateLimits.Read).WithTags("Invoices").WithSummary("An organisation's invoices");
    }

    /// <summary>For the payer and the organisation's staff; what has not been written yet is written now.</summary>
    public static async Task<Answer<Slice<View>>> OfPayment(Guid id, Actor actor, PaymentsDb db, IServiceProvider services, CancellationToken cancel)
    {
        if (await db.Find(id, cancel) is not { } payment || payment.HiddenFrom(actor) is not null) return Fault.NotFound("payment");
        foreach (var posting in await Missing("and o.payment_id = $2", Instant.FromUnixTimeSeconds(0), db, cancel, id)) await Issue(posting, services, cancel);
        return new Slice<View>(await Read("where payment_id = $1 order by number", db, cancel, id), null);
    }

    /// <summary>For the guest and the organisation's staff, by number.</summary>
    public static async Task<Answer<Slice<View>>> OfBooking(Guid id, Actor actor, PaymentsDb db, IBookings bookings, IServiceProvider services, CancellationToken cancel)
    {
        var booking = await bookings.Find(id, cancel);
        if (booking is null || (booking.GuestId != actor.UserId && actor.Barred("read:payments", booking.OrganisationId, "booking") is not null)) return Fault.NotFound("booking");
        foreach (var posting in await Missing("and p.booking_id = $2", Instant.FromUnixTimeSeconds(0), db, cancel, id)) await Issue(posting, services, cancel);
        return new Slice<View>(await Read("where payment_id in (select id from payments.payment where booking_id = $1) order by number", db, cancel, id), null);
    }

    /// <summary>The latest first.</summary>
    public static async Task<Answer<Slice<View>>> OfOrganisation(Paging paging, Guid id, Actor actor, PaymentsDb db, CancellationToken cancel)
    {
        if (actor.Barred("read:reports", id, "organisation") is { } barred) return barred;
        var before = long.MaxValue;
        if (paging.Cursor is not null && !long.TryParse(Cursor.Read(paging.Cursor), out before)) return Fault.Invalid("cursor", "This cursor is not one of ours.");
        var rows = await Read("where organisation_id = $1 and number < $2 order by number desc limit $3", db, cancel, id, before, paging.Size + 1);
        return Slice<View>.Of(rows, paging.Size, v => v.Number.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    internal static async Task<bool> Run(IServiceProvider services, CancellationToken cancel)
    {
        var (db, now) = (services.GetRequiredService<PaymentsDb>(), services.GetRequiredService<TimeProvider>().Now());
        // A week back is enough: whatever is older was written when it was young, or is written when somebody looks at it.
        var missing = await Missing($"limit {BatchSize}", now - Duration.FromDays(7), db, cancel);
        foreach (var posting in missing) await Issue(posting, services, cancel);
        return missing.Count == BatchSize;
    }

    private static Task<List<Guid>> Missing(string rest, Instant since, PaymentsDb db, CancellationToken cancel, params object[] values) => db.Read($"""
        select o.id from payments.posting o join payments.payment p on p.id = o.payment_id
        where o.kind in ('payment', 'refund', 'review_decided') and o.at > $1 and p.purpose in ('Booking', 'Purchase')
          and exists (select 1 from payments.entry e join payments.account a on a.id = e.account_id where e.posting_id = o.id and a.kind = 'Organisation')
          and not exists (select 1 from payments.invoice i where i.posting_id = o.id) {rest}
        """, row => row.GetGuid(0), cancel, [since, .. values]);

    private static async Task Issue(Guid posting, IServiceProvider services, CancellationToken cancel)
    {
        var (db, catalog, now) = (services.GetRequiredService<PaymentsDb>(), services.GetRequiredService<ICatalog>(), services.GetRequiredService<TimeProvider>().Now());
        await db.InTransaction<Done>(async () =>
        {
            var found = await db.Read("""
                select p.organisation_id, p.id, coalesce(p.booking_id, p.purchase_id), p.guest_id, p.venue_id, p.currency, sum(e.amount)::bigint from payments.posting o join payments.payment p on p.id = o.payment_id
                join payments.entry e on e.posting_id = o.id join payments.account a on a.id = e.account_id and a.kind = 'Organisation' where o.id = $1 group by 1, 2, 3, 4, 5, 6
                """, row => (Organisation: row.GetGuid(0), Payment: row.GetGuid(1), Booking: row.GetGuid(2), Guest: row.GetGuid(3), Venue: row.IsDBNull(4) ? (Guid?)null : row.GetGuid(4), Currency: row.GetString(5), Amount: row.GetInt64(6)), cancel, posting);
            if (found is not [var it] || it.Amount == 0) return Done.It;
            var percent = it.Venue is { } venue ? (await catalog.Venue(venue, cancel))?.Policy.TaxPercent ?? 0 : 0;
            // Prices include the tax: of 116 at 16 % it is 16.
            var tax = (long)Math.Round(it.Amount * percent / (100 + percent), MidpointRounding.AwayFromZero);
            await db.Run(cancel, PaymentsDb.Sql("insert into payments.invoice_counter (organisation_id, last) values ($1, 0) on conflict do nothing", it.Organisation));
            // The counter's row is locked until the end, so that two nodes write one after the other; who comes second finds the invoice written.
            await db.Run(cancel, PaymentsDb.Sql("select 1 from payments.invoice_counter where organisation_id = $1 for update", it.Organisation));
            var number = await db.Read("""
                with one as (update payments.invoice_counter set last = last + 1 where organisation_id = $2 and not exists (select 1 from payments.invoice where posting_id = $3) returning last)
                insert into payments.invoice (id, organisation_id, number, posting_id, payment_id, booking_id, guest_id, venue_id, amount, tax, tax_percent, currency, issued_at)
                select $1, $2, last, $3, $4, $5, $6, $7::uuid, $8, $9, $10, $11, $12 from one returning id, number
                """, row => (Id: row.GetGuid(0), Number: row.GetInt64(1)), cancel,
                Guid.CreateVersion7(), it.Organisation, posting, it.Payment, it.Booking, it.Guest, it.Venue ?? (object)DBNull.Value, it.Amount, tax, percent, it.Currency, now);
            if (number is [var invoice])
                db.Publish(new InvoiceIssued(invoice.Id, invoice.Number, it.Payment, it.Booking, it.Guest, it.Organisation, new Money(it.Amount, it.Currency), new Money(tax, it.Currency), percent, now));
            return Done.It;
        }, cancel);
    }

    private static Task<List<View>> Read(string where, PaymentsDb db, CancellationToken cancel, params object[] values) => db.Read(
        $"select id, number, payment_id, booking_id, amount, currency, tax, tax_percent, issued_at from payments.invoice {where}",
        row => new View(
            row.GetGuid(0), row.GetInt64(1), row.GetGuid(2), row.GetGuid(3), new Money(row.GetInt64(4), row.GetString(5)), new Money(row.GetInt64(6), row.GetString(5)), row.GetDecimal(7), Instant.FromDateTimeUtc(row.GetDateTime(8))),
        cancel, values);
}
