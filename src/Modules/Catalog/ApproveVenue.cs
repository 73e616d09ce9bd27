using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Catalog;

/// <summary>The way of a venue from draft to open: owners submit, the platform decides and gives its reasons.</summary>
public static class ApproveVenue
{
    /// <summary>Why.</summary>
    public sealed record Request
    {
        /// <summary>What the owner will read; needed to reject and to suspend.</summary>
        [StringLength(1000)] public string? Reason { get; set; }
    }

    /// <summary>A venue that waits or was decided on.</summary>
    public sealed record Item(Guid Id, Guid OrganisationId, string Name, string City, string Vertical, VenueState State, IReadOnlyList<Approval> History);

    internal static void Map(IEndpointRouteBuilder api)
    {
        Step(api, "/venues/{id:guid}/submit", "update:venue", VenueState.Submitted, "Submit a venue for approval");
        Step(api, "/admin/venues/{id:guid}/approve", "approve:venues", VenueState.Active, "Open a venue for booking");
        Step(api, "/admin/venues/{id:guid}/reject", "approve:venues", VenueState.Rejected, "Turn a venue down");
        Step(api, "/admin/venues/{id:guid}/suspend", "approve:venues", VenueState.Suspended, "Take a venue offline");
        Step(api, "/admin/venues/{id:guid}/reinstate", "approve:venues", VenueState.Active, "Put a suspended venue back");
        api.MapGet("/admin/venues", List).Needs("approve:venues").Limited(RateLimits.Read).WithTags("Admin").WithSummary("Venues by their approval");
    }

    /// <summary>Moves a venue along; only from where the approval allows it.</summary>
    public static Task<Answer<ChangeVenue.Response>> Handle(
        Guid id, VenueState next, string permission, Request request, Actor actor, CatalogDb db, VenueSnapshots snapshots, TimeProvider clock, CancellationToken cancel) =>
        ChangeVenue.Apply(id, permission, "state", venue => venue.Move(next, actor, request.Reason, clock.Now()), null, actor, db, snapshots, cancel);

    /// <summary>Venues in a state, the oldest first; those that wait when none is given.</summary>
    public static async Task<Answer<Slice<Item>>> List(string? state, CatalogDb db, CancellationToken cancel)
    {
        if (state is not null && Json.ParseWord<VenueState>(state) is null) return Fault.Invalid("state", $"Choose one of {Json.Words<VenueState>()}.");
        var wanted = Json.ParseWord<VenueState>(state) ?? VenueState.Submitted;
        var rows = await db.Venues.AsNoTracking().Where(v => v.State == wanted).OrderBy(v => v.CreatedAt).Take(200).ToListAsync(cancel);
        return new Slice<Item>([.. rows.Select(v => new Item(v.Id, v.OrganisationId, v.Name, v.City, v.Vertical, v.State, v.History))], null);
    }

    private static void Step(IEndpointRouteBuilder api, string path, string permission, VenueState next, string summary) =>
        api.MapPost(path, ([Microsoft.AspNetCore.Mvc.FromBody(EmptyBodyBehavior = Microsoft.AspNetCore.Mvc.ModelBinding.EmptyBodyBehavior.Allow)] Request? request, Guid id, Actor actor, CatalogDb db, VenueSnapshots snapshots, TimeProvider clock, CancellationToken cancel) =>
                Handle(id, next, permission, request ?? new Request(), actor, db, snapshots, clock, cancel))
            .Needs(permission).Limited(RateLimits.Write).WithTags(path.StartsWith("/admin", StringComparison.Ordinal) ? "Admin" : "Venues").WithSummary(summary);
}
