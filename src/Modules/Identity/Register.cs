using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Sarai.Identity;

/// <summary>A new account by e-mail or phone.</summary>
public static class Register
{
    /// <summary>Who.</summary>
    public sealed record Request : IValidatableObject
    {
        /// <summary>The e-mail; this or the phone.</summary>
        [StringLength(254)] public string? Email { get; set; }

        /// <summary>The phone, with or without country code.</summary>
        [StringLength(30)] public string? Phone { get; set; }

        /// <summary>The name to go by.</summary>
        [Required, StringLength(100, MinimumLength = 2)] public string? Name { get; set; }

        /// <summary>12 characters or more, with upper and lower case, a digit and a special character.</summary>
        [Required, StrongPassword] public string? Password { get; set; }

        /// <summary>en, ur, hi, ta, te or kn; English when absent.</summary>
        [AllowedValues(null, "en", "ur", "hi", "ta", "te", "kn")] public string? Language { get; set; }

        /// <inheritdoc/>
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (string.IsNullOrWhiteSpace(Email) && string.IsNullOrWhiteSpace(Phone)) yield return new ValidationResult("Give an e-mail or a phone.", [nameof(Email)]);
            if (!string.IsNullOrWhiteSpace(Email) && Account.NormalEmail(Email) is null) yield return new ValidationResult("This is not an e-mail address.", [nameof(Email)]);
            if (!string.IsNullOrWhiteSpace(Phone) && Account.NormalPhone(Phone, "92") is null) yield return new ValidationResult("This is not a phone number. Include the country code, such as +92 300 1234567.", [nameof(Phone)]);
        }
    }

    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/auth/register", async (Request request, HttpContext http, Actor actor, IdentityDb db, OpenSession sessions, IPasswordHasher<Account> hasher, IConfiguration configuration, TimeProvider clock, CancellationToken cancel) =>
            {
                var account = await Handle(request, db, hasher, configuration, clock, cancel);
                if (account.Fault is { } fault) return (Answer<Tokens>)fault;
                var (session, secret) = await sessions.Open(account.Value, http.Request.Headers.UserAgent, actor.Ip, cancel);
                return Answer<Tokens>.Created(await sessions.TokensOf(account.Value, session, secret, cancel));
            })
            .AllowAnonymous().Limited(RateLimits.Auth).WithTags("Accounts").WithSummary("Sign up").Produces<Envelope<Tokens>>(StatusCodes.Status201Created);

    /// <summary>Makes the account and sends the codes that prove its contacts.</summary>
    public static async Task<Answer<Account>> Handle(Request request, IdentityDb db, IPasswordHasher<Account> hasher, IConfiguration configuration, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.Now();
        var account = new Account { Id = Guid.CreateVersion7(), Name = request.Name!.Trim(), Language = request.Language ?? "en", CreatedAt = now };
        account.SetContacts(Account.NormalEmail(request.Email), Account.NormalPhone(request.Phone, SignIn.CountryCode(configuration)));
        account.SetPassword(request.Password!, hasher);
        try
        {
            return await db.InTransaction<Account>(async () =>
            {
                db.Accounts.Add(account);
                db.Publish(new UserRegistered(account.Id, account.Name, account.Email, account.Phone, account.Language));
                // The account first: the codes refer to it.
                await db.SaveChangesAsync(cancel);
                if (account.Email is not null) IssueCode.Issue(db, account, "verify_email", now);
                if (account.Phone is not null) IssueCode.Issue(db, account, "verify_phone", now);
                return account;
            }, cancel);
        }
        catch (DbUpdateException problem) when (Taken(problem) is { } taken)
        {
            return taken;
        }
    }

    internal static Fault? Taken(DbUpdateException problem) => (problem.InnerException as PostgresException)?.ConstraintName switch
    {
        "account_email" => Fault.Conflict("email_taken", "There is already an account with this e-mail. Sign in, or reset the password.", new Dictionary<string, object> { ["email"] = new[] { "Already in use." } }),
        "account_phone" => Fault.Conflict("phone_taken", "There is already an account with this phone. Sign in, or reset the password.", new Dictionary<string, object> { ["phone"] = new[] { "Already in use." } }),
        _ => null,
    };
}
