using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Payments;

/// <summary>
/// When a booking is over, whoever served it has earned their share of what was paid: it moves from the organisation's account to theirs, once. All shares
/// together are never more than was paid.
/// </summary>
public static class EarnShares
{
    internal static async Task On(BookingCompleted happened, PaymentsDb db, Delivery delivery, CancellationToken cancel)
    {
        var booking = happened.Booking;
        var rules = await db.Read("select resource_id, user_id, percent, fixed from payments.payee where organisation_id = $1 and resource_id = any($2) order by resource_id", row =>
            new KeepPayees.Rule(row.GetGuid(0), row.GetGuid(1), row.IsDBNull(2) ? null : row.GetDecimal(2), row.IsDBNull(3) ? null : row.GetInt64(3)),
            cancel, booking.OrganisationId, booking.Resources.Select(r => r.Id).Distinct().ToArray());
        var (ledger, now) = (delivery.Services.GetRequiredService<Ledger>(), delivery.Services.GetRequiredService<TimeProvider>().Now());
        var left = booking.Paid;
        foreach (var rule in rules)
        {
            var wished = rule.Percent is { } percent ? booking.Paid.Percent(percent) : new Money(rule.Fixed!.Value, booking.Paid.Currency);
            var share = wished.Amount < left.Amount ? wished : left;
            if (share.Amount < 1) continue;
            left -= share;
            await db.Run(cancel, await ledger.Write(new Posting(
                "earned", $"earned:{booking.Id}:{rule.ResourceId}", share, LedgerAccount.Organisation(booking.OrganisationId, share.Currency),
                LedgerAccount.Payee(booking.OrganisationId, rule.UserId, share.Currency), null, null, booking.Code, now), db, cancel));
        }
    }
}
