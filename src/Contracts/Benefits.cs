namespace Sarai.Contracts;

/// <summary>
/// Questions to whoever gives guests something off a price: promo codes, packages, memberships. Bookings knows of it only the lines that come off and that
/// they are reserved for a booking: until the hold lapses, for good once it is confirmed, given back when it comes to nothing.
/// </summary>
public interface IBenefits
{
    /// <summary>What membership a guest has at an organisation; answered from memory, null for nearly everybody.</summary>
    ValueTask<MemberTerms?> Terms(Guid organisationId, Guid guestId, Instant at, CancellationToken cancel = default);

    /// <summary>
    /// Works out what comes off and reserves it under the booking's id; asked again for the same booking, the new answer replaces the old one. Without a code
    /// and without a membership it is answered from memory and costs nothing.
    /// </summary>
    /// <returns>The lines that come off, each with its <see cref="PriceLine.Key"/>; or why the code cannot be used.</returns>
    ValueTask<Answer<IReadOnlyList<PriceLine>>> Reserve(BenefitWish wish, CancellationToken cancel = default);

    /// <summary>Whether an organisation sells packages or memberships; answered from memory.</summary>
    ValueTask<bool> Sells(Guid organisationId, CancellationToken cancel = default);

    /// <summary>Gives back what was reserved for a booking that was never made.</summary>
    Task Release(Guid bookingId, CancellationToken cancel = default);

    /// <summary>What the guest of a booking that is not paid yet may choose to use for it: a package with sessions left.</summary>
    Task<IReadOnlyList<BenefitChoice>> Choices(BookingInfo booking, CancellationToken cancel = default);
}

/// <summary>What a membership changes before there is a price.</summary>
/// <param name="Tier">The tier that price rules may ask for.</param>
/// <param name="WindowDays">How many days ahead the member may book, if more than others; or null.</param>
public sealed record MemberTerms(string Tier, int? WindowDays);

/// <summary>A booking that is about to cost something.</summary>
/// <param name="BookingId">The booking, which need not exist yet.</param>
/// <param name="OrganisationId">The tenant.</param>
/// <param name="VenueId">Where.</param>
/// <param name="OfferingId">What.</param>
/// <param name="GuestId">Who.</param>
/// <param name="During">When.</param>
/// <param name="TimeZone">The venue's IANA zone.</param>
/// <param name="Price">What it costs before anything comes off.</param>
/// <param name="Code">What the guest typed, or chose of <see cref="IBenefits.Choices"/>; null for nothing.</param>
/// <param name="At">Now.</param>
/// <param name="Until">Until when the reservation must hold if nobody says more: the end of the hold.</param>
public sealed record BenefitWish(
    Guid BookingId, Guid OrganisationId, Guid VenueId, Guid OfferingId, Guid GuestId, Interval During, string TimeZone, Money Price, string? Code, Instant At, Instant Until)
{
    /// <summary>Whether something may be reserved for the booking already.</summary>
    public bool Again { get; init; }
}

/// <summary>Something a guest may use for a booking.</summary>
/// <param name="Code">Give this as the code.</param>
/// <param name="Text">What it is, for people.</param>
public sealed record BenefitChoice(string Code, string Text);
