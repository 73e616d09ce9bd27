using System.Buffers.Text;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Sarai.Identity;

/// <summary>A person as a provider knows them.</summary>
/// <param name="Subject">The provider's id of the person.</param>
/// <param name="Email">Their e-mail, or null.</param>
/// <param name="EmailVerified">Whether the provider vouches for it.</param>
/// <param name="Name">Their name, or null.</param>
public sealed record ExternalPerson(string Subject, string? Email, bool EmailVerified, string? Name);

/// <summary>
/// An OpenID Connect or OAuth 2 provider: code flow with PKCE (RFC 7636). The id token is believed only with the provider's signature, our client id, our
/// nonce and a time that fits. Settings: <c>Sarai:OAuth:{name}:ClientId</c> and <c>ClientSecret</c>; Apple takes <c>TeamId</c>, <c>KeyId</c> and <c>PrivateKey</c> instead of a secret.
/// </summary>
public sealed class ExternalProvider
{
    /// <summary>The name of the HTTP client.</summary>
    public const string Client = "oauth";

    private static readonly Duration KeysLast = Duration.FromHours(1);
    private static readonly Duration Drift = Duration.FromMinutes(2);

    private readonly IConfigurationSection _settings;
    private readonly (string Authorize, string Token, string? Keys, string? Issuer, string? Person, string Scope) _known;
    private (JsonElement Keys, Instant At)? _keys;

    private ExternalProvider(string name, string title, IConfigurationSection settings, (string, string, string?, string?, string?, string) known) => (Name, Title, _settings, _known) = (name, title, settings, known);

    /// <summary>The name in addresses.</summary>
    public string Name { get; }

    /// <summary>The name people know.</summary>
    public string Title { get; }

    /// <summary>Whether the provider comes back by a form that its own page posts, as Apple does.</summary>
    public bool PostsBack => Name == "apple";

    private string ClientId => _settings["ClientId"]!;

    /// <summary>The providers that are configured.</summary>
    public static IReadOnlyList<ExternalProvider> Configured(IConfiguration configuration) =>
    [
        .. new ExternalProvider[]
        {
            new("google", "Google", configuration.GetSection("Sarai:OAuth:Google"),
                ("https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token", "https://www.googleapis.com/oauth2/v3/certs", "https://accounts.google.com", null, "openid email profile")),
            new("facebook", "Facebook", configuration.GetSection("Sarai:OAuth:Facebook"),
                ("https://www.facebook.com/v21.0/dialog/oauth", "https://graph.facebook.com/v21.0/oauth/access_token", null, null, "https://graph.facebook.com/v21.0/me?fields=id,name,email", "public_profile email")),
            new("apple", "Apple", configuration.GetSection("Sarai:OAuth:Apple"),
                ("https://appleid.apple.com/auth/authorize", "https://appleid.apple.com/auth/token", "https://appleid.apple.com/auth/keys", "https://appleid.apple.com", null, "openid email name")),
        }.Where(p => p._settings["ClientId"] is { Length: > 0 }),
    ];

