using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace Sarai.Identity;

/// <summary>Signing in with e-mail or phone and password, and the second factor where one is set. Wrong ones answer alike and take alike.</summary>
public static class SignIn
{
    // Hashed for accounts that do not exist, so that the time tells nothing.
    private static readonly Account Nobody = new();

    /// <summary>Who.</summary>
    public sealed record Request : IValidatableObject
    {
        /// <summary>The e-mail, or the phone.</summary>
        [StringLength(254)] public string? Email { get; set; }

        /// <summary>The phone.</summary>
        [StringLength(30)] public string? Phone { get; set; }

        /// <summary>The password.</summary>
        [Required, StringLength(128)] public string? Password { get; set; }

        /// <summary>The code of the authenticator app, or a recovery code.</summary>
        [StringLength(20)] public string? Code { get; set; }

        /// <inheritdoc/>
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (string.IsNullOrWhiteSpace(Email) && string.IsNullOrWhiteSpace(Phone)) yield return new ValidationResult("Give your e-mail or your phone.", [nameof(Email)]);
        }
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/auth/login", async (Request request, HttpContext http, Actor actor, IdentityDb db, OpenSession sessions, IPasswordHasher<Account> hasher, Sealed sealer, IConfiguration configuration, TimeProvider clock, CancellationToken cancel) =>
            {
                var account = await Handle(request, db, hasher, sealer, configuration, clock, cancel);
                if (account.Fault is { } fault) return (Answer<Tokens>)fault;
                var (session, secret) = await sessions.Open(account.Value, http.Request.Headers.UserAgent, actor.Ip, cancel);
                return await sessions.TokensOf(account.Value, session, secret, cancel);
            })
            .AllowAnonymous().Limited(RateLimits.Auth).WithTags("Accounts").WithSummary("Sign in");
        api.MapPost("/auth/refresh", (RefreshRequest request, OpenSession sessions, CancellationToken cancel) => sessions.Refresh(request.RefreshToken!, cancel))
            .AllowAnonymous().Limited(RateLimits.Auth).WithTags("Accounts").WithSummary("Trade a refresh token for the next pair");
        api.MapPost("/auth/logout", async (Actor actor, OpenSession sessions, CancellationToken cancel) =>
            {
                if (actor.SessionId is { } session) await sessions.End(actor.Id, session, cancel);
                return (Answer<Done>)Done.It;
            })
            .Limited(RateLimits.Auth).WithTags("Accounts").WithSummary("End this session");
    }

    /// <summary>A refresh token.</summary>
    public sealed record RefreshRequest
    {
        /// <summary>The token.</summary>
        [Required, StringLength(200)] public string? RefreshToken { get; set; }
    }

    /// <summary>The account behind the credentials.</summary>
    public static async Task<Answer<Account>> Handle(
        Request request, IdentityDb db, IPasswordHasher<Account> hasher, Sealed sealer, IConfiguration configuration, TimeProvider clock, CancellationToken cancel)
    {
        Fault? refused = null;
        var found = await db.InTransaction<Account>(async () =>
        {
            var account = await Find(request, db, configuration, cancel);
            if (account is null)
            {
                Nobody.Try(request.Password!, hasher, clock.Now());
                hasher.HashPassword(Nobody, request.Password!);
                return Account.WrongCredentials;
            }
            refused = account.Try(request.Password!, hasher, clock.Now());
            if (refused is { Code: "account_locked" } && account.LockedUntil == clock.Now() + Account.LockedFor)
                db.Publish(new CodeIssued(account.Id, "locked_out", account.Email is null ? "sms" : "email", account.Email ?? account.Phone!, account.Name, null, "/forgot-password", account.Language));
            if (refused is null && account.HasTotp) refused = SecondFactor(account, request.Code, sealer, clock.Now());
            // The count of wrong tries must be kept, so the refusal goes round the transaction.
            return account;
        }, cancel);
        return refused is null ? found : refused;
    }

    private static Task<Account?> Find(Request request, IdentityDb db, IConfiguration configuration, CancellationToken cancel)
    {
        var typed = string.IsNullOrWhiteSpace(request.Email) ? request.Phone : request.Email;
        var email = Account.NormalEmail(typed) ?? "";
        var phone = Account.NormalPhone(typed, CountryCode(configuration)) ?? "";
        return db.Accounts.FromSql($"select * from identity.account where email = {email} or phone = {phone} for update").FirstOrDefaultAsync(cancel);
    }

    private static Fault? SecondFactor(Account account, string? code, Sealed sealer, Instant now)
    {
        if (string.IsNullOrWhiteSpace(code)) return new Fault(401, "totp_required", "Enter the code of your authenticator app.");
        if (Totp.Step(sealer.Open(account.TotpSecret!, "totp"), code, now, account.TotpLastStep) is { } step)
        {
            account.TotpLastStep = step;
            return null;
        }
        var hash = SetUpTotp.HashOf(code);
        if (!account.RecoveryCodes.Contains(hash)) return new Fault(401, "totp_invalid", "This code is not right. Codes change every 30 seconds and work once.");
        account.RecoveryCodes = [.. account.RecoveryCodes.Where(c => c != hash)];
        return null;
    }

    internal static string CountryCode(IConfiguration configuration) => configuration["Sarai:Phones:Country"] ?? "92";
}
