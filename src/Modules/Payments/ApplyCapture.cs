using System.Diagnostics.Metrics;
using Npgsql;
using NpgsqlTypes;

namespace Sarai.Payments;

/// <summary>
/// The one way an outcome of a provider gets into the books, whoever brings it: webhook, poll, return page. At most once, because the posting's effect
/// is the attempt. Money that does not match what was asked for is kept apart for a person to look at.
/// </summary>
public static class ApplyCapture
{
    private static readonly Meter Meter = new("Sarai");
    private static readonly Counter<long> Revenue = Meter.CreateCounter<long>("revenue_total", "minor units", "Money captured, by currency.");

    /// <summary>Applies an outcome. Coming again changes nothing.</summary>
    public static async Task<Answer<Done>> Handle(string provider, Outcome outcome, PaymentsDb db, TimeProvider clock, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await Apply(provider, outcome, db, clock.Now(), cancel);
            }
            catch (PostgresException problem) when (problem.SqlState == "SL022")
            {
                // Somebody else applied it between our look and our write.
                return Done.It;
            }
            catch (PostgresException problem) when (attempt == 1 && ModuleDb.IsTransient(problem))
            {
                // Two deliveries of one webhook met; the second look finds it done.
            }
        }
    }

    private static async Task<Answer<Done>> Apply(string provider, Outcome outcome, PaymentsDb db, Instant now, CancellationToken cancel)
    {
        await using var connection = await db.Source.OpenConnectionAsync(cancel);
        var open = await Find(connection, provider, outcome.Reference, cancel);
        if (open is null) return Fault.NotFound("payment");
        if (open.Status != "Open") return Done.It;
        await using var batch = new NpgsqlBatch(connection);
        var matches = outcome.Amount == new Money(open.Amount, open.Currency);
        var (attemptStatus, paymentStatus) = !outcome.Paid ? ("Failed", nameof(PaymentStatus.Failed)) : matches ? ("Captured", nameof(PaymentStatus.Captured)) : ("Review", nameof(PaymentStatus.Review));
        batch.BatchCommands.Add(Command("select payments.close_attempt($1, $2)", open.AttemptId, attemptStatus));
        batch.BatchCommands.Add(Command(
            "update payments.payment set status = $2, captured = $3, captured_at = $4, reason = $5 where id = $1", open.PaymentId, paymentStatus,
            outcome.Paid && matches ? open.Amount : 0L, outcome.Paid ? now.ToDateTimeUtc() : null, outcome.Paid && !matches ? $"{outcome.Amount} came instead of {new Money(open.Amount, open.Currency)}" : outcome.Reason));
        if (outcome.Paid) batch.BatchCommands.Add(Post(provider, open, outcome, matches, now));
        if (EventOf(open, outcome, matches, now) is { } happened) batch.BatchCommands.Add(Publish(happened, now));
        await batch.ExecuteNonQueryAsync(cancel);
        db.Announce();
        if (outcome.Paid && matches) Revenue.Add(open.Amount, new KeyValuePair<string, object?>("currency", open.Currency));
        return Done.It;
    }

    private static NpgsqlBatchCommand Post(string provider, Open open, Outcome outcome, bool matches, Instant now)
    {
        var (account, owner) = !matches ? ("unapplied", open.PaymentId.ToString()) : open.Purpose == "top_up" ? ("wallet", open.UserId.ToString()) : ("organisation", open.OrganisationId.ToString());
        var post = new NpgsqlBatchCommand("select payments.post($1, $2, $3, $4, $5, $6, $7, $8)");
        foreach (var parameter in Ledger.Parameters($"capture:{open.AttemptId}", "capture", open.PaymentId, now, outcome.Amount.Currency,
            [new("gateway", provider, -outcome.Amount.Amount), new(account, owner, outcome.Amount.Amount)])) post.Parameters.Add(parameter);
        return post;
    }

    private static IEvent? EventOf(Open open, Outcome outcome, bool matches, Instant now)
    {
        if (open.Purpose == "top_up") return null;
        var amount = new Money(open.Amount, open.Currency);
        if (outcome.Paid && matches) return new PaymentCaptured(open.PaymentId, open.BookingId, open.UserId, open.OrganisationId, amount, open.Method, now);
        return new PaymentFailed(open.PaymentId, open.BookingId, open.UserId, open.OrganisationId, amount, outcome.Paid ? "wrong_amount" : outcome.Reason ?? "declined");
    }

    private static async Task<Open?> Find(NpgsqlConnection connection, string provider, string reference, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("""
            select a.id, a.status, p.id, p.purpose, p.booking_id, p.user_id, p.organisation_id, p.amount, p.currency, p.method
            from payments.attempt a join payments.payment p on p.id = a.payment_id where a.provider = $1 and a.reference = $2
            """, connection)
        { Parameters = { new() { Value = provider }, new() { Value = reference } } };
        await using var row = await command.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel)
            ? new Open(row.GetGuid(0), row.GetString(1), row.GetGuid(2), row.GetString(3), row.GetGuid(4), row.GetGuid(5), row.GetGuid(6), row.GetInt64(7), row.GetString(8), row.GetString(9))
            : null;
    }

    private static NpgsqlBatchCommand Command(string sql, params object?[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            var parameter = new NpgsqlParameter { Value = value ?? DBNull.Value };
            if (value is null) parameter.NpgsqlDbType = sql.Contains("captured_at", StringComparison.Ordinal) && command.Parameters.Count == 3 ? NpgsqlDbType.TimestampTz : NpgsqlDbType.Text;
            command.Parameters.Add(parameter);
        }
        return command;
    }

    private static NpgsqlBatchCommand Publish(IEvent happened, Instant now)
    {
        var row = OutboxRow.Of(happened, now);
        return new NpgsqlBatchCommand("insert into payments.outbox (at, event_id, key, name, body, trace) values ($1, $2, $3, $4, $5, $6)")
        {
            Parameters =
            {
                new() { Value = row.At.ToDateTimeUtc() }, new() { Value = row.EventId }, new() { Value = row.Key }, new() { Value = row.Name },
                new() { Value = row.Body, NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = (object?)row.Trace ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };
    }

    private sealed record Open(
        Guid AttemptId, string Status, Guid PaymentId, string Purpose, Guid BookingId, Guid UserId, Guid OrganisationId, long Amount, string Currency, string Method);
}
