namespace Sarai.Bookings;

/// <summary>Where a waitlist entry is.</summary>
public enum WaitlistStatus
{
    /// <summary>Waiting for a release.</summary>
    Waiting,

    /// <summary>A hold was made for the guest; it lapses.</summary>
    Offered,

    /// <summary>The guest took the offer.</summary>
    Taken,

    /// <summary>The time has passed.</summary>
    Lapsed,

    /// <summary>The guest left.</summary>
    Left,
}

/// <summary>A guest who wants a slot that is taken.</summary>
public sealed class WaitlistEntry : IOwned
{
    /// <summary>The entry.</summary>
    public Guid Id { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>Where.</summary>
    public Guid VenueId { get; init; }

    /// <summary>What.</summary>
    public Guid OfferingId { get; init; }

    /// <summary>A certain court, or null for any.</summary>
    public Guid? ResourceId { get; init; }

    /// <summary>Who.</summary>
    public Guid GuestId { get; init; }

    /// <summary>The guest's name when they joined.</summary>
    public string GuestName { get; init; } = "";

    /// <summary>The wanted start, UTC.</summary>
    public Instant StartsAt { get; init; }

    /// <summary>How long.</summary>
    public int Minutes { get; init; }

    /// <summary>How many minutes earlier or later would do: 0 to 720.</summary>
    public int FlexibilityMinutes { get; init; }

    /// <summary>How many people come.</summary>
    public int Participants { get; init; }

    /// <summary>Where the entry is.</summary>
    public WaitlistStatus Status { get; set; }

    /// <summary>The hold made for the guest, or null.</summary>
    public Guid? BookingId { get; set; }

    /// <summary>When they joined; first come, first offered.</summary>
    public Instant CreatedAt { get; init; }
}
