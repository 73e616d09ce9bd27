namespace Sarai.Stays;

/// <summary>What a hotel is among the venues.</summary>
public static class Hotel
{
    /// <summary>The hotel of this id, or null when it is none.</summary>
    public static async ValueTask<VenueInfo?> Of(Guid id, ICatalog catalog, CancellationToken cancel) =>
        await catalog.Venue(id, cancel) is { Vertical: "stays" } venue ? venue : null;

    /// <summary>Whether a resource is sold by the night.</summary>
    public static bool IsRoom(VenueInfo venue, Guid resourceId) => venue.Offerings.Any(o => o.Shape == Shape.Nights && o.ResourceIds.Contains(resourceId));

    /// <summary>From now to the end of the local day, which is where tonight's guests have their claims.</summary>
    public static Interval Tonight(VenueInfo venue, Instant now)
    {
        // After midnight and before the audit the night that has begun is still tonight.
        var end = venue.Zone.AtStartOfDay(now.InZone(venue.Zone).Date.PlusDays(1)).ToInstant();
        return new Interval(now, end);
    }
}
