using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Sarai.Identity;

/// <summary>Answers what other modules ask of Identity.</summary>
internal sealed class IdentityQuestions(IdentityDb db, OpenSession sessions, IConfiguration configuration, TimeProvider clock) : IIdentity
{
    public async Task<Person?> Find(Guid userId, CancellationToken cancel = default) => (await FindMany([userId], cancel)).GetValueOrDefault(userId);

    public async Task<Person?> FindByEmail(string email, CancellationToken cancel = default)
    {
        var normal = Account.NormalEmail(email);
        var id = await db.Accounts.Where(a => a.Email == normal).Select(a => a.Id).FirstOrDefaultAsync(cancel);
        return id == Guid.Empty ? null : await Find(id, cancel);
    }

    public async Task<IReadOnlyDictionary<Guid, Person>> FindMany(IReadOnlyCollection<Guid> userIds, CancellationToken cancel = default)
    {
        var accounts = await db.Accounts.AsNoTracking().Where(a => userIds.Contains(a.Id)).ToListAsync(cancel);
        var memberships = (await db.Memberships.AsNoTracking().Where(m => userIds.Contains(m.AccountId)).OrderBy(m => m.CreatedAt).ToListAsync(cancel)).ToLookup(m => m.AccountId, m => m.OrganisationId);
        return accounts.ToDictionary(a => a.Id, a => new Person(a.Id, a.Name, a.Email, a.Phone, a.Language, [.. memberships[a.Id]]));
    }

    public async Task<Answer<Person>> FindOrInvite(string name, string? phone, string? email, CancellationToken cancel = default)
    {
        var (normalEmail, normalPhone) = (Account.NormalEmail(email), Account.NormalPhone(phone, SignIn.CountryCode(configuration)));
        if (!string.IsNullOrWhiteSpace(email) && normalEmail is null) return Fault.Invalid("email", "This is not an e-mail address.");
        if (!string.IsNullOrWhiteSpace(phone) && normalPhone is null) return Fault.Invalid("phone", "This is not a phone number. Include the country code, such as +92 300 1234567.");
        if (normalEmail is null && normalPhone is null) return Fault.Invalid("phone", "Give a phone or an e-mail, so that the guest can be told of changes.");
        for (var attempt = 1; ; attempt++)
        {
            var known = await db.Accounts.AsNoTracking().FirstOrDefaultAsync(a => (normalPhone != null && a.Phone == normalPhone) || (normalEmail != null && a.Email == normalEmail), cancel);
            if (known is not null) return (await Find(known.Id, cancel))!;
            var account = new Account { Id = Guid.CreateVersion7(), Name = string.IsNullOrWhiteSpace(name) ? normalEmail ?? normalPhone! : name.Trim(), CreatedAt = clock.Now() };
            account.SetContacts(normalEmail, normalPhone);
            db.Accounts.Add(account);
            db.Publish(new UserRegistered(account.Id, account.Name, account.Email, account.Phone, account.Language));
            try
            {
                await db.SaveChangesAsync(cancel);
                return new Person(account.Id, account.Name, account.Email, account.Phone, account.Language, []);
            }
            catch (DbUpdateException problem) when (attempt == 1 && problem.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
            {
                // Somebody made the same account a moment ago; it is found the second time.
                db.ChangeTracker.Clear();
            }
        }
    }

    public async Task<IReadOnlyList<Guid>> Colleagues(Guid organisationId, IReadOnlyCollection<string> roles, CancellationToken cancel = default) =>
        await db.Memberships.Where(m => m.OrganisationId == organisationId && roles.Contains(m.Role)).Select(m => m.AccountId).ToListAsync(cancel);

    public async Task<Answer<Guid>> OpenOrganisation(Guid ownerId, string name, string vertical, CancellationToken cancel = default)
    {
        var owner = await db.Accounts.AsNoTracking().FirstOrDefaultAsync(a => a.Id == ownerId, cancel);
        if (owner is null) return Fault.NotFound("user");
        var opened = await RunOrganisation.Open(new RunOrganisation.OpenRequest { Name = name, Vertical = vertical }, Actor.Of(ownerId, owner.Name), db, sessions, clock, cancel);
        return opened.Fault is { } fault ? fault : opened.Value.Id;
    }
}
