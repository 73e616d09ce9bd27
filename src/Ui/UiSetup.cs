using System.Reflection;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.WebEncoders;

namespace Sarai.Ui;

/// <summary>The assemblies whose pages the router knows beside this one's.</summary>
public sealed record UiParts(IReadOnlyList<Assembly> Assemblies);

/// <summary>How the host takes the pages in.</summary>
public static partial class UiSetup
{
    private const string NonceKey = "sarai.nonce";
    private const string AllowedKey = "sarai.allowed";

    /// <summary>Registers what pages need.</summary>
    public static IServiceCollection AddUi(this IServiceCollection services, IReadOnlyList<Assembly> pages)
    {
        services.AddRazorComponents();
        services.AddLocalization();
        Kernel.Wording.Add(typeof(Words));
        services.AddCascadingAuthenticationState();
        services.AddAntiforgery();
        services.AddSingleton(new UiParts(pages));
        services.Configure<WebEncoderOptions>(o => o.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.AddResponseCompression(o => o.EnableForHttps = true);
        return services;
    }

    /// <summary>The nonce of this response; scripts of ours carry it.</summary>
    public static string Nonce(this HttpContext http) =>
        (string)(http.Items[NonceKey] ??= Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));

    /// <summary>Lets this page, and no other, use something from elsewhere: a gateway's form, its script.</summary>
    /// <param name="http">The request of the page.</param>
    /// <param name="directive">form-action, script-src, frame-src or connect-src.</param>
    /// <param name="address">Any address there; only its scheme and host count.</param>
    public static void Allow(this HttpContext http, string directive, Uri address) =>
        ((List<(string, string)>)(http.Items[AllowedKey] ??= new List<(string, string)>())).Add((directive, address.GetLeftPart(UriPartial.Authority)));

    /// <summary>Adds the security headers to every answer, and to pages a Content-Security-Policy with the nonce.</summary>
    public static WebApplication UseUi(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment()) app.UseHsts();
        app.UseResponseCompression();
        app.Use((http, next) =>
        {
            http.Response.OnStarting(() =>
            {
                AddHeaders(http);
                return Task.CompletedTask;
            });
            return next(http);
        });
        return app;
    }

    private static void AddHeaders(HttpContext http)
    {
        var headers = http.Response.Headers;
        // The bundler's chunks carry a hash in their names and the fonts their version, which the framework does not know of.
        if (http.Response.StatusCode == StatusCodes.Status200OK && Lasting().IsMatch(http.Request.Path.Value!)) headers.CacheControl = "public, max-age=31536000, immutable";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(self), payment=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (http.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) != true || http.Request.Path.StartsWithSegments("/api-docs", StringComparison.Ordinal)) return;
        if (headers.ContentSecurityPolicy.Count > 0) return;
        headers.ContentSecurityPolicy =
            $"default-src 'self'; script-src 'self' 'nonce-{http.Nonce()}'{Also("script-src")}; style-src 'self'; img-src 'self' data:{Pictures()}{Also("img-src")}; connect-src 'self' ws://{http.Request.Host} wss://{http.Request.Host}{Also("connect-src")}; frame-src 'self'{Also("frame-src")}; object-src 'none'; base-uri 'self'; form-action 'self'{Also("form-action")}; frame-ancestors 'none'";
        headers.ContentLanguage = http.Features.Get<IRequestCultureFeature>()?.RequestCulture.UICulture.TwoLetterISOLanguageName ?? Languages.All[0].Code;
        headers["Sarai-Person"] = Offline.Person(http);
        headers.Append("Vary", "Accept-Language, Cookie");

        string Pictures() => string.Concat(http.RequestServices.GetServices<ImageSource>().Select(s => s.Origin is { } origin ? " " + origin : ""));

        string Also(string directive) =>
            http.Items[AllowedKey] is List<(string Directive, string Host)> allowed ? string.Concat(allowed.Where(a => a.Directive == directive).Select(a => " " + a.Host)) : "";
    }

    [GeneratedRegex(@"^/_content/Sarai\.Ui/dist/([a-z]+-[A-Z0-9]{8}\.js|fonts/[a-z-]+\.v\d+\.woff2)$")] private static partial Regex Lasting();
}

/// <summary>A place elsewhere from which pages may show pictures: registered by the module that knows of it.</summary>
/// <param name="Example">An address there, or null for none.</param>
public sealed record ImageSource(Uri? Example)
{
    /// <summary>Its scheme, host and port.</summary>
    public string? Origin { get; } = Example?.GetLeftPart(UriPartial.Authority);
}
