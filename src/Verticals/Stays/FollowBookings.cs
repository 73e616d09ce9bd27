using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Stays;

/// <summary>What bookings mean for rooms: a guest who leaves leaves a dirty room; tonight's rooms change state, and everybody who watches is told.</summary>
public static class FollowBookings
{
    private static readonly Duration WarnBefore = Duration.FromMinutes(3);

    internal static void Register(IServiceCollection services)
    {
        services.On<BookingHeld, StaysDb>(async (e, db, d, c) =>
        {
            if (e.Booking.ExpiresAt is not { } expires) return;
            db.Locks.Add(new RoomLock { BookingId = e.Booking.Id, GuestId = e.Booking.GuestId, ExpiresAt = expires });
            await Move(e.Booking, RoomState.Available, RoomState.Locked, e.Booking.GuestName, "booking begun", db, d, c);
        }, when: e => IsStay(e.Booking));
        services.On<BookingConfirmed, StaysDb>(async (e, db, d, c) =>
        {
            await Unlock(e.Booking, db, c);
            await Move(e.Booking, RoomState.Locked, RoomState.Booked, e.Actor, "confirmed", db, d, c);
        }, when: e => IsStay(e.Booking));
        services.On<BookingExpired, StaysDb>(async (e, db, d, c) =>
        {
            await Unlock(e.Booking, db, c);
            await Move(e.Booking, RoomState.Locked, RoomState.Available, "hold sweeper", "not paid in time", db, d, c);
        }, when: e => IsStay(e.Booking));
        services.On<BookingCancelled, StaysDb>(async (e, db, d, c) =>
        {
            var wasLocked = await Unlock(e.Booking, db, c);
            await Move(e.Booking, wasLocked ? RoomState.Locked : RoomState.Booked, RoomState.Available, e.Actor, e.Reason.Length > 0 ? e.Reason : "cancelled", db, d, c);
        }, when: e => IsStay(e.Booking));
        services.On<BookingNoShow, StaysDb>((e, db, d, c) => Move(e.Booking, RoomState.Booked, RoomState.Available, "night audit", "no-show", db, d, c), when: e => IsStay(e.Booking));
        services.On<BookingCheckedIn, StaysDb>((e, db, d, c) => Move(e.Booking, RoomState.Booked, RoomState.Occupied, "front desk", "checked in", db, d, c), when: e => IsStay(e.Booking));
        services.On<BookingCompleted, StaysDb>(async (e, db, d, c) =>
        {
            if (e.Booking.Stay!.LeftAt is not { } left) return;
            await Move(e.Booking, RoomState.Occupied, RoomState.Cleaning, e.Actor, "checked out", db, d, c, left);
        }, when: e => IsStay(e.Booking));
        services.Hear<BookingConfirmed>((e, d, _) =>
        {
            if (IsStay(e.Booking)) d.Services.GetRequiredService<Live>().Announce($"desk:{e.Booking.VenueId}", "new_booking", new { e.Booking.Id, e.Booking.Code, e.Booking.GuestName, e.Booking.Stay!.CheckIn, e.Booking.Stay.CheckOut });
            return Task.CompletedTask;
        });
        services.AddSingleton(new LiveRule("desk", async (provider, actor, id, cancel) =>
            Guid.TryParse(id, out var venue) && await provider.GetRequiredService<ICatalog>().Venue(venue, cancel) is { } found && actor.Can("read:desk_bookings", found.OrganisationId)));
        services.AddSingleton(new Job("warn of lapsing holds", TimeSpan.FromSeconds(10), Warn));
    }

    // A hold warns once, when a few minutes are left.
    private static async Task<bool> Warn(IServiceProvider services, CancellationToken cancel)
    {
        var (db, now, live) = (services.GetRequiredService<StaysDb>(), services.GetRequiredService<TimeProvider>().Now(), services.GetRequiredService<Live>());
        var soon = (now + WarnBefore).ToDateTimeUtc();
        var due = await db.InTransaction<List<RoomLock>>(async () =>
        {
            var locks = await db.Locks.FromSql($"select * from stays.room_lock where not warned and expires_at <= {soon} order by expires_at limit 200 for update skip locked").ToListAsync(cancel);
            foreach (var held in locks) held.Warned = true;
            return locks;
        }, cancel);
        foreach (var held in due.Value.Where(l => l.ExpiresAt > now))
        {
            var news = new { held.BookingId, held.ExpiresAt, secondsLeft = (int)(held.ExpiresAt - now).TotalSeconds };
            live.Announce($"user:{held.GuestId}", "lock_expiring", news);
            live.Announce($"booking:{held.BookingId}", "lock_expiring", news);
        }
        return due.Value.Count == 200;
    }

    internal static bool IsStay(BookingInfo booking) => booking is { Vertical: "stays", Stay: not null };

    private static async Task<bool> Unlock(BookingInfo booking, StaysDb db, CancellationToken cancel) =>
        await db.Locks.Where(l => l.BookingId == booking.Id).ExecuteDeleteAsync(cancel) > 0;

    private static async Task Move(
        BookingInfo booking, RoomState from, RoomState to, string actor, string reason, StaysDb db, Delivery delivery, CancellationToken cancel, Instant? leftAt = null)
    {
        if (await delivery.Services.GetRequiredService<ICatalog>().Venue(booking.VenueId, cancel) is not { } venue) return;
        var tonight = Hotel.Tonight(venue, delivery.At);
        foreach (var part in booking.Resources)
        {
            var (start, end) = (part.From ?? booking.StartsAt, part.Until ?? booking.EndsAt);
            // Rooms of other nights have no move: their state is of now, and now nothing changes for them.
            if (start >= tonight.End || (leftAt is null && end <= tonight.Start) || (leftAt is { } left && (start > left || end < booking.EndsAt && end <= left))) continue;
            var room = await db.LockRoom(venue, part.Id, cancel);
            if (to == RoomState.Cleaning && room.Condition != Condition.Maintenance) room.Condition = Condition.Dirty;
            ChangeRoomState.Note(db, venue, room, from, to, actor, reason, delivery.At);
            ChangeRoomState.Tell(delivery.Services.GetRequiredService<Live>(), venue, part.Id, to);
        }
    }
}
