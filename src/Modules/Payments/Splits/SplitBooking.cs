using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Payments;

/// <summary>
/// The guest of a booking shares its price: equal or custom shares, each with a link of its own, payable by any method or in cash at the desk. When the
/// owner's own share is paid, the slot is firm; what happens to the others at the deadline is the club's policy.
/// </summary>
public static class SplitBooking
{
    /// <summary>How.</summary>
    public sealed record Request
    {
        /// <summary>The shares, the owner's own first.</summary>
        [Required, MinLength(2, ErrorMessage = "A split has at least two shares."), MaxLength(50, ErrorMessage = "A split has at most 50 shares.")] public IReadOnlyList<Wanted>? Shares { get; set; }
    }

    /// <summary>A share.</summary>
    public sealed record Wanted
    {
        /// <summary>Whose, as the owner calls them.</summary>
        [Required, StringLength(80, MinimumLength = 1)] public string? Name { get; set; }

        /// <summary>Minor units; without amounts the shares are equal.</summary>
        [Range(1, 1_000_000_000_000)] public long? Amount { get; set; }

        /// <summary>Paid in cash at the desk.</summary>
        public bool Cash { get; set; }
    }

    /// <summary>Whose turn it is to answer for the rest.</summary>
    public sealed record OwnerRequest
    {
        /// <summary>A person who has paid a share.</summary>
        [Required] public Guid? UserId { get; set; }
    }

    /// <summary>A split.</summary>
    /// <param name="Id">The split.</param>
    /// <param name="BookingId">The booking.</param>
    /// <param name="Policy">What happens at the deadline.</param>
    /// <param name="Status">open, settled or failed.</param>
    /// <param name="Deadline">When the shares must be there.</param>
    /// <param name="OwnerId">Who answers for the rest.</param>
    /// <param name="Shares">The shares.</param>
    public sealed record View(Guid Id, Guid BookingId, SplitPolicy Policy, SplitStatus Status, Instant Deadline, Guid OwnerId, IReadOnlyList<ShareView> Shares);

