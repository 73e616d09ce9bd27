using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Payments;

/// <summary>
/// Looks at splits whose time has come and does what the club's policy says: charges the owner's wallet, calls the booking off, or opens the places. Cash is
/// waited for until the slot is over. Whatever the owner was charged is given back when the share is paid after all.
/// </summary>
public static class SettleSplits
{
    /// <summary>The club's policy.</summary>
    public sealed record RuleRequest
    {
        /// <summary>ownerLiable, autoCancel or openPlaces.</summary>
        [Required, AllowedValues("ownerLiable", "autoCancel", "openPlaces", ErrorMessage = "Choose ownerLiable, autoCancel or openPlaces.")] public string? Policy { get; set; }

        /// <summary>How many hours before the start the shares must be there: 0 to 720.</summary>
        [Required, Range(0, 720)] public int? HoursBefore { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api) => api.MapPut("/organisations/{id:guid}/split-policy", Keep).Needs("update:policies").Limited(RateLimits.Write).WithTags("Splits").WithSummary("What happens to shares nobody pays");

    /// <summary>Sets the policy for splits to come.</summary>
    public static async Task<Answer<Done>> Keep(Guid id, RuleRequest request, Actor actor, PaymentsDb db, CancellationToken cancel)
    {
        if (actor.Barred("update:policies", id, "organisation") is { } barred) return barred;
        return await db.InTransaction<Done>(async () =>
        {
            await db.Run(cancel, PaymentsDb.Sql("""
                insert into payments.split_rule (organisation_id, policy, hours_before) values ($1, $2, $3) on conflict (organisation_id) do update set policy = excluded.policy, hours_before = excluded.hours_before
                """, id, Enum.Parse<SplitPolicy>(request.Policy!, ignoreCase: true), request.HoursBefore));
            db.Audit(actor, id, "update:policies", id, null, new { Split = request.Policy, request.HoursBefore });
            return Done.It;
        }, cancel);
    }

    internal static async Task<bool> Run(IServiceProvider services, CancellationToken cancel)
    {
        var (db, now) = (services.GetRequiredService<PaymentsDb>(), services.GetRequiredService<TimeProvider>().Now());
        var due = await db.Splits.AsNoTracking().Where(s => s.LookAt <= now).OrderBy(s => s.LookAt).Select(s => s.Id).Take(20).ToListAsync(cancel);
        foreach (var id in due)
        {
            await using var scope = services.CreateAsyncScope();
            await Settle(id, scope.ServiceProvider, now, cancel);
        }
        return due.Count == 20;
    }

    private static async Task Settle(Guid id, IServiceProvider services, Instant now, CancellationToken cancel)
    {
        var (db, bookings) = (services.GetRequiredService<PaymentsDb>(), services.GetRequiredService<IBookings>());
        await db.InTransaction<Done>(async () =>
        {
            var split = await db.Splits.FromSql($"select * from payments.split where id = {id} and look_at <= {now.ToDateTimeUtc()} for update skip locked").FirstOrDefaultAsync(cancel);
            if (split is null) return Done.It;
            var booking = await bookings.Find(split.BookingId, cancel);
            if (booking is null || booking.Status is BookingStatus.Cancelled or BookingStatus.Expired)
            {
                (split.Status, split.LookAt) = (SplitStatus.Failed, null);
                return Done.It;
            }
            var shares = await SplitBooking.SharesOf(id, db, cancel);
            var overdue = split.Overdue(shares, now);
            if (overdue.Count > 0 && split.Policy == SplitPolicy.AutoCancel && overdue.Any(s => !s.Cash))
            {
                (split.Status, split.LookAt) = (SplitStatus.Failed, null);
                db.Publish(new SplitFailed(split.Id, split.BookingId, split.OwnerId, split.OrganisationId, overdue.Count));
                return Done.It;
            }
            if (split.Policy == SplitPolicy.OpenPlaces && now >= split.Deadline)
                await db.Run(cancel, PaymentsDb.Sql("update payments.split_share set status = 'Open' where split_id = $1 and status = 'Due' and not cash", id));
            foreach (var share in overdue) await StandIn(split, share, booking, services, cancel);
            shares = await SplitBooking.SharesOf(id, db, cancel);
            split.LookAt = split.NextLook(shares, now);
            if (split.LookAt is null) split.Status = SplitStatus.Settled;
            return Done.It;
        }, cancel);
    }

    // The owner pays from the wallet what somebody else did not; what is not in it stays due and can be paid at the desk.
    private static async Task StandIn(Split split, Share share, BookingInfo booking, IServiceProvider services, CancellationToken cancel)
    {
        var (db, ledger) = (services.GetRequiredService<PaymentsDb>(), services.GetRequiredService<Ledger>());
        var (due, _) = await CreateOrder.Look(booking, "", db, cancel);
        if (due.Amount < share.Amount)
        {
            await db.Run(cancel, PaymentsDb.Sql("update payments.split_share set status = 'Waived' where id = $1 and status in ('Due', 'Open')", share.Id));
            return;
        }
        if ((await ledger.Balance(LedgerAccount.Wallet(split.OwnerId, split.Currency), cancel)).Amount < share.Amount) return;
        var wallet = services.GetRequiredService<Providers>().Find(WalletProvider.Method)!;
        var charged = await PayShare.Begin(split, share, booking, wallet, split.OwnerId, split.OwnerId, Payment.Platform, services, cancel);
        // The wallet was emptied meanwhile: the transaction is lost, and the next run looks anew.
        if (charged.Fault is { } fault) throw new InvalidOperationException($"Share {share.Id} could not be charged: {fault.Code}");
        await db.SaveChangesAsync(cancel);
        await db.Run(cancel, PaymentsDb.Sql("update payments.split_share set status = 'Charged', user_id = $2::uuid where id = $1", share.Id, share.UserId));
        if (db.ChangeTracker.Entries<Share>().FirstOrDefault(e => e.Entity.Id == share.Id) is { } tracked) tracked.State = EntityState.Detached;
    }
}
