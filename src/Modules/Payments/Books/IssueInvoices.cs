using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Sarai.Payments;

/// <summary>
/// Every sum received for a booking, a package or a membership, and every sum given back, gets an invoice (or a credit note) with a number of its organisation's own. Numbers have no gaps:
/// the counter is raised in the transaction that writes the invoice. In the same transaction the tax within it moves in the ledger, so that the account of the
/// organisation's tax is the sum of its invoices' taxes, to the unit.
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
    /// <param name="Seller">Who sold it, as it was said then; null when nobody had said: then it is the venue.</param>
    public sealed record View(Guid Id, long Number, Guid PaymentId, Guid BookingId, Money Amount, Money Tax, decimal TaxPercent, Instant IssuedAt, InvoiceSeller? Seller);

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

    /// <summary>Writes whatever an organisation's invoices lack, so that a payout contains the tax of what it pays.</summary>
    internal static async Task Complete(Guid organisation, IServiceProvider services, CancellationToken cancel)
    {
        var db = services.GetRequiredService<PaymentsDb>();
        await Issue(await Missing("and p.organisation_id = $2", Instant.FromUnixTimeSeconds(0), db, cancel, organisation), services, cancel);
    }

    private static async Task Issue(IReadOnlyList<Uninvoiced> missing, IServiceProvider services, CancellationToken cancel)
    {
        var (db, ledger, catalog, now) = (services.GetRequiredService<PaymentsDb>(), services.GetRequiredService<Ledger>(), services.GetRequiredService<ICatalog>(), services.GetRequiredService<TimeProvider>().Now());
        var percents = new Dictionary<Guid, decimal>();
        foreach (var venue in missing.Select(m => m.Venue).OfType<Guid>().Distinct()) percents[venue] = (await catalog.Venue(venue, cancel))?.Policy.TaxPercent ?? 0;
        foreach (var organisation in missing.GroupBy(m => m.Organisation))
        {
            foreach (var currency in organisation.Select(m => m.Amount.Currency).Distinct())
            {
                await ledger.Open(LedgerAccount.Organisation(organisation.Key, currency), now, db, cancel);
                await ledger.Open(LedgerAccount.Tax(organisation.Key, currency), now, db, cancel);
            }
            await db.InTransaction<Done>(async () =>
            {
                await db.Run(cancel, PaymentsDb.Sql("insert into payments.invoice_counter (organisation_id, last) values ($1, 0) on conflict do nothing", organisation.Key));
                // The counter's row is locked until the end, so that two nodes write one after the other; who comes second finds the invoices written.
                await db.Run(cancel, PaymentsDb.Sql("select 1 from payments.invoice_counter where organisation_id = $1 for update", organisation.Key));
                var invoices = WithTax(await Fresh([.. organisation], db, cancel), await Taxes([.. organisation], db, cancel), percents);
                if (invoices.Count == 0) return Done.It;
                await Write(organisation.Key, invoices, now, db, cancel);
                await db.Run(cancel, await Move(organisation.Key, invoices, now, db, ledger, cancel));
                return Done.It;
            }, cancel);
        }
    }

    // What somebody else has written meanwhile is not written again; the earliest posting gets the lowest number.
    private static async Task<List<Uninvoiced>> Fresh(IReadOnlyList<Uninvoiced> missing, PaymentsDb db, CancellationToken cancel)
    {
        var written = await db.Read("select posting_id from payments.invoice where posting_id = any($1)", row => row.GetGuid(0), cancel, missing.Select(m => m.Posting).ToArray());
        return [.. missing.ExceptBy(written, m => m.Posting).OrderBy(m => m.Posting)];
    }

    private static async Task<Dictionary<Guid, Invoiced>> Taxes(IReadOnlyList<Uninvoiced> missing, PaymentsDb db, CancellationToken cancel) => (await db.Read("""
        select payment_id, sum(amount)::bigint, sum(tax)::bigint, (array_agg(tax_percent order by number))[1] from payments.invoice where payment_id = any($1) group by 1
        """, row => (Payment: row.GetGuid(0), Sum: new Invoiced(row.GetInt64(1), row.GetInt64(2), row.GetDecimal(3))), cancel, missing.Select(m => m.Payment).Distinct().ToArray())).ToDictionary(t => t.Payment, t => t.Sum);

    // Prices include the tax: of 116 at 16 % it is 16. A refund gives it back at the rate it was taken at, and the tax of all invoices of a payment is the tax of
    // what is left of it: of everything given back, in however many parts, nothing remains.
    private static List<Taxed> WithTax(List<Uninvoiced> fresh, Dictionary<Guid, Invoiced> payments, Dictionary<Guid, decimal> percents)
    {
        var invoices = new List<Taxed>();
        foreach (var it in fresh)
        {
            var before = payments.GetValueOrDefault(it.Payment) ?? new Invoiced(0, 0, it.Venue is { } venue ? percents[venue] : 0);
            var amount = before.Amount + it.Amount.Amount;
            var after = before with { Amount = amount, Tax = (long)Math.Round(amount * before.Percent / (100 + before.Percent), MidpointRounding.AwayFromZero) };
            payments[it.Payment] = after;
            invoices.Add(new Taxed(it, Guid.CreateVersion7(), after.Tax - before.Tax, before.Percent));
        }
        return invoices;
    }

    private static async Task Write(Guid organisation, List<Taxed> invoices, Instant now, PaymentsDb db, CancellationToken cancel)
    {
        var written = await db.Read("""
            with counted as (update payments.invoice_counter set last = last + cardinality($2::uuid[]) where organisation_id = $1 returning last)
            insert into payments.invoice (id, organisation_id, number, posting_id, payment_id, booking_id, guest_id, venue_id, amount, tax, tax_percent, currency, issued_at,
              seller_name, seller_address, seller_tax)
            select n.id, $1, c.last - cardinality($2::uuid[]) + n.place, n.posting_id, n.payment_id, n.booking_id, n.guest_id, n.venue_id, n.amount, n.tax, n.tax_percent, n.currency, $12, s.name, s.address, s.tax_label || ' ' || s.tax_number
            from counted c cross join unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::bigint[], $9::bigint[], $10::numeric[], $11::text[])
              with ordinality as n(id, posting_id, payment_id, booking_id, guest_id, venue_id, amount, tax, tax_percent, currency, place)
              left join payments.seller s on s.organisation_id = $1
            returning id, number, seller_name, seller_address, seller_tax
            """, row => (Id: row.GetGuid(0), Number: row.GetInt64(1), Seller: SellerIn(row, 2)), cancel,
            organisation, Of(i => i.Id), Of(i => i.For.Posting), Of(i => i.For.Payment), Of(i => i.For.Booking), Of(i => i.For.Guest), Of(i => i.For.Venue), Of(i => i.For.Amount.Amount), Of(i => i.Tax),
            Of(i => i.Percent), Of(i => i.For.Amount.Currency), now);
        foreach (var (id, number, seller) in written)
        {
            var (it, _, tax, percent) = invoices.Single(i => i.Id == id);
            db.Publish(new InvoiceIssued(id, number, it.Payment, it.Booking, it.Guest, it.Organisation, it.Amount, new Money(tax, it.Amount.Currency), percent, now) { Seller = seller });
        }

        T[] Of<T>(Func<Taxed, T> part) => [.. invoices.Select(part)];
    }

    private static async Task<List<NpgsqlBatchCommand>> Move(Guid organisation, List<Taxed> invoices, Instant now, PaymentsDb db, Ledger ledger, CancellationToken cancel)
    {
        var (postings, stripe) = (new List<NpgsqlBatchCommand>(), invoices[0].Id.ToByteArray()[15]);
        foreach (var (it, _, tax, _) in invoices.Where(i => i.Tax != 0))
        {
            var (theirs, taxes) = (LedgerAccount.Organisation(organisation, it.Amount.Currency), LedgerAccount.Tax(organisation, it.Amount.Currency));
            postings.Add(await ledger.Write(new Posting(
                "tax", $"tax:{it.Posting}", new Money(Math.Abs(tax), it.Amount.Currency), tax > 0 ? theirs : taxes, tax > 0 ? taxes : theirs, it.Payment, null, "tax", now), db, cancel, stripe));
        }
        return postings;
    }

    private static Task<List<View>> Read(string where, PaymentsDb db, CancellationToken cancel, params object[] values) => db.Read(
        $"select id, number, payment_id, booking_id, amount, currency, tax, tax_percent, issued_at, seller_name, seller_address, seller_tax from payments.invoice {where}",
        row => new View(
            row.GetGuid(0), row.GetInt64(1), row.GetGuid(2), row.GetGuid(3), new Money(row.GetInt64(4), row.GetString(5)), new Money(row.GetInt64(6), row.GetString(5)), row.GetDecimal(7), Instant.FromDateTimeUtc(row.GetDateTime(8)),
            SellerIn(row, 9)),
        cancel, values);

    private static InvoiceSeller? SellerIn(NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : new InvoiceSeller(row.GetString(at), row.GetString(at + 1), row.IsDBNull(at + 2) ? null : row.GetString(at + 2));

    /// <summary>A posting that moved an organisation's money and has no invoice yet.</summary>
    private sealed record Uninvoiced(Guid Posting, Guid Organisation, Guid Payment, Guid Booking, Guid Guest, Guid? Venue, Money Amount);

    /// <summary>What was invoiced of a payment before, and the rate of its first invoice.</summary>
    private sealed record Invoiced(long Amount, long Tax, decimal Percent);

    private sealed record Taxed(Uninvoiced For, Guid Id, long Tax, decimal Percent);
}
