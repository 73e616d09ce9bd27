using System.ComponentModel.DataAnnotations;

namespace Sarai.Stays;

/// <summary>
/// Moves a room to another state, with actor and reason. What follows from a booking is done to the booking: occupied is a check-in, and from occupied to
/// cleaning a check-out. Out of order closes the room in the ledger; guests in the way are a conflict that names them.
/// </summary>
public static class ChangeRoomState
{
    /// <summary>The reason of a move by which housekeeping says that a room that counted as clean is not.</summary>
    internal const string FoundNotClean = "found not clean";

    /// <summary>Where to and why.</summary>
    public sealed record Request
    {
        /// <summary>The state to reach.</summary>
        [Required] public RoomState? To { get; set; }

        /// <summary>Why.</summary>
        [Required, StringLength(200, MinimumLength = 2)] public string? Reason { get; set; }

        /// <summary>For out of order: the local date on which it is back, 31 days ahead at most; tomorrow when absent.</summary>
        public LocalDate? Until { get; set; }
    }

    /// <summary>How far housekeeping is.</summary>
    public sealed record CareRequest
    {
        /// <summary>Dirty, cleaning, inspection or ready.</summary>
        [Required] public Condition? Condition { get; set; }

        /// <summary>A word for the next one.</summary>
        [StringLength(500)] public string? Note { get; set; }
    }

