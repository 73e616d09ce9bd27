using System.ComponentModel.DataAnnotations;
using System.Globalization;
using CsvHelper;

namespace Sarai.Payments;

/// <summary>
/// A gateway's statement is laid beside the ledger. What agrees moves from what the gateway holds to the bank, less its fee; what differs, what only one side
/// knows, becomes a case for a person. Importing the same statement again changes nothing.
/// </summary>
public static class ImportSettlement
{
    // What the columns are called in the files of the gateways.
    private static readonly Dictionary<string, string[]> Names = new()
    {
        ["reference"] = ["reference", "source", "payment_intent", "entity_id", "payment_id", "transaction reference", "pp_txnrefno", "order id", "orderid"],
        ["type"] = ["type", "transaction_entity", "reporting_category"], ["amount"] = ["amount", "gross", "transaction amount", "debit"], ["fee"] = ["fee", "fees", "tax_and_fee"], ["currency"] = ["currency"],
    };

    /// <summary>The statement.</summary>
    public sealed record Request
    {
        /// <summary>The file's text: a header with reference, type (payment or refund), amount in major units, fee, currency.</summary>
        [Required, StringLength(2_000_000, MinimumLength = 5)] public string? Csv { get; set; }

        /// <summary>Everything the gateway took before this moment should be in this file or an earlier one; nothing is called missing without it.</summary>
        public DateTimeOffset? Complete { get; set; }
    }

    /// <summary>What came of it.</summary>
    /// <param name="Matched">Rows that agree with the ledger.</param>
    /// <param name="Known">Rows that were imported before.</param>
    /// <param name="Cases">Differences that wait for a person now.</param>
    public sealed record Response(int Matched, int Known, int Cases);

    private sealed record Row(string Reference, bool Refund, Money Amount, Money Fee);

    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/organisations/{id:guid}/gateways/{name}/settlements", Handle).Needs("manage:payouts").Limited(RateLimits.Write).WithTags("Gateways").WithSummary("Lay a gateway's statement beside the ledger");

    /// <summary>For the owner of the merchant account.</summary>
    public static async Task<Answer<Response>> Handle(Guid id, string name, Request request, Actor actor, PaymentsDb db, Ledger ledger, Providers providers, TimeProvider clock, CancellationToken cancel)
    {
        if (actor.Barred("manage:payouts", id, "organisation") is { } barred) return barred;
        if (providers.Find(name) is not IGateway { Fields.Count: > 0 } gateway) return Fault.NotFound("payment gateway");
        var rows = Parse(request.Csv!);
        if (rows.Fault is { } wrong) return wrong;
        var (matched, known, cases) = (0, 0, 0);
        foreach (var row in rows.Value)
        {
            var outcome = await db.InTransaction<string>(() => Lay(row, gateway, id, db, ledger, clock.Now(), cancel), cancel);
            if (outcome.Fault is { } fault) return fault;
            if (outcome.Value == "matched") matched++;
            else if (outcome.Value == "known") known++;
            else cases++;
        }
        if (request.Complete is { } until) cases += await Miss(gateway, id, Instant.FromDateTimeOffset(until), db, clock.Now(), cancel);
        await db.InTransaction<Done>(() =>
        {
            db.Audit(actor, id, "manage:payouts", id, null, new { Gateway = name, Rows = rows.Value.Count, matched, known, cases });
            return Task.FromResult<Answer<Done>>(Done.It);
        }, cancel);
        return new Response(matched, known, cases);
    }

    private static async Task<Answer<string>> Lay(Row row, IGateway gateway, Guid merchant, PaymentsDb db, Ledger ledger, Instant now, CancellationToken cancel)
    {
        var key = $"settled:{gateway.Name}:{merchant:n}:{(row.Refund ? "refund" : "payment")}:{row.Reference}";
        await db.Run(cancel, PaymentsDb.Sql("select pg_advisory_xact_lock(hashtextextended($1, 14))", key));
        if ((await db.Read("select 1 from payments.posting where key = $1", r => r.GetInt32(0), cancel, key)).Count > 0) return "known";
        var found = row.Refund
            ? await db.Read("select r.amount, r.currency, r.payment_id from payments.refund r join payments.attempt a on a.payment_id = r.payment_id where a.provider = $1 and a.account = $2 and r.gateway_id = $3 and r.status = 'Done' limit 1", Found, cancel, gateway.Name, merchant, row.Reference)
            : await db.Read("""
                select p.amount, p.currency, p.id from payments.attempt a join payments.payment p on p.id = a.payment_id
                where a.provider = $1 and a.account = $2 and a.status = 'Captured' and (a.reference = $3 or a.gateway_id = $3 or a.capture_id = $3) limit 1
                """, Found, cancel, gateway.Name, merchant, row.Reference);
        if (found.Count == 0) return await Case(row.Reference, "settlement_unknown", row.Amount, null, gateway, merchant, db, now, cancel);
        if (found[0].Sum != row.Amount) return await Case(row.Reference, "settlement_differs", row.Amount, found[0].Payment, gateway, merchant, db, now, cancel);
        var (holds, bank, fees) = (LedgerAccount.Clearing(gateway.Name, row.Amount.Currency, merchant), new LedgerAccount(AccountKind.Platform, merchant, "bank", row.Amount.Currency), new LedgerAccount(AccountKind.Platform, merchant, "fees", row.Amount.Currency));
        // A balance is negative where the money is: it goes from the gateway's account to the bank's, and the fee is spent.
        var posting = new Posting("settled", key, row.Amount, row.Refund ? holds : bank, row.Refund ? bank : holds, found[0].Payment, null, gateway.Name, now);
        await db.Run(cancel, await ledger.Write(posting, db, cancel));
        if (row.Fee.Amount > 0) await db.Run(cancel, await ledger.Write(posting with { Kind = "gateway_fee", Key = key + ":fee", Amount = row.Fee, From = fees, To = bank }, db, cancel));
        return "matched";

        static (Money Sum, Guid Payment) Found(Npgsql.NpgsqlDataReader r) => (new Money(r.GetInt64(0), r.GetString(1)), r.GetGuid(2));
    }

