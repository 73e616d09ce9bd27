using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Bookings;

/// <summary>Tells open grids, boards and booking pages what was taken, freed or changed.</summary>
public static class AnnounceSlots
{
    private static readonly Meter Meter = new("Sarai");
    private static readonly Counter<long> Events = Meter.CreateCounter<long>("booking_events_total", description: "What happened to bookings.");

    /// <summary>What a grid needs to know of a slot. Public: it names no guest.</summary>
    public sealed record Slot(Guid VenueId, IReadOnlyList<Guid> ResourceIds, Instant StartsAt, Instant EndsAt);

    /// <summary>What a booking's page and its guest need to know.</summary>
    public sealed record Change(Guid BookingId, string Code, BookingStatus Status);

    internal static void Register(IServiceCollection services)
    {
        // Of a new booking nobody can be watching a page yet.
        services.Hear<BookingHeld>((e, d, _) => Say("created", "slot_taken", e.Booking, d, watched: false));
        services.Hear<BookingConfirmed>((e, d, _) => Say("confirmed", "availability_changed", e.Booking, d));
        services.Hear<BookingExpired>((e, d, _) => Say("expired", "slot_freed", e.Booking, d));
        services.Hear<BookingCancelled>((e, d, _) => Say("cancelled", "slot_freed", e.Booking, d));
        services.Hear<BookingRescheduled>((e, d, _) => Say("rescheduled", "availability_changed", e.Booking, d));
        services.Hear<RoomChanged>((e, d, _) => Say("room_changed", "availability_changed", e.Booking, d));
        services.Hear<BookingCheckedIn>((e, d, _) => Say("checked_in", "availability_changed", e.Booking, d));
        services.Hear<BookingNoShow>((e, d, _) => Say("no_show", "availability_changed", e.Booking, d));
        services.Hear<BookingCompleted>((e, d, _) => e.Booking.Stay is null ? Task.CompletedTask : Say("completed", "slot_freed", e.Booking, d));
        services.Hear<ResourcesBlocked>((e, d, _) => Say(e.Removed ? "slot_freed" : "slot_taken", new Slot(e.VenueId, e.ResourceIds, e.StartsAt, e.EndsAt), d));
        // Other nodes keep their own memory of what is taken.
        services.AddSingleton(new LiveTap((provider, news) =>
        {
            if (news.Group.StartsWith("venue:", StringComparison.Ordinal) && Guid.TryParse(news.Group.AsSpan("venue:".Length), out var venue))
                provider.GetRequiredService<Availability>().Changed(venue);
        }));
        services.AddSingleton(new LiveRule("booking", async (provider, actor, id, cancel) =>
        {
            if (!Guid.TryParse(id, out var booking)) return false;
            await using var scope = provider.CreateAsyncScope();
            var found = await scope.ServiceProvider.GetRequiredService<BookingsDb>().Bookings.FindAsync([booking], cancel);
            return GetBooking.Access(found, actor) is null;
        }));
    }

    private static Task Say(string happened, string name, BookingInfo booking, Delivery delivery, bool watched = true)
    {
        Events.Add(1, new KeyValuePair<string, object?>("event_type", happened));
        Say(name, new Slot(booking.VenueId, [.. booking.Resources.Select(r => r.Id)], booking.StartsAt, booking.EndsAt), delivery);
        if (watched) delivery.Services.GetRequiredService<Live>().Announce($"booking:{booking.Id}", "booking_updated", new Change(booking.Id, booking.Code, booking.Status));
        return Task.CompletedTask;
    }

    private static Task Say(string name, Slot slot, Delivery delivery)
    {
        delivery.Services.GetRequiredService<Availability>().Changed(slot.VenueId);
        delivery.Services.GetRequiredService<Live>().Announce($"venue:{slot.VenueId}", name, slot);
        return Task.CompletedTask;
    }
}
