using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Identity;

/// <summary>
/// The first administrator of an installation. Nobody can make one over the API, so the person who starts Sarai names them: <c>Sarai:Admin:Email</c>.
/// They choose their own password by a link that works once and for a day, printed where only the operator reads.
/// </summary>
public static class FirstAdmin
{
    private static readonly Duration Life = Duration.FromDays(1);

    /// <summary>Makes the account named in the configuration an administrator while there is none who could sign in.</summary>
    /// <returns>
    /// The path of the link where the new administrator sets a password, or null when there is an administrator already. An empty path: there is none, and nobody was named.
    /// </returns>
    /// <exception cref="StartupProblem">The name is not an e-mail address.</exception>
    public static async Task<string?> Ensure(IServiceProvider services, CancellationToken cancel)
    {
        var (db, clock, configuration) = (services.GetRequiredService<IdentityDb>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<IConfiguration>());
        if (await db.Accounts.AnyAsync(a => a.Role == Roles.Admin && a.PasswordHash != null, cancel)) return null;
        if (configuration["Sarai:Admin:Email"] is not { Length: > 0 } typed) return "";
        var email = Account.NormalEmail(typed) ?? throw new StartupProblem($"Sarai__Admin__Email is not an e-mail address: {typed}");
        var person = await services.GetRequiredService<IIdentity>().FindOrInvite("Administrator", null, email, cancel);
        var account = await db.Accounts.FirstAsync(a => a.Id == person.Value.Id, cancel);
        account.Role = Roles.Admin;
        var (id, secret) = (Guid.CreateVersion7(), RandomNumberGenerator.GetHexString(20, lowercase: true));
        // A link of an earlier start is worthless from now on.
        await db.Codes.Where(c => c.AccountId == account.Id && c.Purpose == IssueCode.ResetPassword).ExecuteDeleteAsync(cancel);
        db.Codes.Add(new Code { Id = id, AccountId = account.Id, Purpose = IssueCode.ResetPassword, Hash = IssueCode.HashOf(id, secret), ExpiresAt = clock.Now() + Life });
        db.Audit(Actor.System("first administrator"), null, "create:admin", account.Id, null, new { account.Role });
        await db.SaveChangesAsync(cancel);
        return $"/reset-password?email={Uri.EscapeDataString(email)}&code={secret}";
    }
}
