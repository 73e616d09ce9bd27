using Microsoft.EntityFrameworkCore;

namespace Sarai.Media;

/// <summary>The tables of Media.</summary>
public sealed class MediaDb(DbContextOptions<MediaDb> options, ModuleDbContext context) : ModuleDb(options, context)
{
    /// <summary>Photos.</summary>
    public DbSet<Photo> Photos => Set<Photo>();

    /// <summary>Papers.</summary>
    public DbSet<Paper> Papers => Set<Paper>();

    /// <inheritdoc/>
    protected override void Tables(ModelBuilder model)
    {
        model.Entity<Photo>().ToTable("photo");
        model.Entity<Paper>().ToTable("paper");
    }
}

/// <summary>A photo of a venue.</summary>
public sealed class Photo : IOwned
{
    /// <summary>The photo.</summary>
    public Guid Id { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>The venue.</summary>
    public Guid VenueId { get; init; }

    /// <summary>What it is.</summary>
    public PictureKind Kind { get; init; }

    /// <summary>Pixels.</summary>
    public int Width { get; init; }

    /// <summary>Pixels.</summary>
    public int Height { get; init; }

    /// <summary>Its size.</summary>
    public int Bytes { get; init; }

    /// <summary>What its thumbnail is, or null without one.</summary>
    public PictureKind? SmallKind { get; init; }

    /// <summary>What is to be seen.</summary>
    public string Alt { get; set; } = "";

    /// <summary>Its place in the order.</summary>
    public int Position { get; set; }

    /// <summary>Who added it.</summary>
    public Guid? CreatedBy { get; init; }

    /// <summary>When it was added.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>The name of its file.</summary>
    public string File => $"{Id:n}.{Picture.EndingOf(Kind)}";

    /// <summary>The name of its thumbnail's file, or null.</summary>
    public string? SmallFile => SmallKind is { } kind ? $"{Id:n}-small.{Picture.EndingOf(kind)}" : null;

    /// <summary>The photo as others may know it.</summary>
    public PhotoInfo Info() => new(Id, $"/media/{File}", $"/media/{SmallFile ?? File}", Width, Height, Alt);
}
