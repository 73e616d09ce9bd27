namespace Sarai.Courts;

/// <summary>The padel trade: a court booking claims one court, the chosen one or any that is free, at the club's price rules.</summary>
public sealed class Courts(ICatalog catalog) : IVertical
{
    /// <inheritdoc/>
    public VerticalManifest Manifest { get; } = new("courts", "Padel and racket clubs", "club", "court", "racket", [Roles.Owner, Roles.Manager, Roles.Staff, Roles.Coach],
    [
        new("/desk/{venueId}", "Schedule", "calendar-days", "read:desk_bookings"),
        new("/desk/{venueId}/bookings", "Bookings", "list", "read:desk_bookings"),
        new("/desk/{venueId}/customers", "Customers", "users", "read:customers"),
        new("/desk/{venueId}/payments", "Payments", "wallet", "read:payments"),
        new("/desk/{venueId}/dashboard", "Dashboard", "chart-line", "read:analytics"),
        new("/desk/{venueId}/prices", "Prices", "tag", "update:prices"),
        new("/desk/{venueId}/plans", "Packages and memberships", "id-card", "read:customers"),
        new("/desk/{venueId}/promos", "Promo codes", "ticket", "update:prices"),
        new("/desk/{venueId}/credit", "Credit", "gift", "process:refunds"),
        new("/desk/{venueId}/hours", "Hours", "clock", "update:venue"),
        new("/desk/{venueId}/courts", "Courts", "racket", "update:venue"),
        new("/desk/{venueId}/policies", "Policies", "scale", "update:policies"),
        new("/desk/{venueId}/details", "About", "house", "update:venue"),
        new("/desk/{venueId}/staff", "Staff", "id-card", "manage:staff"),
        new("/desk/organisations/{organisationId}/webhooks", "Webhooks", "webhook", "manage:webhooks"),
    ]);

    /// <inheritdoc/>
    public ValueTask<Answer<IReadOnlyList<Alternative>>> Claims(Wish wish, CancellationToken cancel = default)
    {
        var courts = wish.Venue.Resources.Where(r => !r.Retired && (wish.ResourceId is not { } chosen || r.Id == chosen) && wish.Offering.ResourceIds.Contains(r.Id)).OrderBy(r => r.Position).ToList();
        if (courts.Count == 0) return ValueTask.FromResult<Answer<IReadOnlyList<Alternative>>>(Fault.NotFound("court"));
        return ValueTask.FromResult<Answer<IReadOnlyList<Alternative>>>(courts.ConvertAll(court => new Alternative([new ClaimNeed(court.Id, court.Name, wish.During)])));
    }

    /// <inheritdoc/>
    public ValueTask<Answer<Quote>> Price(Wish wish, Alternative alternative, CancellationToken cancel = default) =>
        catalog.Price(wish.Offering.Id, alternative.Claims[0].ResourceId, wish.During, wish.At, wish.Tier, cancel);

    /// <inheritdoc/>
    public ValueTask<Fault?> May(Wish wish, CancellationToken cancel = default) => ValueTask.FromResult<Fault?>(null);
}
