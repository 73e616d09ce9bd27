using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sarai.Memberships;

/// <summary>The tables of Memberships. Counters and reservations are written by plain SQL; see <see cref="Reservations"/>.</summary>
public sealed class MembershipsDb(DbContextOptions<MembershipsDb> options, ModuleDbContext context) : ModuleDb(options, context)
{
    /// <summary>Promo codes.</summary>
    public DbSet<Promo> Promos => Set<Promo>();

    /// <summary>What bookings have of them; read only here.</summary>
    public DbSet<Reservation> Reservations => Set<Reservation>();

    /// <summary>What is sold.</summary>
    public DbSet<Plan> Plans => Set<Plan>();

    /// <summary>Packages guests have.</summary>
    public DbSet<Package> Packages => Set<Package>();

    /// <summary>Who is a member where.</summary>
    public DbSet<Membership> Memberships => Set<Membership>();

    /// <summary>What guests buy.</summary>
    public DbSet<PlanPurchase> Purchases => Set<PlanPurchase>();

    /// <summary>A guest's membership at an organisation, locked until the transaction ends; or null.</summary>
    public Task<Membership?> Lock(Guid membershipId, CancellationToken cancel) => Memberships.FromSql($"select * from memberships.membership where id = {membershipId} for update").FirstOrDefaultAsync(cancel);

    /// <inheritdoc/>
    protected override void Tables(ModelBuilder model)
    {
        model.Entity<Reservation>().ToTable("reservation").Ignore(r => r.Key).HasKey(r => new { r.BookingId, r.Source });
        var promo = model.Entity<Promo>().ToTable("promo");
        Document(promo.Property(p => p.Scope));
        promo.Ignore(p => p.Key);
        promo.Ignore(p => p.MostPerGuest);
        // Moved by conditional updates only; what was read when the code was changed must not overwrite them.
        promo.Property(p => p.Taken).ValueGeneratedOnAddOrUpdate();
        var plan = model.Entity<Plan>().ToTable("plan");
        plan.Ignore(p => p.Sum);
        Document(plan.Property(p => p.Scope));
        var package = model.Entity<Package>().ToTable("package");
        package.Ignore(p => p.Key);
        Document(package.Property(p => p.Scope));
        var membership = model.Entity<Membership>().ToTable("membership");
        membership.Ignore(m => m.Key);
        membership.Ignore(m => m.NextPrice);
        membership.Ignore(m => m.Until);
        Document(membership.Property(m => m.Scope));
        model.Entity<PlanPurchase>().ToTable("purchase").Ignore(p => p.Sum);
    }

    private static void Document<T>(PropertyBuilder<T> property) => property.HasColumnType("jsonb").HasConversion(
        value => JsonSerializer.Serialize(value, Json.Options), text => JsonSerializer.Deserialize<T>(text, Json.Options)!,
        new ValueComparer<T>((a, b) => ReferenceEquals(a, b), value => value!.GetHashCode(), value => value));
}
