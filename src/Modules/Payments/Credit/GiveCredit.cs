using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Payments;

/// <summary>A manager gives a guest credit: for a wet court, as a welcome. It is the organisation's promise, not money: it stands against it in the ledger.</summary>
public static class GiveCredit
{
    private const string Permission = "process:refunds";

    /// <summary>To whom, and how much.</summary>
    public sealed record Request
    {
        /// <summary>The guest's e-mail.</summary>
        [Required, EmailAddress, StringLength(254)] public string? Email { get; set; }

        /// <summary>Minor units.</summary>
        [Required, Range(1, 100_000_000)] public long? Amount { get; set; }

        /// <summary>ISO 4217.</summary>
        [Required, RegularExpression("^[A-Z]{3}$", ErrorMessage = "Give a currency such as PKR.")] public string? Currency { get; set; }

        /// <summary>For how many days it can be spent.</summary>
        [Required, Range(1, 730)] public int? Days { get; set; }

        /// <summary>Why; the guest reads it.</summary>
        [Required, StringLength(200, MinimumLength = 2)] public string? Reason { get; set; }
    }

    /// <summary>Credit.</summary>
    public sealed record View(Guid Id, Guid UserId, string Name, Money Amount, Money Remaining, string Reason, Instant ExpiresAt, Instant GivenAt);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/organisations/{id:guid}/credits", Handle).Idempotent<PaymentsDb, View>().Needs(Permission).Limited(RateLimits.Write).WithTags("Wallet").WithSummary("Give a guest credit").Produces<Envelope<View>>(StatusCodes.Status201Created);
        api.MapGet("/organisations/{id:guid}/credits", ([AsParameters] Paging paging, Guid id, Actor actor, PaymentsDb db, IIdentity identity, CancellationToken cancel) => List(paging, id, actor, db, identity, cancel))
            .Needs(Permission).Limited(RateLimits.Read).WithTags("Wallet").WithSummary("The credit an organisation has given");
    }

    /// <summary>Gives it; the guest is told.</summary>
    public static async Task<Answer<View>> Handle(Guid id, Request request, Actor actor, PaymentsDb db, Ledger ledger, IIdentity identity, ICatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        if (actor.Barred(Permission, id, "organisation") is { } barred) return barred;
        var venues = await catalog.VenuesOf(id, cancel);
        if (venues.All(v => v.Currency != request.Currency)) return Fault.Invalid("currency", "None of your venues takes this currency.");
        if (await identity.FindByEmail(request.Email!, cancel) is not { } guest) return Fault.Invalid("email", "Nobody has an account with this e-mail.");
        var now = clock.Now();
        var credit = new CreditGrant
        {
            Id = Guid.CreateVersion7(), OrganisationId = id, UserId = guest.Id, Currency = request.Currency!, Amount = request.Amount!.Value, Remaining = request.Amount.Value, Reason = request.Reason!,
            ExpiresAt = now + Duration.FromDays(request.Days!.Value), GivenBy = actor.UserId, GivenAt = now,
        };
        var amount = new Money(credit.Amount, credit.Currency);
        return await db.InTransaction<View>(async () =>
        {
            db.Credits.Add(credit);
            await db.Run(cancel, await ledger.Write(new Posting(
                "credit_given", $"credit:{credit.Id}", amount, LedgerAccount.Promised(id, credit.Currency), LedgerAccount.Credit(guest.Id, id, credit.Currency), null, null, credit.Reason, now), db, cancel));
            db.Publish(new NotificationRequested(guest.Id, "credit_given", new Dictionary<string, string>
            {
                ["venue"] = venues.First(v => v.Currency == credit.Currency).Name, ["amount"] = Told.Money(amount), ["until"] = Told.Day(credit.ExpiresAt, venues[0].TimeZone), ["reason"] = credit.Reason,
            }, "/wallet"));
            db.Audit(actor, id, "process:refunds", credit.Id, null, new { guest.Id, amount, request.Days, request.Reason });
            await db.SaveChangesAsync(cancel);
            return Answer<View>.Created(Of(credit, guest.Name));
        }, cancel);
    }

    /// <summary>The latest first.</summary>
    public static async Task<Answer<Slice<View>>> List(Paging paging, Guid id, Actor actor, PaymentsDb db, IIdentity identity, CancellationToken cancel)
    {
        if (actor.Barred(Permission, id, "organisation") is { } barred) return barred;
        var before = Guid.AllBitsSet;
        if (paging.Cursor is not null && !Guid.TryParse(Cursor.Read(paging.Cursor), out before)) return Fault.Invalid("cursor", "This cursor is not one of ours.");
        var credits = await db.Credits.AsNoTracking().Where(c => c.OrganisationId == id && c.Id < before).OrderByDescending(c => c.Id).Take(paging.Size + 1).ToListAsync(cancel);
        var people = await identity.FindMany([.. credits.Select(c => c.UserId).Distinct()], cancel);
        return Slice<View>.Of([.. credits.Select(c => Of(c, people.GetValueOrDefault(c.UserId)?.Name ?? ""))], paging.Size, v => v.Id.ToString());
    }

    private static View Of(CreditGrant c, string name) => new(c.Id, c.UserId, name, new Money(c.Amount, c.Currency), new Money(c.Remaining, c.Currency), c.Reason, c.ExpiresAt, c.GivenAt);
}
