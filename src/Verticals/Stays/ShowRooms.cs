using Microsoft.EntityFrameworkCore;

namespace Sarai.Stays;

/// <summary>Every room of a hotel as it is now: the board of housekeeping and the front desk.</summary>
public static class ShowRooms
{
    /// <summary>The rooms.</summary>
    public sealed record Response(IReadOnlyList<RoomNow> Rooms);

    /// <summary>A room now.</summary>
    /// <param name="ResourceId">The room.</param>
    /// <param name="Name">Its number.</param>
    /// <param name="State">Its state.</param>
    /// <param name="Condition">What housekeeping says.</param>
    /// <param name="Note">What housekeeping wrote.</param>
    /// <param name="Guest">Who has it tonight, or null.</param>
    /// <param name="BookingId">Their booking, or null.</param>
    /// <param name="DueOut">Whether that guest should have left by now.</param>
    /// <param name="Arriving">Whether another guest arrives today.</param>
    public sealed record RoomNow(Guid ResourceId, string Name, RoomState State, Condition Condition, string Note, string? Guest, Guid? BookingId, bool DueOut, bool Arriving);

    /// <summary>A move of a room.</summary>
    public sealed record Move(RoomState From, RoomState To, string Actor, string Reason, Instant At);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/venues/{id:guid}/rooms", Handle).Needs("update:rooms").Limited(RateLimits.Read).WithTags("Hotel").WithSummary("Every room as it is now");
        api.MapGet("/venues/{id:guid}/rooms/{roomId:guid}/moves", Moves).Needs("update:rooms").Limited(RateLimits.Read).WithTags("Hotel").WithSummary("What happened to a room, newest first");
    }

    /// <summary>The rooms, in the house's order.</summary>
    public static async Task<Answer<Response>> Handle(Guid id, Actor actor, StaysDb db, ICatalog catalog, INights nights, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await Hotel.Of(id, catalog, cancel);
        if (venue is null) return Fault.NotFound("hotel");
        if (actor.Barred("update:rooms", venue.OrganisationId, "hotel") is { } barred) return barred;
        return new Response(await Now(venue, db, nights, clock, cancel));
    }

    /// <summary>The last hundred moves of a room.</summary>
    public static async Task<Answer<Slice<Move>>> Moves(Guid id, Guid roomId, Actor actor, StaysDb db, ICatalog catalog, CancellationToken cancel)
    {
        var venue = await Hotel.Of(id, catalog, cancel);
        if (venue?.Resource(roomId) is null) return Fault.NotFound("room");
        if (actor.Barred("update:rooms", venue.OrganisationId, "room") is { } barred) return barred;
        var moves = await db.Moves.AsNoTracking().Where(m => m.ResourceId == roomId).OrderByDescending(m => m.At).ThenByDescending(m => m.Id).Take(100).ToListAsync(cancel);
        return new Slice<Move>([.. moves.Select(m => new Move(m.FromState, m.ToState, m.Actor, m.Reason, m.At))], null);
    }

    internal static async Task<IReadOnlyList<RoomNow>> Now(VenueInfo venue, StaysDb db, INights nights, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.Now();
        var today = now.InZone(venue.Zone).Date;
        var tonight = (await nights.Ledger(venue.Id, Hotel.Tonight(venue, now), cancel)).ToLookup(l => l.ResourceId);
        // A guest who stays beyond the departure has no claim any more but is still in the room.
        var overdue = (await nights.Touching(venue.Id, today.PlusDays(-7), today, cancel)).Where(b => b.Status == BookingStatus.CheckedIn && b.EndsAt <= now)
            .SelectMany(b => b.Resources.Where(r => (r.Until ?? b.EndsAt) == b.EndsAt).Select(r => (r.Id, Part: new RoomNight(r.Id, b.StartsAt, b.EndsAt, b.Id, b.Code, b.GuestName, b.Status, r.Unit, null)))).ToLookup(x => x.Id, x => x.Part);
        var rooms = await db.Rooms.AsNoTracking().Where(r => r.VenueId == venue.Id).ToDictionaryAsync(r => r.ResourceId, cancel);
        return [.. venue.Resources.Where(r => !r.Retired && Hotel.IsRoom(venue, r.Id)).OrderBy(r => r.Position).Select(resource =>
        {
            var row = rooms.GetValueOrDefault(resource.Id);
            var parts = overdue[resource.Id].Concat(tonight[resource.Id]).ToList();
            var guest = parts.Find(p => p.Status == BookingStatus.CheckedIn) ?? parts.Find(p => p.BookingId is not null);
            return new RoomNow(resource.Id, resource.Name, RoomStates.Of(row?.Condition ?? Condition.Ready, parts), row?.Condition ?? Condition.Ready, row?.Note ?? "", guest?.GuestName, guest?.BookingId,
                guest is { Status: BookingStatus.CheckedIn } && guest.EndsAt.InZone(venue.Zone).Date <= today, parts.Exists(p => p.Status is BookingStatus.Confirmed or BookingStatus.Held));
        })];
    }
}
