namespace Sarai.Bookings;

/// <summary>
/// The Nights shape: dates of arrival and departure, one room or several. A stay occupies its rooms from the venue's check-in time to its check-out
/// time; nights are counted by dates, so that the clocks may change in between.
/// </summary>
public static class Nights
{
    private const int MostUnits = 20;

    /// <summary>When a stay occupies its rooms. A missing local time means when the clocks have moved on, a repeated one the earlier.</summary>
    public static Interval During(VenueInfo venue, LocalDate checkIn, LocalDate checkOut) => new(
        venue.Zone.AtLeniently(checkIn + venue.Policy.CheckIn).ToInstant(), venue.Zone.AtLeniently(checkOut + venue.Policy.CheckOut).ToInstant());

    /// <summary>The wish behind a stay, when it fits: dates in order and inside the booking window, rooms of this venue that house their guests.</summary>
    public static Answer<Wish> Wish(VenueInfo venue, StayWish stay, Guid guestId, Instant at, bool byDesk)
    {
        if (DatesFault(venue, stay, at, byDesk) is { } dates) return dates;
        if (stay.Units.Count is 0 or > MostUnits) return Fault.Invalid("rooms", $"Choose 1 to {MostUnits} rooms.");
        foreach (var unit in stay.Units)
        {
            if (venue.Offering(unit.OfferingId) is not { } offering || (!byDesk && !offering.Active)) return Fault.NotFound("room type");
            if (offering.Shape != Shape.Nights) return Fault.Refused("wrong_shape", $"{offering.Name} is not booked by the night.");
            // The desk may give a family's children a room of their own.
            if (unit.Adults < (byDesk ? 0 : 1) || unit.Children < 0 || unit.Guests < 1) return Fault.Invalid("rooms", "At least one adult sleeps in each room.");
            if (unit.Guests > offering.MaxParticipants) return Fault.Invalid("rooms", $"{offering.Name} houses {offering.MaxParticipants} guests at most.");
            if (unit.ResourceId is { } room && (!offering.ResourceIds.Contains(room) || venue.Resource(room) is not { Retired: false })) return Fault.NotFound("room");
        }
        return new Wish(venue, venue.Offering(stay.Units[0].OfferingId)!, During(venue, stay.CheckIn, stay.CheckOut), stay.Units[0].ResourceId, guestId, stay.Units.Sum(u => u.Guests), at, byDesk)
        {
            Nights = new DateInterval(stay.CheckIn, stay.CheckOut.PlusDays(-1)),
            Units = stay.Units,
        };
    }

    /// <summary>What a stay at an agreed price costs.</summary>
    public static Quote Agreed(Wish wish, long perNight)
    {
        var nights = wish.Nights!.Length;
        PriceLine[] lines = [.. wish.Units.Select(u => new PriceLine("base", $"{wish.Venue.Offering(u.OfferingId)!.Name}, {nights} × agreed price", perNight * nights))];
        return new Quote(lines, new Money(lines.Sum(l => l.Amount), wish.Venue.Currency), false);
    }

    private static Fault? DatesFault(VenueInfo venue, StayWish stay, Instant at, bool byDesk)
    {
        var today = at.InZone(venue.Zone).Date;
        // After midnight the desk still sells the night that has begun.
        if (stay.CheckIn < (byDesk ? today.PlusDays(-1) : today)) return Fault.Invalid("checkIn", "This date has passed.");
        if (stay.CheckOut <= stay.CheckIn) return Fault.Invalid("checkOut", "The departure must be after the arrival.");
        var (nights, most) = (Period.DaysBetween(stay.CheckIn, stay.CheckOut), byDesk ? 365 : venue.Policy.MaxNights);
        if (nights > most) return Fault.Invalid("checkOut", $"Choose {most} nights at most.");
        return !byDesk && stay.CheckIn > today.PlusDays(venue.Policy.WindowDays) ? Fault.Refused("outside_window", $"Booking opens {venue.Policy.WindowDays} days ahead.") : null;
    }
}
