using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Media;

/// <summary>A venue's photos: shown to everybody, ordered and removed by its staff.</summary>
public static class ArrangePhotos
{
    /// <summary>The order.</summary>
    public sealed record Request
    {
        /// <summary>All of the venue's photos in their new order.</summary>
        [Required, MinLength(1), MaxLength(60)] public Guid[]? Photos { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/venues/{id:guid}/photos", List).AllowAnonymous().Limited(RateLimits.Read).WithTags("Media").WithSummary("A venue's photos");
        api.MapPut("/venues/{id:guid}/photos", Order).Needs("update:venue").Limited(RateLimits.Write).WithTags("Media").WithSummary("Put photos into another order");
        api.MapDelete("/venues/{id:guid}/photos/{photoId:guid}", Remove).Needs("update:venue").Limited(RateLimits.Write).WithTags("Media").WithSummary("Remove a photo");
    }

    /// <summary>The photos in their order.</summary>
    public static async Task<Answer<Slice<PhotoInfo>>> List(Guid id, Actor actor, MediaDb db, ICatalog catalog, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null || (venue.State != VenueState.Active && !actor.Can("read:venue", venue.OrganisationId))) return Fault.NotFound("venue");
        return new Slice<PhotoInfo>(await Of(id, db, cancel), null);
    }

    /// <summary>Puts them into another order.</summary>
    public static async Task<Answer<Slice<PhotoInfo>>> Order(Guid id, Request request, Actor actor, MediaDb db, ICatalog catalog, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("update:venue", venue.OrganisationId, "venue") is { } barred) return barred;
        return await db.InTransaction<Slice<PhotoInfo>>(async () =>
        {
            var photos = await db.Photos.FromSql($"select * from media.photo where venue_id = {id} order by id for update").IgnoreQueryFilters().ToListAsync(cancel);
            if (!photos.Select(p => p.Id).Order().SequenceEqual(request.Photos!.Order())) return Fault.Invalid("photos", "Name every photo of the venue once.");
            foreach (var photo in photos) photo.Position = Array.IndexOf(request.Photos!, photo.Id) + 1;
            await db.SaveChangesAsync(cancel);
            await Tell(id, db, cancel);
            return new Slice<PhotoInfo>([.. photos.OrderBy(p => p.Position).Select(p => p.Info())], null);
        }, cancel);
    }

    /// <summary>Removes one.</summary>
    public static async Task<Answer<Done>> Remove(Guid id, Guid photoId, Actor actor, MediaDb db, Store store, ICatalog catalog, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("update:venue", venue.OrganisationId, "venue") is { } barred) return barred;
        var photo = await db.Photos.FirstOrDefaultAsync(p => p.Id == photoId && p.VenueId == id, cancel);
        if (photo is null) return Fault.NotFound("photo");
        var answer = await db.InTransaction<Done>(async () =>
        {
            db.Photos.Remove(photo);
            db.Audit(actor, venue.OrganisationId, "update:venue", id, new { Photo = photo.Id, photo.Alt }, null);
            await db.SaveChangesAsync(cancel);
            await Tell(id, db, cancel);
            return Done.It;
        }, cancel);
        try
        {
            await store.Remove(photo.File, cancel);
            if (photo.SmallFile is { } small) await store.Remove(small, cancel);
        }
        catch (StoreProblem)
        {
            // It is gone from the venue, which is what was asked; the store has said in the log which of its files nobody shows any more.
        }
        return answer;
    }

    internal static async Task Tell(Guid venue, MediaDb db, CancellationToken cancel)
    {
        var first = await db.Photos.AsNoTracking().Where(p => p.VenueId == venue).OrderBy(p => p.Position).ThenBy(p => p.Id).FirstOrDefaultAsync(cancel);
        db.Publish(new VenuePhotosChanged(venue, first?.Info().SmallAddress));
    }

    private static async Task<IReadOnlyList<PhotoInfo>> Of(Guid venue, MediaDb db, CancellationToken cancel) =>
        [.. (await db.Photos.AsNoTracking().Where(p => p.VenueId == venue).OrderBy(p => p.Position).ThenBy(p => p.Id).ToListAsync(cancel)).Select(p => p.Info())];

    /// <summary>Answers pages of others.</summary>
    internal sealed class Question(MediaDb db) : IMedia
    {
        public Task<IReadOnlyList<PhotoInfo>> PhotosOf(Guid venueId, CancellationToken cancel = default) => Of(venueId, db, cancel);
    }
}
