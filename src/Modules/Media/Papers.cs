using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace Sarai.Media;

/// <summary>
/// The papers a venue shows for its approval (licence, ownership, tax): added and removed by its own staff, read by them and by the platform's administrators.
/// Every change, and every look by an administrator, stands in the audit log.
/// </summary>
public static class Papers
{
    // More than a paper may have: a file that is somewhat too large is told so instead of being cut off.
    private const int MostSent = Paper.MaxBytes + (4 * 1024 * 1024);

    /// <summary>A paper as its readers know it.</summary>
    /// <param name="Id">The paper.</param>
    /// <param name="Kind">What it proves.</param>
    /// <param name="Format">What its file is, by its content.</param>
    /// <param name="Name">What its file was called; at most 120 characters.</param>
    /// <param name="Bytes">Its size.</param>
    /// <param name="CreatedAt">When it was added.</param>
    public sealed record Item(Guid Id, PaperKind Kind, PaperFormat Format, string Name, int Bytes, Instant CreatedAt);

    internal static void Map(IEndpointRouteBuilder api)
    {
        const string all = "/venues/{id:guid}/papers", one = "/venues/{id:guid}/papers/{paperId:guid}";
        api.MapGet(all, List).Needs("update:venue").Limited(RateLimits.Read).WithTags("Media").WithSummary("A venue's papers for its approval");
        api.MapPost(all, async (Guid id, HttpContext http, Actor actor, MediaDb db, Store store, ICatalog catalog, TimeProvider clock, CancellationToken cancel) =>
            {
                if (!http.Request.HasFormContentType) return (Answer<Item>)Fault.Invalid("paper", "Send the paper as a form with the fields paper and kind.");
                var form = await http.Request.ReadFormAsync(cancel);
                return await Add(id, form.Files["paper"], form["kind"], actor, db, store, catalog, clock, cancel);
            })
            .Needs("update:venue").Limited(RateLimits.Write).DisableAntiforgery().WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MostSent))
            .WithTags("Media").WithSummary("Add a paper to a venue").Produces<Envelope<Item>>(201);
        api.MapGet(one, Open).Needs("update:venue").Limited(RateLimits.Read).WithTags("Media").WithSummary("The file of a paper")
            .Produces(StatusCodes.Status200OK, contentType: "application/pdf", additionalContentTypes: ["image/jpeg", "image/png", "image/webp"]);
        api.MapDelete(one, Remove).Needs("update:venue").Limited(RateLimits.Write).WithTags("Media").WithSummary("Remove a paper");
    }

    /// <summary>Whether somebody may add and remove papers here: the organisation's staff with the right to change the venue, and no administrator as such.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="organisationId">Whose venue it is.</param>
    public static bool MayChange(Actor actor, Guid organisationId) => actor.Memberships.TryGetValue(organisationId, out var role) && Permissions.Includes(role, "update:venue");

    /// <summary>The papers, the oldest first.</summary>
    public static async Task<Answer<Slice<Item>>> List(Guid id, Actor actor, MediaDb db, ICatalog catalog, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (actor.Barred("update:venue", venue.OrganisationId, "venue") is { } barred) return barred;
        var papers = await db.Papers.AsNoTracking().Where(p => p.VenueId == id).OrderBy(p => p.Id).ToListAsync(cancel);
        await Looked(actor, venue, new { Listed = papers.Count }, db, cancel);
        return new Slice<Item>([.. papers.Select(p => p.Item())], null);
    }

    /// <summary>Adds one.</summary>
    /// <param name="id">The venue.</param>
    /// <param name="file">The paper.</param>
    /// <param name="kind">The word of what it proves.</param>
    /// <param name="actor">Who.</param>
    /// <param name="db">The database.</param>
    /// <param name="store">Where files lie.</param>
    /// <param name="catalog">Knows the venue.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<Answer<Item>> Add(Guid id, IFormFile? file, string? kind, Actor actor, MediaDb db, Store store, ICatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (Unchangeable(actor, venue) is { } barred) return barred;
        if (Json.ParseWord<PaperKind>(kind) is not { } proves) return Fault.Invalid("kind", $"Choose one of {Json.Words<PaperKind>()}.");
        if (file is null || file.Length == 0) return Fault.Invalid("paper", "Choose a paper.");
        if (file.Length > Paper.MaxBytes) return Paper.TooLarge;
        using var sent = new MemoryStream((int)file.Length);
        await file.CopyToAsync(sent, cancel);
        var contents = Paper.Read(sent.ToArray());
        if (contents.Fault is { } refused) return refused;
        if (await IsFull(id, db, cancel) is { } full) return full;
        var (format, bytes) = contents.Value;
        var row = new Paper
        {
            Id = Guid.CreateVersion7(), OrganisationId = venue.OrganisationId, VenueId = id, Kind = proves, Format = format, Name = Paper.NameOf(file.FileName, format), Bytes = bytes.Length,
            File = $"paper-{RandomNumberGenerator.GetHexString(32, lowercase: true)}", CreatedBy = actor.UserId, CreatedAt = clock.Now(),
        };
        // The file first: a row without its file would be a paper that cannot be opened, a file without its row is nothing.
        try
        {
            await store.Put(row.File, bytes, Paper.TypeOf(format), cancel);
        }
        catch (StoreProblem)
        {
            return StoreProblem.Fault;
        }
        var added = await db.InTransaction<Item>(async () =>
        {
            // One after another, so that two at once do not both become the last that fits.
            await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({id.ToString()}, 41))", cancel);
            if (await IsFull(id, db, cancel) is { } late) return late;
            db.Papers.Add(row);
            db.Audit(actor, venue.OrganisationId, "create:papers", id, null, Told(row));
            await db.SaveChangesAsync(cancel);
            return Answer<Item>.Created(row.Item());
        }, cancel);
        if (!added.Ok) await Discard(row.File, store, cancel);
        return added;
    }

    /// <summary>The file; a browser saves it and never shows it as ours.</summary>
    public static async Task<IResult> Open(Guid id, Guid paperId, HttpContext http, Actor actor, MediaDb db, Store store, ICatalog catalog, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return (Answer<Done>)Fault.NotFound("venue");
        if (actor.Barred("update:venue", venue.OrganisationId, "venue") is { } barred) return (Answer<Done>)barred;
        var paper = await db.Papers.AsNoTracking().FirstOrDefaultAsync(p => p.Id == paperId && p.VenueId == id, cancel);
        if (paper is null) return (Answer<Done>)Fault.NotFound("paper");
        Stream? file;
        try
        {
            file = await store.Open(paper.File, cancel);
        }
        catch (StoreProblem)
        {
            return (Answer<Done>)StoreProblem.Fault;
        }
        if (file is null) return (Answer<Done>)Fault.NotFound("paper");
        await Looked(actor, venue, Told(paper), db, cancel);
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "private, no-store";
        return Results.Stream(file, Paper.TypeOf(paper.Format), paper.Name);
    }

    /// <summary>Removes one.</summary>
    public static async Task<Answer<Done>> Remove(Guid id, Guid paperId, Actor actor, MediaDb db, Store store, ICatalog catalog, CancellationToken cancel)
    {
        var venue = await catalog.Venue(id, cancel);
        if (venue is null) return Fault.NotFound("venue");
        if (Unchangeable(actor, venue) is { } barred) return barred;
        var paper = await db.Papers.AsNoTracking().FirstOrDefaultAsync(p => p.Id == paperId && p.VenueId == id, cancel);
        if (paper is null) return Fault.NotFound("paper");
        var removed = await db.InTransaction<Done>(async () =>
        {
            if (await db.Papers.Where(p => p.Id == paperId).ExecuteDeleteAsync(cancel) == 0) return Fault.NotFound("paper");
            db.Audit(actor, venue.OrganisationId, "delete:papers", id, Told(paper), null);
            return Done.It;
        }, cancel);
        if (removed.Ok) await Discard(paper.File, store, cancel);
        return removed;
    }

    private static Fault? Unchangeable(Actor actor, VenueInfo venue) => actor.Barred("update:venue", venue.OrganisationId, "venue")
        ?? (MayChange(actor, venue.OrganisationId) ? null : Fault.Forbidden("Administrators read papers. Only the venue's own staff adds and removes them."));

    private static async Task<Fault?> IsFull(Guid venue, MediaDb db, CancellationToken cancel) =>
        await db.Papers.CountAsync(p => p.VenueId == venue, cancel) < Paper.MostPerVenue ? null : Fault.Refused("too_many_papers", $"A venue has {Paper.MostPerVenue} papers at most. Remove one first.");

    // What the audit log keeps of a paper; never where it lies.
    private static object Told(Paper paper) => new { Paper = paper.Id, paper.Kind, paper.Name };

    private static async Task Looked(Actor actor, VenueInfo venue, object at, MediaDb db, CancellationToken cancel)
    {
        if (!actor.IsAdmin) return;
        db.Audit(actor, venue.OrganisationId, "read:papers", venue.Id, null, at);
        await db.SaveChangesAsync(cancel);
    }

    private static async Task Discard(string file, Store store, CancellationToken cancel)
    {
        try
        {
            await store.Remove(file, cancel);
        }
        catch (StoreProblem)
        {
            // No row names it, so nobody can reach it; the store has said in the log what it did not do.
        }
    }
}
