using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sarai.Catalog;

/// <summary>The tables of Catalog.</summary>
public sealed class CatalogDb(DbContextOptions<CatalogDb> options, ModuleDbContext context) : ModuleDb(options, context)
{
    /// <summary>Venues.</summary>
    public DbSet<Venue> Venues => Set<Venue>();

    /// <summary>Reads a venue and locks its row until the transaction ends.</summary>
    public Task<Venue?> Lock(Guid venueId, CancellationToken cancel) =>
        Venues.FromSql($"select * from catalog.venue where id = {venueId} for update").FirstOrDefaultAsync(cancel);

    /// <inheritdoc/>
    protected override void Tables(ModelBuilder model)
    {
        var venue = model.Entity<Venue>().ToTable("venue");
        Document(venue.Property(v => v.Hours));
        Document(venue.Property(v => v.Closures));
        Document(venue.Property(v => v.Policy));
        Document(venue.Property(v => v.Resources));
        Document(venue.Property(v => v.Offerings));
        Document(venue.Property(v => v.Prices));
        Document(venue.Property(v => v.History));
    }

    private static void Document<T>(PropertyBuilder<T> property) => property.HasColumnType("jsonb").HasConversion(
        value => JsonSerializer.Serialize(value, Json.Options), text => JsonSerializer.Deserialize<T>(text, Json.Options)!,
        new ValueComparer<T>((a, b) => ReferenceEquals(a, b), value => value!.GetHashCode(), value => value));
}
