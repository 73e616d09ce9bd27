using Microsoft.EntityFrameworkCore;

namespace Sarai.Payments;

/// <summary>The tables of Payments. The ledger is written by <see cref="Ledger"/> only.</summary>
public sealed class PaymentsDb(DbContextOptions<PaymentsDb> options, ModuleDbContext context) : ModuleDb(options, context)
{
    /// <summary>Payments.</summary>
    public DbSet<Payment> Payments => Set<Payment>();

    /// <summary>Attempts.</summary>
    public DbSet<Attempt> Attempts => Set<Attempt>();

    /// <summary>Refunds.</summary>
    public DbSet<Refund> Refunds => Set<Refund>();

    /// <summary>Reads a payment and locks its row until the transaction ends.</summary>
    public Task<Payment?> Lock(Guid paymentId, CancellationToken cancel) =>
        Payments.FromSql($"select * from payments.payment where id = {paymentId} for update").FirstOrDefaultAsync(cancel);

    /// <inheritdoc/>
    protected override void Tables(ModelBuilder model)
    {
        model.Entity<Payment>().ToTable("payment");
        model.Entity<Attempt>().ToTable("attempt").HasOne<Payment>().WithMany().HasForeignKey(a => a.PaymentId);
        model.Entity<Refund>().ToTable("refund").HasOne<Payment>().WithMany().HasForeignKey(r => r.PaymentId);
    }
}
