using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Sarai.Bookings;

/// <summary>
/// The claim ledger: who occupies what, when. PostgreSQL refuses an overlap, so nothing here looks first and takes then.
/// The functions are in the schema file.
/// </summary>
public static class Claims
{
    /// <summary>Raised by the database when a claim of a hold is taken.</summary>
    public const string SlotTaken = "SL001";

    /// <summary>The refusal when somebody else has it.</summary>
    public static Fault TakenFault { get; } = Fault.Conflict("slot_taken", "Somebody else has just taken this slot. Choose another.");

    /// <summary>Takes every claim of an alternative for a booking, or none, inside the current transaction.</summary>
    /// <param name="db">The database, in a transaction.</param>
    /// <param name="bookingId">For whom.</param>
    /// <param name="alternative">What.</param>
    /// <param name="expires">When the claims lapse, or null for firm ones.</param>
    /// <param name="at">Now: claims that lapsed by then do not stand in the way.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>False when one of them is taken.</returns>
    public static Task<bool> TryTake(BookingsDb db, Guid bookingId, Alternative alternative, Instant? expires, Instant at, CancellationToken cancel) =>
        TryTake(db, bookingId, null, alternative.Claims, expires, at, cancel);

    /// <summary>Takes every claim of a block, or none.</summary>
    public static Task<bool> TryBlock(BookingsDb db, Block block, CancellationToken cancel) =>
        TryTake(db, null, block.Id, [.. block.ResourceIds.Select(r => new ClaimNeed(r, "", new Interval(block.StartsAt, block.EndsAt)))], null, block.CreatedAt, cancel);

    /// <summary>Frees whatever a booking claims.</summary>
    public static Task<int> Release(BookingsDb db, Guid bookingId, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"delete from bookings.claim where booking_id = {bookingId}", cancel);

    /// <summary>Frees what a booking claims from an instant on; what lies before stays as history.</summary>
    public static async Task Shorten(BookingsDb db, Guid bookingId, Instant at, CancellationToken cancel)
    {
        var now = at.ToDateTimeUtc();
        await db.Database.ExecuteSqlAsync($"delete from bookings.claim where booking_id = {bookingId} and lower(during) >= {now}", cancel);
        await db.Database.ExecuteSqlAsync($"update bookings.claim set during = tstzrange(lower(during), {now}) where booking_id = {bookingId} and upper(during) > {now}", cancel);
    }

    /// <summary>Lets a booking's claims begin earlier.</summary>
    /// <returns>False when somebody else has that time; the transaction is then of no more use.</returns>
    public static async Task<bool> Extend(BookingsDb db, Guid bookingId, Instant at, CancellationToken cancel)
    {
        var now = at.ToDateTimeUtc();
        try
        {
            // Only the parts of the first night: those a guest moves to later begin when they begin. The constraint decides; the condition only spares it the usual refusal.
            return await db.Database.ExecuteSqlAsync($"""
                update bookings.claim c set during = tstzrange({now}, upper(during)) where booking_id = {bookingId} and lower(during) > {now}
                  and lower(during) = (select min(lower(o.during)) from bookings.claim o where o.booking_id = {bookingId})
                  and not exists (select 1 from bookings.claim o where o.booking_id is distinct from {bookingId} and o.during && tstzrange({now}, lower(c.during))
                    and o.resource_id in (select m.resource_id from bookings.claim m where m.booking_id = {bookingId}))
                """, cancel) > 0;
        }
        catch (PostgresException problem) when (problem.SqlState == PostgresErrorCodes.ExclusionViolation)
        {
            return false;
        }
    }

    /// <summary>Lifts a block.</summary>
    public static Task<int> Unblock(BookingsDb db, Guid blockId, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"delete from bookings.claim where block_id = {blockId}", cancel);

    private static async Task<bool> TryTake(
        BookingsDb db, Guid? bookingId, Guid? blockId, IReadOnlyList<ClaimNeed> needs, Instant? expires, Instant at, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select bookings.try_take($1, $2, $3, $4, $5, $6, $7)",
            (NpgsqlConnection)db.Database.GetDbConnection(), (NpgsqlTransaction)db.Database.CurrentTransaction!.GetDbTransaction());
        var parameters = command.Parameters;
        parameters.Add(new() { Value = (object?)bookingId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        parameters.Add(new() { Value = (object?)blockId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        parameters.Add(new() { Value = needs.Select(n => n.ResourceId).ToArray() });
        parameters.Add(new() { Value = needs.Select(n => n.During.Start.ToDateTimeUtc()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
        parameters.Add(new() { Value = needs.Select(n => n.During.End.ToDateTimeUtc()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
        parameters.Add(new() { Value = (object?)expires?.ToDateTimeUtc() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        parameters.Add(new() { Value = at.ToDateTimeUtc(), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }
}
