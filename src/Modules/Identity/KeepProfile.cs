using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace Sarai.Identity;

/// <summary>An account as its owner sees it.</summary>
public sealed record ProfileView(
    Guid Id, string Name, string? Email, string? Phone, string Role, string Language, bool EmailVerified, bool PhoneVerified, bool TotpEnabled, IReadOnlyCollection<string> Permissions)
{
    /// <summary>The view of an account.</summary>
    public static ProfileView Of(Account a) => new(
        a.Id, a.Name, a.Email, a.Phone, a.Role, a.Language, a.EmailVerifiedAt is not null, a.PhoneVerifiedAt is not null, a.HasTotp, Kernel.Permissions.Of(a.Role));
}

/// <summary>A person's name, language, contacts, password, addresses and sessions.</summary>
public static class KeepProfile
{
    /// <summary>What may be changed; what is left out stays.</summary>
    public sealed record Request
    {
        /// <summary>The name to go by.</summary>
        [StringLength(100, MinimumLength = 2)] public string? Name { get; set; }

        /// <summary>The e-mail; a changed one has to be proven again.</summary>
        [StringLength(254)] public string? Email { get; set; }

        /// <summary>The phone; a changed one has to be proven again.</summary>
        [StringLength(30)] public string? Phone { get; set; }

        /// <summary>en, ur, hi, ta, te or kn.</summary>
        [AllowedValues(null, "en", "ur", "hi", "ta", "te", "kn")] public string? Language { get; set; }
    }

    /// <summary>A new password.</summary>
    public sealed record PasswordRequest
    {
        /// <summary>The password now.</summary>
        [Required, StringLength(128)] public string? Current { get; set; }

        /// <summary>The new one.</summary>
        [Required, StrongPassword] public string? Password { get; set; }
    }

    /// <summary>An address.</summary>
    public sealed record AddressRequest
    {
        /// <summary>Home, work.</summary>
        [Required, StringLength(40, MinimumLength = 1)] public string? Label { get; set; }

        /// <summary>Street and number.</summary>
        [Required, StringLength(200, MinimumLength = 1)] public string? Line1 { get; set; }

        /// <summary>More of it.</summary>
        [StringLength(200)] public string? Line2 { get; set; }

        /// <summary>City.</summary>
        [Required, StringLength(100, MinimumLength = 1)] public string? City { get; set; }

        /// <summary>State or province.</summary>
        [StringLength(100)] public string? Region { get; set; }

        /// <summary>Postal code.</summary>
        [StringLength(20)] public string? PostalCode { get; set; }

        /// <summary>ISO 3166 alpha-2, such as PK.</summary>
        [Required, RegularExpression("^[A-Z]{2}$", ErrorMessage = "Give the country as two capital letters, such as PK.")] public string? Country { get; set; }
    }

