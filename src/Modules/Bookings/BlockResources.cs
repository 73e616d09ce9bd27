using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Bookings;

/// <summary>Closes courts for a time. Bookings in the way are a visible conflict: the answer names them, and nothing is closed until they are moved or cancelled.</summary>
public static class BlockResources
{
    /// <summary>What to close, when and why.</summary>
    public sealed record Request
    {
        /// <summary>The courts.</summary>
        [Required, MinLength(1), MaxLength(200)] public Guid[]? ResourceIds { get; set; }

        /// <summary>From, with its offset.</summary>
        [Required] public Instant? StartsAt { get; set; }

        /// <summary>To, with its offset; 31 days at most.</summary>
        [Required] public Instant? EndsAt { get; set; }

        /// <summary>Why.</summary>
        [Required, StringLength(200, MinimumLength = 2)] public string? Reason { get; set; }
    }

    /// <summary>A block.</summary>
    public sealed record Response(Guid Id, Guid VenueId, IReadOnlyList<Guid> ResourceIds, Instant StartsAt, Instant EndsAt, string Reason);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/venues/{id:guid}/blocks", Handle).Idempotent<BookingsDb, Response>().Needs("create:blocks").Limited(RateLimits.Write)
            .WithTags("Desk").WithSummary("Close courts for a time").Produces<Envelope<Response>>(StatusCodes.Status201Created);
        api.MapDelete("/venues/{id:guid}/blocks/{blockId:guid}", Lift).Needs("create:blocks").Limited(RateLimits.Write).WithTags("Desk").WithSummary("Open them again");
    }

    /// <summary>Closes them.</summary>
    public static async Task<Answer<Response>> Handle(Guid id, Request request, Actor actor, BookingsDb db, ICatalog catalog, Availability availability, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("create:blocks", venue.OrganisationId, "venue") is { } barred) return barred;
        var (from, to) = (request.StartsAt!.Value, request.EndsAt!.Value);
        if (to <= from) return Fault.Invalid("endsAt", "The end must be after the start.");
        if (to - from > Duration.FromDays(31)) return Fault.Invalid("endsAt", "Close courts for 31 days at most; retire the court if it is for longer.");
        if (request.ResourceIds!.FirstOrDefault(r => venue.Resource(r) is null) is var stranger && stranger != Guid.Empty) return Fault.Invalid("resourceIds", "One of these courts does not belong to this venue.");
        var block = new Block
        {
            Id = Guid.CreateVersion7(), OrganisationId = venue.OrganisationId, VenueId = id, ResourceIds = [.. request.ResourceIds!.Distinct()],
            StartsAt = from, EndsAt = to, Reason = request.Reason!, CreatedBy = actor.UserId, CreatedAt = clock.Now(),
        };
        var answer = await db.InTransaction<Response>(async () =>
        {
            if (!await Claims.TryBlock(db, block, cancel)) return await Conflict(db, block, cancel);
            db.Blocks.Add(block);
            db.Publish(new ResourcesBlocked(block.Id, venue.OrganisationId, id, block.ResourceIds, from, to, block.Reason, false));
            db.Audit(actor, venue.OrganisationId, "create:blocks", block.Id, null, View(block));
            await db.SaveChangesAsync(cancel);
            return Answer<Response>.Created(View(block));
        }, cancel);
        if (answer.Ok) availability.Changed(id);
        return answer;
    }

    /// <summary>Opens them again.</summary>
    public static async Task<Answer<Done>> Lift(Guid id, Guid blockId, Actor actor, BookingsDb db, ICatalog catalog, Availability availability, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("create:blocks", venue.OrganisationId, "venue") is { } barred) return barred;
        var answer = await db.InTransaction<Done>(async () =>
        {
            var block = await db.Blocks.FirstOrDefaultAsync(b => b.Id == blockId && b.VenueId == id, cancel);
            if (block is null) return Fault.NotFound("block");
            await Claims.Unblock(db, blockId, cancel);
            db.Blocks.Remove(block);
            db.Publish(new ResourcesBlocked(block.Id, venue.OrganisationId, id, block.ResourceIds, block.StartsAt, block.EndsAt, block.Reason, true));
            db.Audit(actor, venue.OrganisationId, "create:blocks", block.Id, View(block), null);
            return Done.It;
        }, cancel);
        if (answer.Ok) availability.Changed(id);
        return answer;
    }

    private static async Task<Fault> Conflict(BookingsDb db, Block block, CancellationToken cancel)
    {
        var (from, to, ids) = (block.StartsAt.ToDateTimeUtc(), block.EndsAt.ToDateTimeUtc(), block.ResourceIds);
        var inTheWay = await db.Bookings.FromSql($"""
            select b.* from bookings.booking b where b.id in
              (select c.booking_id from bookings.claim c where c.resource_id = any({ids}) and c.during && tstzrange({from}, {to}) and c.booking_id is not null)
            """).AsNoTracking().OrderBy(b => b.StartsAt).Take(50).ToListAsync(cancel);
        return Fault.Conflict("bookings_in_the_way",
            inTheWay.Count == 0 ? "The courts are already closed for a part of this time." : $"{inTheWay.Count} bookings stand in the way. Move or cancel them first.",
            new Dictionary<string, object> { ["bookings"] = inTheWay.Select(b => new { b.Id, b.Code, b.GuestName, b.StartsAt, b.EndsAt }).ToArray() });
    }

    private static Response View(Block b) => new(b.Id, b.VenueId, b.ResourceIds, b.StartsAt, b.EndsAt, b.Reason);
}
