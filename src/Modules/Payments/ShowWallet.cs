using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using NpgsqlTypes;

namespace Sarai.Payments;

/// <summary>A person's wallet: what is in it, what moved, and filling it.</summary>
public static class ShowWallet
{
    /// <summary>The wallet in one currency.</summary>
    /// <param name="Balance">What is in it.</param>
    /// <param name="Entries">What moved, the latest first.</param>
    /// <param name="NextCursor">For older entries.</param>
    public sealed record Response(Money Balance, IReadOnlyList<Entry> Entries, string? NextCursor);

    /// <summary>A movement.</summary>
    /// <param name="At">When.</param>
    /// <param name="Kind">capture, refund or top_up.</param>
    /// <param name="Text">What it was for.</param>
    /// <param name="Amount">Into the wallet, or out of it when negative.</param>
    /// <param name="PaymentId">The payment.</param>
    public sealed record Entry(Instant At, string Kind, string Text, Money Amount, Guid PaymentId);

    /// <summary>How much to put in.</summary>
    public sealed record TopUpRequest
    {
        /// <summary>Minor units.</summary>
        [Required, Range(100, 100_000_000)] public long? Amount { get; set; }

        /// <summary>ISO 4217.</summary>
        [Required, RegularExpression("^[A-Z]{3}$", ErrorMessage = "Give the currency as three capital letters, such as PKR.")] public string? Currency { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/wallet", Handle).Needs("read:profile").Limited(RateLimits.Read).WithTags("Wallet").WithSummary("My wallet");
        api.MapPost("/wallet/top-up", TopUp).Idempotent<PaymentsDb, CreateOrder.Response>().Needs("update:profile").Limited(RateLimits.Write).WithTags("Wallet").WithSummary("Put money in").Produces<Envelope<CreateOrder.Response>>(201);
    }

    /// <summary>The wallet; in the currency of the latest movement when none is given.</summary>
    public static async Task<Answer<Response>> Handle(string? currency, [AsParameters] Paging paging, Actor actor, PaymentsDb db, IConfiguration configuration, CancellationToken cancel)
    {
        if (currency is not null && !Money.IsCurrency(currency)) return Fault.Invalid("currency", "Give the currency as three capital letters, such as PKR.");
        long? after = null;
        if (paging.Cursor is not null)
        {
            if (!long.TryParse(Cursor.Read(paging.Cursor), out var id)) return Fault.Invalid("cursor", "This cursor is not one of ours.");
            after = id;
        }
        currency ??= await Latest(actor.Id, db, cancel) ?? configuration["Sarai:Currency"] ?? "PKR";
        await using var command = db.Source.CreateCommand("""
            select e.posting_id, p.at, p.kind, y.description, e.amount, y.id, coalesce((select balance from payments.wallet where user_id = $1::uuid and currency = $2), 0)
            from payments.entry e join payments.posting p on p.id = e.posting_id join payments.payment y on y.id = p.payment_id
            where e.account = 'wallet' and e.owner = $1 and e.currency = $2 and ($3::bigint is null or e.posting_id < $3) order by e.posting_id desc limit $4
            """);
        command.Parameters.Add(new() { Value = actor.Id.ToString() });
        command.Parameters.Add(new() { Value = currency });
        command.Parameters.Add(new() { Value = (object?)after ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = paging.Size + 1 });
        var entries = new List<(long Id, Entry Entry)>();
        await using (var rows = await command.ExecuteReaderAsync(cancel))
        {
            while (await rows.ReadAsync(cancel))
                entries.Add((rows.GetInt64(0), new Entry(Instant.FromDateTimeUtc(rows.GetDateTime(1)), rows.GetString(2), rows.GetString(3), new Money(rows.GetInt64(4), currency), rows.GetGuid(5))));
        }
        var balance = await PaymentQuestions.Balance(actor.Id, currency, db, cancel);
        var page = Slice<(long Id, Entry Entry)>.Of(entries, paging.Size, e => e.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return new Response(balance, [.. page.Items.Select(e => e.Entry)], page.NextCursor);
    }

    /// <summary>Begins to put money in.</summary>
    public static async Task<Answer<CreateOrder.Response>> TopUp(TopUpRequest request, Actor actor, PaymentsDb db, IEnumerable<IProvider> providers, TimeProvider clock, CancellationToken cancel)
    {
        if (providers.FirstOrDefault() is not { } provider) return Fault.Refused("no_provider", "No way to pay online is set up here.");
        var payment = new Payment
        {
            Id = Guid.CreateVersion7(), Purpose = "top_up", BookingId = actor.Id, UserId = actor.Id, Method = provider.Name, Amount = request.Amount!.Value, Currency = request.Currency!,
            Status = PaymentStatus.Pending, Description = "Wallet top-up", CreatedAt = clock.Now(),
        };
        var checkout = await provider.Begin(payment, cancel);
        db.Payments.Add(payment);
        db.Attempts.Add(new Attempt { Id = Guid.CreateVersion7(), PaymentId = payment.Id, Provider = provider.Name, Reference = checkout.Reference, CreatedAt = clock.Now() });
        await db.SaveChangesAsync(cancel);
        return Answer<CreateOrder.Response>.Created(new CreateOrder.Response(payment.Id, payment.Status, checkout.Url));
    }

    private static async Task<string?> Latest(Guid userId, PaymentsDb db, CancellationToken cancel)
    {
        await using var command = db.Source.CreateCommand("select currency from payments.entry where account = 'wallet' and owner = $1 order by posting_id desc limit 1");
        command.Parameters.Add(new() { Value = userId.ToString() });
        return (string?)await command.ExecuteScalarAsync(cancel);
    }
}

/// <summary>Answers what other modules ask of Payments.</summary>
internal sealed class PaymentQuestions(PaymentsDb db) : IPayments
{
    public Task<Money> WalletBalance(Guid userId, string currency, CancellationToken cancel = default) => Balance(userId, currency, db, cancel);

    internal static async Task<Money> Balance(Guid userId, string currency, PaymentsDb db, CancellationToken cancel)
    {
        await using var command = db.Source.CreateCommand("select balance from payments.wallet where user_id = $1 and currency = $2");
        command.Parameters.Add(new() { Value = userId });
        command.Parameters.Add(new() { Value = currency });
        return new Money((long?)await command.ExecuteScalarAsync(cancel) ?? 0, currency);
    }
}
