using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Payments;

/// <summary>A guest shows the proof of a bank transfer; the desk looks at the account and says what has arrived, or that nothing has.</summary>
public static class ShowTransfer
{
    /// <summary>The largest file, in bytes.</summary>
    public const int LargestFile = 3_000_000;

    /// <summary>The proof.</summary>
    public sealed record Request
    {
        /// <summary>The bank's reference of the transfer, or the sender's name.</summary>
        [Required, StringLength(100, MinimumLength = 3)] public string? Reference { get; set; }

        /// <summary>A picture or PDF of the confirmation, in base64, at most 3 MB; or nothing.</summary>
        public string? File { get; set; }
    }

    /// <summary>The desk's decision.</summary>
    public sealed record DecideRequest
    {
        /// <summary>approve or reject.</summary>
        [Required, AllowedValues("approve", "reject", ErrorMessage = "Choose approve or reject.")] public string? Decision { get; set; }

        /// <summary>What has arrived, in minor units; what was asked for when absent.</summary>
        [Range(1, 1_000_000_000_000)] public long? Amount { get; set; }

        /// <summary>A word about it, for the guest and the audit log.</summary>
        [StringLength(500)] public string? Note { get; set; }
    }

    /// <summary>A proof.</summary>
    /// <param name="Id">The proof.</param>
    /// <param name="PaymentId">The payment.</param>
    /// <param name="Code">The code the guest wrote on the transfer.</param>
    /// <param name="Amount">What was asked for.</param>
    /// <param name="Reference">What the guest says.</param>
    /// <param name="HasFile">Whether there is a file.</param>
    /// <param name="SentAt">When.</param>
    public sealed record View(Guid Id, Guid PaymentId, string Code, Money Amount, string Reference, bool HasFile, Instant SentAt);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/payments/{id:guid}/proof", Handle).Limited(RateLimits.Write).WithTags("Payments").WithSummary("Show the proof of a bank transfer").Produces<Envelope<Done>>(StatusCodes.Status201Created);
        api.MapGet("/venues/{id:guid}/transfers", List).Needs("read:payments").Limited(RateLimits.Read).WithTags("Desk").WithSummary("Bank transfers that wait for the desk");
        api.MapGet("/transfers/{id:guid}/file", FileOf).Needs("read:payments").Limited(RateLimits.Read).WithTags("Desk").WithSummary("The file of a proof").Produces(StatusCodes.Status200OK);
        api.MapPost("/transfers/{id:guid}", Decide).Needs("create:cash_payments").Limited(RateLimits.Write).WithTags("Desk").WithSummary("Say whether a transfer has arrived");
    }

    /// <summary>The guest's own payment.</summary>
    public static async Task<Answer<Done>> Handle(Guid id, Request request, Actor actor, PaymentsDb db, Merchants merchants, BankTransferGateway bank, TimeProvider clock, CancellationToken cancel)
    {
        if (await db.Find(id, cancel) is not { } payment || payment.GuestId != actor.Id) return Fault.NotFound("payment");
        if (payment.Method != BankTransferGateway.Method) return Fault.Refused("not_a_transfer", "This payment is not a bank transfer.");
        if (payment.Status is PaymentStatus.Captured) return Fault.Conflict("not_open", "This payment has arrived already.");
        byte[]? file = null;
        if (request.File is { Length: > 0 } text && ((file = Decode(text)) is null || TypeOf(file) is null)) return Fault.Invalid("file", "Give a PNG, JPEG, WebP or PDF of at most 3 MB.");
        var merchant = await merchants.Of(bank, await db.Attempts.Where(a => a.PaymentId == id).OrderByDescending(a => a.Id).Select(a => a.Account).FirstAsync(cancel), cancel);
        return await db.InTransaction<Done>(async () =>
        {
            var added = await db.Run(cancel, PaymentsDb.Sql("""
                insert into payments.transfer_proof (id, payment_id, organisation_id, reference, file, file_type, status, sent_at) values ($1, $2, $3, $4, $5::bytea, $6::text, 'Waiting', $7)
                on conflict (payment_id) where status = 'Waiting' do update set reference = excluded.reference, file = coalesce(excluded.file, transfer_proof.file),
                  file_type = coalesce(excluded.file_type, transfer_proof.file_type), sent_at = excluded.sent_at
                """, Guid.CreateVersion7(), id, payment.OrganisationId, request.Reference, file, file is null ? null : TypeOf(file), clock.Now()));
            if (added > 0 && payment is { Purpose: Purpose.Booking, Status: PaymentStatus.Pending } && merchant?["confirmOnProof"] == "yes")
                db.Publish(new PaymentPromised(payment.Id, payment.BookingId!.Value, payment.GuestId, payment.OrganisationId, payment.Sum));
            return Answer<Done>.Created(Done.It);
        }, cancel);
    }

    /// <summary>What waits for the desk of a venue's organisation.</summary>
    public static async Task<Answer<Slice<View>>> List(Guid id, Actor actor, PaymentsDb db, ICatalog catalog, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("read:payments", venue.OrganisationId, "venue") is { } barred) return barred;
        return new Slice<View>(await db.Read("""
            select t.id, t.payment_id, a.reference, p.amount, p.currency, t.reference, t.file is not null, t.sent_at from payments.transfer_proof t join payments.payment p on p.id = t.payment_id
            join lateral (select reference from payments.attempt where payment_id = p.id order by id desc limit 1) a on true
            where t.organisation_id = $1 and t.status = 'Waiting' order by t.id limit 200
            """, row => new View(row.GetGuid(0), row.GetGuid(1), row.GetString(2), new Money(row.GetInt64(3), row.GetString(4)), row.GetString(5), row.GetBoolean(6), Instant.FromDateTimeUtc(row.GetDateTime(7))), cancel, venue.OrganisationId), null);
    }

    /// <summary>The file; a browser must save it, never show it as ours.</summary>
    public static async Task<IResult> FileOf(Guid id, Actor actor, HttpContext http, PaymentsDb db, CancellationToken cancel)
    {
        var found = await db.Read("select organisation_id, file, file_type from payments.transfer_proof where id = $1 and file is not null", row => (Organisation: row.GetGuid(0), File: row.GetFieldValue<byte[]>(1), Type: row.GetString(2)), cancel, id);
        if (found.Count == 0) return (Answer<Done>)Fault.NotFound("proof");
        if (actor.Barred("read:payments", found[0].Organisation, "proof") is { } barred) return (Answer<Done>)barred;
        http.Response.Headers.CacheControl = "private, no-store";
        return Results.File(found[0].File, found[0].Type, $"transfer-{id:n}.{found[0].Type.Split('/')[1]}");
    }

    /// <summary>Decides once: what has arrived goes the way all money goes.</summary>
    public static async Task<Answer<GetPayment.Standing>> Decide(Guid id, DecideRequest request, Actor actor, HttpContext http, PaymentsDb db, Ledger ledger, Providers providers, TimeProvider clock, CancellationToken cancel) =>
        await db.InTransaction<GetPayment.Standing>(async () =>
        {
            var found = await db.Read("select organisation_id, payment_id, status from payments.transfer_proof where id = $1 for update", row => (Organisation: row.GetGuid(0), Payment: row.GetGuid(1), Status: row.GetString(2)), cancel, id);
            if (found.Count == 0) return Fault.NotFound("transfer");
            var proof = found[0];
            if (actor.Barred("create:cash_payments", proof.Organisation, "transfer") is { } barred) return barred;
            if (proof.Status != "Waiting") return Fault.Conflict("already_decided", "Somebody has already decided this.");
            var payment = (await db.Find(proof.Payment, cancel))!;
            var attempt = await db.Attempts.AsNoTracking().Where(a => a.PaymentId == payment.Id).OrderByDescending(a => a.Id).FirstAsync(cancel);
            var approved = request.Decision == "approve";
            var now = clock.Now();
            await db.Run(cancel, PaymentsDb.Sql("update payments.transfer_proof set status = $2, note = $3::text, decided_at = $4, decided_by = $5 where id = $1", id, approved ? "Approved" : "Rejected", request.Note, now, actor.Id));
            var news = new ProviderNews(BankTransferGateway.Method, attempt.Reference, approved, $"{attempt.Reference}-{id:n}", new Money(request.Amount ?? payment.Amount, payment.Currency), now, approved ? null : "not_arrived") { Account = attempt.Account };
            var applied = await ApplyCapture.Handle(news, db, ledger, providers, clock, cancel);
            if (applied.Fault is { } fault) return fault;
            db.Audit(actor, proof.Organisation, "create:cash_payments", payment.Id, null, new { Transfer = id, request.Decision, request.Amount, request.Note });
            return GetPayment.StandingOf((await db.Find(payment.Id, cancel))!);
        }, cancel);

    private static byte[]? Decode(string text)
    {
        if (text.Length > LargestFile / 3 * 4 + 4) return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length is > 4 and <= LargestFile ? bytes[..length] : null;
    }

    // By its first bytes, whatever it calls itself.
    private static string? TypeOf(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47]) ? "image/png"
        : file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : file.StartsWith("%PDF"u8) ? "application/pdf"
        : file.Length > 12 && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8) ? "image/webp" : null;
}
