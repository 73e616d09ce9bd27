namespace Sarai.Bookings;

/// <summary>What only a booking of nights has: dates, rooms with their guests, moving between rooms, leaving.</summary>
public sealed partial class Booking
{
    /// <summary>For nights: the venue's local date of departure as booked; null otherwise.</summary>
    public LocalDate? UntilDate { get; private set; }

    /// <summary>For nights: the rooms as they were wished.</summary>
    public IReadOnlyList<BookedUnit> Units { get; private set; } = [];

    /// <summary>For nights: when a guest who has not come is a no-show; null otherwise.</summary>
    public Instant? NoShowAt { get; private set; }

    /// <summary>For nights: when the guest left; null before and otherwise.</summary>
    public Instant? LeftAt { get; private set; }

    /// <summary>How many nights lie between arrival and departure, whatever the clocks do; 0 for a booking of hours.</summary>
    public int Nights => UntilDate is { } until ? Period.DaysBetween(LocalDate, until) : 0;

    /// <summary>The guest leaves, on time, early or late.</summary>
    public Answer<BookingCompleted> CheckOut(Actor actor, Instant at)
    {
        if (Status != BookingStatus.CheckedIn) return Wrong("checked out");
        LeftAt = at;
        Become(BookingStatus.Completed, actor, at < EndsAt && Nights > 1 && at.InZone(Time.Zone(TimeZone)).Date < UntilDate ? "left early" : null, at);
        return new BookingCompleted(Info()) { Actor = actor.Name };
    }

    /// <summary>Whether the desk may change the dates or the rooms of a stay at this instant: also of a guest who is in the house.</summary>
    public Fault? MayChangeNights(LocalDate checkIn, Instant at, bool byDesk)
    {
        if (Nights == 0) return Fault.Refused("wrong_shape", "This is not a booking of nights.");
        if (Status != BookingStatus.CheckedIn || !byDesk) return MayMove(at, byDesk);
        return checkIn == LocalDate ? null : Fault.Refused("already_arrived", "The guest has arrived; only the departure and the rooms can change.");
    }

    /// <summary>Puts one of its units into another resource from an instant on; what lies before stays where it was.</summary>
    /// <returns>The event, or a fault when there is nothing to move.</returns>
    public Answer<RoomChanged> MoveUnit(int unit, ResourceInfo to, Instant from, Actor actor, string? reason, Instant at)
    {
        if (Status is not (BookingStatus.Held or BookingStatus.Confirmed or BookingStatus.CheckedIn)) return Wrong("moved");
        if (Resources.All(r => r.Unit != unit)) return Fault.NotFound("room of this booking");
        if (from >= EndsAt) return Fault.Invalid("from", "Choose a night of the stay.");
        var moved = new List<ClaimedResource>();
        foreach (var part in Resources)
        {
            var (start, end) = (part.From ?? StartsAt, part.Until ?? EndsAt);
            if (part.Unit != unit || end <= from) moved.Add(part);
            else if (start < from) moved.Add(part with { From = start, Until = from });
        }
        var was = Resources.Where(r => r.Unit == unit).MaxBy(r => r.Until ?? EndsAt)!.Name;
        moved.Add(new ClaimedResource(to.Id, to.Name) { From = from < StartsAt ? StartsAt : from, Until = EndsAt, Unit = unit });
        Resources = [.. moved.OrderBy(r => r.Unit).ThenBy(r => r.From)];
        Record(Status, Status, actor, string.Join(": ", new[] { $"{was} to {to.Name}", reason }.Where(t => !string.IsNullOrWhiteSpace(t))), at);
        return new RoomChanged(Info(), actor.Name);
    }

    /// <summary>Puts it where a late guest can still be housed.</summary>
    public void Rehouse(Alternative alternative) => Resources = Parts(alternative);

    private void PlaceNights(DateInterval nights, Wish wish)
    {
        UntilDate = nights.End.PlusDays(1);
        Units = [.. wish.Units.Select(u => new BookedUnit(u.OfferingId, wish.Venue.Offering(u.OfferingId)!.Name, u.Adults, u.Children, u.GuestName))];
        NoShowAt = Time.Zone(TimeZone).AtLeniently(nights.Start.PlusDays(1) + Policy.NoShowAt).ToInstant();
    }
}
