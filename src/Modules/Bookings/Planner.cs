namespace Sarai.Bookings;

/// <summary>
/// Turns what a guest asks for into something that can be taken: finds the venue, checks the shape, and puts the three questions to the vertical.
/// Everything that books goes through here: guests, the desk, series, waitlist offers, rescheduling.
/// </summary>
public sealed class Planner(ICatalog catalog, IEnumerable<IVertical> verticals, IBenefits benefits)
{
    private readonly Dictionary<string, IVertical> _verticals = verticals.ToDictionary(v => v.Manifest.Name);

    /// <summary>The wish behind a request.</summary>
    /// <param name="offeringId">What.</param>
    /// <param name="start">When it starts.</param>
    /// <param name="minutes">How long: 1 to 1440.</param>
    /// <param name="resourceId">A certain resource, or null for any.</param>
    /// <param name="guestId">For whom.</param>
    /// <param name="participants">How many people.</param>
    /// <param name="at">Now.</param>
    /// <param name="byDesk">Whether staff book.</param>
    /// <param name="cancel">Stops.</param>
    public async ValueTask<Answer<Wish>> Wish(
        Guid offeringId, Instant start, int minutes, Guid? resourceId, Guid guestId, int participants, Instant at, bool byDesk, CancellationToken cancel)
    {
        var venue = await catalog.VenueOfOffering(offeringId, cancel);
        if (venue is null || venue.Offering(offeringId) is not { } offering || (!byDesk && !offering.Active)) return Fault.NotFound("offering");
        if (venue.State != VenueState.Active && !byDesk) return Fault.NotFound("offering");
        if (offering.Shape != Shape.Slots) return Fault.Refused("wrong_shape", "This is not booked by the slot.");
        var member = await benefits.Terms(venue.OrganisationId, guestId, at, cancel);
        if (member?.WindowDays > venue.Policy.WindowDays) venue = venue with { Policy = venue.Policy with { WindowDays = member.WindowDays.Value } };
        return new Wish(venue, offering, new Interval(start, start + Duration.FromMinutes(minutes)), resourceId, guestId, participants, at, byDesk) { Tier = member?.Tier };
    }

    /// <summary>The alternatives that would satisfy a wish, best first.</summary>
    public async ValueTask<Answer<IReadOnlyList<Alternative>>> Alternatives(Wish wish, CancellationToken cancel)
    {
        if (Slots.Check(wish) is { } fault) return fault;
        var vertical = _verticals[wish.Venue.Vertical];
        if (await vertical.May(wish, cancel) is { } no) return no;
        return await vertical.Claims(wish, cancel);
    }

    /// <summary>The wish behind a stay.</summary>
    public async ValueTask<Answer<Wish>> Stay(StayWish stay, Guid guestId, Instant at, bool byDesk, CancellationToken cancel)
    {
        var venue = await catalog.Venue(stay.VenueId, cancel);
        if (venue is null || (venue.State != VenueState.Active && !byDesk)) return Fault.NotFound("venue");
        return Nights.Wish(venue, stay, guestId, at, byDesk);
    }

    /// <summary>What would satisfy a wish for nights: one alternative whose needs are open to any room that would do.</summary>
    public async ValueTask<Answer<Alternative>> Rooms(Wish wish, CancellationToken cancel)
    {
        var vertical = _verticals[wish.Venue.Vertical];
        if (await vertical.May(wish, cancel) is { } no) return no;
        var alternatives = await vertical.Claims(wish, cancel);
        return alternatives.Fault is { } fault ? fault : alternatives.Value[0];
    }

    /// <summary>Whether the vertical lets a guest in now.</summary>
    public ValueTask<Fault?> MayCheckIn(Booking booking, CancellationToken cancel) =>
        _verticals.TryGetValue(booking.Vertical, out var vertical) ? vertical.MayCheckIn(booking.Info(), cancel) : ValueTask.FromResult<Fault?>(null);

    /// <summary>What an alternative costs.</summary>
    public ValueTask<Answer<Quote>> Price(Wish wish, Alternative alternative, CancellationToken cancel) => _verticals[wish.Venue.Vertical].Price(wish, alternative, cancel);

    /// <summary>Takes off a new booking's price what the guest's membership and the code give, reserved until the hold is over. Guests without either cost nothing.</summary>
    /// <returns>Null, or why the code cannot be used.</returns>
    public async ValueTask<Fault?> Grant(Booking booking, string? code, CancellationToken cancel)
    {
        var granted = await Benefits(booking, code, booking.CreatedAt, cancel);
        if (granted.Fault is { } fault) return fault;
        if (granted.Value.Count > 0) booking.Grant(granted.Value);
        return null;
    }

    /// <summary>Gives back what <see cref="Grant"/> reserved, because the booking could not be made.</summary>
    public Task Forgo(Booking booking, CancellationToken cancel) => booking.Lines.Any(l => l.Key is not null) ? benefits.Release(booking.Id, cancel) : Task.CompletedTask;

    /// <summary>What comes off a booking's price with this code.</summary>
    public ValueTask<Answer<IReadOnlyList<PriceLine>>> Benefits(Booking booking, string? code, Instant at, CancellationToken cancel) => benefits.Reserve(
        new BenefitWish(booking.Id, booking.OrganisationId, booking.VenueId, booking.OfferingId, booking.GuestId, booking.During, booking.TimeZone, booking.PriceBefore(), code, at, booking.ExpiresAt ?? at)
        {
            Again = booking.Lines.Any(l => l.Key is not null),
        }, cancel);

    /// <summary>What the guest may choose to use.</summary>
    public Task<IReadOnlyList<BenefitChoice>> Choices(Booking booking, CancellationToken cancel) => benefits.Choices(booking.Info(), cancel);
}
