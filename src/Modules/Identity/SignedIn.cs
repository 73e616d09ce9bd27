using System.Collections.Concurrent;
using System.Security.Claims;

namespace Sarai.Identity;

/// <summary>
/// Who a session stands for, as the database says and not as a token once said: a revoked session, a suspended account or a lost role counts at once
/// on this node and, through the live channel, a moment later on the others. Remembered for two minutes.
/// </summary>
public sealed class SignedIn(IdentitySource source, SigningKeys keys, TimeProvider clock)
{
    private const int MaxRemembered = 100_000;
    private static readonly Duration Remember = Duration.FromMinutes(2);

    // The list of sessions says when each was last seen, to within this; a write whenever somebody is asked for again would be dear.
    private static readonly Duration SeenAgain = Duration.FromMinutes(5);
    private readonly ConcurrentDictionary<Guid, (ClaimsPrincipal? User, Instant Until)> _sessions = new();
    private readonly ConcurrentDictionary<string, (Guid Session, Instant Until)> _tokens = new();

    /// <summary>The person behind an access token, or null.</summary>
    public async ValueTask<ClaimsPrincipal?> OfToken(string token, CancellationToken cancel)
    {
        var now = clock.Now();
        if (!_tokens.TryGetValue(token, out var known) || known.Until <= now)
        {
            if (await keys.Verify(token, cancel) is not { } claims || !claims.TryGetProperty("sid", out var sid) || !Guid.TryParse(sid.GetString(), out var session)) return null;
            known = (session, Instant.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64()));
            if (_tokens.Count >= MaxRemembered) _tokens.Clear();
            _tokens[token] = known;
        }
        return await OfSession(known.Session, cancel);
    }

    /// <summary>The person behind a session, or null when it has ended.</summary>
    public async ValueTask<ClaimsPrincipal?> OfSession(Guid session, CancellationToken cancel)
    {
        var now = clock.Now();
        if (_sessions.TryGetValue(session, out var known) && known.Until > now) return known.User;
        var user = await Read(session, now, cancel);
        if (_sessions.Count >= MaxRemembered) _sessions.Clear();
        _sessions[session] = (user, now + Remember);
        return user;
    }

    /// <summary>Forgets a session, so that the next request asks the database.</summary>
    public void Forget(Guid session) => _sessions.TryRemove(session, out _);

    private async Task<ClaimsPrincipal?> Read(Guid session, Instant now, CancellationToken cancel)
    {
        await using var command = source.Value.CreateCommand("""
            with seen as (update identity.session set seen_at = $2 where id = $1 and expires_at > $2 and seen_at < $3)
            select a.id, a.name, a.email, a.role, a.language, array(select m.organisation_id::text || ':' || m.role from identity.membership m where m.account_id = a.id)
            from identity.session s join identity.account a on a.id = s.account_id
            where s.id = $1 and s.expires_at > $2 and a.suspended_at is null
            """);
        command.Parameters.Add(new() { Value = session });
        command.Parameters.Add(new() { Value = now.ToDateTimeUtc() });
        command.Parameters.Add(new() { Value = (now - SeenAgain).ToDateTimeUtc() });
        await using var row = await command.ExecuteReaderAsync(cancel);
        if (!await row.ReadAsync(cancel)) return null;
        var claims = new List<Claim>
        {
            new("sub", row.GetGuid(0).ToString()), new("name", row.GetString(1)), new("role", row.GetString(3)), new("lang", row.GetString(4)), new("sid", session.ToString()),
        };
        if (!await row.IsDBNullAsync(2, cancel)) claims.Add(new("email", row.GetString(2)));
        claims.AddRange(row.GetFieldValue<string[]>(5).Select(m => new Claim("org", m)));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, "Sarai", "name", "role"));
    }
}
