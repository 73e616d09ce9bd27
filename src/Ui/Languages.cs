using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Primitives;

namespace Sarai.Ui;

/// <summary>The six languages, and which of them a request is answered in: <c>?lang=</c>, else the cookie, else the person's own, else what the browser asks for.</summary>
public static class Languages
{
    /// <summary>The cookie that remembers the choice on this device.</summary>
    public const string Cookie = "lang";

    /// <summary>A language.</summary>
    /// <param name="Code">BCP 47.</param>
    /// <param name="Name">Its own name.</param>
    /// <param name="Direction">ltr or rtl.</param>
    public sealed record Language(string Code, string Name, string Direction);

    /// <summary>All six, English first.</summary>
    public static IReadOnlyList<Language> All { get; } =
        [new("en", "English", "ltr"), new("ur", "اردو", "rtl"), new("hi", "हिन्दी", "ltr"), new("ta", "தமிழ்", "ltr"), new("te", "తెలుగు", "ltr"), new("kn", "ಕನ್ನಡ", "ltr")];

    /// <summary>The language of this request.</summary>
    public static Language Current => Of(CultureInfo.CurrentUICulture.TwoLetterISOLanguageName);

    /// <summary>The language of this code; English when it is none of the six.</summary>
    public static Language Of(string? code) => All.FirstOrDefault(l => l.Code == code) ?? All[0];

    /// <summary>The culture of a language: how it writes numbers and dates, with Latin digits.</summary>
    public static CultureInfo CultureOf(string? code) => CultureInfo.GetCultureInfo(Of(code).Code);

    /// <summary>Remembers a language on this device for a year.</summary>
    public static void Remember(HttpContext http, string code) =>
        http.Response.Cookies.Append(Cookie, Of(code).Code, new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true, IsEssential = true, Secure = http.Request.IsHttps });

    /// <summary>This page in another language: the same address with <c>lang</c> set.</summary>
    public static string Address(HttpContext http, string code)
    {
        var query = http.Request.Query.Where(q => q.Key is not ("lang" or "handler")).SelectMany(q => q.Value.Select(v => KeyValuePair.Create(q.Key, v))).Append(KeyValuePair.Create("lang", (string?)code));
        return http.Request.Path + QueryString.Create(query);
    }

    /// <summary>Answers each request in its language. It belongs after the authentication, because people have a language of their own.</summary>
    public static WebApplication UseLanguages(this WebApplication app)
    {
        var cultures = All.Select(l => CultureOf(l.Code)).ToList();
        app.UseRequestLocalization(new RequestLocalizationOptions
        {
            DefaultRequestCulture = new RequestCulture(cultures[0]), SupportedCultures = cultures, SupportedUICultures = cultures,
            RequestCultureProviders =
            [
                new CustomRequestCultureProvider(http => Known(http.Request.Query["lang"])),
                new CustomRequestCultureProvider(http => Known(http.Request.Cookies[Cookie])),
                new CustomRequestCultureProvider(http => Known(http.User.FindFirst("lang")?.Value)),
                new AcceptLanguageHeaderRequestCultureProvider(),
            ],
        });
        app.Use((http, next) =>
        {
            if (http.Request.Query.TryGetValue("lang", out var wanted) && All.Any(l => l.Code == wanted) && !http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)) Remember(http, wanted!);
            return next(http);
        });
        return app;
    }

    private static Task<ProviderCultureResult?> Known(StringValues code) =>
        Task.FromResult(All.Any(l => l.Code == code) ? new ProviderCultureResult(code.ToString()) : null);
}
