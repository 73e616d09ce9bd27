using Microsoft.EntityFrameworkCore;

namespace Sarai.Identity;

/// <summary>The tables of Identity.</summary>
public sealed class IdentityDb(DbContextOptions<IdentityDb> options, ModuleDbContext context) : ModuleDb(options, context)
{
    /// <summary>Accounts.</summary>
    public DbSet<Account> Accounts => Set<Account>();

    /// <summary>Sessions: one for each sign-in on a device.</summary>
    public DbSet<Session> Sessions => Set<Session>();

    /// <summary>One-time codes.</summary>
    public DbSet<Code> Codes => Set<Code>();

    /// <summary>Addresses.</summary>
    public DbSet<Address> Addresses => Set<Address>();

    /// <summary>Organisations.</summary>
    public DbSet<Organisation> Organisations => Set<Organisation>();

    /// <summary>Who works where.</summary>
    public DbSet<Membership> Memberships => Set<Membership>();

    /// <summary>Accounts elsewhere that sign in here.</summary>
    public DbSet<ExternalLogin> ExternalLogins => Set<ExternalLogin>();

    /// <inheritdoc/>
    protected override void Tables(ModelBuilder model)
    {
        var external = model.Entity<ExternalLogin>().ToTable("external_login");
        external.HasKey(l => new { l.Provider, l.Subject });
        external.HasOne<Account>().WithMany().HasForeignKey(l => l.AccountId);
        model.Entity<Account>().ToTable("account").Ignore(a => a.HasTotp);
        model.Entity<Session>().ToTable("session").HasOne<Account>().WithMany().HasForeignKey(s => s.AccountId);
        model.Entity<Code>().ToTable("code").HasOne<Account>().WithMany().HasForeignKey(c => c.AccountId);
        model.Entity<Address>().ToTable("address").HasOne<Account>().WithMany().HasForeignKey(a => a.AccountId);
        model.Entity<Organisation>().ToTable("organisation");
        var membership = model.Entity<Membership>().ToTable("membership");
        membership.HasKey(m => new { m.OrganisationId, m.AccountId });
        membership.HasOne<Organisation>().WithMany().HasForeignKey(m => m.OrganisationId);
        membership.HasOne<Account>().WithMany().HasForeignKey(m => m.AccountId);
    }
}

/// <summary>A sign-in on a device. It ends when it is revoked, unused for a day in a browser, or a week after its last refresh.</summary>
public sealed class Session
{
    /// <summary>The session.</summary>
    public Guid Id { get; init; }

    /// <summary>Whose.</summary>
    public Guid AccountId { get; init; }

    /// <summary>The hash of the one refresh token that is good now.</summary>
    public byte[] RefreshHash { get; set; } = [];

    /// <summary>The device as it called itself.</summary>
    public string Agent { get; init; } = "";

    /// <summary>Where it signed in from.</summary>
    public string Ip { get; init; } = "";

    /// <summary>When.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>When it was last used, to the minute or so.</summary>
    public Instant SeenAt { get; set; }

    /// <summary>When it ends.</summary>
    public Instant ExpiresAt { get; set; }
}

/// <summary>A one-time code or link that was sent to somebody; only its hash is kept.</summary>
public sealed class Code
{
    /// <summary>The code's id; links carry it.</summary>
    public Guid Id { get; init; }

    /// <summary>Whose.</summary>
    public Guid AccountId { get; init; }

    /// <summary><c>verify_email</c>, <c>verify_phone</c>, <c>reset_password</c>.</summary>
    public string Purpose { get; init; } = "";

    /// <summary>SHA-256 of id and code.</summary>
    public byte[] Hash { get; init; } = [];

    /// <summary>Good until then.</summary>
    public Instant ExpiresAt { get; init; }

    /// <summary>Wrong tries; five end it.</summary>
    public int Tries { get; set; }

    /// <summary>When it was used.</summary>
    public Instant? UsedAt { get; set; }
}

/// <summary>An account elsewhere by which a person signs in.</summary>
public sealed class ExternalLogin
{
    /// <summary>google, facebook or apple.</summary>
    public string Provider { get; init; } = "";

    /// <summary>The provider's id of the person.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Who it is here.</summary>
    public Guid AccountId { get; init; }

    /// <summary>Since when.</summary>
    public Instant CreatedAt { get; init; }
}

/// <summary>A postal address of a person.</summary>
public sealed class Address
{
    /// <summary>The address.</summary>
    public Guid Id { get; init; }

    /// <summary>Whose.</summary>
    public Guid AccountId { get; init; }

    /// <summary>Home, work.</summary>
    public string Label { get; set; } = "";

    /// <summary>Street and number.</summary>
    public string Line1 { get; set; } = "";

    /// <summary>More of it.</summary>
    public string? Line2 { get; set; }

    /// <summary>City.</summary>
    public string City { get; set; } = "";

    /// <summary>State or province.</summary>
    public string? Region { get; set; }

    /// <summary>Postal code.</summary>
    public string? PostalCode { get; set; }

    /// <summary>ISO 3166 alpha-2.</summary>
    public string Country { get; set; } = "";
}

/// <summary>A tenant: a club's, hotel's, temple's or agency's company.</summary>
public sealed class Organisation
{
    /// <summary>The organisation.</summary>
    public Guid Id { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its trade.</summary>
    public string Vertical { get; init; } = "";

    /// <summary>When it was opened.</summary>
    public Instant CreatedAt { get; init; }
}

/// <summary>A person working for an organisation.</summary>
public sealed class Membership
{
    /// <summary>Where.</summary>
    public Guid OrganisationId { get; init; }

    /// <summary>Who.</summary>
    public Guid AccountId { get; init; }

    /// <summary>As what.</summary>
    public string Role { get; set; } = Roles.Staff;

    /// <summary>Since when.</summary>
    public Instant CreatedAt { get; init; }
}
