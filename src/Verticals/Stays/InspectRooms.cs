using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Stays;

/// <summary>Housekeeping hands over a floor: rooms that were being cleaned are ready, all at once.</summary>
public static class InspectRooms
{
    /// <summary>Which rooms.</summary>
    public sealed record Request
    {
        /// <summary>The rooms, or nothing for every one that waits.</summary>
        [MaxLength(2000)] public Guid[]? ResourceIds { get; set; }
    }

    /// <summary>How many became ready.</summary>
    public sealed record Response(int Ready);

    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/venues/{id:guid}/rooms/ready", (Request request, Guid id, Actor actor, StaysDb db, ICatalog catalog, Live live, TimeProvider clock, CancellationToken cancel) =>
                Handle(id, request, actor, db, catalog, live, clock, cancel))
            .Needs("update:rooms").Limited(RateLimits.Write).WithTags("Hotel").WithSummary("Hand over rooms that are clean");

    /// <summary>Makes them ready; rooms out of order stay so.</summary>
    public static async Task<Answer<Response>> Handle(Guid id, Request request, Actor actor, StaysDb db, ICatalog catalog, Live live, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await Hotel.Of(id, catalog, cancel);
        if (venue is null) return Fault.NotFound("hotel");
        if (actor.Barred("update:rooms", venue.OrganisationId, "hotel") is { } barred) return barred;
        var wanted = request.ResourceIds ?? [.. venue.Resources.Select(r => r.Id)];
        if (wanted.Any(r => venue.Resource(r) is null)) return Fault.NotFound("room");
        var answer = await db.InTransaction<List<Room>>(async () =>
        {
            var rooms = await db.Rooms.FromSql($"select * from stays.room where venue_id = {id} and resource_id = any({wanted}) and condition in ('Dirty', 'Cleaning', 'Inspection') order by resource_id for update").ToListAsync(cancel);
            foreach (var room in rooms)
            {
                room.Condition = Condition.Ready;
                ChangeRoomState.Note(db, venue, room, RoomState.Cleaning, RoomState.Available, actor.Name, "inspected", clock.Now());
            }
            return rooms;
        }, cancel);
        foreach (var room in answer.Value) ChangeRoomState.Tell(live, venue, room.ResourceId, RoomState.Available);
        return new Response(answer.Value.Count);
    }
}
