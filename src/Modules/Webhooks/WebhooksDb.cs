using Microsoft.EntityFrameworkCore;

namespace Sarai.Webhooks;

/// <summary>The tables of Webhooks.</summary>
public sealed class WebhooksDb(DbContextOptions<WebhooksDb> options, ModuleDbContext context) : ModuleDb(options, context)
{
    /// <summary>Where to tell.</summary>
    public DbSet<Hook> Hooks => Set<Hook>();

    /// <summary>What to tell, and what was told.</summary>
    public DbSet<Dispatch> Dispatches => Set<Dispatch>();

    /// <summary>The hooks that hear, read once for a batch of events.</summary>
    internal IReadOnlyList<Hook>? Hearing { get; set; }

    /// <inheritdoc/>
    protected override void Tables(ModelBuilder model)
    {
        model.Entity<Hook>().ToTable("hook").Property(h => h.Wanted).HasColumnName("events");
        model.Entity<Dispatch>().ToTable("dispatch");
    }
}
