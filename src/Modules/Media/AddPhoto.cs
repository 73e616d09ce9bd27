using Microsoft.EntityFrameworkCore;

namespace Sarai.Media;

/// <summary>Adds a photo to a venue. The thumbnail comes with it, made in the browser; what is kept are the parts of both files that make the picture.</summary>
public static class AddPhoto
{
    private const int MostPhotos = 60;
    private const int SmallBytes = 512 * 1024;

    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/venues/{id:guid}/photos", async (Guid id, HttpContext http, Actor actor, MediaDb db, Store store, ICatalog catalog, TimeProvider clock, CancellationToken cancel) =>
            {
                if (!http.Request.HasFormContentType) return (Answer<PhotoInfo>)Fault.Invalid("photo", "Send the photo as a form with the field photo.");
                var form = await http.Request.ReadFormAsync(cancel);
                return await Handle(id, form.Files["photo"], form.Files["small"], form["alt"], actor, db, store, catalog, clock, cancel);
            })
            .Needs("update:venue").Limited(RateLimits.Write).DisableAntiforgery().WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(Picture.MaxBytes + SmallBytes + 65536))
            .WithTags("Media").WithSummary("Add a photo to a venue").Produces<Envelope<PhotoInfo>>(201);

    /// <summary>Adds it at the end.</summary>
    /// <param name="id">The venue.</param>
    /// <param name="photo">The photo.</param>
    /// <param name="small">Its thumbnail, or null.</param>
    /// <param name="alt">What is to be seen.</param>
    /// <param name="actor">Who.</param>
    /// <param name="db">The database.</param>
    /// <param name="store">Where files lie.</param>
    /// <param name="catalog">Knows the venue.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<Answer<PhotoInfo>> Handle(Guid id, IFormFile? photo, IFormFile? small, string? alt, Actor actor, MediaDb db, Store store, ICatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("update:venue", venue.OrganisationId, "venue") is { } barred) return barred;
        if (photo is null || photo.Length == 0) return Fault.Invalid("photo", "Choose a photo.");
        if (string.IsNullOrWhiteSpace(alt) || alt.Length > 200) return Fault.Invalid("alt", "Say in at most 200 characters what is to be seen, for guests who cannot see it.");
        var picture = await Read(photo, "photo", Picture.MaxBytes, cancel);
        if (picture.Fault is { } refused) return refused;
        var thumbnail = small is { Length: > 0 } ? await Read(small, "small", SmallBytes, cancel) : null;
        if (thumbnail?.Fault is { } wrong) return wrong;
        if (await db.Photos.CountAsync(p => p.VenueId == id, cancel) >= MostPhotos) return Fault.Refused("too_many_photos", $"A venue shows {MostPhotos} photos at most. Remove one first.");
        var row = new Photo
        {
            Id = Guid.CreateVersion7(), OrganisationId = venue.OrganisationId, VenueId = id, Kind = picture.Value.Kind, Width = picture.Value.Width, Height = picture.Value.Height, Bytes = picture.Value.Bytes.Length,
            SmallKind = thumbnail?.Value.Kind, Alt = alt.Trim(), Position = 1 + (await db.Photos.Where(p => p.VenueId == id).MaxAsync(p => (int?)p.Position, cancel) ?? 0), CreatedBy = actor.UserId, CreatedAt = clock.Now(),
        };
        // The files first: a row without its file would show a broken picture, a file without its row nothing.
        try
        {
            await store.Put(row.File, picture.Value.Bytes, Picture.TypeOf(row.Kind), cancel);
            if (thumbnail is not null) await store.Put(row.SmallFile!, thumbnail.Value.Bytes, Picture.TypeOf(thumbnail.Value.Kind), cancel);
        }
        catch (StoreProblem)
        {
            return StoreProblem.Fault;
        }
        return await db.InTransaction<PhotoInfo>(async () =>
        {
            db.Photos.Add(row);
            db.Audit(actor, venue.OrganisationId, "update:venue", id, null, new { Photo = row.Id, row.Alt });
            await db.SaveChangesAsync(cancel);
            await ArrangePhotos.Tell(id, db, cancel);
            return Answer<PhotoInfo>.Created(row.Info());
        }, cancel);
    }

    private static async Task<Answer<Picture>> Read(IFormFile file, string field, int most, CancellationToken cancel)
    {
        if (file.Length > most) return Fault.Invalid(field, $"The file has {most / 1024} kilobytes at most.");
        using var bytes = new MemoryStream((int)file.Length);
        await file.CopyToAsync(bytes, cancel);
        return Picture.Read(bytes.ToArray(), field);
    }
}
