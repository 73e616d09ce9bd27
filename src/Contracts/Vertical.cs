namespace Sarai.Contracts;

/// <summary>
/// What makes a trade a vertical: a manifest, and answers to three questions about a guest's wish. Bookings knows nothing else of it.
/// Registered as a singleton by the vertical's module.
/// </summary>
public interface IVertical
{
    /// <summary>Who this is.</summary>
    VerticalManifest Manifest { get; }

    /// <summary>
    /// Which claims does this wish need? Each alternative is a complete set of claims; the first that can be had is taken, so the best or cheapest comes first.
    /// </summary>
    /// <returns>One or more alternatives, or a fault when the wish makes no sense (off the grid, closed).</returns>
    ValueTask<Answer<IReadOnlyList<Alternative>>> Claims(Wish wish, CancellationToken cancel = default);

    /// <summary>What does it cost with this alternative?</summary>
    ValueTask<Answer<Quote>> Price(Wish wish, Alternative alternative, CancellationToken cancel = default);

    /// <summary>May this guest?</summary>
    /// <returns>Null for yes, else the reason.</returns>
    ValueTask<Fault?> May(Wish wish, CancellationToken cancel = default);

    /// <summary>May the guest of this booking come in now? A hotel says no while the room is being cleaned.</summary>
    /// <returns>Null for yes, else the reason.</returns>
    ValueTask<Fault?> MayCheckIn(BookingInfo booking, CancellationToken cancel = default) => ValueTask.FromResult<Fault?>(null);
}

/// <summary>A trade's name and words.</summary>
/// <param name="Name">The name in data and addresses: <c>courts</c>.</param>
/// <param name="Title">The name for people.</param>
/// <param name="VenueWord">What a venue is called: club, hotel, temple.</param>
/// <param name="ResourceWord">What a resource is called: court, room, hall.</param>
/// <param name="Icon">An icon of the Ui kit.</param>
/// <param name="Roles">The roles people can have in its organisations.</param>
/// <param name="DeskPages">The pages of the desk, in order: address template with <c>{venueId}</c> or <c>{organisationId}</c>, title, icon, the permission it needs.</param>
public sealed record VerticalManifest(string Name, string Title, string VenueWord, string ResourceWord, string Icon, IReadOnlyList<string> Roles, IReadOnlyList<DeskPage> DeskPages);

/// <summary>A page of the desk.</summary>
public sealed record DeskPage(string Address, string Title, string Icon, string Permission);

/// <summary>What a guest wishes.</summary>
/// <param name="Venue">Where.</param>
/// <param name="Offering">What.</param>
/// <param name="During">When.</param>
/// <param name="ResourceId">A certain court or room, or null for any.</param>
/// <param name="GuestId">Who.</param>
/// <param name="Participants">How many people.</param>
/// <param name="At">When it is asked.</param>
/// <param name="ByDesk">True when staff book for the guest: windows and lead times do not bind the desk.</param>
public sealed record Wish(VenueInfo Venue, OfferingInfo Offering, Interval During, Guid? ResourceId, Guid GuestId, int Participants, Instant At, bool ByDesk)
{
    /// <summary>The guest's membership tier at the venue's organisation, which price rules may ask for; or null.</summary>
    public string? Tier { get; init; }

    /// <summary>For nights: the dates of the first and of the last night; null otherwise.</summary>
    public DateInterval? Nights { get; init; }

    /// <summary>For nights: what is wanted, one entry for each room, of one or of several offerings.</summary>
    public IReadOnlyList<UnitWish> Units { get; init; } = [];
}

/// <summary>One room of a wish for nights.</summary>
/// <param name="OfferingId">The room type.</param>
/// <param name="ResourceId">A certain room, or null for any of the type.</param>
/// <param name="Adults">How many adults sleep in it.</param>
/// <param name="Children">How many children sleep in it.</param>
/// <param name="GuestName">Who, or null for the one who books.</param>
public sealed record UnitWish(Guid OfferingId, Guid? ResourceId, int Adults, int Children, string? GuestName)
{
    /// <summary>How many people sleep in it.</summary>
    public int Guests => Adults + Children;
}

/// <summary>A complete set of claims that would satisfy a wish.</summary>
/// <param name="Claims">What it takes, one for each resource.</param>
public sealed record Alternative(IReadOnlyList<ClaimNeed> Claims);

/// <summary>One resource for one interval.</summary>
/// <param name="ResourceId">The resource.</param>
/// <param name="ResourceName">Its name now.</param>
/// <param name="During">The interval, half-open.</param>
public sealed record ClaimNeed(Guid ResourceId, string ResourceName, Interval During)
{
    /// <summary>For which of the wish's units, counted from 0.</summary>
    public int Unit { get; init; }

    /// <summary>Resources that would do as well. With several needs the combinations are too many to list, so the engine asks the ledger which of them are free and chooses.</summary>
    public IReadOnlyList<ClaimedResource> OrAnyOf { get; init; } = [];
}
