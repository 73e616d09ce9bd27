namespace Sarai.Contracts;

/// <summary>Questions to Bookings.</summary>
public interface IBookings
{
    /// <summary>A booking by id, or null. The caller checks whose it is.</summary>
    Task<BookingInfo?> Find(Guid bookingId, CancellationToken cancel = default);

    /// <summary>Bookings by id; unknown ids are left out.</summary>
    Task<IReadOnlyList<BookingInfo>> FindMany(IReadOnlyCollection<Guid> bookingIds, CancellationToken cancel = default);

    /// <summary>A venue's held, confirmed and running bookings that touch an interval, earliest first, at most 1,000. The caller checks the right.</summary>
    Task<IReadOnlyList<BookingInfo>> At(Guid venueId, Interval during, CancellationToken cancel = default);

    /// <summary>Whether a guest has, or had, a booking with an organisation beside this one; holds that lapsed and bookings that were called off do not count.</summary>
    Task<bool> HasBooked(Guid guestId, Guid organisationId, Guid except, CancellationToken cancel = default);

    /// <summary>Uses a promo code or another benefit for a booking that is not paid yet; nothing as the code takes off what was used before.</summary>
    Task<Answer<BookingInfo>> UseCode(Guid bookingId, string? code, Actor actor, CancellationToken cancel = default);
}

/// <summary>The states of a booking.</summary>
public enum BookingStatus
{
    /// <summary>Taken, not yet paid; it lapses.</summary>
    Held,

    /// <summary>The guest has it.</summary>
    Confirmed,

    /// <summary>The guest is there.</summary>
    CheckedIn,

    /// <summary>It is over.</summary>
    Completed,

    /// <summary>Called off by guest, desk or system.</summary>
    Cancelled,

    /// <summary>The hold lapsed unpaid.</summary>
    Expired,

    /// <summary>The guest did not come.</summary>
    NoShow,
}

/// <summary>A booking as other modules may know it, at one moment.</summary>
/// <param name="Id">The booking.</param>
/// <param name="Code">The short code people say at the desk.</param>
/// <param name="Status">Its state.</param>
/// <param name="GuestId">Whose it is.</param>
/// <param name="GuestName">The guest's name when it was booked.</param>
/// <param name="OrganisationId">The tenant.</param>
/// <param name="VenueId">Where.</param>
/// <param name="VenueName">The venue's name when it was booked.</param>
/// <param name="Vertical">The trade.</param>
/// <param name="OfferingId">What.</param>
/// <param name="OfferingName">Its name when it was booked.</param>
/// <param name="Resources">The courts or rooms that were claimed.</param>
/// <param name="StartsAt">Start, UTC.</param>
/// <param name="EndsAt">End, UTC.</param>
/// <param name="TimeZone">The venue's IANA zone.</param>
/// <param name="Lines">The price as it was shown.</param>
/// <param name="Total">What it costs.</param>
/// <param name="Paid">What has been paid and not given back.</param>
/// <param name="ExpiresAt">When the hold lapses, or null.</param>
/// <param name="PayAtDesk">Whether the venue lets the guest pay at the desk.</param>
/// <param name="SeriesId">The weekly series it belongs to, or null.</param>
public sealed record BookingInfo(
    Guid Id, string Code, BookingStatus Status, Guid GuestId, string GuestName, Guid OrganisationId, Guid VenueId, string VenueName, string Vertical,
    Guid OfferingId, string OfferingName, IReadOnlyList<ClaimedResource> Resources, Instant StartsAt, Instant EndsAt, string TimeZone,
    IReadOnlyList<PriceLine> Lines, Money Total, Money Paid, Instant? ExpiresAt, bool PayAtDesk, Guid? SeriesId)
{
    /// <summary>What is still to be paid; negative when too much was paid.</summary>
    public Money Due => Total - Paid;

    /// <summary>What has to be paid to make the hold firm, when that is less than the price; null otherwise.</summary>
    public Money? Deposit { get; init; }

    /// <summary>With a deposit: by when the rest is to be paid; null otherwise.</summary>
    public Instant? BalanceDueAt { get; init; }

    /// <summary>What has to be paid now: to make a hold firm its deposit, if there is one, else all that is due.</summary>
    public Money DueNow => Status == BookingStatus.Held && Deposit is { } deposit && Paid.Amount < deposit.Amount ? deposit - Paid : Due;

    /// <summary>The lapsed booking in whose place this one was offered, paid with the money that came for it too late; null for any other.</summary>
    public Guid? InsteadOf { get; init; }

    /// <summary>For nights: the dates and the units; null otherwise.</summary>
    public StayInfo? Stay { get; init; }
}

/// <summary>A resource a booking claimed.</summary>
/// <param name="Id">The resource.</param>
/// <param name="Name">Its name when it was booked.</param>
public sealed record ClaimedResource(Guid Id, string Name)
{
    /// <summary>From when, if it is not the whole time of the booking: a guest who changes rooms has one entry for each.</summary>
    public Instant? From { get; init; }

    /// <summary>Until when, if it is not the whole time of the booking.</summary>
    public Instant? Until { get; init; }

    /// <summary>For which of the booking's units, counted from 0.</summary>
    public int Unit { get; init; }
}

/// <summary>A guest took a slot; it waits for payment. Outward it is <c>booking.created</c>.</summary>
/// <param name="Booking">The booking now.</param>
[EventName("booking.created")]
public sealed record BookingHeld(BookingInfo Booking) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => Booking.Id;
}

/// <summary>The booking is the guest's.</summary>
/// <param name="Booking">The booking now.</param>
/// <param name="Actor">Who confirmed it: a person's name or the payment.</param>
[EventName("booking.confirmed")]
public sealed record BookingConfirmed(BookingInfo Booking, string Actor) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => Booking.Id;
}