    /// <summary>A session.</summary>
    /// <param name="Id">The session.</param>
    /// <param name="Agent">The device as it called itself.</param>
    /// <param name="Ip">Where it signed in from.</param>
    /// <param name="CreatedAt">When.</param>
    /// <param name="SeenAt">When it was last used.</param>
    /// <param name="Current">Whether it is this one.</param>
    public sealed record SessionView(Guid Id, string Agent, string Ip, Instant CreatedAt, Instant SeenAt, bool Current);

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/users/profile", async (Actor actor, IdentityDb db, CancellationToken cancel) => (Answer<ProfileView>)ProfileView.Of(await db.Accounts.AsNoTracking().FirstAsync(a => a.Id == actor.Id, cancel)))
            .Needs("read:profile").Limited(RateLimits.Read).WithTags("Users").WithSummary("My profile");
        api.MapPut("/users/profile", Handle).Needs("update:profile").Limited(RateLimits.Write).WithTags("Users").WithSummary("Change my profile");
        api.MapPut("/users/password", ChangePassword).Needs("update:profile").Limited(RateLimits.Auth).WithTags("Users").WithSummary("Change my password");
        api.MapGet("/users/addresses", async (Actor actor, IdentityDb db, CancellationToken cancel) =>
                (Answer<Slice<Address>>)new Slice<Address>(await db.Addresses.AsNoTracking().Where(a => a.AccountId == actor.Id).OrderBy(a => a.Id).ToListAsync(cancel), null))
            .Needs("read:profile").Limited(RateLimits.Read).WithTags("Users").WithSummary("My addresses");
        api.MapPost("/users/addresses", AddAddress).Idempotent<IdentityDb, Address>().Needs("update:profile").Limited(RateLimits.Write).WithTags("Users").WithSummary("Add an address").Produces<Envelope<Address>>(201);
        api.MapPut("/users/addresses/{id:guid}", ChangeAddress).Needs("update:profile").Limited(RateLimits.Write).WithTags("Users").WithSummary("Change an address");
        api.MapDelete("/users/addresses/{id:guid}", async (Guid id, Actor actor, IdentityDb db, CancellationToken cancel) =>
                await db.Addresses.Where(a => a.Id == id && a.AccountId == actor.Id).ExecuteDeleteAsync(cancel) == 1 ? (Answer<Done>)Done.It : Fault.NotFound("address"))
            .Needs("update:profile").Limited(RateLimits.Write).WithTags("Users").WithSummary("Remove an address");
        api.MapGet("/users/sessions", Sessions).Needs("read:profile").Limited(RateLimits.Read).WithTags("Users").WithSummary("Where I am signed in");
        api.MapDelete("/users/sessions/{id:guid}", async (Guid id, Actor actor, OpenSession sessions, CancellationToken cancel) =>
                await sessions.End(actor.Id, id, cancel) ? (Answer<Done>)Done.It : Fault.NotFound("session"))
            .Needs("update:profile").Limited(RateLimits.Write).WithTags("Users").WithSummary("Sign out a device");
        api.MapDelete("/users/sessions", async (Actor actor, OpenSession sessions, CancellationToken cancel) =>
            {
                await sessions.EndOthers(actor.Id, actor.SessionId, cancel);
                return (Answer<Done>)Done.It;
            }).Needs("update:profile").Limited(RateLimits.Write).WithTags("Users").WithSummary("Sign out every other device");
    }

    /// <summary>Changes the profile.</summary>
    public static async Task<Answer<ProfileView>> Handle(Request request, Actor actor, IdentityDb db, OpenSession sessions, IConfiguration configuration, TimeProvider clock, CancellationToken cancel)
    {
        var account = await db.Accounts.FirstAsync(a => a.Id == actor.Id, cancel);
        var (email, phone) = (account.Email, account.Phone);
        if (request.Email is not null && (email = request.Email.Length == 0 ? null : Account.NormalEmail(request.Email)) is null && request.Email.Length > 0) return Fault.Invalid("email", "This is not an e-mail address.");
        if (request.Phone is not null && (phone = request.Phone.Length == 0 ? null : Account.NormalPhone(request.Phone, SignIn.CountryCode(configuration))) is null && request.Phone.Length > 0)
            return Fault.Invalid("phone", "This is not a phone number. Include the country code, such as +92 300 1234567.");
        if (email is null && phone is null) return Fault.Invalid("email", "Keep an e-mail or a phone, so that you can sign in.");
        var (newEmail, newPhone) = (email is not null && email != account.Email, phone is not null && phone != account.Phone);
        account.SetContacts(email, phone);
        account.Name = request.Name?.Trim() ?? account.Name;
        account.Language = request.Language ?? account.Language;
        if (newEmail) IssueCode.Issue(db, account, "verify_email", clock.Now());
        if (newPhone) IssueCode.Issue(db, account, "verify_phone", clock.Now());
        db.Publish(new UserChanged(account.Id, account.Name, account.Email, account.Phone, account.Language));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException problem) when (Register.Taken(problem) is { } taken)
        {
            return taken;
        }
        await sessions.Reread(account.Id, cancel);
        return ProfileView.Of(account);
    }

    /// <summary>Sets another password and ends every other session.</summary>
    public static async Task<Answer<Done>> ChangePassword(PasswordRequest request, Actor actor, IdentityDb db, OpenSession sessions, IPasswordHasher<Account> hasher, TimeProvider clock, CancellationToken cancel)
    {
        var account = await db.Accounts.FirstAsync(a => a.Id == actor.Id, cancel);
        var refused = account.Try(request.Current!, hasher, clock.Now());
        if (refused is null) account.SetPassword(request.Password!, hasher);
        await db.SaveChangesAsync(cancel);
        if (refused is not null) return refused.Code == "invalid_credentials" ? Fault.Invalid("current", "This is not your password.") : refused;
        await sessions.EndOthers(account.Id, actor.SessionId, cancel);
        return Answer<Done>.Said(Done.It, "The new password is set; other devices are signed out.");
    }

    /// <summary>Where the caller is signed in, the latest first.</summary>
    public static async Task<Answer<Slice<SessionView>>> Sessions(Actor actor, IdentityDb db, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.Now();
        var rows = await db.Sessions.AsNoTracking().Where(s => s.AccountId == actor.Id && s.ExpiresAt > now).OrderByDescending(s => s.SeenAt).ToListAsync(cancel);
        return new Slice<SessionView>([.. rows.Select(s => new SessionView(s.Id, s.Agent, s.Ip, s.CreatedAt, s.SeenAt, s.Id == actor.SessionId))], null);
    }

    /// <summary>Adds an address; at most 20.</summary>
    public static async Task<Answer<Address>> AddAddress(AddressRequest request, Actor actor, IdentityDb db, CancellationToken cancel)
    {
        if (await db.Addresses.CountAsync(a => a.AccountId == actor.Id, cancel) >= 20) return Fault.Refused("too_many", "You have 20 addresses; remove one first.");
        var address = new Address { Id = Guid.CreateVersion7(), AccountId = actor.Id };
        Fill(address, request);
        db.Addresses.Add(address);
        await db.SaveChangesAsync(cancel);
        return Answer<Address>.Created(address);
    }

    private static async Task<Answer<Address>> ChangeAddress(AddressRequest request, Guid id, Actor actor, IdentityDb db, CancellationToken cancel)
    {
        var address = await db.Addresses.FirstOrDefaultAsync(a => a.Id == id && a.AccountId == actor.Id, cancel);
        if (address is null) return Fault.NotFound("address");
        Fill(address, request);
        await db.SaveChangesAsync(cancel);
        return address;
    }

    private static void Fill(Address address, AddressRequest r) =>
        (address.Label, address.Line1, address.Line2, address.City, address.Region, address.PostalCode, address.Country) = (r.Label!, r.Line1!, r.Line2, r.City!, r.Region, r.PostalCode, r.Country!);
}
