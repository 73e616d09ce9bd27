namespace Sarai.Bookings;

/// <summary>A booking as guests and the desk see it on the wire.</summary>
/// <param name="Id">The booking.</param>
/// <param name="Code">The short code for the desk.</param>
/// <param name="Status">held, confirmed, checked_in, completed, cancelled, expired or no_show.</param>
/// <param name="VenueId">Where.</param>
/// <param name="VenueName">The venue's name when it was booked.</param>
/// <param name="OfferingId">What.</param>
/// <param name="OfferingName">Its name when it was booked.</param>
/// <param name="Resources">The courts.</param>
/// <param name="StartsAt">Start, in the venue's zone.</param>
/// <param name="EndsAt">End, in the venue's zone.</param>
/// <param name="TimeZone">The venue's IANA zone.</param>
/// <param name="Participants">How many people.</param>
/// <param name="Notes">What the guest wrote.</param>
/// <param name="GuestId">Whose it is.</param>
/// <param name="GuestName">The guest's name.</param>
/// <param name="Lines">The price in parts.</param>
/// <param name="Total">What it costs.</param>
/// <param name="Paid">What was paid and not given back.</param>
/// <param name="Due">What is still to be paid.</param>
/// <param name="ExpiresAt">When the hold lapses, or null.</param>
/// <param name="PayAtDesk">Whether it may be paid at the desk.</param>
/// <param name="SeriesId">The series it belongs to, or null.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record BookingView(
    Guid Id, string Code, BookingStatus Status, Guid VenueId, string VenueName, Guid OfferingId, string OfferingName, IReadOnlyList<ClaimedResource> Resources,
    OffsetDateTime StartsAt, OffsetDateTime EndsAt, string TimeZone, int Participants, string? Notes, Guid GuestId, string GuestName,
    IReadOnlyList<PriceLine> Lines, Money Total, Money Paid, Money Due, Instant? ExpiresAt, bool PayAtDesk, Guid? SeriesId, Instant CreatedAt)
{
    /// <summary>For nights: the dates and the rooms; null otherwise.</summary>
    public StayInfo? Stay { get; init; }

    /// <summary>What has to be paid to make it firm, when that is less than the price; null otherwise.</summary>
    public Money? Deposit { get; init; }

    /// <summary>With a deposit: by when the rest is to be paid, in the venue's zone; null otherwise.</summary>
    public OffsetDateTime? BalanceDueAt { get; init; }

    /// <summary>The lapsed booking in whose place this one is offered, paid already; null for any other.</summary>
    public Guid? InsteadOf { get; init; }

    /// <summary>The view of a booking.</summary>
    public static BookingView Of(Booking b)
    {
        var zone = Time.Zone(b.TimeZone);
        return new BookingView(
            b.Id, b.Code, b.Status, b.VenueId, b.VenueName, b.OfferingId, b.OfferingName, b.Resources, b.StartsAt.InZone(zone).ToOffsetDateTime(),
            b.EndsAt.InZone(zone).ToOffsetDateTime(), b.TimeZone, b.Participants, b.Notes, b.GuestId, b.GuestName, b.Lines, new Money(b.Total, b.Currency),
            new Money(b.Paid, b.Currency), new Money(b.Total - b.Paid, b.Currency), b.ExpiresAt, b.Policy.PayAtDesk, b.SeriesId, b.CreatedAt)
        {
            Stay = b.Info().Stay,
            Deposit = b.Info().Deposit,
            BalanceDueAt = b.BalanceDueAt()?.InZone(zone).ToOffsetDateTime(),
            InsteadOf = b.InsteadOf,
        };
    }
}
