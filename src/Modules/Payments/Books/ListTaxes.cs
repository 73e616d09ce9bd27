using System.Globalization;

namespace Sarai.Payments;

/// <summary>What an organisation tells its tax office: by month and rate what it received, gave back and has to hand over, and how much of that stands on its tax account.</summary>
public static class ListTaxes
{
    private const string Permission = "read:reports";

    /// <summary>A month at one rate.</summary>
    /// <param name="Month">Year and month where the organisation is, such as 2026-06.</param>
    /// <param name="Percent">The rate.</param>
    /// <param name="Received">What guests paid, with tax.</param>
    /// <param name="GivenBack">What they got back of it, with tax.</param>
    /// <param name="Tax">The tax within what was kept.</param>
    /// <param name="Invoices">How many invoices and credit notes.</param>
    public sealed record Part(string Month, decimal Percent, Money Received, Money GivenBack, Money Tax, long Invoices);

    /// <summary>The months, the latest first.</summary>
    /// <param name="Months">At most 120 of them.</param>
    /// <param name="Standing">Tax the platform has taken in for the organisation and not paid out to it yet, by currency.</param>
    public sealed record Response(IReadOnlyList<Part> Months, IReadOnlyList<Money> Standing);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/organisations/{id:guid}/taxes", Handle).Needs(Permission).Limited(RateLimits.Read).WithTags("Invoices").WithSummary("An organisation's taxes by month");
        api.MapGet("/organisations/{id:guid}/taxes.csv", Csv).Needs(Permission).Limited(RateLimits.Read).WithTags("Invoices").WithSummary("An organisation's taxes by month as CSV").Produces(StatusCodes.Status200OK);
    }

    /// <summary>For the owner and the manager.</summary>
    public static async Task<Answer<Response>> Handle(Guid id, Actor actor, PaymentsDb db, ICatalog catalog, CancellationToken cancel)
    {
        if (actor.Barred(Permission, id, "organisation") is { } barred) return barred;
        var zone = await catalog.VenuesOf(id, cancel) is [var venue, ..] ? venue.TimeZone : "UTC";
        var months = await db.Read("""
            select to_char(issued_at at time zone $2, 'YYYY-MM') as month, tax_percent, currency, coalesce(sum(amount) filter (where amount > 0), 0)::bigint, coalesce(-sum(amount) filter (where amount < 0), 0)::bigint,
              sum(tax)::bigint, count(*)
            from payments.invoice where organisation_id = $1 group by 1, 2, 3 order by 1 desc, 3, 2 limit 120
            """, row => new Part(
                row.GetString(0), row.GetDecimal(1), new Money(row.GetInt64(3), row.GetString(2)), new Money(row.GetInt64(4), row.GetString(2)), new Money(row.GetInt64(5), row.GetString(2)), row.GetInt64(6)), cancel, id, zone);
        return new Response(months, await db.Read("""
            select a.currency, sum(b.amount)::bigint from payments.account a join payments.balance b on b.account_id = a.id where a.kind = 'Tax' and a.owner = $1 group by 1 order by 1
            """, row => new Money(row.GetInt64(1), row.GetString(0)), cancel, id));
    }

    /// <summary>The same as a file.</summary>
    public static async Task<IResult> Csv(Guid id, Actor actor, PaymentsDb db, ICatalog catalog, CancellationToken cancel)
    {
        var taxes = await Handle(id, actor, db, catalog, cancel);
        if (taxes.Fault is { } fault) return (Answer<Done>)fault;
        return MakePayout.File($"taxes-{id:n}.csv", "month,rate,currency,received,given_back,tax,invoices", taxes.Value.Months.Select(m => new[]
        {
            m.Month, m.Percent.ToString("0.###", CultureInfo.InvariantCulture), m.Tax.Currency, MakePayout.Major(m.Received), MakePayout.Major(m.GivenBack), MakePayout.Major(m.Tax),
            m.Invoices.ToString(CultureInfo.InvariantCulture),
        }));
    }
}
