using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Sarai.Bookings;

/// <summary>What one guest may have at once: unpaid holds, upcoming bookings, bookings on a day; and whether the club has blocked the guest. Checked inside the transaction that takes.</summary>
public static class Quota
{
    /// <summary>The check inside the current transaction. A refusal ends the transaction's usefulness: roll back.</summary>
    /// <returns>Null when the guest may.</returns>
    public static async Task<Fault?> Check(BookingsDb db, Booking booking, Policy policy, bool byDesk, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select bookings.guard($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            (NpgsqlConnection)db.Database.GetDbConnection(), (NpgsqlTransaction)db.Database.CurrentTransaction!.GetDbTransaction());
        var parameters = command.Parameters;
        parameters.Add(new() { Value = booking.GuestId });
        parameters.Add(new() { Value = booking.OrganisationId });
        parameters.Add(new() { Value = booking.VenueId });
        parameters.Add(new() { Value = booking.LocalDate.ToDateOnly() });
        parameters.Add(new() { Value = booking.CreatedAt.ToDateTimeUtc() });
        // A null limit is not checked.
        foreach (var limit in byDesk ? [null, null, null] : new[] { policy.MaxUnpaidHolds, policy.MaxUpcoming, policy.MaxPerDay })
            parameters.Add(new() { Value = (object?)limit ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        parameters.Add(new() { Value = booking.Id });
        try
        {
            await command.ExecuteNonQueryAsync(cancel);
            return null;
        }
        catch (PostgresException problem) when (Refusal(problem.SqlState, policy) is { } refusal)
        {
            return refusal;
        }
    }

    /// <summary>The refusal behind an code of the refusal, or null when it is none.</summary>
    public static Fault? Refusal(string state, Policy policy) => state switch
    {
        "SL002" => Fault.Forbidden("The club does not take bookings from you at present. Please speak to the desk.") with { Code = "guest_blocked" },
        "SL003" => Fault.Conflict("too_many_holds", $"You have {policy.MaxUnpaidHolds} unpaid holds. Pay or cancel one first."),
        "SL004" => Fault.Conflict("too_many_upcoming", $"The club allows {policy.MaxUpcoming} upcoming bookings at a time."),
        "SL005" => Fault.Conflict("too_many_on_day", $"The club allows {policy.MaxPerDay} bookings a day."),
        _ => null,
    };
}
