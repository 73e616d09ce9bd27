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
}

/// <summary>A trade's name and words.</summary>
/// <param name="Name">The name in data and addresses: <c>courts</c>.</param>
/// <param name="Title">The name for people.</param>
/// <param name="VenueWord">What a venue is called: club, hotel, temple.</param>
/// <param name="ResourceWord">What a resource is called: court, room, hall.</param>
/// <param name="Icon">An icon of the Ui kit.</param>
/// <param name="Roles">The roles people can have in its organisations.</param>
/// <param name="DeskPages">The pages of the desk, in order: address template with <c>{venueId}</c>, title, icon, the permission it needs.</param>
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
public sealed record Wish(VenueInfo Venue, OfferingInfo Offering, Interval During, Guid? ResourceId, Guid GuestId, int Participants, Instant At, bool ByDesk);

/// <summary>A complete set of claims that would satisfy a wish.</summary>
/// <param name="Claims">What it takes, one for each resource.</param>
public sealed record Alternative(IReadOnlyList<ClaimNeed> Claims);

/// <summary>One resource for one interval.</summary>
/// <param name="ResourceId">The resource.</param>
/// <param name="ResourceName">Its name now.</param>
/// <param name="During">The interval, half-open.</param>
public sealed record ClaimNeed(Guid ResourceId, string ResourceName, Interval During);
