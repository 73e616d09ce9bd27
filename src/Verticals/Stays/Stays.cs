using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Stays;

/// <summary>
/// The hotel trade: a stay claims a room for each of its units, the chosen one or any of the type, at the hotel's rates; a guest is let into a room that
/// is ready.
/// </summary>
public sealed class Stays(ICatalog catalog, [FromKeyedServices("stays")] ModuleDbContext database) : IVertical
{
    /// <inheritdoc/>
    public VerticalManifest Manifest { get; } = new("stays", "Hotels and guest houses", "hotel", "room", "bed-double", [Roles.Owner, Roles.Manager, Roles.Staff],
    [
        new("/desk/{venueId}/front", "Front desk", "concierge-bell", "read:desk_bookings"),
        new("/desk/{venueId}/rack", "Room rack", "calendar-range", "read:desk_bookings"),
        new("/desk/{venueId}/housekeeping", "Housekeeping", "brush-cleaning", "update:rooms"),
        new("/desk/{venueId}/bookings", "Bookings", "list", "read:desk_bookings"),
        new("/desk/{venueId}/payments", "Payments", "wallet", "read:payments"),
        new("/desk/{venueId}/rates", "Rates", "calendar-days", "update:prices"),
        new("/desk/{venueId}/promos", "Promo codes", "ticket", "update:prices"),
        new("/desk/{venueId}/plans", "Packages and memberships", "id-card", "read:customers"),
        new("/desk/{venueId}/credit", "Credit", "gift", "process:refunds"),
        new("/desk/{venueId}/policies", "Policies", "scale", "update:policies"),
        new("/desk/{venueId}/photos", "Photos", "image", "update:venue"),
        new("/desk/{venueId}/rooms-and-money", "Rooms and money", "search-check", "read:reports"),
        new("/desk/{venueId}/house", "Dashboard", "chart-line", "read:analytics"),
        new("/desk/organisations/{organisationId}/webhooks", "Webhooks", "webhook", "manage:webhooks"),
    ]);

    /// <inheritdoc/>
    public ValueTask<Answer<IReadOnlyList<Alternative>>> Claims(Wish wish, CancellationToken cancel = default) => ValueTask.FromResult(Rooms(wish));

    /// <inheritdoc/>
    public async ValueTask<Answer<Quote>> Price(Wish wish, Alternative alternative, CancellationToken cancel = default)
    {
        if (wish.Nights is null) return Fault.Refused("wrong_shape", "Rooms are booked by the night.");
        var lines = new List<PriceLine>();
        var peak = false;
        foreach (var unit in wish.Units)
        {
            var quote = await catalog.PriceNights(wish.Venue.Id, unit, wish.Nights, wish.At, wish.ByDesk, cancel);
            if (quote.Fault is { } fault) return fault;
            lines.AddRange(quote.Value.Lines.Where(l => l.Kind != "tax"));
            peak |= quote.Value.Peak;
        }
        if (wish.Venue.Policy.TaxPercent > 0) lines.Add(new PriceLine("tax", $"Includes {wish.Venue.Policy.TaxPercent:0.##} % tax", 0));
        return new Quote(lines, new Money(lines.Sum(l => l.Amount), wish.Venue.Currency), peak);
    }

    /// <inheritdoc/>
    public ValueTask<Fault?> May(Wish wish, CancellationToken cancel = default) => ValueTask.FromResult<Fault?>(null);

    /// <inheritdoc/>
    public async ValueTask<Fault?> MayCheckIn(BookingInfo booking, CancellationToken cancel = default)
    {
        await using var command = database.Source.CreateCommand("select resource_id, condition from stays.room where resource_id = any($1) and condition <> 'Ready'");
        command.Parameters.Add(new() { Value = booking.Resources.Where(r => r.From is null || r.From <= booking.StartsAt).Select(r => r.Id).ToArray() });
        await using var rows = await command.ExecuteReaderAsync(cancel);
        if (!await rows.ReadAsync(cancel)) return null;
        var (id, condition) = (rows.GetGuid(0), Enum.Parse<Condition>(rows.GetString(1)));
        var name = booking.Resources.First(r => r.Id == id).Name;
        return Fault.Conflict("room_not_ready", condition == Condition.Maintenance ? $"{name} is out of order. Move the guest to another room." : $"{name} is not clean yet. Wait for housekeeping, or move the guest to another room.");
    }

    private static Answer<IReadOnlyList<Alternative>> Rooms(Wish wish)
    {
        var needs = new List<ClaimNeed>();
        foreach (var unit in wish.Units)
        {
            var rooms = wish.Venue.Resources.Where(r => !r.Retired && wish.Venue.Offering(unit.OfferingId)!.ResourceIds.Contains(r.Id)).OrderBy(r => r.Position).ToList();
            if (unit.ResourceId is { } chosen) rooms = rooms.FindAll(r => r.Id == chosen);
            if (rooms.Count == 0) return Fault.NotFound("room");
            needs.Add(new ClaimNeed(rooms[0].Id, rooms[0].Name, wish.During) { Unit = needs.Count, OrAnyOf = [.. rooms.Skip(1).Select(r => new ClaimedResource(r.Id, r.Name))] });
        }
        return Answer<IReadOnlyList<Alternative>>.Created([new Alternative(needs)]);
    }
}
