using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Sarai.Payments;

/// <summary>The tables of Payments. Payments, attempts and the ledger are written by plain SQL, in batches that are one round trip each.</summary>
public sealed class PaymentsDb(DbContextOptions<PaymentsDb> options, ModuleDbContext context) : ModuleDb(options, context)
{
    /// <summary>Intents to pay; read only here.</summary>
    public DbSet<Payment> Payments => Set<Payment>();

    /// <summary>Tries with providers; read only here.</summary>
    public DbSet<Attempt> Attempts => Set<Attempt>();

    /// <summary>Money on its way back.</summary>
    public DbSet<Refund> Refunds => Set<Refund>();

    /// <summary>Money a person has to decide about.</summary>
    public DbSet<Review> Reviews => Set<Review>();

    /// <summary>Bookings several people pay for.</summary>
    public DbSet<Split> Splits => Set<Split>();

    /// <summary>Their shares.</summary>
    public DbSet<Share> Shares => Set<Share>();

    /// <summary>Credit organisations gave.</summary>
    public DbSet<CreditGrant> Credits => Set<CreditGrant>();

    /// <summary>A payment by id, with the tenancy filter, not tracked.</summary>
    public Task<Payment?> Find(Guid paymentId, CancellationToken cancel) => Payments.AsNoTracking().FirstOrDefaultAsync(p => p.Id == paymentId, cancel);

    /// <summary>Runs commands inside the transaction that is open, or alone: then they are one transaction and one round trip.</summary>
    /// <returns>How many rows they touched.</returns>
    public async Task<int> Run(CancellationToken cancel, params IReadOnlyList<NpgsqlBatchCommand> commands)
    {
        if (Database.CurrentTransaction is not null) return await Run((NpgsqlConnection)Database.GetDbConnection(), commands, cancel);
        await using var connection = await Source.OpenConnectionAsync(cancel);
        return await Run(connection, commands, cancel);
    }

    /// <summary>Reads rows inside the transaction that is open, or alone.</summary>
    public async Task<List<T>> Read<T>(string sql, Func<NpgsqlDataReader, T> row, CancellationToken cancel, params IReadOnlyList<object> values)
    {
        if (Database.CurrentTransaction is not null) return await Read((NpgsqlConnection)Database.GetDbConnection(), sql, row, values, cancel);
        await using var connection = await Source.OpenConnectionAsync(cancel);
        return await Read(connection, sql, row, values, cancel);
    }

    /// <summary>A command with positional parameters; null becomes SQL's.</summary>
    public static NpgsqlBatchCommand Sql(string text, params IReadOnlyList<object?> values)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = Wire(value) });
        return command;
    }

    /// <inheritdoc/>
    protected override void Tables(ModelBuilder model)
    {
        var payment = model.Entity<Payment>().ToTable("payment");
        payment.Ignore(p => p.Sum);
        payment.Ignore(p => p.Kept);
        model.Entity<Attempt>().ToTable("attempt");
        model.Entity<Refund>().ToTable("refund").Ignore(r => r.Sum);
        model.Entity<Split>().ToTable("split");
        model.Entity<Share>().ToTable("split_share");
        model.Entity<CreditGrant>().ToTable("credit");
        var review = model.Entity<Review>().ToTable("review");
        review.Ignore(r => r.Sum);
        review.Ignore(r => r.Moves);
    }

    private static async Task<int> Run(NpgsqlConnection connection, IReadOnlyList<NpgsqlBatchCommand> commands, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var command in commands) batch.BatchCommands.Add(command);
        return await batch.ExecuteNonQueryAsync(cancel);
    }

    private static async Task<List<T>> Read<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> row, IReadOnlyList<object> values, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = Wire(value) });
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var found = new List<T>();
        while (await rows.ReadAsync(cancel)) found.Add(row(rows));
        return found;
    }

    private static object Wire(object? value) => value switch
    {
        null or DBNull => DBNull.Value,
        Instant instant => instant.ToDateTimeUtc(),
        Enum name => name.ToString(),
        _ => value,
    };
}
