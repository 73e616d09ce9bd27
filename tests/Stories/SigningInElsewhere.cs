using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sarai.Stories;

public sealed class SigningInElsewhere(StoryPostgres postgres) : World(postgres)
{
    private Elsewhere? _elsewhere;

    private Elsewhere There => _elsewhere!;

    public override async ValueTask InitializeAsync()
    {
        _elsewhere = await Elsewhere.Start(Clock);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await There.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override void Configure(IDictionary<string, string?> settings)
    {
        foreach (var name in new[] { "Google", "Facebook", "Apple" })
        {
            settings[$"Sarai:OAuth:{name}:ClientId"] = Elsewhere.ClientId;
            settings[$"Sarai:OAuth:{name}:ClientSecret"] = Elsewhere.ClientSecret;
            settings[$"Sarai:OAuth:{name}:Authorize"] = $"{There.Address}/authorize";
            settings[$"Sarai:OAuth:{name}:Token"] = $"{There.Address}/token";
            settings[$"Sarai:OAuth:{name}:Keys"] = $"{There.Address}/keys";
            settings[$"Sarai:OAuth:{name}:Issuer"] = There.Address;
            settings[$"Sarai:OAuth:{name}:Person"] = $"{There.Address}/me?fields=id,name,email";
        }
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        settings["Sarai:OAuth:Apple:PrivateKey"] = key.ExportPkcs8PrivateKeyPem();
        settings["Sarai:OAuth:Apple:KeyId"] = "KEY1";
        settings["Sarai:OAuth:Apple:TeamId"] = "TEAM1";
        There.AppleKey = key.ExportSubjectPublicKeyInfo();
    }

    [Theory]
    [InlineData("google")]
    [InlineData("apple")]
    public async Task Somebody_new_signs_in_and_finds_the_same_account_the_next_time(string provider)
    {
        There.Person = new("s-1", "maryam@example.com", true, "Maryam Noor");
        var browser = new Browser(App.Address);
        (await browser.Go(provider, There, "/bookings")).ShouldBe("/bookings");
        var (id, verified) = (await Database.Ask("select id from identity.account where email = 'maryam@example.com'"), await Database.Ask("select email_verified_at is not null from identity.account where email = 'maryam@example.com'"));
        verified.ShouldBe(true);
        (await browser.Get("/account")).StatusCode.ShouldBe(HttpStatusCode.OK);

        There.Person = There.Person with { Email = "another@example.com" };
        (await new Browser(App.Address).Go(provider, There)).ShouldBe("/");
        (await Database.Ask("select count(*) from identity.account")).ShouldBe(1L);
        (await Database.Ask("select account_id from identity.external_login")).ShouldBe(id);
        if (provider == "apple") There.SecretsWereSigned.ShouldBeTrue();
    }

    [Fact]
    public async Task An_address_the_provider_vouches_for_joins_and_throws_out_whoever_had_not_proven_it()
    {
        var squatter = await Guest();
        There.Person = new("s-2", squatter.Email, true, "The real one");
        (await new Browser(App.Address).Go("google", There)).ShouldBe("/");
        (await Database.Ask("select count(*) from identity.account")).ShouldBe(1L);
        (await Visitor.Post("/api/v1/auth/login", new { email = squatter.Email, password = Password })).Refuses(HttpStatusCode.Unauthorized, "invalid_credentials");
        (await Client(squatter.AccessToken).Get("/api/v1/users/profile")).Status.ShouldBe(HttpStatusCode.Unauthorized);

        // Where it was proven, both ways lead in.
        var owner = await Guest();
        await Database.Ask($"update identity.account set email_verified_at = now() where id = '{owner.Id}'");
        There.Person = new("s-3", owner.Email, true, "Owner");
        (await new Browser(App.Address).Go("google", There)).ShouldBe("/");
        (await SignIn(owner.Email)).Id.ShouldBe(owner.Id);
    }

    [Fact]
    public async Task An_address_nobody_vouches_for_opens_nobodys_account()
    {
        var victim = await Guest();
        There.Person = new("fb-1", victim.Email, false, "Mallory");
        (await new Browser(App.Address).Go("facebook", There)).ShouldBe("/sign-in?problem=email_taken");
        There.Person = new("fb-2", null, false, "Nobody");
        (await new Browser(App.Address).Go("facebook", There)).ShouldBe("/sign-in?problem=no_email");
        There.Person = new("fb-3", "new@example.com", false, "New");
        (await new Browser(App.Address).Go("facebook", There)).ShouldBe("/");
        (await Database.Ask("select email_verified_at is null from identity.account where email = 'new@example.com'")).ShouldBe(true);
        There.ProofsWereRight.ShouldBeTrue();
    }

    [Fact]
    public async Task A_second_factor_and_a_suspension_hold_here_too()
    {
        There.Person = new("s-4", "careful@example.com", true, "Careful");
        (await new Browser(App.Address).Go("google", There)).ShouldBe("/");
        await Database.Ask("update identity.account set totp_secret = 'x', totp_confirmed_at = now() where email = 'careful@example.com'");
        (await new Browser(App.Address).Go("google", There)).ShouldBe("/sign-in?problem=second_factor");
        await Database.Ask("update identity.account set totp_secret = null, totp_confirmed_at = null, suspended_at = now(), suspended_reason = 'x' where email = 'careful@example.com'");
        (await new Browser(App.Address).Go("google", There)).ShouldBe("/sign-in?problem=suspended");
    }

    [Theory]
    [InlineData("signature")]
    [InlineData("none")]
    [InlineData("issuer")]
    [InlineData("audience")]
    [InlineData("nonce")]
    [InlineData("expired")]
    [InlineData("future")]
    [InlineData("unknown key")]
    [InlineData("refused by the token endpoint")]
    public async Task A_token_that_is_not_right_in_every_point_opens_nothing(string fault)
    {
        There.Person = new("s-5", "maryam@example.com", true, "Maryam");
        There.Fault = fault;
        (await new Browser(App.Address).Go("google", There)).ShouldBe("/sign-in?problem=unknown");
        (await Database.Ask("select count(*) from identity.account")).ShouldBe(0L);
    }

    [Fact]
    public async Task Only_the_browser_that_asked_gets_in_and_only_once()
    {
        There.Person = new("s-6", "maryam@example.com", true, "Maryam");
        var mallory = new Browser(App.Address);
        var callback = await There.SayYes(await mallory.Begin("google"));
        // A link with somebody else's answer, sent to a victim: the victim's browser never asked.
        (await Where(await new Browser(App.Address).Get(callback))).ShouldBe("/sign-in?problem=unknown");
        // Another state than the one that was asked with.
        (await Where(await mallory.Get(callback.Replace("state=", "state=x", StringComparison.Ordinal)))).ShouldBe("/sign-in?problem=unknown");
        // The cookie was taken back with the first answer, right or wrong.
        (await Where(await mallory.Get(callback))).ShouldBe("/sign-in?problem=unknown");
        // Saying no.
        var shy = new Browser(App.Address);
        var asked = HttpUtility.ParseQueryString(new Uri(await shy.Begin("google")).Query);
        (await Where(await shy.Get($"/auth/external/google/callback?error=access_denied&state={asked["state"]}"))).ShouldBe("/sign-in?problem=refused");
        (await new Browser(App.Address).Go("google", There, "https://evil.example/")).ShouldBe("/");
        (await new Browser(App.Address).Go("google", There, "//evil.example/")).ShouldBe("/");
        (await Visitor.Get("/auth/external/myspace")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await Visitor.Get("/sign-in?problem=email_taken")).Text.ShouldContain("There is already an account with this e-mail");
        (await Visitor.Get("/sign-in")).Text.ShouldContain("Continue with Google");
    }

    private static Task<string> Where(HttpResponseMessage response) => Task.FromResult(response.Headers.Location!.OriginalString);

    /// <summary>A browser: it keeps cookies and follows where it is sent, across sites.</summary>
    private sealed class Browser(Uri app)
    {
        private static readonly HttpClient Wire = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        private readonly Dictionary<string, string> _cookies = [];

        public async Task<string> Begin(string provider, string? returnUrl = null) =>
            (await Get($"/auth/external/{provider}{(returnUrl is null ? "" : $"?returnUrl={Uri.EscapeDataString(returnUrl)}")}")).Headers.Location!.ToString();

        public async Task<string> Go(string provider, Elsewhere there, string? returnUrl = null)
        {
            var callback = await there.SayYes(await Begin(provider, returnUrl));
            var uri = new Uri(callback);
            using var form = new FormUrlEncodedContent(HttpUtility.ParseQueryString(uri.Query).Cast<string>().Select(k => KeyValuePair.Create(k, HttpUtility.ParseQueryString(uri.Query)[k]!)));
            var response = provider == "apple" ? await Send(new HttpRequestMessage(HttpMethod.Post, new Uri(app, uri.AbsolutePath)) { Content = form }) : await Get(callback);
            response.StatusCode.ShouldBe(HttpStatusCode.Redirect);
            return response.Headers.Location!.OriginalString;
        }

        public Task<HttpResponseMessage> Get(string address) => Send(new HttpRequestMessage(HttpMethod.Get, new Uri(app, address)));

        private async Task<HttpResponseMessage> Send(HttpRequestMessage request)
        {
            if (_cookies.Count > 0) request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(c => $"{c.Key}={c.Value}")));
            var response = await Wire.SendAsync(request, TestContext.Current.CancellationToken);
            foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
            {
                var (name, value) = (cookie.Split('=')[0], cookie.Split('=', 2)[1].Split(';')[0]);
                cookie.ShouldContain("httponly", Case.Insensitive);
                if (value.Length == 0) _cookies.Remove(name);
                else _cookies[name] = value;
            }
            return response;
        }
    }
}

