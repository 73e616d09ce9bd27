namespace Sarai.Contracts;

/// <summary>
/// What the pages and jobs of a vertical do with bookings of nights: the same features the API has, with the same answers. Everything checks the actor itself.
/// </summary>
public interface INights
{
    /// <summary>What is free on these dates, for each offering of the venue that could house one of the units, with its price.</summary>
    Task<Answer<IReadOnlyList<FreeUnits>>> Free(Guid venueId, LocalDate checkIn, LocalDate checkOut, int adults, int children, CancellationToken cancel = default);

    /// <summary>Holds rooms for a guest who then pays.</summary>
    Task<Answer<BookingInfo>> Hold(StayWish wish, Actor actor, CancellationToken cancel = default);

    /// <summary>Books for somebody at the desk or on the phone, confirmed at once.</summary>
    Task<Answer<BookingInfo>> BookAtDesk(StayWish wish, DeskGuest guest, Actor actor, CancellationToken cancel = default);

    /// <summary>Changes the dates or the rooms, at the price of now.</summary>
    Task<Answer<BookingInfo>> Change(Guid bookingId, StayWish wish, string? reason, Actor actor, CancellationToken cancel = default);

    /// <summary>Moves a unit of a booking to another room from a date on: a room change before arrival, or a split stay.</summary>
    Task<Answer<BookingInfo>> MoveRoom(Guid bookingId, int unit, Guid resourceId, LocalDate? from, string? reason, Actor actor, CancellationToken cancel = default);

    /// <summary>Makes a hold firm at the desk; the balance stays due.</summary>
    Task<Answer<BookingInfo>> Confirm(Guid bookingId, Actor actor, CancellationToken cancel = default);

    /// <summary>The guest is here.</summary>
    Task<Answer<BookingInfo>> CheckIn(Guid bookingId, Actor actor, CancellationToken cancel = default);

    /// <summary>The guest leaves; nights not slept are free for others at once.</summary>
    Task<Answer<BookingInfo>> CheckOut(Guid bookingId, Actor actor, CancellationToken cancel = default);

    /// <summary>The guest did not come.</summary>
    Task<Answer<BookingInfo>> NoShow(Guid bookingId, Actor actor, CancellationToken cancel = default);

    /// <summary>Calls it off, with the refund the policy gives.</summary>
    Task<Answer<BookingInfo>> Cancel(Guid bookingId, string? reason, Actor actor, CancellationToken cancel = default);

    /// <summary>Puts something beside the price on the bill.</summary>
    Task<Answer<BookingInfo>> Charge(Guid bookingId, string text, long amount, Actor actor, CancellationToken cancel = default);

    /// <summary>Closes rooms for a time, for maintenance or because a calendar elsewhere says so; bookings in the way are a conflict that names them.</summary>
    Task<Answer<Guid>> Block(Guid venueId, IReadOnlyList<Guid> resourceIds, Interval during, string reason, Actor actor, CancellationToken cancel = default);

    /// <summary>Opens them again.</summary>
    Task<Answer<Done>> Unblock(Guid venueId, Guid blockId, Actor actor, CancellationToken cancel = default);

    /// <summary>Who has which room when, from the ledger: bookings that have not ended otherwise, and blocks, that touch this interval.</summary>
    Task<IReadOnlyList<RoomNight>> Ledger(Guid venueId, Interval during, CancellationToken cancel = default);

    /// <summary>Bookings of nights of a venue whose stay touches these local dates, by arrival; cancelled and lapsed ones are left out.</summary>
    Task<IReadOnlyList<BookingInfo>> Touching(Guid venueId, LocalDate first, LocalDate last, CancellationToken cancel = default);

    /// <summary>What venues sold on a range of nights, counted as a house's own figures count: guests who came or will come.</summary>
    Task<SoldNights> Sold(IReadOnlyList<Guid> venueIds, LocalDate first, LocalDate last, CancellationToken cancel = default);
}

/// <summary>Nights that were sold.</summary>
/// <param name="Venues">By venue; one that sold none is left out.</param>
/// <param name="Nights">By night, of all of them; a night nobody sleeps anywhere is left out.</param>
public sealed record SoldNights(IReadOnlyList<VenueNights> Venues, IReadOnlyList<NightRooms> Nights);

