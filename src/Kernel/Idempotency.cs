using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Npgsql;

namespace Sarai.Kernel;

/// <summary>
/// <c>Idempotency-Key</c> on creating requests. The key, the request's hash and the answer are stored in the same transaction as the change itself:
/// the same key and body replay the stored answer, another body is 422, a request with the key still running is 409. Refusals are not stored.
/// </summary>
public static class Idempotency
{
    /// <summary>How long a key is remembered.</summary>
    public static readonly Duration Memory = Duration.FromDays(7);

    /// <summary>Makes a creating endpoint idempotent. The handler works on <typeparamref name="TDb"/>, which the filter puts into one transaction with the key.</summary>
    /// <typeparam name="TDb">The module's database.</typeparam>
    /// <typeparam name="T">What the handler answers.</typeparam>
    public static RouteHandlerBuilder Idempotent<TDb, T>(this RouteHandlerBuilder builder) where TDb : ModuleDb where T : notnull =>
        builder.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            if (KeyOf(http) is null) return await next(context);
            // Requests are the feature's own nested records; services among the arguments say nothing about the wish.
            var wish = context.Arguments.Where(a => a?.GetType().DeclaringType is not null).ToArray();
            return await Once(http, http.RequestServices.GetRequiredService<TDb>(), wish, async () => (Answer<T>)(await next(context))!);
        });

    /// <summary>
    /// Does the work of a request once for its key. For features of which only a part belongs into the transaction with the key, such as those that
    /// call a provider afterwards; the others use <see cref="Idempotent{TDb, T}"/>.
    /// </summary>
    public static async Task<Answer<T>> Once<T>(HttpContext http, ModuleDb db, object?[] wish, Func<Task<Answer<T>>> work) where T : notnull
    {
        if (KeyOf(http) is not { } key) return await work();
        if (Malformed(key) is { } fault) return fault;
        var actor = http.RequestServices.GetRequiredService<Actor>();
        var hash = HashOf(http.Request.Method, http.Request.Path.Value!, wish);
        return await db.InTransaction<T>(async () =>
        {
            if (await Claim<T>(db, actor, key, hash, http.RequestAborted) is { } known) return known;
            var answer = await work();
            if (answer.Ok)
            {
                await db.SaveChangesAsync(http.RequestAborted);
                await Store(db, actor, key, answer, http.RequestAborted);
            }
            return answer;
        }, http.RequestAborted);
    }

    /// <summary>The key of a request, or null.</summary>
    public static string? KeyOf(HttpContext http) =>
        http.Request.Headers.TryGetValue("Idempotency-Key", out var values) && !StringValues.IsNullOrEmpty(values) ? values.ToString() : null;

    /// <summary>Refuses a key that is too long or has unprintable characters.</summary>
    public static Fault? Malformed(string key) => key.Length is > 0 and <= 200 && key.All(c => c is > ' ' and < (char)127)
        ? null
        : Fault.Invalid("Idempotency-Key", "Give an Idempotency-Key of 1 to 200 printable ASCII characters, such as a UUID.");

    /// <summary>The hash that tells one request from another.</summary>
    public static byte[] HashOf(string method, string path, params object?[] wish) =>
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new object?[] { method, path, wish }, Json.Options));

    /// <summary>The refusal when the same key came with another request.</summary>
    public static Fault Reused { get; } = Fault.Refused("idempotency_key_reused", "This Idempotency-Key was used for another request. Use a new key.");

    /// <summary>The refusal while the first request of a key still runs.</summary>
    public static Fault Running { get; } = Fault.Conflict("request_in_progress", "A request with this Idempotency-Key is still running. Ask again in a moment.");

    private static async Task<Answer<T>?> Claim<T>(ModuleDb db, Actor actor, string key, byte[] hash, CancellationToken cancel) where T : notnull
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await using var command = new NpgsqlCommand($"""
            with free as (select pg_try_advisory_xact_lock(hashtextextended($1::text || $2, 7)) as ok),
                 mine as (insert into {db.Module}.idempotency (actor, key, request, at) select $1, $2, $3, $4 from free where ok on conflict do nothing returning 1)
            select (select ok from free), exists (select 1 from mine), i.request, i.status, i.answer::text
            from (select 1) one left join {db.Module}.idempotency i on i.actor = $1 and i.key = $2
            """, connection)
        {
            Parameters =
            {
                new() { Value = actor.UserId ?? Guid.Empty }, new() { Value = key }, new() { Value = hash },
                new() { Value = DateTime.UtcNow },
            },
        };
        await using var row = await command.ExecuteReaderAsync(cancel);
        await row.ReadAsync(cancel);
        if (row.GetBoolean(1)) return null;
        if (!row.GetBoolean(0) || await row.IsDBNullAsync(4, cancel)) return Running;
        if (!row.GetFieldValue<byte[]>(2).AsSpan().SequenceEqual(hash)) return Reused;
        var stored = JsonSerializer.Deserialize<T>(row.GetString(4), Json.Options)!;
        return row.GetInt32(3) == StatusCodes.Status201Created ? Answer<T>.Created(stored) : stored;
    }

    private static async Task Store<T>(ModuleDb db, Actor actor, string key, Answer<T> answer, CancellationToken cancel) where T : notnull
    {
        await using var command = new NpgsqlCommand($"update {db.Module}.idempotency set status = $3, answer = $4::json where actor = $1 and key = $2", (NpgsqlConnection)db.Database.GetDbConnection())
        {
            Parameters =
            {
                new() { Value = actor.UserId ?? Guid.Empty }, new() { Value = key }, new() { Value = answer.Status },
                new() { Value = JsonSerializer.Serialize(answer.Value, Json.Options) },
            },
        };
        await command.ExecuteNonQueryAsync(cancel);
    }
}
