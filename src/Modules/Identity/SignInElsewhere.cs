using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Sarai.Identity;

/// <summary>
/// Signing in by an account elsewhere. State, nonce and PKCE verifier go with the browser in an encrypted cookie, so the answer is taken only by the browser
/// that asked. An e-mail joins accounts only when the provider vouches for it; and when nobody had proven it here, whoever chose the password before loses it,
/// because they may not be the one whom the address belongs to.
/// </summary>
public static class SignInElsewhere
{
    private const string Cookie = "sarai.elsewhere";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private sealed record Begun(string Provider, string State, string Nonce, string Verifier, string Target);

    internal static void Map(IEndpointRouteBuilder root)
    {
        root.MapGet("/auth/external/{provider}", Begin).AllowAnonymous().Limited(RateLimits.Auth).ExcludeFromDescription();
        root.MapMethods("/auth/external/{provider}/callback", ["GET", "POST"], Finish).AllowAnonymous().DisableAntiforgery().Limited(RateLimits.Auth).ExcludeFromDescription();
    }

    /// <summary>What the sign-in page says about a sign-in elsewhere that failed.</summary>
    public static string? Sentence(string? problem) => problem switch
    {
        null => null,
        "refused" => "You did not allow the sign-in. Try again, or use your password.",
        "email_taken" => "There is already an account with this e-mail. Sign in with your password; then connect the other account.",
        "no_email" => "The other side did not tell your e-mail, which we need for your bookings. Sign up with your e-mail or phone instead.",
        "second_factor" => "This account asks for a second factor. Sign in with your password and the code.",
        "suspended" => "This account is suspended.",
        "unreachable" => "The other side does not answer at the moment. Try again, or use your password.",
        _ => "The sign-in could not be checked. Try again, or use your password.",
    };

    private static IResult Begin(string provider, string? returnUrl, HttpContext http, IReadOnlyList<ExternalProvider> providers, IDataProtectionProvider protection, IConfiguration configuration)
    {
        if (providers.FirstOrDefault(p => p.Name == provider) is not { } known) return Results.NotFound();
        var begun = new Begun(provider, Fresh(), Fresh(), Fresh(), Pages.Pages.Local(returnUrl));
        http.Response.Cookies.Append(Cookie, Protector(protection).Protect(JsonSerializer.Serialize(begun), Patience), CookieOptions(known, http));
        return Results.Redirect(known.Address(Back(provider, http, configuration), begun.State, begun.Nonce, begun.Verifier));
    }

    private static async Task<IResult> Finish(string provider, HttpContext http, Actor actor, IReadOnlyList<ExternalProvider> providers, IdentityDb db, OpenSession sessions, IDataProtectionProvider protection,
        IConfiguration configuration, IHttpClientFactory clients, TimeProvider clock, CancellationToken cancel)
    {
        if (providers.FirstOrDefault(p => p.Name == provider) is not { } known) return Results.NotFound();
        var begun = Remembered(http, protection);
        http.Response.Cookies.Delete(Cookie, CookieOptions(known, http));
        var answer = HttpMethods.IsPost(http.Request.Method) && http.Request.HasFormContentType ? Pairs(await http.Request.ReadFormAsync(cancel)) : Pairs(http.Request.Query);
        if (begun is null || begun.Provider != provider || !Same(answer.GetValueOrDefault("state"), begun.State)) return Failed("unknown");
        if (answer.GetValueOrDefault("code") is not { Length: > 0 } code) return Failed("refused");
        ExternalPerson? person;
        try
        {
            person = await known.Redeem(code, Back(provider, http, configuration), begun.Nonce, begun.Verifier, clients.CreateClient(ExternalProvider.Client), clock.Now(), cancel);
        }
        catch (Exception problem) when (problem is HttpRequestException or JsonException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            return Failed("unreachable");
        }
        if (person is null) return Failed("unknown");
        var account = await Account(provider, person, actor, db, sessions, clock.Now(), cancel);
        if (account.Fault is { } fault) return Failed(fault.Code);
        var (session, _) = await sessions.Open(account.Value, http.Request.Headers.UserAgent, actor.Ip, cancel);
        await Authentication.SignIn(http, session);
        return Results.LocalRedirect(begun.Target);
    }

