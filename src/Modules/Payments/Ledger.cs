using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Sarai.Payments;

/// <summary>
/// The double-entry ledger. Every movement is one posting with entries that sum to zero, which the database checks, as it checks that no wallet goes
/// below zero and that nothing is ever changed. A posting has the name of its effect and happens once.
/// </summary>
public static class Ledger
{
    /// <summary>A side of a posting.</summary>
    /// <param name="Account">wallet, organisation, gateway, cash or unapplied.</param>
    /// <param name="Owner">Whose: a user, an organisation, a provider.</param>
    /// <param name="Amount">Minor units this owner is owed more; negative for less.</param>
    public sealed record Side(string Account, string Owner, long Amount);

    /// <summary>Posts inside the current transaction.</summary>
    /// <param name="db">The database, in a transaction.</param>
    /// <param name="effect">The name that makes it happen once, such as <c>capture:{attempt}</c>.</param>
    /// <param name="kind">capture, refund, top_up.</param>
    /// <param name="payment">Which payment it belongs to.</param>
    /// <param name="at">When.</param>
    /// <param name="currency">ISO 4217; a posting has one.</param>
    /// <param name="sides">Two or more, summing to zero.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>Posted, or why not: <c>already_posted</c>, <c>insufficient_funds</c>.</returns>
    public static async Task<Fault?> Post(PaymentsDb db, string effect, string kind, Guid payment, Instant at, string currency, IReadOnlyList<Side> sides, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select payments.post($1, $2, $3, $4, $5, $6, $7, $8)", (NpgsqlConnection)db.Database.GetDbConnection(), (NpgsqlTransaction)db.Database.CurrentTransaction!.GetDbTransaction());
        foreach (var parameter in Parameters(effect, kind, payment, at, currency, sides)) command.Parameters.Add(parameter);
        try
        {
            return (bool)(await command.ExecuteScalarAsync(cancel))! ? null : Fault.Conflict("already_posted", "This has been done already.");
        }
        catch (PostgresException problem) when (problem.ConstraintName == "wallet_not_overdrawn")
        {
            return Fault.Conflict("insufficient_funds", "There is not enough in the wallet. Top it up, or pay another way.");
        }
    }

    internal static IEnumerable<NpgsqlParameter> Parameters(string effect, string kind, Guid payment, Instant at, string currency, IReadOnlyList<Side> sides) =>
    [
        new() { Value = effect }, new() { Value = kind }, new() { Value = payment }, new() { Value = at.ToDateTimeUtc() }, new() { Value = currency },
        new() { Value = sides.Select(s => s.Account).ToArray() }, new() { Value = sides.Select(s => s.Owner).ToArray() }, new() { Value = sides.Select(s => s.Amount).ToArray() },
    ];
}
