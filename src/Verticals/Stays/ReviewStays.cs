using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Sarai.Stays;

/// <summary>Reviews: written by whoever has stayed, answered by the hotel, taken out of sight only by the platform and with a reason.</summary>
public static class ReviewStays
{
    /// <summary>What the guest says.</summary>
    public sealed record Request
    {
        /// <summary>The stay.</summary>
        [Required] public Guid? BookingId { get; set; }

        /// <summary>1 to 5.</summary>
        [Required, Range(1, 5)] public int? Overall { get; set; }

        /// <summary>1 to 5, or nothing.</summary>
        [Range(1, 5)] public int? Cleanliness { get; set; }

        /// <summary>1 to 5, or nothing.</summary>
        [Range(1, 5)] public int? Comfort { get; set; }

        /// <summary>1 to 5, or nothing.</summary>
        [Range(1, 5)] public int? Location { get; set; }

        /// <summary>1 to 5, or nothing.</summary>
        [Range(1, 5)] public int? Staff { get; set; }

        /// <summary>In words.</summary>
        [StringLength(4000)] public string Text { get; set; } = "";
    }

    /// <summary>The hotel's answer, or the platform's reason.</summary>
    public sealed record TextRequest
    {
        /// <summary>The words.</summary>
        [Required, StringLength(4000, MinimumLength = 2)] public string? Text { get; set; }
    }

    /// <summary>A review as everybody sees it.</summary>
    public sealed record View(Guid Id, string GuestName, int Overall, int? Cleanliness, int? Comfort, int? Location, int? Staff, string Text, string? Reply, Instant CreatedAt);

