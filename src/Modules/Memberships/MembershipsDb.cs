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
    }

    private static void Document<T>(PropertyBuilder<T> property) => property.HasColumnType("jsonb").HasConversion(
        value => JsonSerializer.Serialize(value, Json.Options), text => JsonSerializer.Deserialize<T>(text, Json.Options)!,
        new ValueComparer<T>((a, b) => ReferenceEquals(a, b), value => value!.GetHashCode(), value => value));
}