/// <summary>The booking was called off; Payments gives back <paramref name="Refund"/>.</summary>
/// <param name="Booking">The booking now.</param>
/// <param name="Refund">What comes back by the policy.</param>
/// <param name="Reason">Why, in a person's words.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="ToSource">True: back to where it was paid from; false: to the wallet.</param>
[EventName("booking.cancelled")]
public sealed record BookingCancelled(BookingInfo Booking, Money Refund, string Reason, string Actor, bool ToSource) : IEvent
{
    /// <summary>Which share of the price the policy gave back, 0 to 100; also for a booking that cost no money.</summary>
    public decimal RefundPercent { get; init; }

    /// <inheritdoc/>
    public Guid Key => Booking.Id;
}

/// <summary>The hold lapsed unpaid, or paid in part; Payments gives back that part.</summary>
/// <param name="Booking">The booking now; <see cref="BookingInfo.Paid"/> is the part that goes back.</param>
[EventName("booking.expired")]
public sealed record BookingExpired(BookingInfo Booking) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => Booking.Id;
}

/// <summary>The booking moved to another time, length or court.</summary>
/// <param name="Booking">The booking now, at its new price.</param>
/// <param name="PreviousStart">When it was to start before.</param>
/// <param name="PreviousResources">Where it was before.</param>
/// <param name="PreviousTotal">What it cost before.</param>
/// <param name="Refund">What comes back because the new price is lower than what was paid; zero otherwise.</param>
/// <param name="Actor">Who moved it.</param>
[EventName("booking.rescheduled")]
public sealed record BookingRescheduled(
    BookingInfo Booking, Instant PreviousStart, IReadOnlyList<ClaimedResource> PreviousResources, Money PreviousTotal, Money Refund, string Actor) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => Booking.Id;
}

/// <summary>The guest arrived.</summary>
/// <param name="Booking">The booking now.</param>
[EventName("booking.checked_in")]
public sealed record BookingCheckedIn(BookingInfo Booking) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => Booking.Id;
}

/// <summary>The booking is over.</summary>
/// <param name="Booking">The booking now.</param>
[EventName("booking.completed")]
public sealed record BookingCompleted(BookingInfo Booking) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => Booking.Id;

    /// <summary>Who let the guest out, or the job that closed it.</summary>
    public string Actor { get; init; } = "";
}

/// <summary>Something beside the price was put on a booking's bill.</summary>
/// <param name="Booking">The booking now.</param>
/// <param name="Line">What.</param>
/// <param name="Actor">Who did it.</param>
[EventName("booking.charged")]
public sealed record BookingCharged(BookingInfo Booking, PriceLine Line, string Actor) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => Booking.Id;
}

/// <summary>The rest after a deposit is due soon.</summary>
/// <param name="Booking">The booking now.</param>
[EventName("booking.balance_due")]
public sealed record BookingBalanceDue(BookingInfo Booking) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => Booking.Id;
}

/// <summary>The guest did not come.</summary>
/// <param name="Booking">The booking now.</param>
[EventName("booking.no_show")]
public sealed record BookingNoShow(BookingInfo Booking) : IEvent
{
    /// <summary>For nights: what the guest is charged all the same, by the policy the booking was made under.</summary>
    public Money? Fee { get; init; }

    /// <inheritdoc/>
    public Guid Key => Booking.Id;
}

/// <summary>Money came that the booking cannot take (it lapsed and the slot went, it was cancelled, it was paid twice): Payments gives it back and the guest is told.</summary>
/// <param name="Booking">The booking now.</param>
/// <param name="PaymentId">The payment to give back.</param>
/// <param name="Amount">How much of it.</param>
/// <param name="Reason"><c>slot_taken</c>, <c>cancelled</c>, <c>overpaid</c>.</param>
[EventName("booking.payment_refused")]
public sealed record BookingPaymentRefused(BookingInfo Booking, Guid PaymentId, Money Amount, string Reason) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => Booking.Id;
}

/// <summary>
/// Money came too late for a slot that somebody else has by now, and an equal one is held for the guest, paid with it: the payment belongs to that booking from here on.
/// </summary>
/// <param name="Gone">The booking that lost its slot.</param>
/// <param name="Booking">The equal one, held until <see cref="BookingInfo.ExpiresAt"/>.</param>
/// <param name="PaymentId">The payment.</param>
[EventName("booking.equal_offered")]
public sealed record EqualSlotOffered(BookingInfo Gone, BookingInfo Booking, Guid PaymentId) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => Gone.Id;
}

/// <summary>Somebody on the waitlist has a slot held for them until <see cref="BookingInfo.ExpiresAt"/>.</summary>
/// <param name="WaitlistId">The entry.</param>
/// <param name="Booking">The hold made for them.</param>
[EventName("waitlist.offered")]
public sealed record WaitlistOffered(Guid WaitlistId, BookingInfo Booking) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => Booking.Id;
}

/// <summary>A court was closed for a time. Outward it is <c>court.maintenance</c>.</summary>
/// <param name="BlockId">The block.</param>
/// <param name="OrganisationId">The tenant.</param>
/// <param name="VenueId">Where.</param>
/// <param name="ResourceIds">Which courts.</param>
/// <param name="StartsAt">From, UTC.</param>
/// <param name="EndsAt">To, UTC.</param>
/// <param name="Reason">Why.</param>
/// <param name="Removed">True when the block was lifted.</param>
[EventName("court.maintenance")]
public sealed record ResourcesBlocked(Guid BlockId, Guid OrganisationId, Guid VenueId, IReadOnlyList<Guid> ResourceIds, Instant StartsAt, Instant EndsAt, string Reason, bool Removed) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => BlockId;
}
