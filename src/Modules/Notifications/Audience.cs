using Microsoft.EntityFrameworkCore;

namespace Sarai.Notifications;

/// <summary>Whom a batch of events concerns, and what they want to hear: asked for once for the whole batch.</summary>
internal sealed class Audience(IIdentity identity, IBookings bookings, NotificationsDb db)
{
    private static readonly string[] Desk = [Roles.Owner, Roles.Manager, Roles.Staff];
    private readonly Dictionary<Guid, Person?> _people = [];
    private readonly Dictionary<Guid, BookingInfo?> _bookings = [];
    private readonly Dictionary<Guid, IReadOnlyList<Guid>> _desks = [];
    private readonly HashSet<(Guid User, string Channel, string Type)> _unwanted = [];

    /// <summary>Reads what will be asked for.</summary>
    public async Task Gather(IEnumerable<Guid> people, IEnumerable<Guid> bookingIds, IEnumerable<Guid> desks, CancellationToken cancel)
    {
        foreach (var organisation in desks.Distinct().Where(o => !_desks.ContainsKey(o)))
            _desks[organisation] = await identity.Colleagues(organisation, Desk, cancel);
        var newBookings = bookingIds.Distinct().Where(id => !_bookings.ContainsKey(id)).ToArray();
        if (newBookings.Length > 0)
        {
            var found = (await bookings.FindMany(newBookings, cancel)).ToDictionary(b => b.Id);
            foreach (var id in newBookings) _bookings[id] = found.GetValueOrDefault(id);
        }
        var newPeople = people.Distinct().Where(id => !_people.ContainsKey(id)).ToArray();
        if (newPeople.Length == 0) return;
        var known = await identity.FindMany(newPeople, cancel);
        foreach (var id in newPeople) _people[id] = known.GetValueOrDefault(id);
        _unwanted.UnionWith((await db.Preferences.Where(p => newPeople.Contains(p.UserId) && !p.Wanted).Select(p => new { p.UserId, p.Channel, p.Type }).ToListAsync(cancel))
            .Select(p => (p.UserId, p.Channel, p.Type)));
    }

    /// <summary>A person, or null when the account is gone.</summary>
    public async ValueTask<Person?> Person(Guid id, CancellationToken cancel)
    {
        if (!_people.ContainsKey(id)) await Gather([id], [], [], cancel);
        return _people[id];
    }

    /// <summary>A booking as it is now, or null.</summary>
    public async ValueTask<BookingInfo?> Booking(Guid id, CancellationToken cancel)
    {
        if (!_bookings.ContainsKey(id)) await Gather([], [id], [], cancel);
        return _bookings[id];
    }

    /// <summary>Everybody at the desk of an organisation.</summary>
    public async ValueTask<IReadOnlyList<Guid>> AtDesk(Guid organisationId, CancellationToken cancel)
    {
        if (!_desks.ContainsKey(organisationId)) await Gather([], [], [organisationId], cancel);
        return _desks[organisationId];
    }

    /// <summary>Whether a person, asked for before, wants messages of a type by a channel.</summary>
    public bool Wants(Guid userId, string channel, string type) => !_unwanted.Contains((userId, channel, type));
}
