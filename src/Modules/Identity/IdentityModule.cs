using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Identity;

/// <summary>Accounts, sessions, tokens, roles, organisations.</summary>
public sealed class IdentityModule : Module
{
    /// <inheritdoc/>
    public override string Name => "identity";

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        Wording.Add(typeof(Words));
        services.AddValidation();
        services.AddModuleDb<IdentityDb>(Name);
        services.AddSingleton(sp => new IdentitySource(sp.GetRequiredService<Databases>().Of(Name)));
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<SignedIn>();
        services.AddScoped<OpenSession>();
        services.AddScoped<IIdentity, IdentityQuestions>();
        services.AddSingleton<IPasswordHasher<Account>, PasswordHasher<Account>>();
        services.Configure<PasswordHasherOptions>(o => o.IterationCount = configuration.GetValue("Sarai:Passwords:Iterations", 210_000));
        services.AddSingleton(new LiveTap((provider, news) =>
        {
            if (news.Group.StartsWith("session:", StringComparison.Ordinal) && Guid.TryParse(news.Group.AsSpan("session:".Length), out var session))
                provider.GetRequiredService<SignedIn>().Forget(session);
        }));
        services.AddSingleton(new Job("forget ended sessions and codes", TimeSpan.FromHours(1), TidyUp));
        services.AddSingleton(ExternalProvider.Configured(configuration));
        services.AddHttpClient(ExternalProvider.Client, client => client.Timeout = TimeSpan.FromSeconds(10));
        services.AddSingleton(new PersonalData(Name, "profile", "select to_jsonb(a) - 'password_hash' - 'totp_secret' - 'recovery_codes' from identity.account a where id = $1"));
        services.AddSingleton(new PersonalData(Name, "addresses", "select to_jsonb(a) from identity.address a where account_id = $1"));
        services.AddSingleton(new PersonalData(Name, "sessions", "select to_jsonb(s) - 'refresh_hash' from identity.session s where account_id = $1"));
        services.AddSingleton(new PersonalData(Name, "accounts elsewhere", "select to_jsonb(l) from identity.external_login l where account_id = $1"));
        Authentication.Add(services);
    }

    /// <inheritdoc/>
    public override void MapApi(IEndpointRouteBuilder api)
    {
        Register.Map(api);
        SignIn.Map(api);
        IssueCode.Map(api);
        KeepProfile.Map(api);
        KeepPrivacy.Map(api);
        SetUpTotp.Map(api);
        RunOrganisation.Map(api);
        AdministerUsers.Map(api);
    }

    /// <inheritdoc/>
    public override void MapRoot(IEndpointRouteBuilder root)
    {
        SignInElsewhere.Map(root);
        root.MapGet("/.well-known/jwks.json", async (SigningKeys keys, CancellationToken cancel) => Results.Json(await keys.PublicSet(cancel))).AllowAnonymous().ExcludeFromDescription();
        root.MapGet("/.well-known/openid-configuration", (HttpContext http) =>
        {
            var issuer = $"{http.Request.Scheme}://{http.Request.Host}";
            return Results.Json(new { issuer, jwks_uri = $"{issuer}/.well-known/jwks.json", id_token_signing_alg_values_supported = new[] { "RS256" } });
        }).AllowAnonymous().ExcludeFromDescription();
    }

    /// <inheritdoc/>
    public override Task AddDemo(IServiceProvider services, CancellationToken cancel) => DemoAccounts.Add(services, cancel);

    private static async Task<bool> TidyUp(IServiceProvider services, CancellationToken cancel)
    {
        var db = services.GetRequiredService<IdentityDb>();
        var now = services.GetRequiredService<TimeProvider>().Now();
        await db.Sessions.Where(s => s.ExpiresAt < now).ExecuteDeleteAsync(cancel);
        await db.Codes.Where(c => c.ExpiresAt < now).ExecuteDeleteAsync(cancel);
        return false;
    }
}
