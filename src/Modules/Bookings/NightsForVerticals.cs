using Microsoft.EntityFrameworkCore;

namespace Sarai.Bookings;

/// <summary>Lets a vertical's pages and jobs use the features of nights: each call is the handler the API has.</summary>
internal sealed class NightsForVerticals(BookingsDb db, Planner planner, ICatalog catalog, IIdentity identity, Availability availability, TimeProvider clock) : INights
{
    public async Task<Answer<IReadOnlyList<FreeUnits>>> Free(Guid venueId, LocalDate checkIn, LocalDate checkOut, int adults, int children, CancellationToken cancel = default)
    {
        var found = await FindNights.Handle(venueId, checkIn, checkOut, adults, children, catalog, db, clock, cancel);
        return found.Fault is { } fault ? fault : Answer<IReadOnlyList<FreeUnits>>.Created(found.Value.Offerings);
    }

    public async Task<Answer<BookingInfo>> Hold(StayWish wish, Actor actor, CancellationToken cancel = default) =>
        await Told(await BookNights.Hold(wish, actor, db, planner, availability, clock, cancel), cancel);

    public async Task<Answer<BookingInfo>> BookAtDesk(StayWish wish, DeskGuest guest, Actor actor, CancellationToken cancel = default) =>
        await Told(await BookNights.AtDesk(wish, guest, actor, db, planner, catalog, identity, availability, clock, cancel), cancel);

    public async Task<Answer<BookingInfo>> Change(Guid bookingId, StayWish wish, string? reason, Actor actor, CancellationToken cancel = default) =>
        await Told(await ChangeNights.Handle(bookingId, wish, reason, actor, db, planner, availability, clock, cancel), cancel);

    public async Task<Answer<BookingInfo>> MoveRoom(Guid bookingId, int unit, Guid resourceId, LocalDate? from, string? reason, Actor actor, CancellationToken cancel = default) =>
        await Told(await ChangeNights.MoveRoom(bookingId, new ChangeNights.RoomRequest { Unit = unit, ResourceId = resourceId, From = from, Reason = reason }, actor, db, catalog, availability, clock, cancel), cancel);

    public async Task<Answer<BookingInfo>> Confirm(Guid bookingId, Actor actor, CancellationToken cancel = default) =>
        await Told(await ConfirmBooking.Handle(bookingId, actor, db, availability, clock, cancel), cancel);

    public async Task<Answer<BookingInfo>> CheckIn(Guid bookingId, Actor actor, CancellationToken cancel = default) =>
        await Told(await AttendBooking.CheckIn(bookingId, actor, db, planner, availability, clock, cancel), cancel);

    public async Task<Answer<BookingInfo>> CheckOut(Guid bookingId, Actor actor, CancellationToken cancel = default) =>
        await Told(await AttendBooking.CheckOut(bookingId, actor, db, availability, clock, cancel), cancel);

    public async Task<Answer<BookingInfo>> NoShow(Guid bookingId, Actor actor, CancellationToken cancel = default) =>
        await Told(await AttendBooking.MarkNoShow(bookingId, actor, db, availability, clock, cancel), cancel);

    public async Task<Answer<BookingInfo>> Cancel(Guid bookingId, string? reason, Actor actor, CancellationToken cancel = default) =>
        await Told(await CancelBooking.Handle(bookingId, new CancelBooking.Request { Reason = reason }, actor, db, availability, clock, cancel), cancel);

    public async Task<Answer<BookingInfo>> Charge(Guid bookingId, string text, long amount, Actor actor, CancellationToken cancel = default) =>
        await Told(await ChargeBooking.Handle(bookingId, new ChargeBooking.Request { Text = text, Amount = amount }, actor, db, clock, cancel), cancel);

    public async Task<Answer<Guid>> Block(Guid venueId, IReadOnlyList<Guid> resourceIds, Interval during, string reason, Actor actor, CancellationToken cancel = default)
    {
        var request = new BlockResources.Request { ResourceIds = [.. resourceIds], StartsAt = during.Start, EndsAt = during.End, Reason = reason };
        var blocked = await BlockResources.Handle(venueId, request, actor, db, catalog, availability, clock, cancel);
        return blocked.Fault is { } fault ? fault : blocked.Value.Id;
    }

    public Task<Answer<Done>> Unblock(Guid venueId, Guid blockId, Actor actor, CancellationToken cancel = default) =>
        BlockResources.Lift(venueId, blockId, actor, db, catalog, availability, cancel);

    public async Task<IReadOnlyList<RoomNight>> Ledger(Guid venueId, Interval during, CancellationToken cancel = default) =>
        await catalog.Venue(venueId, cancel) is { } venue ? await ShowRack.Ledger(venue, during, db, clock.Now(), cancel) : [];

    public async Task<IReadOnlyList<BookingInfo>> Touching(Guid venueId, LocalDate first, LocalDate last, CancellationToken cancel = default)
    {
        var now = clock.Now();
        var rows = await db.Bookings.AsNoTracking()
            .Where(b => b.VenueId == venueId && b.UntilDate != null && b.LocalDate <= last && b.UntilDate >= first && b.Status != BookingStatus.Cancelled && b.Status != BookingStatus.Expired
                && (b.ExpiresAt == null || b.ExpiresAt > now))
            .OrderBy(b => b.LocalDate).ThenBy(b => b.Id).Take(5000).ToListAsync(cancel);
        return [.. rows.Select(b => b.Info())];
    }

    public Task<SoldNights> Sold(IReadOnlyList<Guid> venueIds, LocalDate first, LocalDate last, CancellationToken cancel = default) => NightFigures.Of(venueIds, first, last, db, cancel);

    private async Task<Answer<BookingInfo>> Told(Answer<BookingView> answer, CancellationToken cancel) =>
        answer.Fault is { } fault ? fault : (await db.Bookings.FindAsync([answer.Value.Id], cancel))!.Info();
}
