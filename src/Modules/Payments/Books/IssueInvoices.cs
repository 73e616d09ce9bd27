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
        await Issue(await Missing("and o.payment_id = $2", Instant.FromUnixTimeSeconds(0), db, cancel, id), services, cancel);
        return new Slice<View>(await Read("where payment_id = $1 order by number", db, cancel, id), null);
    }

    /// <summary>For the guest and the organisation's staff, by number.</summary>
    public static async Task<Answer<Slice<View>>> OfBooking(Guid id, Actor actor, PaymentsDb db, IBookings bookings, IServiceProvider services, CancellationToken cancel)
    {
        var booking = await bookings.Find(id, cancel);
        if (booking is null || (booking.GuestId != actor.UserId && actor.Barred("read:payments", booking.OrganisationId, "booking") is not null)) return Fault.NotFound("booking");
        await Issue(await Missing("and p.booking_id = $2", Instant.FromUnixTimeSeconds(0), db, cancel, id), services, cancel);
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
        await Issue(missing, services, cancel);
        return missing.Count == BatchSize;
    }

    private static Task<List<Uninvoiced>> Missing(string rest, Instant since, PaymentsDb db, CancellationToken cancel, params object[] values) => db.Read($"""
        select o.id, p.organisation_id, p.id, coalesce(p.booking_id, p.purchase_id), p.guest_id, p.venue_id, p.currency, moved.amount
        from payments.posting o join payments.payment p on p.id = o.payment_id
        join lateral (select sum(e.amount)::bigint amount from payments.entry e join payments.account a on a.id = e.account_id where e.posting_id = o.id and a.kind = 'Organisation') moved on moved.amount <> 0
        where o.kind in ('payment', 'refund', 'review_decided') and o.at > $1 and p.purpose in ('Booking', 'Purchase')
          and not exists (select 1 from payments.invoice i where i.posting_id = o.id) {rest}
        """, row => new Uninvoiced(
            row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.GetGuid(3), row.GetGuid(4), row.IsDBNull(5) ? null : row.GetGuid(5), new Money(row.GetInt64(7), row.GetString(6))), cancel, [since, .. values]);

    private static async Task Issue(IReadOnlyList<Uninvoiced> missing, IServiceProvider services, CancellationToken cancel)
    {
        var (db, catalog, now) = (services.GetRequiredService<PaymentsDb>(), services.GetRequiredService<ICatalog>(), services.GetRequiredService<TimeProvider>().Now());
        foreach (var organisation in missing.GroupBy(m => m.Organisation))
        {
            var invoices = new List<(Uninvoiced For, Guid Id, long Tax, decimal Percent)>();
            foreach (var it in organisation)
            {
                var percent = it.Venue is { } venue ? (await catalog.Venue(venue, cancel))?.Policy.TaxPercent ?? 0 : 0;
                // Prices include the tax: of 116 at 16 % it is 16.
                invoices.Add((it, Guid.CreateVersion7(), (long)Math.Round(it.Amount.Amount * percent / (100 + percent), MidpointRounding.AwayFromZero), percent));
            }
            await db.InTransaction<Done>(async () =>
            {
                await db.Run(cancel, PaymentsDb.Sql("insert into payments.invoice_counter (organisation_id, last) values ($1, 0) on conflict do nothing", organisation.Key));
                // The counter's row is locked until the end, so that two nodes write one after the other; who comes second finds the invoices written.
                await db.Run(cancel, PaymentsDb.Sql("select 1 from payments.invoice_counter where organisation_id = $1 for update", organisation.Key));
                var written = await db.Read("""
                    with fresh as (
                      select n.*, row_number() over (order by n.place) as nth from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::bigint[], $9::bigint[], $10::numeric[], $11::text[])
                        with ordinality as n(id, posting_id, payment_id, booking_id, guest_id, venue_id, amount, tax, tax_percent, currency, place)
                      where not exists (select 1 from payments.invoice i where i.posting_id = n.posting_id)),
                    counted as (update payments.invoice_counter set last = last + (select count(*) from fresh) where organisation_id = $1 returning last)
                    insert into payments.invoice (id, organisation_id, number, posting_id, payment_id, booking_id, guest_id, venue_id, amount, tax, tax_percent, currency, issued_at)
                    select f.id, $1, c.last - (select count(*) from fresh) + f.nth, f.posting_id, f.payment_id, f.booking_id, f.guest_id, f.venue_id, f.amount, f.tax, f.tax_percent, f.currency, $12 from fresh f, counted c
                    returning id, number
                    """, row => (Id: row.GetGuid(0), Number: row.GetInt64(1)), cancel,
                    organisation.Key, Of(i => i.Id), Of(i => i.For.Posting), Of(i => i.For.Payment), Of(i => i.For.Booking), Of(i => i.For.Guest), Of(i => i.For.Venue), Of(i => i.For.Amount.Amount), Of(i => i.Tax),
                    Of(i => i.Percent), Of(i => i.For.Amount.Currency), now);
                foreach (var (id, number) in written)
                {
                    var (it, _, tax, percent) = invoices.Single(i => i.Id == id);
                    db.Publish(new InvoiceIssued(id, number, it.Payment, it.Booking, it.Guest, it.Organisation, it.Amount, new Money(tax, it.Amount.Currency), percent, now));
                }
                return Done.It;
            }, cancel);

            T[] Of<T>(Func<(Uninvoiced For, Guid Id, long Tax, decimal Percent), T> part) => [.. invoices.Select(part)];
        }
    }

    private static Task<List<View>> Read(string where, PaymentsDb db, CancellationToken cancel, params object[] values) => db.Read(
        $"select id, number, payment_id, booking_id, amount, currency, tax, tax_percent, issued_at from payments.invoice {where}",
        row => new View(
            row.GetGuid(0), row.GetInt64(1), row.GetGuid(2), row.GetGuid(3), new Money(row.GetInt64(4), row.GetString(5)), new Money(row.GetInt64(6), row.GetString(5)), row.GetDecimal(7), Instant.FromDateTimeUtc(row.GetDateTime(8))),
        cancel, values);

    /// <summary>A posting that moved an organisation's money and has no invoice yet.</summary>
    private sealed record Uninvoiced(Guid Posting, Guid Organisation, Guid Payment, Guid Booking, Guid Guest, Guid? Venue, Money Amount);
}