    /// <summary>A share; its link is for the owner to pass on.</summary>
    /// <param name="Id">The share.</param>
    /// <param name="Name">Whose, as the owner calls them.</param>
    /// <param name="Amount">How much.</param>
    /// <param name="Status">due, open, paid, charged or waived.</param>
    /// <param name="Cash">Whether it is paid at the desk.</param>
    /// <param name="Link">Where it is paid.</param>
    /// <param name="UserId">Who took it, or null.</param>
    public sealed record ShareView(Guid Id, string Name, Money Amount, ShareStatus Status, bool Cash, string Link, Guid? UserId);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/bookings/{id:guid}/split", Handle).Limited(RateLimits.Write).WithTags("Splits").WithSummary("Share the price of a booking")
            .Produces<Envelope<View>>(StatusCodes.Status201Created).Produces<ErrorEnvelope>(StatusCodes.Status409Conflict);
        api.MapGet("/bookings/{id:guid}/split", Look).Limited(RateLimits.Read).WithTags("Splits").WithSummary("Who has paid what of a booking");
        api.MapPut("/bookings/{id:guid}/split/owner", HandOver).Limited(RateLimits.Write).WithTags("Splits").WithSummary("Let somebody else answer for the rest");
    }

    /// <summary>Makes the split.</summary>
    public static async Task<Answer<View>> Handle(Guid id, Request request, Actor actor, PaymentsDb db, IBookings bookings, TimeProvider clock, CancellationToken cancel)
    {
        var booking = await bookings.Find(id, cancel);
        if (booking is null || booking.GuestId != actor.Id) return Fault.NotFound("booking");
        var now = clock.Now();
        if (booking.Status is not (BookingStatus.Held or BookingStatus.Confirmed) || booking.ExpiresAt <= now || booking.StartsAt <= now) return Fault.Conflict("not_open", "This booking can no longer be shared.");
        return await db.InTransaction<View>(async () =>
        {
            await db.Run(cancel, PaymentsDb.Sql("select pg_advisory_xact_lock(hashtextextended($1::text, 11))", booking.Id));
            if (await db.Splits.AnyAsync(s => s.BookingId == id && s.Status != SplitStatus.Failed, cancel)) return Fault.Conflict("already_split", "The price of this booking is shared already.");
            var (due, _) = await CreateOrder.Look(booking, "", db, cancel);
            if (due.Amount <= 0) return Fault.Conflict("nothing_due", "This booking is paid; there is nothing due.");
            var amounts = Split.Amounts(due, [.. request.Shares!.Select(s => s.Amount)]);
            if (amounts.Fault is { } wrong) return wrong;
            var rule = await Rule(booking.OrganisationId, db, cancel);
            var deadline = booking.StartsAt - Duration.FromHours(rule.HoursBefore) is var wished && wished > now ? wished : booking.StartsAt;
            var split = new Split
            {
                Id = Guid.CreateVersion7(), BookingId = id, OrganisationId = booking.OrganisationId, VenueId = booking.VenueId, OwnerId = actor.Id, Policy = rule.Policy, Currency = due.Currency,
                Deadline = deadline, StartsAt = booking.StartsAt, EndsAt = booking.EndsAt, LookAt = deadline, CreatedAt = now,
            };
            db.Splits.Add(split);
            var shares = request.Shares!.Select((s, i) => new Share
            {
                Id = Guid.CreateVersion7(), SplitId = split.Id, Position = i, Name = s.Name!.Trim(), UserId = i == 0 ? actor.Id : null, Cash = s.Cash,
                Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), Amount = amounts.Value[i],
            }).ToList();
            db.Shares.AddRange(shares);
            await db.SaveChangesAsync(cancel);
            return Answer<View>.Created(ViewOf(split, shares));
        }, cancel);
    }

    /// <summary>For the owner and the venue's staff.</summary>
    public static async Task<Answer<View>> Look(Guid id, Actor actor, PaymentsDb db, CancellationToken cancel)
    {
        var split = await db.Splits.AsNoTracking().Where(s => s.BookingId == id).OrderByDescending(s => s.Id).FirstOrDefaultAsync(cancel);
        if (split is null || (split.OwnerId != actor.Id && actor.Barred("read:payments", split.OrganisationId, "split") is not null)) return Fault.NotFound("split");
        return ViewOf(split, await SharesOf(split.Id, db, cancel));
    }

    /// <summary>The owner hands on; only to somebody who has paid a share, for the others have shown nothing yet.</summary>
    public static Task<Answer<View>> HandOver(Guid id, OwnerRequest request, Actor actor, PaymentsDb db, CancellationToken cancel) => db.InTransaction<View>(async () =>
    {
        var split = await db.Splits.FromSql($"select * from payments.split where booking_id = {id} and status = 'Open' for update").FirstOrDefaultAsync(cancel);
        if (split is null || split.OwnerId != actor.Id) return Fault.NotFound("split");
        var shares = await SharesOf(split.Id, db, cancel);
        if (!shares.Any(s => s.UserId == request.UserId && s.Status == ShareStatus.Paid)) return Fault.Refused("not_a_payer", "Only somebody who has paid a share can take over.");
        split.OwnerId = request.UserId!.Value;
        return ViewOf(split, shares);
    }, cancel);

    /// <summary>What the organisation has chosen; the owner is liable from the start of the slot when it has chosen nothing.</summary>
    internal static async Task<(SplitPolicy Policy, int HoursBefore)> Rule(Guid organisationId, PaymentsDb db, CancellationToken cancel) =>
        await db.Read("select policy, hours_before from payments.split_rule where organisation_id = $1", row => (Enum.Parse<SplitPolicy>(row.GetString(0)), row.GetInt32(1)), cancel, organisationId) is [var rule] ? rule : (SplitPolicy.OwnerLiable, 2);

    /// <summary>The shares in order.</summary>
    internal static Task<List<Share>> SharesOf(Guid splitId, PaymentsDb db, CancellationToken cancel) => db.Shares.AsNoTracking().Where(s => s.SplitId == splitId).OrderBy(s => s.Position).ToListAsync(cancel);

    internal static View ViewOf(Split split, IReadOnlyList<Share> shares) => new(
        split.Id, split.BookingId, split.Policy, split.Status, split.Deadline, split.OwnerId,
        [.. shares.Select(s => new ShareView(s.Id, s.Name, new Money(s.Amount, split.Currency), s.Status, s.Cash, $"/split/{s.Token}", s.UserId))]);
}
