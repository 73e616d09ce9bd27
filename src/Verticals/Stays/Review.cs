namespace Sarai.Stays;

/// <summary>What a guest says of a stay.</summary>
public sealed class Review : IOwned
{
    // Before the first few voices a house stands where most stand, so that one friend's five stars do not lead the list.
    private const double Prior = 3.5;
    private const int PriorWeight = 5;

    /// <summary>The review.</summary>
    public Guid Id { get; init; }

    /// <summary>The hotel.</summary>
    public Guid VenueId { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>The stay it is about; there is one review for each.</summary>
    public Guid BookingId { get; init; }

    /// <summary>Who stayed.</summary>
    public Guid GuestId { get; init; }

    /// <summary>The name they booked under.</summary>
    public string GuestName { get; init; } = "";

    /// <summary>1 to 5.</summary>
    public short Overall { get; init; }

    /// <summary>1 to 5, or null.</summary>
    public short? Cleanliness { get; init; }

    /// <summary>1 to 5, or null.</summary>
    public short? Comfort { get; init; }

    /// <summary>1 to 5, or null.</summary>
    public short? Location { get; init; }

    /// <summary>1 to 5, or null.</summary>
    public short? Staff { get; init; }

    /// <summary>What they wrote.</summary>
    public string Text { get; init; } = "";

    /// <summary>What the hotel answered, or null.</summary>
    public string? Reply { get; set; }

    /// <summary>When it answered.</summary>
    public Instant? RepliedAt { get; set; }

    /// <summary>Why the platform took it out of sight, or null.</summary>
    public string? HiddenReason { get; set; }

    /// <summary>When it was written.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>The rating houses are ordered by: the mean, drawn to the middle while the voices are few.</summary>
    public static double Bayesian(int count, long sum) => Math.Round(((Prior * PriorWeight) + sum) / (PriorWeight + count), 2);
}
