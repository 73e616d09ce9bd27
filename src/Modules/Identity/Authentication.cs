using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Xml.Linq;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sarai.Identity;

/// <summary>How a request shows who it is from: a bearer token, or the cookie of a page. Either names a session; <see cref="SignedIn"/> knows who that is.</summary>
public static class Authentication
{
    /// <summary>The cookie's name.</summary>
    public const string Cookie = "sarai";

    internal static void Add(IServiceCollection services)
    {
        services.AddAuthentication("Sarai")
            .AddPolicyScheme("Sarai", null, o => o.ForwardDefaultSelector = http => http.Request.Headers.ContainsKey("Authorization") ? "Bearer" : CookieAuthenticationDefaults.AuthenticationScheme)
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>("Bearer", null)
            .AddCookie();
        services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme).Configure<IHostEnvironment>((options, environment) =>
        {
            options.Cookie.Name = Cookie;
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = environment.IsDevelopment() ? CookieSecurePolicy.SameAsRequest : CookieSecurePolicy.Always;
            options.ExpireTimeSpan = TimeSpan.FromHours(24);
            options.SlidingExpiration = true;
            options.LoginPath = "/sign-in";
            options.AccessDeniedPath = "/forbidden";
            options.ReturnUrlParameter = "returnUrl";
            options.Events.OnValidatePrincipal = Validate;
            options.Events.OnRedirectToLogin = context => Redirect(context, StatusCodes.Status401Unauthorized);
            options.Events.OnRedirectToAccessDenied = context => Redirect(context, StatusCodes.Status403Forbidden);
        });
        services.AddDataProtection();
        services.AddOptions<KeyManagementOptions>().Configure<IdentitySource, Sealed>((options, source, sealer) => options.XmlRepository = new ProtectionKeys(source, sealer));
    }

    /// <summary>Gives a browser the cookie of a session.</summary>
    public static Task SignIn(HttpContext http, Session session) => http.SignInAsync(
        CookieAuthenticationDefaults.AuthenticationScheme, new ClaimsPrincipal(new ClaimsIdentity([new Claim("sid", session.Id.ToString())], "Sarai")), new AuthenticationProperties { IsPersistent = true });

    /// <summary>
    /// Refuses requests that change something under /api, carry only the cookie and come from another site. Browsers say where a request comes from;
    /// programs that do not are to use a token.
    /// </summary>
    public static async Task RefuseOtherSites(HttpContext http, RequestDelegate next)
    {
        var changes = !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) && !HttpMethods.IsOptions(http.Request.Method);
        if (changes && http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) && !http.Request.Headers.ContainsKey("Authorization") && http.Request.Cookies.ContainsKey(Cookie) && !SameSite(http.Request))
        {
            await Envelope.Write(http, new Fault(403, "cross_site", "This request came from another site. Use an access token instead of the cookie."));
            return;
        }
        await next(http);
    }

    private static bool SameSite(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0) return site == "same-origin";
        return Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin) && origin.Authority == request.Host.Value;
    }

    private static async Task Validate(CookieValidatePrincipalContext context)
    {
        var user = Guid.TryParse(context.Principal?.FindFirstValue("sid"), out var session)
            ? await context.HttpContext.RequestServices.GetRequiredService<SignedIn>().OfSession(session, context.HttpContext.RequestAborted)
            : null;
        if (user is not null)
        {
            context.Principal = user;
            return;
        }
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }

    private static Task Redirect(RedirectContext<CookieAuthenticationOptions> context, int apiStatus)
    {
        if (context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)) context.Response.StatusCode = apiStatus;
        else context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }

    private sealed class BearerHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, SignedIn signedIn)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var header = Request.Headers.Authorization.ToString();
            if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
            var user = await signedIn.OfToken(header["Bearer ".Length..].Trim(), Context.RequestAborted);
            return user is null ? AuthenticateResult.Fail("The token is not valid or its session has ended.") : AuthenticateResult.Success(new AuthenticationTicket(user, Scheme.Name));
        }
    }

    // All nodes must read each other's cookies and form tokens, also after a restart.
    private sealed class ProtectionKeys(IdentitySource source, Sealed sealer) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements()
        {
            using var command = source.Value.CreateCommand("select xml from identity.protection_key");
            using var rows = command.ExecuteReader();
            var elements = new List<XElement>();
            while (rows.Read()) elements.Add(XElement.Parse(sealer.Open(rows.GetString(0), "protection-key")));
            return elements;
        }

        public void StoreElement(XElement element, string friendlyName)
        {
            using var command = source.Value.CreateCommand("insert into identity.protection_key (id, xml) values ($1, $2) on conflict (id) do update set xml = excluded.xml");
            command.Parameters.Add(new() { Value = friendlyName });
            command.Parameters.Add(new() { Value = sealer.Seal(element.ToString(SaveOptions.DisableFormatting), "protection-key") });
            command.ExecuteNonQuery();
        }
    }
}