    /// <summary>A hotel's reviews.</summary>
    /// <param name="Count">How many there are.</param>
    /// <param name="Mean">Their plain mean, or null without any.</param>
    /// <param name="Reviews">One page, newest first.</param>
    public sealed record Response(int Count, double? Mean, Slice<View> Reviews);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/venues/{id:guid}/reviews", (Guid id, [AsParameters] Paging paging, StaysDb db, ICatalog catalog, CancellationToken cancel) => List(id, paging, db, catalog, cancel))
            .AllowAnonymous().Limited(RateLimits.Read).WithTags("Reviews").WithSummary("What guests say of a hotel");
        api.MapPost("/venues/{id:guid}/reviews", Write).Needs("create:review").Limited(RateLimits.Write).WithTags("Reviews").WithSummary("Review a stay that is over").Produces<Envelope<View>>(201);
        api.MapPut("/reviews/{id:guid}/reply", Answer).Needs("update:venue").Limited(RateLimits.Write).WithTags("Reviews").WithSummary("Answer a review as the hotel");
        api.MapPut("/admin/reviews/{id:guid}/hide", Hide).Needs("approve:venues").Limited(RateLimits.Write).WithTags("Admin").WithSummary("Take a review out of sight, with a reason");
    }

    /// <summary>The reviews, newest first.</summary>
    public static async Task<Answer<Response>> List(Guid id, Paging paging, StaysDb db, ICatalog catalog, CancellationToken cancel)
    {
        if (await Hotel.Of(id, catalog, cancel) is not { State: VenueState.Active }) return Fault.NotFound("hotel");
        var shown = db.Reviews.AsNoTracking().Where(r => r.VenueId == id && r.HiddenReason == null);
        var (count, sum) = (await shown.CountAsync(cancel), await shown.SumAsync(r => (long)r.Overall, cancel));
        if (Cursor.Read(paging.Cursor)?.Split('|') is [var ticks, var last] && long.TryParse(ticks, CultureInfo.InvariantCulture, out var at) && Guid.TryParse(last, out var key))
        {
            var before = Instant.FromUnixTimeTicks(at);
            shown = shown.Where(r => r.CreatedAt < before || (r.CreatedAt == before && r.Id > key));
        }
        else if (paging.Cursor is not null) return Fault.Invalid("cursor", "This cursor is not one of ours.");
        var rows = await shown.OrderByDescending(r => r.CreatedAt).ThenBy(r => r.Id).Take(paging.Size + 1).ToListAsync(cancel);
        return new Response(count, count == 0 ? null : Math.Round((double)sum / count, 2),
            Slice<View>.Of([.. rows.Select(Of)], paging.Size, v => string.Create(CultureInfo.InvariantCulture, $"{v.CreatedAt.ToUnixTimeTicks()}|{v.Id}")));
    }

    /// <summary>Writes one.</summary>
    public static async Task<Answer<View>> Write(Guid id, Request request, Actor actor, StaysDb db, IBookings bookings, TimeProvider clock, CancellationToken cancel)
    {
        var booking = await bookings.Find(request.BookingId!.Value, cancel);
        if (booking is not { Vertical: "stays", Stay: not null } || booking.VenueId != id || booking.GuestId != actor.Id) return Fault.NotFound("stay");
        if (booking.Status != BookingStatus.Completed) return Fault.Refused("stay_not_over", "A stay can be reviewed when it is over.");
        var review = new Review
        {
            Id = Guid.CreateVersion7(), VenueId = id, OrganisationId = booking.OrganisationId, BookingId = booking.Id, GuestId = actor.Id, GuestName = booking.GuestName, Overall = (short)request.Overall!.Value,
            Cleanliness = (short?)request.Cleanliness, Comfort = (short?)request.Comfort, Location = (short?)request.Location, Staff = (short?)request.Staff, Text = request.Text.Trim(), CreatedAt = clock.Now(),
        };
        try
        {
            return await db.InTransaction<View>(async () =>
            {
                db.Reviews.Add(review);
                await db.SaveChangesAsync(cancel);
                await Rate(id, db, cancel);
                return Answer<View>.Created(Of(review));
            }, cancel);
        }
        catch (DbUpdateException problem) when (problem.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Fault.Conflict("already_reviewed", "You have reviewed this stay.");
        }
    }

    /// <summary>The hotel answers; a second answer replaces the first.</summary>
    public static Task<Answer<View>> Answer(Guid id, TextRequest request, Actor actor, StaysDb db, TimeProvider clock, CancellationToken cancel) => db.InTransaction<View>(async () =>
    {
        var review = await db.Reviews.FirstOrDefaultAsync(r => r.Id == id, cancel);
        if (review is null) return Fault.NotFound("review");
        if (actor.Barred("update:venue", review.OrganisationId, "review") is { } barred) return barred;
        db.Audit(actor, review.OrganisationId, "update:venue", id, new { review.Reply }, new { Reply = request.Text });
        (review.Reply, review.RepliedAt) = (request.Text!.Trim(), clock.Now());
        return Of(review);
    }, cancel);

    /// <summary>Takes one out of sight; it no longer counts.</summary>
    public static Task<Answer<View>> Hide(Guid id, TextRequest request, Actor actor, StaysDb db, CancellationToken cancel) => db.InTransaction<View>(async () =>
    {
        var review = await db.Reviews.FirstOrDefaultAsync(r => r.Id == id, cancel);
        if (review is null) return Fault.NotFound("review");
        review.HiddenReason = request.Text!.Trim();
        db.Audit(actor, review.OrganisationId, "approve:venues", id, null, new { review.HiddenReason });
        await db.SaveChangesAsync(cancel);
        await Rate(review.VenueId, db, cancel);
        return Of(review);
    }, cancel);

    private static async Task Rate(Guid venue, StaysDb db, CancellationToken cancel)
    {
        var shown = db.Reviews.Where(r => r.VenueId == venue && r.HiddenReason == null);
        var (count, sum) = (await shown.CountAsync(cancel), await shown.SumAsync(r => (long)r.Overall, cancel));
        db.Publish(new VenueRated(venue, Review.Bayesian(count, sum), count));
    }

    private static View Of(Review r) => new(r.Id, r.GuestName, r.Overall, r.Cleanliness, r.Comfort, r.Location, r.Staff, r.Text, r.Reply, r.CreatedAt);
}
