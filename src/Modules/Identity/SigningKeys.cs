using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Sarai.Identity;

/// <summary>
/// RS256 keys (RFC 7515, 7517, 7518). A new one is made every 30 days; old ones verify until the last token they signed is over. All nodes share them
/// through the database, where they are sealed.
/// </summary>
public sealed class SigningKeys(IdentitySource source, Sealed sealer, TimeProvider clock) : IDisposable
{
    /// <summary>How long an access token lasts.</summary>
    public static readonly Duration TokenLife = Duration.FromMinutes(15);

    private static readonly Duration KeyLife = Duration.FromDays(30);
    private static readonly Duration Remember = Duration.FromMinutes(1);
    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile IReadOnlyList<Key> _keys = [];
    private Instant _loadedAt;

    /// <summary>Signs a set of claims as a compact JWT.</summary>
    public async ValueTask<string> Sign(IReadOnlyDictionary<string, object> claims, CancellationToken cancel)
    {
        var now = clock.Now();
        var keys = _keys;
        if (keys.Count == 0 || keys[0].CreatedAt + KeyLife <= now) keys = await Load(now, cancel);
        var head = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new { alg = "RS256", typ = "JWT", kid = keys[0].Id }));
        var body = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims));
        var signature = keys[0].Rsa.SignData(Encoding.ASCII.GetBytes($"{head}.{body}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{head}.{body}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>The claims of a token whose signature and times are right, or null.</summary>
    public async ValueTask<JsonElement?> Verify(string token, CancellationToken cancel)
    {
        // The decoder would accept padding and white space, and so more than one text for a token.
        if (token.Length > 8192 || token.Split('.') is not [var head, var body, var signature] || !token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')) return null;
        try
        {
            var header = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(head));
            if (Text(header, "alg") != "RS256" || Text(header, "kid") is not { } kid) return null;
            var key = _keys.FirstOrDefault(k => k.Id == kid) ?? (await Load(clock.Now(), cancel)).FirstOrDefault(k => k.Id == kid);
            if (key is null || !key.Rsa.VerifyData(Encoding.ASCII.GetBytes($"{head}.{body}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)) return null;
            var claims = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(body));
            return claims.TryGetProperty("exp", out var exp) && exp.GetInt64() > clock.Now().ToUnixTimeSeconds() ? claims : null;
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The public keys as a JWK set.</summary>
    public async ValueTask<object> PublicSet(CancellationToken cancel)
    {
        // Another node may have made a new key a moment ago, and already sign with it.
        var now = clock.Now();
        var keys = _keys.Count > 0 && now - _loadedAt < Remember ? _keys : await Load(now, cancel);
        return new
        {
            keys = keys.Select(k =>
            {
                var p = k.Rsa.ExportParameters(false);
                return new { kty = "RSA", use = "sig", alg = "RS256", kid = k.Id, n = Base64Url.EncodeToString(p.Modulus), e = Base64Url.EncodeToString(p.Exponent) };
            }),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in _keys) key.Rsa.Dispose();
        _loading.Dispose();
    }

    private async Task<IReadOnlyList<Key>> Load(Instant now, CancellationToken cancel)
    {
        await _loading.WaitAsync(cancel);
        try
        {
            await using var connection = await source.Value.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            // One node at a time looks and makes, so that all agree on the newest.
            await using (var turn = new NpgsqlCommand("select pg_advisory_xact_lock(hashtext('identity.signing_key'))", connection)) await turn.ExecuteNonQueryAsync(cancel);
            var known = await Read(connection, now, cancel);
            if (known.Count == 0 || known[0].CreatedAt + KeyLife <= now) known.Insert(0, await Make(connection, now, cancel));
            await transaction.CommitAsync(cancel);
            _loadedAt = now;
            return _keys = known;
        }
        finally
        {
            _loading.Release();
        }
    }

    private async Task<List<Key>> Read(NpgsqlConnection connection, Instant now, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select id, sealed_key, created_at from identity.signing_key where created_at > $1 order by created_at desc", connection)
        { Parameters = { new() { Value = (now - KeyLife - TokenLife).ToDateTimeUtc() } } };
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var keys = new List<Key>();
        while (await rows.ReadAsync(cancel))
        {
            var id = rows.GetString(0);
            if (_keys.FirstOrDefault(k => k.Id == id) is { } known)
            {
                keys.Add(known);
                continue;
            }
            var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(Convert.FromBase64String(sealer.Open(rows.GetString(1), "signing-key")), out _);
            keys.Add(new Key(id, rsa, Instant.FromDateTimeUtc(rows.GetDateTime(2))));
        }
        return keys;
    }

    private async Task<Key> Make(NpgsqlConnection connection, Instant now, CancellationToken cancel)
    {
        var rsa = RSA.Create(2048);
        var id = Convert.ToHexStringLower(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo()))[..16];
        await using var command = new NpgsqlCommand("insert into identity.signing_key (id, sealed_key, created_at) values ($1, $2, $3)", connection)
        {
            Parameters = { new() { Value = id }, new() { Value = sealer.Seal(Convert.ToBase64String(rsa.ExportPkcs8PrivateKey()), "signing-key") }, new() { Value = now.ToDateTimeUtc() } },
        };
        await command.ExecuteNonQueryAsync(cancel);
        return new Key(id, rsa, now);
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed record Key(string Id, RSA Rsa, Instant CreatedAt);
}

/// <summary>The connections of this module, for what lives longer than a request.</summary>
public sealed record IdentitySource(NpgsqlDataSource Value);
