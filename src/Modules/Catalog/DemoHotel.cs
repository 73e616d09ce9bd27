using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Catalog;

/// <summary>A hotel in Lagos as it might be, opened, furnished, submitted and approved through the features its staff use.</summary>
internal static class DemoHotel
{
    private static readonly Actor Platform = Actor.System("demo");

    private static readonly (string Type, int Rooms, int Guests, long Night, long Weekend, long ExtraAdult)[] Types =
        [("Standard", 12, 3, 4_500_000, 5_500_000, 800_000), ("Deluxe, lagoon view", 6, 3, 7_200_000, 8_500_000, 1_000_000), ("Family suite", 2, 6, 12_500_000, 14_000_000, 1_200_000)];

    public static async Task Add(IServiceProvider services, CancellationToken cancel)
    {
        var owner = await services.GetRequiredService<IIdentity>().FindByEmail("owner@sarai.example", cancel);
        if (owner?.Organisations is not [_, var organisation, ..]) return;
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        var (provider, db, snapshots, clock) = (scope.ServiceProvider, scope.ServiceProvider.GetRequiredService<CatalogDb>(), scope.ServiceProvider.GetRequiredService<VenueSnapshots>(), scope.ServiceProvider.GetRequiredService<TimeProvider>());
        var opened = await ChangeVenue.Open(new ChangeVenue.OpenRequest
        {
            OrganisationId = organisation,
            Vertical = "stays",
            Details = new Details
            {
                Name = "Lagoon House", City = "Lagos", Address = "12 Ozumba Mbadiwe Avenue, Victoria Island", Latitude = 6.4362, Longitude = 3.4301, TimeZone = "Africa/Lagos", Currency = "NGN", Phone = "+234 1 700 0000",
                Description = "Twenty rooms above the lagoon, ten minutes from the business district: quiet courtyards, a pool, and power that stays on.", Amenities = ["stars:4", "wifi", "pool", "breakfast", "parking", "generator", "airport-shuttle"],
            },
        }, Platform, db, snapshots, provider.GetServices<IVertical>(), clock, cancel);
        var id = opened.Value.Venue.Id;
        await Change("policy", v => v.SetPolicy(new Policy { PayAtDesk = true, WindowDays = 365, TaxPercent = 7.5m, Cancellation = [new(48, 100), new(24, 50)], RescheduleHours = 24 }));
        await Change("resources", v => v.SetResources([.. Rooms()]));
        await Change("offerings", v => v.SetOfferings([.. Types.Select((t, i) => new OfferingInfo(
            Guid.CreateVersion7(), t.Type, Shape.Nights, [], 30, [.. v.Resources.Where(r => r.Tags.Contains($"type:{i}")).Select(r => r.Id)], t.Guests, true))]));
        await Change("prices", v => v.SetPrices([.. v.Offerings.SelectMany(Prices)]));
        await Change("state", v => v.Move(VenueState.Submitted, Platform, null, clock.Now()));
        await Change("state", v => v.Move(VenueState.Active, Platform, null, clock.Now()));

        async Task Change(string what, Func<Venue, Fault?> change)
        {
            var answer = await ChangeVenue.Apply(id, "update:venue", what, change, null, Platform, db, snapshots, cancel);
            db.ChangeTracker.Clear();
            if (answer.Fault is { } fault) throw new InvalidOperationException($"Demo hotel: {fault.Message}");
        }
    }

    private static IEnumerable<ResourceInfo> Rooms()
    {
        var position = 0;
        for (var type = 0; type < Types.Length; type++)
        {
            for (var n = 1; n <= Types[type].Rooms; n++) yield return new ResourceInfo(Guid.CreateVersion7(), $"{((type + 1) * 100) + n}", "room", ++position, false, [$"type:{type}"]);
        }
    }

    private static IEnumerable<PriceRule> Prices(OfferingInfo offering)
    {
        var (_, _, _, night, weekend, extra) = Types.First(t => t.Type == offering.Name);
        yield return Rule("Weekend", [IsoDayOfWeek.Friday, IsoDayOfWeek.Saturday], new NightPrice(weekend, 2, extra, extra / 2), true);
        yield return Rule("Week", [], new NightPrice(night * 85 / 100, 2, extra, extra / 2) { NightsAtLeast = 7 }, false);
        yield return Rule("Night", [], new NightPrice(night, 2, extra, extra / 2), false);

        PriceRule Rule(string label, IReadOnlyList<IsoDayOfWeek> days, NightPrice price, bool peak) =>
            new(Guid.CreateVersion7(), label, offering.Id, [], days, LocalTime.Midnight, LocalTime.Midnight, null, null, null, null, null, 0, peak) { Night = price };
    }
}