    /// <summary>The room's state now.</summary>
    public sealed record Response(Guid ResourceId, RoomState State, Condition Condition);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/venues/{id:guid}/rooms/{roomId:guid}/state", Handle).Needs("update:rooms").Limited(RateLimits.Write).WithTags("Hotel").WithSummary("Move a room to another state");
        api.MapPost("/venues/{id:guid}/rooms/{roomId:guid}/care", Care).Needs("update:rooms").Limited(RateLimits.Write).WithTags("Hotel").WithSummary("Say how far housekeeping is with a room");
    }

    /// <summary>Moves it.</summary>
    public static async Task<Answer<Response>> Handle(
        Guid id, Guid roomId, Request request, Actor actor, StaysDb db, ICatalog catalog, INights nights, Live live, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await Hotel.Of(id, catalog, cancel);
        if (venue?.Resource(roomId) is not { Retired: false }) return Fault.NotFound("room");
        if (actor.Barred("update:rooms", venue.OrganisationId, "room") is { } barred) return barred;
        var to = request.To!.Value;
        var now = (await ShowRooms.Now(venue, db, nights, clock, cancel)).First(r => r.ResourceId == roomId);
        if (!RoomStates.Allows(now.State, to)) return RoomStates.Wrong(now.State, to);
        if (await ByBooking(now, to, request.Reason!, actor, nights, cancel) is { } done)
            return done.Fault is { } refused ? refused : new Response(roomId, to, to == RoomState.Cleaning ? Condition.Dirty : now.Condition);
        var block = to == RoomState.Maintenance ? await Close(venue, roomId, request, actor, nights, clock, cancel) : null;
        if (block?.Fault is { } conflict) return conflict;
        var answer = await db.InTransaction<Response>(async () =>
        {
            var room = await db.LockRoom(venue, roomId, cancel);
            var seen = RoomStates.Of(room.Condition, []);
            // Somebody was faster; what was seen above is no longer so.
            if (seen != now.State && !(now.State == RoomState.Available && seen == RoomState.Available)) return RoomStates.Wrong(seen, to);
            if (room.BlockId is { } old && await nights.Unblock(id, old, actor, cancel) is { Fault: { Status: not 404 } stuck }) return stuck;
            (room.Condition, room.BlockId, room.Note) = (to switch { RoomState.Maintenance => Condition.Maintenance, RoomState.Cleaning => Condition.Dirty, _ => Condition.Ready }, block?.Value, request.Reason!);
            Note(db, venue, room, now.State, to, actor.Name, request.Reason!, clock.Now());
            db.Audit(actor, venue.OrganisationId, "update:rooms", roomId, new { now.State }, new { State = to, request.Reason });
            return new Response(roomId, to, room.Condition);
        }, cancel);
        if (!answer.Ok && block is not null) await nights.Unblock(id, block.Value, actor, cancel);
        if (answer.Ok) Tell(live, venue, roomId, to);
        return answer;
    }

    /// <summary>Notes how far housekeeping is. Dirty, cleaning and inspection are one state to everybody else; ready makes the room available.</summary>
    public static async Task<Answer<Response>> Care(Guid id, Guid roomId, CareRequest request, Actor actor, StaysDb db, ICatalog catalog, INights nights, Live live, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await Hotel.Of(id, catalog, cancel);
        if (venue?.Resource(roomId) is not { Retired: false }) return Fault.NotFound("room");
        if (actor.Barred("update:rooms", venue.OrganisationId, "room") is { } barred) return barred;
        if (request.Condition == Condition.Maintenance) return Fault.Invalid("condition", "A room is put out of order as a move of its state, with the date it is back.");
        var answer = await db.InTransaction<Response>(async () =>
        {
            var room = await db.LockRoom(venue, roomId, cancel);
            if (room.Condition == Condition.Maintenance) return RoomStates.Wrong(RoomState.Maintenance, request.Condition == Condition.Ready ? RoomState.Available : RoomState.Locked);
            var (was, becomes) = (RoomStates.Of(room.Condition, []), RoomStates.Of(request.Condition!.Value, []));
            (room.Condition, room.Note) = (request.Condition.Value, request.Note?.Trim() ?? room.Note);
            (room.ChangedBy, room.ChangedAt) = (actor.Name, clock.Now());
            // A clean room that somebody finds dirty goes back the way a room comes to housekeeping.
            if (was != becomes) Note(db, venue, room, was, becomes, actor.Name, becomes == RoomState.Available ? "inspected" : FoundNotClean, clock.Now());
            return new Response(roomId, becomes, room.Condition);
        }, cancel);
        if (answer.Ok) Tell(live, venue, roomId, (await ShowRooms.Now(venue, db, nights, clock, cancel)).First(r => r.ResourceId == roomId).State);
        return answer;
    }

    internal static void Note(StaysDb db, VenueInfo venue, Room room, RoomState from, RoomState to, string actor, string reason, Instant at)
    {
        (room.ChangedBy, room.ChangedAt) = (actor, at);
        db.Moves.Add(new RoomMove { Id = Guid.CreateVersion7(), ResourceId = room.ResourceId, VenueId = venue.Id, OrganisationId = venue.OrganisationId, FromState = from, ToState = to, Actor = actor, Reason = reason, At = at });
    }

    internal static void Tell(Live live, VenueInfo venue, Guid roomId, RoomState state) =>
        live.Announce($"venue:{venue.Id}", "room_status_changed", new { venueId = venue.Id, roomId, room = venue.Resource(roomId)?.Name, state });

    private static async Task<Answer<BookingInfo>?> ByBooking(ShowRooms.RoomNow now, RoomState to, string reason, Actor actor, INights nights, CancellationToken cancel) => (now.State, to) switch
    {
        (RoomState.Available, RoomState.Locked) => Fault.Refused("needs_guest", "A room is locked by booking it: say for whom and for which nights."),
        (RoomState.Locked, RoomState.Booked) => await nights.Confirm(now.BookingId!.Value, actor, cancel),
        (RoomState.Booked, RoomState.Occupied) => await nights.CheckIn(now.BookingId!.Value, actor, cancel),
        (RoomState.Occupied, RoomState.Cleaning) => await nights.CheckOut(now.BookingId!.Value, actor, cancel),
        (RoomState.Locked or RoomState.Booked, RoomState.Available) => await nights.Cancel(now.BookingId!.Value, reason, actor, cancel),
        _ => null,
    };

    private static async Task<Answer<Guid>> Close(VenueInfo venue, Guid roomId, Request request, Actor actor, INights nights, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.Now();
        var today = now.InZone(venue.Zone).Date;
        var until = request.Until ?? today.PlusDays(1);
        if (until <= today || until > today.PlusDays(31)) return Fault.Invalid("until", "Choose a date from tomorrow to 31 days ahead; retire the room if it is for longer.");
        var end = venue.Zone.AtLeniently(until + venue.Policy.CheckOut).ToInstant();
        return await nights.Block(venue.Id, [roomId], new Interval(now, Instant.Min(end, now + Duration.FromDays(31))), request.Reason!, actor, cancel);
    }
}
