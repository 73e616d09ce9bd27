using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace Sarai.Identity;

/// <summary>One-time codes: proving an e-mail or a phone, and setting a forgotten password. Six digits, half an hour, five tries, used once.</summary>
public static class IssueCode
{
    internal const string ResetPassword = "reset_password";
    private const int MaxTries = 5;
    private static readonly Duration Life = Duration.FromMinutes(30);
    private static readonly Fault Wrong = Fault.Refused("code_invalid", "This code is not right or no longer good. Ask for a new one.");

    /// <summary>A code that was sent.</summary>
    public sealed record VerifyRequest
    {
        /// <summary>The six digits.</summary>
        [Required, StringLength(20, MinimumLength = 6)] public string? Code { get; set; }
    }

    /// <summary>Who forgot the password.</summary>
    public sealed record ForgotRequest
    {
        /// <summary>The e-mail or the phone of the account.</summary>
        [Required, StringLength(254, MinimumLength = 3)] public string? Email { get; set; }
    }

    /// <summary>A new password and the code that allows it.</summary>
    public sealed record ResetRequest
    {
        /// <summary>The e-mail or the phone of the account.</summary>
        [Required, StringLength(254, MinimumLength = 3)] public string? Email { get; set; }

        /// <summary>The six digits.</summary>
        [Required, StringLength(20, MinimumLength = 6)] public string? Code { get; set; }

        /// <summary>The new password.</summary>
        [Required, StrongPassword] public string? Password { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/auth/verify-email", (VerifyRequest request, Actor actor, IdentityDb db, TimeProvider clock, CancellationToken cancel) => Verify("verify_email", request, actor, db, clock, cancel))
            .Needs("read:profile").Limited(RateLimits.Auth).WithTags("Accounts").WithSummary("Prove the e-mail");
        api.MapPost("/auth/verify-phone", (VerifyRequest request, Actor actor, IdentityDb db, TimeProvider clock, CancellationToken cancel) => Verify("verify_phone", request, actor, db, clock, cancel))
            .Needs("read:profile").Limited(RateLimits.Auth).WithTags("Accounts").WithSummary("Prove the phone");
        api.MapPost("/auth/resend-code", Resend).Needs("read:profile").Limited(RateLimits.Auth).WithTags("Accounts").WithSummary("Send the codes for unproven contacts again");
        api.MapPost("/auth/forgot-password", Forgot).AllowAnonymous().Limited(RateLimits.Auth).WithTags("Accounts").WithSummary("Send a code to set a new password");
        api.MapPost("/auth/reset-password", Reset).AllowAnonymous().Limited(RateLimits.Auth).WithTags("Accounts").WithSummary("Set a new password with the code");
    }

    /// <summary>Makes a code and asks for it to be sent.</summary>
    public static void Issue(IdentityDb db, Account account, string purpose, Instant now)
    {
        var bySms = purpose == "verify_phone" || account.Email is null;
        var (id, digits) = (Guid.CreateVersion7(), RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture));
        db.Codes.Add(new Code { Id = id, AccountId = account.Id, Purpose = purpose, Hash = HashOf(id, digits), ExpiresAt = now + Life });
        var link = purpose == "reset_password" ? $"/reset-password?email={Uri.EscapeDataString(account.Email ?? account.Phone!)}" : "/account/verify";
        db.Publish(new CodeIssued(account.Id, purpose, bySms ? "sms" : "email", bySms ? account.Phone! : account.Email!, account.Name, digits, link, account.Language));
    }

    /// <summary>Proves a contact.</summary>
    public static async Task<Answer<ProfileView>> Verify(string purpose, VerifyRequest request, Actor actor, IdentityDb db, TimeProvider clock, CancellationToken cancel)
    {
        var account = await db.Accounts.FirstAsync(a => a.Id == actor.Id, cancel);
        if (!await Use(account.Id, purpose, request.Code!, db, clock.Now(), cancel)) return Wrong;
        if (purpose == "verify_email") account.EmailVerifiedAt = clock.Now();
        else account.PhoneVerifiedAt = clock.Now();
        await db.SaveChangesAsync(cancel);
        return ProfileView.Of(account);
    }

    /// <summary>Sends the codes again.</summary>
    public static async Task<Answer<Done>> Resend(Actor actor, IdentityDb db, TimeProvider clock, CancellationToken cancel)
    {
        var account = await db.Accounts.FirstAsync(a => a.Id == actor.Id, cancel);
        if (account is { Email: not null, EmailVerifiedAt: null }) Issue(db, account, "verify_email", clock.Now());
        if (account is { Phone: not null, PhoneVerifiedAt: null }) Issue(db, account, "verify_phone", clock.Now());
        await db.SaveChangesAsync(cancel);
        return Done.It;
    }

    /// <summary>Sends a code if there is such an account; the answer does not tell.</summary>
    public static async Task<Answer<Done>> Forgot(ForgotRequest request, IdentityDb db, IConfiguration configuration, TimeProvider clock, CancellationToken cancel)
    {
        if (await Find(request.Email!, db, configuration, cancel) is { SuspendedAt: null } account)
        {
            Issue(db, account, "reset_password", clock.Now());
            await db.SaveChangesAsync(cancel);
        }
        return Answer<Done>.Said(Done.It, "If there is such an account, a code is on its way.");
    }

    /// <summary>Sets the password and ends every session.</summary>
    public static async Task<Answer<Done>> Reset(
        ResetRequest request, IdentityDb db, OpenSession sessions, IPasswordHasher<Account> hasher, IConfiguration configuration, TimeProvider clock, CancellationToken cancel)
    {
        var account = await Find(request.Email!, db, configuration, cancel);
        if (account is null || !await Use(account.Id, "reset_password", request.Code!, db, clock.Now(), cancel)) return Wrong;
        account.SetPassword(request.Password!, hasher);
        // Whoever could read the code has the address.
        if (account.Email is not null) account.EmailVerifiedAt ??= clock.Now();
        else account.PhoneVerifiedAt ??= clock.Now();
        await db.SaveChangesAsync(cancel);
        await sessions.EndOthers(account.Id, null, cancel);
        return Answer<Done>.Said(Done.It, "The new password is set. Sign in with it.");
    }

    private static Task<Account?> Find(string typed, IdentityDb db, IConfiguration configuration, CancellationToken cancel)
    {
        var (email, phone) = (Account.NormalEmail(typed), Account.NormalPhone(typed, SignIn.CountryCode(configuration)));
        return db.Accounts.FirstOrDefaultAsync(a => (email != null && a.Email == email) || (phone != null && a.Phone == phone), cancel);
    }

    // The try is counted before the code is compared, in a statement of its own, so that a thousand requests at once still have five tries.
    private static async Task<bool> Use(Guid accountId, string purpose, string typed, IdentityDb db, Instant now, CancellationToken cancel)
    {
        var codes = await db.Codes.FromSql($"""
            update identity.code set tries = tries + 1 where account_id = {accountId} and purpose = {purpose} and used_at is null and expires_at > {now.ToDateTimeUtc()} and tries < {MaxTries}
            returning *
            """).AsNoTracking().ToListAsync(cancel);
        var right = codes.Find(c => CryptographicOperations.FixedTimeEquals(c.Hash, HashOf(c.Id, typed.Trim())));
        return right is not null && await db.Codes.Where(c => c.Id == right.Id && c.UsedAt == null).ExecuteUpdateAsync(set => set.SetProperty(c => c.UsedAt, now), cancel) == 1;
    }

    internal static byte[] HashOf(Guid id, string digits) => SHA256.HashData(Encoding.UTF8.GetBytes($"{id:n}.{digits}"));
}
