namespace Sarai.Contracts;

/// <summary>Questions to Media.</summary>
public interface IMedia
{
    /// <summary>A venue's photos in their order.</summary>
    Task<IReadOnlyList<PhotoInfo>> PhotosOf(Guid venueId, CancellationToken cancel = default);
}

/// <summary>A photo.</summary>
/// <param name="Id">The photo.</param>
/// <param name="Address">Where it is.</param>
/// <param name="SmallAddress">Where its thumbnail is, or the photo itself when there is none.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Alt">What is to be seen, for whoever cannot see it.</param>
public sealed record PhotoInfo(Guid Id, string Address, string SmallAddress, int Width, int Height, string Alt);

/// <summary>A venue's photos changed.</summary>
/// <param name="VenueId">The venue.</param>
/// <param name="First">The address of the first one's thumbnail, or null when there is none.</param>
[EventName("venue.photos_changed")]
public sealed record VenuePhotosChanged(Guid VenueId, string? First) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => VenueId;
}