    /// <summary>Where the person goes to say yes.</summary>
    public string Address(string back, string state, string nonce, string verifier)
    {
        var query = new Dictionary<string, string>
        {
            ["response_type"] = "code", ["client_id"] = ClientId, ["redirect_uri"] = back, ["scope"] = _known.Scope, ["state"] = state, ["nonce"] = nonce,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))), ["code_challenge_method"] = "S256",
        };
        if (PostsBack) query["response_mode"] = "form_post";
        return $"{_settings["Authorize"] ?? _known.Authorize}?{string.Join('&', query.Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value)}"))}";
    }

    /// <summary>Trades the code for the person.</summary>
    /// <returns>Null when anything about the answer is not right.</returns>
    /// <exception cref="HttpRequestException">The provider cannot be reached.</exception>
    public async Task<ExternalPerson?> Redeem(string code, string back, string nonce, string verifier, HttpClient client, Instant now, CancellationToken cancel)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = back, ["client_id"] = ClientId, ["client_secret"] = Secret(now), ["code_verifier"] = verifier,
        });
        using var response = await client.PostAsync(new Uri(_settings["Token"] ?? _known.Token), form, cancel);
        if (!response.IsSuccessStatusCode) return null;
        var tokens = await response.Content.ReadFromJsonAsync<JsonElement>(cancel);
        return _known.Keys is null ? await Ask(Text(tokens, "access_token"), client, cancel) : await Read(Text(tokens, "id_token"), nonce, client, now, cancel);
    }

    private async Task<ExternalPerson?> Ask(string? token, HttpClient client, CancellationToken cancel)
    {
        if (token is null) return null;
        // The proof keeps a token that was stolen from another app from being used with ours.
        var proof = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(_settings["ClientSecret"] ?? ""), Encoding.UTF8.GetBytes(token)));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_settings["Person"] ?? _known.Person}&appsecret_proof={proof}");
        request.Headers.Authorization = new("Bearer", token);
        using var response = await client.SendAsync(request, cancel);
        if (!response.IsSuccessStatusCode) return null;
        var person = await response.Content.ReadFromJsonAsync<JsonElement>(cancel);
        // Facebook does not say whether it has checked the address.
        return Text(person, "id") is { Length: > 0 } id ? new ExternalPerson(id, Text(person, "email"), false, Text(person, "name")) : null;
    }

    private async Task<ExternalPerson?> Read(string? token, string nonce, HttpClient client, Instant now, CancellationToken cancel)
    {
        if (token is not { Length: < 16_384 } || token.Split('.') is not [var head, var body, var signature] || !token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')) return null;
        try
        {
            var header = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(head));
            if (Text(header, "alg") != "RS256" || Text(header, "kid") is not { } kid || await Key(kid, client, now, cancel) is not { } key) return null;
            using (key)
            {
                if (!key.VerifyData(Encoding.ASCII.GetBytes($"{head}.{body}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)) return null;
            }
            return Believe(JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(body)), nonce, now);
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or CryptographicException or InvalidOperationException)
        {
            return null;
        }
    }

    private ExternalPerson? Believe(JsonElement claims, string nonce, Instant now)
    {
        var issuer = _settings["Issuer"] ?? _known.Issuer!;
        // Google leaves out the scheme at times.
        if (Text(claims, "iss") is not { } iss || (iss != issuer && $"https://{iss}" != issuer)) return null;
        if (!IsFor(claims, ClientId) || Text(claims, "nonce") != nonce || Text(claims, "sub") is not { Length: > 0 and <= 255 } subject) return null;
        if (!claims.TryGetProperty("exp", out var exp) || exp.GetInt64() <= (now - Drift).ToUnixTimeSeconds()) return null;
        if (!claims.TryGetProperty("iat", out var iat) || iat.GetInt64() > (now + Drift).ToUnixTimeSeconds()) return null;
        // Apple writes the truth as a text.
        var verified = claims.TryGetProperty("email_verified", out var v) && (v.ValueKind == JsonValueKind.True || v.ValueKind == JsonValueKind.String && v.GetString() == "true");
        return new ExternalPerson(subject, Text(claims, "email"), verified, Text(claims, "name"));
    }

    private static bool IsFor(JsonElement claims, string clientId)
    {
        if (!claims.TryGetProperty("aud", out var audience)) return false;
        if (audience.ValueKind == JsonValueKind.String) return audience.GetString() == clientId;
        // Of several audiences one must be named as the one who asked.
        return audience.ValueKind == JsonValueKind.Array && audience.EnumerateArray().Any(a => a.GetString() == clientId) && (audience.GetArrayLength() == 1 || Text(claims, "azp") == clientId);
    }

    private async Task<RSA?> Key(string kid, HttpClient client, Instant now, CancellationToken cancel)
    {
        // A key nobody has seen yet may be new; but a stranger's token must not make us ask again and again.
        var age = _keys is { } known ? now - known.At : Duration.MaxValue;
        if (age > KeysLast || (Find(kid) is null && age > Duration.FromMinutes(1)))
            _keys = (await client.GetFromJsonAsync<JsonElement>(new Uri(_settings["Keys"] ?? _known.Keys!), cancel), now);
        if (Find(kid) is not { } jwk) return null;
        var rsa = RSA.Create();
        rsa.ImportParameters(new RSAParameters { Modulus = Base64Url.DecodeFromChars(Text(jwk, "n")), Exponent = Base64Url.DecodeFromChars(Text(jwk, "e")) });
        return rsa;
    }

    private JsonElement? Find(string kid) => _keys is { } known && known.Keys.TryGetProperty("keys", out var keys)
        ? keys.EnumerateArray().Where(k => Text(k, "kid") == kid && Text(k, "kty") == "RSA").Select(k => (JsonElement?)k).FirstOrDefault()
        : null;

    // Apple's secret is a token we sign ourselves, good for minutes.
    private string Secret(Instant now)
    {
        if (_settings["PrivateKey"] is not { Length: > 0 } pem) return _settings["ClientSecret"] ?? "";
        var head = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new { alg = "ES256", kid = _settings["KeyId"] }));
        var body = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new
        {
            iss = _settings["TeamId"], sub = ClientId, aud = "https://appleid.apple.com", iat = now.ToUnixTimeSeconds(), exp = (now + Duration.FromMinutes(5)).ToUnixTimeSeconds(),
        }));
        using var key = ECDsa.Create();
        key.ImportFromPem(pem.Replace("\\n", "\n", StringComparison.Ordinal));
        return $"{head}.{body}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes($"{head}.{body}"), HashAlgorithmName.SHA256))}";
    }

    private static string? Text(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
