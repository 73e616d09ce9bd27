using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Sarai.Identity;

/// <summary>What somebody who signed in is given.</summary>
/// <param name="User">Who they are.</param>
/// <param name="AccessToken">RS256, for 15 minutes.</param>
/// <param name="RefreshToken">Good once; gives the next pair. A week.</param>
/// <param name="ExpiresIn">Seconds the access token lasts.</param>
public sealed record Tokens(ProfileView User, string AccessToken, string RefreshToken, int ExpiresIn);

/// <summary>Opens sessions and keeps them going. A refresh token works once; one that comes back a second time was stolen, and ends the session.</summary>
public sealed class OpenSession(IdentityDb db, SigningKeys keys, SignedIn signedIn, Live live, IConfiguration configuration, TimeProvider clock)
{
    /// <summary>How long a session lives after its last refresh.</summary>
    public static readonly Duration Life = Duration.FromDays(7);

    /// <summary>Opens a session on a device; the oldest ends when the person has too many (3, or <c>Sarai:Sessions:Max</c>).</summary>
    public async Task<(Session Session, string Secret)> Open(Account account, string? agent, string ip, CancellationToken cancel)
    {
        var now = clock.Now();
        var secret = NewSecret();
        var session = new Session
        {
            Id = Guid.CreateVersion7(), AccountId = account.Id, RefreshHash = Hash(secret), Agent = (agent ?? "unknown")[..Math.Min(agent?.Length ?? 7, 300)], Ip = ip,
            CreatedAt = now, SeenAt = now, ExpiresAt = now + Life,
        };
        var most = configuration.GetValue("Sarai:Sessions:Max", 3);
        await db.SaveChangesAsync(cancel);
        await db.Database.ExecuteSqlAsync($"""
            with turn as (select pg_advisory_xact_lock(hashtextextended({account.Id}::text, 3))), made as (
              insert into identity.session (id, account_id, refresh_hash, agent, ip, created_at, seen_at, expires_at)
              select {session.Id}, {account.Id}, {session.RefreshHash}, {session.Agent}, {ip}, {now.ToDateTimeUtc()}, {now.ToDateTimeUtc()}, {session.ExpiresAt.ToDateTimeUtc()} from turn)
            select 1
            """, cancel);
        await End(s => s.AccountId == account.Id, account.Id, most, cancel);
        return (session, secret);
    }

    /// <summary>The tokens of a session.</summary>
    public async Task<Tokens> TokensOf(Account account, Session session, string secret, CancellationToken cancel)
    {
        var now = clock.Now();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = "sarai", ["aud"] = "sarai", ["sub"] = account.Id, ["userId"] = account.Id, ["name"] = account.Name, ["role"] = account.Role, ["sid"] = session.Id,
            ["permissions"] = Permissions.Of(account.Role), ["iat"] = now.ToUnixTimeSeconds(), ["exp"] = (now + SigningKeys.TokenLife).ToUnixTimeSeconds(),
        };
        if (account.Email is not null) claims["email"] = account.Email;
        return new Tokens(ProfileView.Of(account), await keys.Sign(claims, cancel), $"{session.Id:n}.{secret}", (int)SigningKeys.TokenLife.TotalSeconds);
    }

    /// <summary>Trades a refresh token for the next pair.</summary>
    public async Task<Answer<Tokens>> Refresh(string token, CancellationToken cancel)
    {
        var invalid = new Fault(401, "invalid_refresh_token", "This sign-in has ended. Sign in again.");
        if (token.Split('.') is not [var id, var secret] || !Guid.TryParseExact(id, "n", out var sessionId)) return invalid;
        var reused = false;
        var answer = await db.InTransaction<Tokens>(async () =>
        {
            var now = clock.Now();
            var session = await db.Sessions.FromSql($"select * from identity.session where id = {sessionId} for update").FirstOrDefaultAsync(cancel);
            if (session is null || session.ExpiresAt <= now) return invalid;
            if (!CryptographicOperations.FixedTimeEquals(session.RefreshHash, Hash(secret)))
            {
                reused = true;
                return invalid;
            }
            var account = await db.Accounts.FirstAsync(a => a.Id == session.AccountId, cancel);
            if (account.SuspendedAt is not null) return invalid;
            var next = NewSecret();
            (session.RefreshHash, session.SeenAt, session.ExpiresAt) = (Hash(next), now, now + Life);
            return await TokensOf(account, session, next, cancel);
        }, cancel);
        if (reused) await EndStolen(sessionId, cancel);
        return answer;
    }

    /// <summary>Ends one session.</summary>
    /// <returns>Whether it was there.</returns>
    public async Task<bool> End(Guid accountId, Guid sessionId, CancellationToken cancel)
    {
        var ended = await db.Sessions.Where(s => s.Id == sessionId && s.AccountId == accountId).ExecuteDeleteAsync(cancel);
        if (ended > 0) Forget([sessionId]);
        return ended > 0;
    }

    /// <summary>Ends all sessions of an account but one.</summary>
    public async Task EndOthers(Guid accountId, Guid? but, CancellationToken cancel)
    {
        var ids = await db.Sessions.Where(s => s.AccountId == accountId && s.Id != but).Select(s => s.Id).ToListAsync(cancel);
        await db.Sessions.Where(s => ids.Contains(s.Id)).ExecuteDeleteAsync(cancel);
        Forget(ids);
    }

    /// <summary>Lets every node ask anew who is behind the sessions of an account, because its rights changed.</summary>
    public async Task Reread(Guid accountId, CancellationToken cancel) =>
        Forget(await db.Sessions.Where(s => s.AccountId == accountId).Select(s => s.Id).ToListAsync(cancel));

    private async Task End(System.Linq.Expressions.Expression<Func<Session, bool>> of, Guid accountId, int keep, CancellationToken cancel)
    {
        var old = await db.Sessions.Where(of).OrderByDescending(s => s.CreatedAt).ThenByDescending(s => s.Id).Skip(keep).Select(s => s.Id).ToListAsync(cancel);
        if (old.Count == 0) return;
        await db.Sessions.Where(s => s.AccountId == accountId && old.Contains(s.Id)).ExecuteDeleteAsync(cancel);
        Forget(old);
    }

    private async Task EndStolen(Guid sessionId, CancellationToken cancel)
    {
        var session = await db.Sessions.AsNoTracking().FirstOrDefaultAsync(s => s.Id == sessionId, cancel);
        if (session is null) return;
        var account = await db.Accounts.FirstAsync(a => a.Id == session.AccountId, cancel);
        await db.Sessions.Where(s => s.Id == sessionId).ExecuteDeleteAsync(cancel);
        db.Publish(new CodeIssued(account.Id, "session_reused", account.Email is null ? "sms" : "email", account.Email ?? account.Phone!, account.Name, null, "/account/security", account.Language));
        await db.SaveChangesAsync(cancel);
        Forget([sessionId]);
    }

    private void Forget(IReadOnlyList<Guid> sessions)
    {
        foreach (var session in sessions)
        {
            signedIn.Forget(session);
            live.Announce($"session:{session}", "session_changed", new { });
        }
    }

    private static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