/// <summary>A venue's nights.</summary>
/// <param name="VenueId">The venue.</param>
/// <param name="Sold">Room nights as booked.</param>
/// <param name="Occupied">The same without the nights that guests left early.</param>
/// <param name="Revenue">What the sold nights cost, in minor units of the venue's currency.</param>
public sealed record VenueNights(Guid VenueId, int Sold, int Occupied, long Revenue);

/// <summary>A night of several venues.</summary>
/// <param name="Date">The local date it begins on.</param>
/// <param name="Occupied">How many rooms are occupied.</param>
public sealed record NightRooms(LocalDate Date, int Occupied);

/// <summary>The dates and rooms somebody wishes.</summary>
/// <param name="VenueId">Where.</param>
/// <param name="CheckIn">The local date of arrival.</param>
/// <param name="CheckOut">The local date of departure.</param>
/// <param name="Units">The rooms.</param>
/// <param name="Notes">Special requests, the hour of arrival.</param>
public sealed record StayWish(Guid VenueId, LocalDate CheckIn, LocalDate CheckOut, IReadOnlyList<UnitWish> Units, string? Notes)
{
    /// <summary>A price for a room and night that was agreed with the desk, in minor units, or null for the price list.</summary>
    public long? AgreedPerNight { get; init; }
}

/// <summary>A guest the desk books for; a phone or an e-mail is needed.</summary>
public sealed record DeskGuest(string Name, string? Phone, string? Email);

/// <summary>An offering on certain dates.</summary>
/// <param name="OfferingId">The offering.</param>
/// <param name="Name">Its name.</param>
/// <param name="MaxGuests">How many people a unit houses.</param>
/// <param name="Free">How many units are free on every one of the nights.</param>
/// <param name="Quote">What one unit costs for these dates and guests, or null when it cannot be booked then.</param>
/// <param name="Refusal">Why it cannot be booked then (minimum stay, closed to arrival, no price), or null.</param>
public sealed record FreeUnits(Guid OfferingId, string Name, int MaxGuests, int Free, Quote? Quote, string? Refusal);

/// <summary>A stretch of time in a room that somebody or something has.</summary>
/// <param name="ResourceId">The room.</param>
/// <param name="StartsAt">From.</param>
/// <param name="EndsAt">To.</param>
/// <param name="BookingId">The booking, or null for a block.</param>
/// <param name="Code">The booking's code, or null.</param>
/// <param name="GuestName">The guest, or the block's reason.</param>
/// <param name="Status">The booking's state, or null.</param>
/// <param name="Unit">Which of the booking's units.</param>
/// <param name="BlockId">The block, or null for a booking.</param>
public sealed record RoomNight(Guid ResourceId, Instant StartsAt, Instant EndsAt, Guid? BookingId, string? Code, string GuestName, BookingStatus? Status, int Unit, Guid? BlockId);

/// <summary>What a booking of nights has beyond other bookings.</summary>
/// <param name="CheckIn">The local date of arrival.</param>
/// <param name="CheckOut">The local date of departure as booked.</param>
/// <param name="Nights">How many nights lie between them, whatever the clocks do.</param>
/// <param name="Units">The rooms as they were wished.</param>
/// <param name="LeftAt">When the guest left, or null.</param>
public sealed record StayInfo(LocalDate CheckIn, LocalDate CheckOut, int Nights, IReadOnlyList<BookedUnit> Units, Instant? LeftAt);

/// <summary>A room of a booking.</summary>
/// <param name="OfferingId">The room type.</param>
/// <param name="OfferingName">Its name when it was booked.</param>
/// <param name="Adults">How many adults.</param>
/// <param name="Children">How many children.</param>
/// <param name="GuestName">Who sleeps there, or null for the one who booked.</param>
public sealed record BookedUnit(Guid OfferingId, string OfferingName, int Adults, int Children, string? GuestName);

/// <summary>A guest who had not arrived came to a room of another number, or moved during the stay.</summary>
/// <param name="Booking">The booking now.</param>
/// <param name="Actor">Who moved it.</param>
[EventName("booking.room_changed")]
public sealed record RoomChanged(BookingInfo Booking, string Actor) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => Booking.Id;
}