/// <summary>Stands for a provider, as strict as the real ones.</summary>
public sealed class Elsewhere : IAsyncDisposable
{
    public const string ClientId = "sarai-client";
    public const string ClientSecret = "a-secret-of-the-client";

    private readonly WebApplication _app;
    private readonly TimeProvider _clock;
    private readonly RSA _key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, (string Challenge, string Nonce, string Back)> _codes = new();

    private Elsewhere(WebApplication app, TimeProvider clock) => (_app, _clock) = (app, clock);

    public sealed record Somebody(string Id, string? Email, bool Verified, string Name);

    public string Address => _app.Urls.First();

    public Somebody Person { get; set; } = new("s", null, false, "");

    public string Fault { get; set; } = "";

    public byte[]? AppleKey { get; set; }

    public bool SecretsWereSigned { get; private set; }

    public bool ProofsWereRight { get; private set; } = true;

    public static async Task<Elsewhere> Start(TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var there = new Elsewhere(builder.Build(), clock);
        there._app.MapPost("/token", there.Token);
        there._app.MapGet("/keys", () =>
        {
            var p = there._key.ExportParameters(false);
            return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = "k1", n = Base64Url.EncodeToString(p.Modulus), e = Base64Url.EncodeToString(p.Exponent) } } });
        });
        there._app.MapGet("/me", (HttpContext http) =>
        {
            var token = http.Request.Headers.Authorization.ToString()["Bearer ".Length..];
            var proof = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(ClientSecret), Encoding.UTF8.GetBytes(token)));
            there.ProofsWereRight &= http.Request.Query["appsecret_proof"] == proof;
            return Results.Json(there.Person.Email is null ? new { id = there.Person.Id, name = there.Person.Name } : (object)new { id = there.Person.Id, name = there.Person.Name, email = there.Person.Email });
        });
        await there._app.StartAsync();
        return there;
    }

    /// <summary>The person says yes on the provider's page; gives the address the browser is sent back to.</summary>
    public Task<string> SayYes(string asked)
    {
        var query = HttpUtility.ParseQueryString(new Uri(asked).Query);
        query["response_type"].ShouldBe("code");
        query["client_id"].ShouldBe(ClientId);
        query["code_challenge_method"].ShouldBe("S256");
        query["state"]!.Length.ShouldBeGreaterThan(40);
        var code = Guid.NewGuid().ToString("n");
        _codes[code] = (query["code_challenge"]!, query["nonce"]!, query["redirect_uri"]!);
        return Task.FromResult($"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"]!)}");
    }

    public ValueTask DisposeAsync()
    {
        _key.Dispose();
        return _app.DisposeAsync();
    }

    private async Task<IResult> Token(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        // A code is good once, for the client it was given to, at the address it was sent to, for who knows the verifier.
        if (Fault == "refused by the token endpoint" || !_codes.TryRemove(form["code"].ToString(), out var known) || form["redirect_uri"] != known.Back || form["client_id"] != ClientId || !SecretIsRight(form["client_secret"].ToString())
            || Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != known.Challenge) return Results.BadRequest(new { error = "invalid_grant" });
        return Results.Json(new { access_token = Guid.NewGuid().ToString("n"), id_token = IdToken(known.Nonce) });
    }

    private bool SecretIsRight(string secret)
    {
        if (secret.Split('.') is not [var head, var body, var signature]) return secret == ClientSecret;
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(AppleKey, out _);
        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(body)).RootElement;
        return SecretsWereSigned = key.VerifyData(Encoding.ASCII.GetBytes($"{head}.{body}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256)
            && claims.GetProperty("iss").GetString() == "TEAM1" && claims.GetProperty("aud").GetString() == "https://appleid.apple.com" && claims.GetProperty("sub").GetString() == ClientId;
    }

    private string IdToken(string nonce)
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object?>
        {
            ["iss"] = Fault == "issuer" ? "https://evil.example" : Address, ["aud"] = Fault == "audience" ? "another-client" : ClientId, ["nonce"] = Fault == "nonce" ? "another" : nonce,
            ["iat"] = Fault == "future" ? now + 3600 : now, ["exp"] = Fault == "expired" ? now - 3600 : now + 3600, ["sub"] = Person.Id, ["email"] = Person.Email, ["email_verified"] = Person.Verified, ["name"] = Person.Name,
        };
        var head = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new { alg = Fault == "none" ? "none" : "RS256", kid = Fault == "unknown key" ? "k9" : "k1" }));
        var body = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims));
        var signature = _key.SignData(Encoding.ASCII.GetBytes(Fault == "signature" ? "something else" : $"{head}.{body}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{head}.{body}.{(Fault == "none" ? "" : Base64Url.EncodeToString(signature))}";
    }
}