    private static async Task<string> Case(string reference, string reason, Money amount, Guid? payment, IGateway gateway, Guid merchant, PaymentsDb db, Instant now, CancellationToken cancel)
    {
        var added = await db.Run(cancel, PaymentsDb.Sql("""
            insert into payments.review (id, organisation_id, venue_id, payment_id, provider, reference, currency, amount, reason, status, created_at)
            values ($1, $2, (select venue_id from payments.payment where id = $3::uuid), $3::uuid, $4, $5, $6, $7, $8, 'Open', $9) on conflict do nothing
            """, Guid.CreateVersion7(), merchant, payment, gateway.Name, reference, amount.Currency, amount.Amount, reason, now));
        return added > 0 ? "case" : "known";
    }

    private static async Task<int> Miss(IGateway gateway, Guid merchant, Instant until, PaymentsDb db, Instant now, CancellationToken cancel) => await db.Run(cancel, PaymentsDb.Sql("""
        insert into payments.review (id, organisation_id, venue_id, payment_id, provider, reference, currency, amount, reason, status, created_at)
        select gen_random_uuid(), $2, p.venue_id, p.id, $1, a.reference, p.currency, p.amount, 'settlement_missing', 'Open', $4
        from payments.attempt a join payments.payment p on p.id = a.payment_id
        where a.provider = $1 and a.account = $2 and a.status = 'Captured' and p.captured_at < $3
          and not exists (select 1 from payments.posting o where o.payment_id = p.id and o.kind = 'settled')
        on conflict do nothing
        """, gateway.Name, merchant, until, now));

    private static Answer<List<Row>> Parse(string text)
    {
        var rows = new List<Row>();
        try
        {
            using var csv = CsvReader.FromText(text);
            var at = Columns(text);
            if (at is null) return Fault.Invalid("csv", "The first line must name the columns reference, amount and currency.");
            var header = true;
            while (csv.Read())
            {
                // Whether the reader takes the first line for a header or not, it is not a row.
                if (header && csv.GetString(at["reference"]).Trim().Equals(text.Split('\n')[0].Split(',')[at["reference"]].Trim(' ', '"', '\r'), StringComparison.OrdinalIgnoreCase))
                {
                    header = false;
                    continue;
                }
                header = false;
                var currency = csv.GetString(at["currency"]).Trim().ToUpperInvariant();
                if (!Money.IsCurrency(currency)) return Fault.Invalid("csv", $"Row {rows.Count + 1}: {currency} is not a currency.");
                if (Minor(csv.GetString(at["amount"]), currency) is not { } amount || amount == 0) return Fault.Invalid("csv", $"Row {rows.Count + 1}: the amount is not a number.");
                var fee = at.TryGetValue("fee", out var column) ? Minor(csv.GetString(column), currency) ?? 0 : 0;
                var refund = amount < 0 || (at.TryGetValue("type", out var type) && csv.GetString(type).Contains("refund", StringComparison.OrdinalIgnoreCase));
                rows.Add(new Row(csv.GetString(at["reference"]).Trim(), refund, new Money(Math.Abs(amount), currency), new Money(Math.Abs(fee), currency)));
            }
        }
        catch (Exception problem) when (problem is CsvFormatException or InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            return Fault.Invalid("csv", "This is not a readable CSV file.");
        }
        return rows.Count == 0 ? Fault.Invalid("csv", "There are no rows.") : rows;
    }

    private static Dictionary<string, int>? Columns(string text)
    {
        var header = text.Split('\n')[0].Split(',').Select(c => c.Trim(' ', '"', '\r', '\uFEFF').ToLowerInvariant()).ToList();
        var at = Names.Select(n => (n.Key, Index: header.FindIndex(n.Value.Contains))).Where(n => n.Index >= 0).ToDictionary(n => n.Key, n => n.Index);
        return at.ContainsKey("reference") && at.ContainsKey("amount") && at.ContainsKey("currency") ? at : null;
    }

    private static long? Minor(string text, string currency) => decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var major) && Math.Abs(major) < 1_000_000_000_000 ? (long)Math.Round(major * (decimal)Math.Pow(10, Money.Decimals(currency))) : null;
}