    private static async Task<Answer<Account>> Account(string provider, ExternalPerson person, Actor actor, IdentityDb db, OpenSession sessions, Instant now, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var cleared = false;
                var answer = await db.InTransaction<Account>(async () =>
                {
                    var login = await db.ExternalLogins.AsNoTracking().FirstOrDefaultAsync(l => l.Provider == provider && l.Subject == person.Subject, cancel);
                    var account = login is null ? null : await db.Accounts.FirstAsync(a => a.Id == login.AccountId, cancel);
                    if (account is null)
                    {
                        var joined = await Join(person, actor, db, now, cancel);
                        if (joined.Fault is { } fault) return fault;
                        (account, cleared) = joined.Value;
                        db.ExternalLogins.Add(new ExternalLogin { Provider = provider, Subject = person.Subject, AccountId = account.Id, CreatedAt = now });
                    }
                    if (account.SuspendedAt is not null) return Fault.Forbidden() with { Code = "suspended" };
                    return account.HasTotp && account.Id != actor.UserId ? Fault.Forbidden() with { Code = "second_factor" } : account;
                }, cancel);
                if (cleared && answer.Ok) await sessions.EndOthers(answer.Value.Id, null, cancel);
                return answer;
            }
            catch (DbUpdateException problem) when (attempt == 1 && problem.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
            {
                // Two tabs at once; the second look finds what the other has made.
                db.ChangeTracker.Clear();
            }
        }
    }

    private static async Task<Answer<(Account Account, bool Cleared)>> Join(ExternalPerson person, Actor actor, IdentityDb db, Instant now, CancellationToken cancel)
    {
        if (actor.UserId is { } me) return (await db.Accounts.FirstAsync(a => a.Id == me, cancel), false);
        var email = Identity.Account.NormalEmail(person.Email);
        if (email is null) return Fault.Refused("no_email", "");
        var known = await db.Accounts.FirstOrDefaultAsync(a => a.Email == email, cancel);
        if (known is not null && !person.EmailVerified) return Fault.Conflict("email_taken", "");
        if (known is not null)
        {
            var unproven = known.EmailVerifiedAt is null;
            if (unproven) known.Disown(now);
            return (known, unproven);
        }
        var account = new Account { Id = Guid.CreateVersion7(), Name = Named(person, email), CreatedAt = now };
        account.SetContacts(email, null);
        if (person.EmailVerified) account.EmailVerifiedAt = now;
        db.Accounts.Add(account);
        db.Publish(new UserRegistered(account.Id, account.Name, account.Email, account.Phone, account.Language));
        await db.SaveChangesAsync(cancel);
        if (!person.EmailVerified) IssueCode.Issue(db, account, "verify_email", now);
        return (account, false);
    }

    private static string Named(ExternalPerson person, string email)
    {
        var name = string.IsNullOrWhiteSpace(person.Name) ? email.Split('@')[0] : person.Name.Trim();
        return name.Length > 100 ? name[..100] : name;
    }

    private static Begun? Remembered(HttpContext http, IDataProtectionProvider protection)
    {
        try
        {
            return http.Request.Cookies[Cookie] is { Length: > 0 } text ? JsonSerializer.Deserialize<Begun>(Protector(protection).Unprotect(text)) : null;
        }
        catch (Exception wrong) when (wrong is CryptographicException or JsonException or FormatException)
        {
            return null;
        }
    }

    private static ITimeLimitedDataProtector Protector(IDataProtectionProvider protection) => protection.CreateProtector("sign in elsewhere").ToTimeLimitedDataProtector();

    // A form that another site posts carries only cookies that say they may cross, and those must be secure.
    private static CookieOptions CookieOptions(ExternalProvider provider, HttpContext http) => new()
    {
        HttpOnly = true, Path = "/auth/external", MaxAge = Patience, IsEssential = true, Secure = provider.PostsBack || http.Request.IsHttps, SameSite = provider.PostsBack ? SameSiteMode.None : SameSiteMode.Lax,
    };

    private static string Back(string provider, HttpContext http, IConfiguration configuration) =>
        $"{(configuration["Sarai:PublicUrl"] ?? $"{http.Request.Scheme}://{http.Request.Host}").TrimEnd('/')}/auth/external/{provider}/callback";

    private static IResult Failed(string problem) => Results.LocalRedirect($"/sign-in?problem={problem}");

    private static Dictionary<string, string> Pairs(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> from) => from.ToDictionary(p => p.Key, p => p.Value.ToString());

    private static bool Same(string? given, string expected) => given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));

    private static string Fresh() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
