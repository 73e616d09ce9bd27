using Sarai.Catalog;
using Sarai.Contracts;
using Sarai.Identity;

namespace Sarai.Host.Replay;

/// <summary>The hotel a file is replayed into: found by name, or opened and furnished with as many rooms of each type as were ever promised for one night.</summary>
internal sealed class House(IServiceProvider services, Guid venueId) : IDisposable
{
    private static readonly Actor Actor = Actor.System("replay");
    private readonly SemaphoreSlim _building = new(1, 1);
    private volatile IReadOnlyDictionary<string, Guid> _types = new Dictionary<string, Guid>();

    /// <summary>The hotel.</summary>
    public Guid VenueId => venueId;

    /// <summary>How many rooms it has.</summary>
    public int Rooms { get; private set; }

    /// <summary>How many room types.</summary>
    public int Types => _types.Count;

    /// <inheritdoc/>
    public void Dispose() => _building.Dispose();

    /// <summary>The offering of a room type.</summary>
    public Guid Type(string name) => _types[name];

    /// <summary>Finds or opens the hotel and gives it the rooms the file needs.</summary>
    public static async Task<House> Furnish(IServiceProvider services, string name, string owner, IReadOnlyList<StayRow> rows, SimulatedClock clock, CancellationToken cancel)
    {
        clock.MoveTo(rows.Min(r => r.Booked).AtMidnight().InUtc().ToInstant() - Duration.FromDays(1));
        var venue = await Find(services, name, owner, cancel) ?? await Open(services, name, owner, cancel);
        var house = new House(services, venue);
        var guests = rows.GroupBy(r => r.Reserved).ToDictionary(g => g.Key, g => g.Max(r => r.Adults + r.Children));
        foreach (var row in rows) guests[row.Assigned] = Math.Max(guests.GetValueOrDefault(row.Assigned), row.Adults + row.Children);
        await house.Add(Reckoning.Peaks(rows).OrderBy(p => p.Key, StringComparer.Ordinal).ToDictionary(p => p.Key, p => p.Value + Math.Max(1, p.Value / 8)), guests, cancel);
        return house;
    }

    /// <summary>Adds rooms of a type; the stays of the file lie so that no room is free for all their nights.</summary>
    public Task Grow(string type, int seen, CancellationToken cancel) => Rooms > seen ? Task.CompletedTask : Add(new Dictionary<string, int> { [type] = 2 }, [], cancel);

    private async Task Add(IReadOnlyDictionary<string, int> counts, Dictionary<string, int> guests, CancellationToken cancel)
    {
        await _building.WaitAsync(cancel);
        try
        {
            await Change("resources", v => v.SetResources(InOrder([.. v.Resources, .. counts.SelectMany(c => Enumerable.Range(v.Resources.Count(r => r.Name.StartsWith(c.Key + "-", StringComparison.Ordinal)) + 1, c.Value)
                .Select(n => new ResourceInfo(Guid.CreateVersion7(), $"{c.Key}-{n:000}", "room", 0, false, [])))])));
            await Change("offerings", v => v.SetOfferings([.. v.Offerings.Select(o => Grown(v, o)), .. counts.Keys.Where(k => v.Offerings.All(o => o.Name != k)).Select(k => Grown(v,
                new OfferingInfo(Guid.CreateVersion7(), k, Shape.Nights, [], 30, [], Math.Max(4, guests.GetValueOrDefault(k)), true)))]));
        }
        finally
        {
            _building.Release();
        }

        static IReadOnlyList<ResourceInfo> InOrder(IEnumerable<ResourceInfo> rooms) => [.. rooms.OrderBy(r => r.Name, StringComparer.Ordinal).Select((r, i) => r with { Position = i + 1 })];

        OfferingInfo Grown(Venue venue, OfferingInfo offering) => !counts.ContainsKey(offering.Name) ? offering : offering with
        {
            ResourceIds = [.. venue.Resources.Where(r => r.Name.StartsWith(offering.Name + "-", StringComparison.Ordinal)).Select(r => r.Id)],
            MaxParticipants = Math.Max(offering.MaxParticipants, guests.GetValueOrDefault(offering.Name)),
        };
    }

    private async Task Change(string what, Func<Venue, Fault?> change)
    {
        await using var scope = services.CreateAsyncScope();
        var answer = await ChangeVenue.Apply(venueId, "update:venue", what, change, null, Actor, scope.ServiceProvider.GetRequiredService<CatalogDb>(), services.GetRequiredService<VenueSnapshots>(), CancellationToken.None);
        if (answer.Fault is { } fault) throw new StartupProblem($"The hotel cannot be furnished: {fault.Message}");
        Rooms = answer.Value.Venue.Resources.Count(r => !r.Retired);
        _types = answer.Value.Venue.Offerings.Where(o => o.Shape == Shape.Nights).ToDictionary(o => o.Name, o => o.Id);
    }

    private static async Task<Guid?> Find(IServiceProvider services, string name, string owner, CancellationToken cancel)
    {
        await using var scope = services.CreateAsyncScope();
        var person = await scope.ServiceProvider.GetRequiredService<IIdentity>().FindByEmail(owner, cancel);
        foreach (var organisation in person?.Organisations ?? [])
        {
            var venues = await scope.ServiceProvider.GetRequiredService<ICatalog>().VenuesOf(organisation, cancel);
            if (venues.FirstOrDefault(v => v.Vertical == "stays" && (v.Name == name || v.Slug == name || v.Id.ToString() == name)) is { } found) return found.Id;
        }
        return null;
    }

    private static async Task<Guid> Open(IServiceProvider services, string name, string owner, CancellationToken cancel)
    {
        await using var scope = services.CreateAsyncScope();
        var (provider, clock) = (scope.ServiceProvider, scope.ServiceProvider.GetRequiredService<TimeProvider>());
        var person = await provider.GetRequiredService<IIdentity>().FindOrInvite(name, null, owner, cancel);
        if (person.Fault is { } malformed) throw new StartupProblem(malformed.Message);
        var organisation = await RunOrganisation.Open(new RunOrganisation.OpenRequest { Name = name, Vertical = "stays" }, Actor.Of(person.Value.Id, person.Value.Name), provider.GetRequiredService<IdentityDb>(), provider.GetRequiredService<OpenSession>(), clock, cancel);
        if (organisation.Fault is { } refused) throw new StartupProblem(refused.Message);
        var (db, snapshots) = (provider.GetRequiredService<CatalogDb>(), provider.GetRequiredService<VenueSnapshots>());
        var details = new Details { Name = name, City = "Faro", Address = "Algarve", Latitude = 37.02, Longitude = -7.93, TimeZone = "Europe/Lisbon", Currency = "EUR", Description = "A hotel whose history was replayed from a file." };
        var opened = await ChangeVenue.Open(new ChangeVenue.OpenRequest { OrganisationId = organisation.Value.Id, Vertical = "stays", Details = details }, Actor, db, snapshots, provider.GetServices<IVertical>(), clock, cancel);
        return opened.Ok ? opened.Value.Venue.Id : throw new StartupProblem(opened.Fault!.Message);
    }
}
