using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Identity;

/// <summary>The demo accounts, made through the features people use.</summary>
internal static class DemoAccounts
{
    private const string Password = "Sarai-Demo-2026!";

    public static async Task Add(IServiceProvider services, CancellationToken cancel)
    {
        await Open("guest@sarai.example", "Ayesha Khan", services, cancel);
        await Open("desk@sarai.example", "Bilal at the desk", services, cancel);
        var owner = await Open("owner@sarai.example", "Sana Malik", services, cancel);
        var admin = await Open("admin@sarai.example", "Platform administrator", services, cancel);
        var db = services.GetRequiredService<IdentityDb>();
        admin.Role = Roles.Admin;
        await db.SaveChangesAsync(cancel);
        await Employ(owner, "Margalla Padel", "courts", services, cancel);
        await Employ(owner, "Lagoon House", "stays", services, cancel);
    }

    private static async Task Employ(Account owner, string name, string vertical, IServiceProvider services, CancellationToken cancel)
    {
        var (db, sessions, clock) = (services.GetRequiredService<IdentityDb>(), services.GetRequiredService<OpenSession>(), services.GetRequiredService<TimeProvider>());
        var acting = Actor.Of(owner.Id, owner.Name);
        var organisation = await RunOrganisation.Open(new RunOrganisation.OpenRequest { Name = name, Vertical = vertical }, acting, db, sessions, clock, cancel);
        acting = Actor.Of(owner.Id, owner.Name, new Dictionary<Guid, string> { [organisation.Value.Id] = Roles.Owner });
        await RunOrganisation.Add(organisation.Value.Id, new RunOrganisation.MemberRequest { Email = "desk@sarai.example", Role = Roles.Staff }, acting, db, services.GetRequiredService<IIdentity>(), sessions, clock, cancel);
    }

    private static async Task<Account> Open(string email, string name, IServiceProvider services, CancellationToken cancel)
    {
        var account = await Register.Handle(new Register.Request { Email = email, Name = name, Password = Password }, services.GetRequiredService<IdentityDb>(),
            services.GetRequiredService<IPasswordHasher<Account>>(), services.GetRequiredService<IConfiguration>(), services.GetRequiredService<TimeProvider>(), cancel);
        return account.Value;
    }
}
