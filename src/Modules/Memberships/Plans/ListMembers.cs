using Microsoft.EntityFrameworkCore;

namespace Sarai.Memberships;

/// <summary>Who has packages and memberships of an organisation, for its staff.</summary>
public static class ListMembers
{
    /// <summary>Somebody who has something.</summary>
    /// <param name="GuestId">Who.</param>
    /// <param name="Name">Their name.</param>
    /// <param name="Plan">What they have.</param>
    /// <param name="State">active, due, or how much is left.</param>
    /// <param name="Until">Until when.</param>
    public sealed record View(Guid GuestId, string Name, string Plan, string State, Instant Until);

    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/organisations/{id:guid}/plan-holders", List).Needs("read:customers").Limited(RateLimits.Read).WithTags("Plans").WithSummary("Who has packages and memberships");

    /// <summary>The latest first, at most 200 of each.</summary>
    public static async Task<Answer<Slice<View>>> List(Guid id, Actor actor, MembershipsDb db, IIdentity identity, TimeProvider clock, CancellationToken cancel)
    {
        if (actor.Barred("read:customers", id, "organisation") is { } barred) return barred;
        var now = clock.Now();
        var memberships = await db.Memberships.AsNoTracking().Where(m => m.OrganisationId == id && m.Status != MembershipStatus.Ended).OrderByDescending(m => m.Id).Take(200).ToListAsync(cancel);
        var packages = await db.Packages.AsNoTracking().Where(p => p.OrganisationId == id && p.ExpiresAt > now && p.Remaining > 0).OrderByDescending(p => p.Id).Take(200).ToListAsync(cancel);
        var people = await identity.FindMany([.. memberships.Select(m => m.GuestId).Concat(packages.Select(p => p.GuestId)).Distinct()], cancel);
        return new Slice<View>(
        [
            .. memberships.Select(m => new View(m.GuestId, Name(m.GuestId), m.Name, m.Status.ToString().ToLowerInvariant(), m.PeriodEnd)),
            .. packages.Select(p => new View(p.GuestId, Name(p.GuestId), p.Name, $"{p.Remaining} / {p.Sessions}", p.ExpiresAt)),
        ], null);

        string Name(Guid guest) => people.GetValueOrDefault(guest)?.Name ?? "";
    }
}
