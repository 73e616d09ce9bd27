using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Bookings;

/// <summary>Guests wait for a slot that is taken, see where they stand, and leave.</summary>
public static class JoinWaitlist
{
    /// <summary>What a guest waits for.</summary>
    public sealed record Request
    {
        /// <summary>What.</summary>
        [Required] public Guid? OfferingId { get; set; }

        /// <summary>A certain court, or nothing for any.</summary>
        public Guid? ResourceId { get; set; }

        /// <summary>The wanted start, with its offset.</summary>
        [Required] public Instant? StartsAt { get; set; }

        /// <summary>How long.</summary>
        [Required, Range(1, 1440)] public int? Minutes { get; set; }

        /// <summary>How many hours earlier or later would do: 0 to 12.</summary>
        [Range(0, 12)] public int FlexibilityHours { get; set; }

        /// <summary>How many people come.</summary>
        [Range(1, 1000)] public int Participants { get; set; } = 1;
    }

    /// <summary>An entry.</summary>
    /// <param name="Id">The entry.</param>
    /// <param name="VenueId">Where.</param>
    /// <param name="OfferingId">What.</param>
    /// <param name="StartsAt">The wanted start.</param>
    /// <param name="Minutes">How long.</param>
    /// <param name="Status">waiting, offered, taken, lapsed or left.</param>
    /// <param name="BookingId">The hold that was made for the guest, or null.</param>
    public sealed record Response(Guid Id, Guid VenueId, Guid OfferingId, Instant StartsAt, int Minutes, WaitlistStatus Status, Guid? BookingId);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/waitlist", Handle).Idempotent<BookingsDb, Response>().Needs("create:booking").Limited(RateLimits.Write)
            .WithTags("Waitlist").WithSummary("Wait for a slot").Produces<Envelope<Response>>(StatusCodes.Status201Created);
        api.MapGet("/waitlist", Mine).Needs("read:bookings").Limited(RateLimits.Read).WithTags("Waitlist").WithSummary("What I wait for");
        api.MapDelete("/waitlist/{id:guid}", Leave).Needs("create:booking").Limited(RateLimits.Write).WithTags("Waitlist").WithSummary("Stop waiting");
    }

    /// <summary>Joins.</summary>
    public static async Task<Answer<Response>> Handle(Request request, Actor actor, BookingsDb db, Planner planner, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.Now();
        var wish = await planner.Wish(request.OfferingId!.Value, request.StartsAt!.Value, request.Minutes!.Value, request.ResourceId, actor.Id, request.Participants, now, false, cancel);
        if (wish.Fault is { } unknown) return unknown;
        var alternatives = await planner.Alternatives(wish.Value, cancel);
        if (alternatives.Fault is { } no) return no;
        var entry = new WaitlistEntry
        {
            Id = Guid.CreateVersion7(), OrganisationId = wish.Value.Venue.OrganisationId, VenueId = wish.Value.Venue.Id, OfferingId = request.OfferingId.Value, ResourceId = request.ResourceId,
            GuestId = actor.Id, GuestName = actor.Name, StartsAt = request.StartsAt.Value, Minutes = request.Minutes.Value, FlexibilityMinutes = request.FlexibilityHours * 60,
            Participants = request.Participants, Status = WaitlistStatus.Waiting, CreatedAt = now,
        };
        db.Waitlist.Add(entry);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException problem) when (problem.InnerException is Npgsql.PostgresException { ConstraintName: "waitlist_once" })
        {
            return Fault.Conflict("already_waiting", "You are already waiting for this slot.");
        }
        return Answer<Response>.Created(View(entry));
    }

    /// <summary>The caller's entries that still matter.</summary>
    public static async Task<Answer<Slice<Response>>> Mine(Actor actor, BookingsDb db, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.Now();
        var rows = await db.Waitlist.AsNoTracking()
            .Where(w => w.GuestId == actor.Id && w.StartsAt > now && (w.Status == WaitlistStatus.Waiting || w.Status == WaitlistStatus.Offered))
            .OrderBy(w => w.StartsAt).Take(100).ToListAsync(cancel);
        return new Slice<Response>([.. rows.Select(View)], null);
    }

    /// <summary>Leaves. A hold that was already offered stays until it is cancelled or lapses.</summary>
    public static async Task<Answer<Done>> Leave(Guid id, Actor actor, BookingsDb db, CancellationToken cancel)
    {
        var left = await db.Waitlist.Where(w => w.Id == id && w.GuestId == actor.Id && w.Status == WaitlistStatus.Waiting)
            .ExecuteUpdateAsync(set => set.SetProperty(w => w.Status, WaitlistStatus.Left), cancel);
        return left == 1 ? Done.It : Fault.NotFound("waitlist entry");
    }

    internal static Response View(WaitlistEntry w) => new(w.Id, w.VenueId, w.OfferingId, w.StartsAt, w.Minutes, w.Status, w.BookingId);
}
