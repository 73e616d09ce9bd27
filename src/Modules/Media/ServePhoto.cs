using Microsoft.EntityFrameworkCore;

namespace Sarai.Media;

/// <summary>Serves files by the names we gave them, as the pictures they are and as nothing else: no sniffing, no scripts, no frames.</summary>
public static class ServePhoto
{
    internal static void Map(IEndpointRouteBuilder root) => root.MapGet("/media/{name}", async (string name, HttpContext http, Store store, MediaDb db, CancellationToken cancel) =>
    {
        var dot = name.LastIndexOf('.');
        var kind = dot < 0 ? null : name[(dot + 1)..] switch { "jpg" => PictureKind.Jpeg, "png" => PictureKind.Png, "webp" => (PictureKind?)PictureKind.WebP, _ => null };
        var small = dot > 6 && name.AsSpan(0, dot).EndsWith("-small", StringComparison.Ordinal);
        if (kind is not { } type || !Guid.TryParseExact(name.AsSpan(0, small ? dot - 6 : dot), "n", out var id)) return Results.NotFound();
        if (!await db.Photos.AsNoTracking().AnyAsync(p => p.Id == id, cancel)) return Results.NotFound();
        if (store.Link(name, Picture.TypeOf(type)) is { } elsewhere)
        {
            // Shorter than the address lasts.
            http.Response.Headers.CacheControl = "private, max-age=300";
            return Results.Redirect(elsewhere.AbsoluteUri);
        }
        Stream? file;
        try
        {
            file = await store.Open(name, cancel);
        }
        catch (StoreProblem)
        {
            http.Response.Headers.RetryAfter = "30";
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
        if (file is null) return Results.NotFound();
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers["Cross-Origin-Resource-Policy"] = "same-site";
        headers.ContentDisposition = "inline";
        // A name is never used for another picture.
        headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Stream(file, Picture.TypeOf(type));
    }).AllowAnonymous().ExcludeFromDescription();
}
