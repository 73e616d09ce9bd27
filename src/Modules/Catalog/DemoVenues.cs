using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Catalog;

/// <summary>Four clubs as they might be, opened, furnished, submitted and approved through the features their staff use.</summary>
internal static class DemoVenues
{
    private static readonly Actor Platform = Actor.System("demo");

    private static readonly (string Name, string City, string Address, double Lat, double Lng, int Courts, long Peak, long OffPeak, string[] Amenities)[] Clubs =
    [
        ("Margalla Padel Club", "Islamabad", "Street 12, F-7/2", 33.7215, 73.0570, 6, 600_000, 350_000, ["parking", "showers", "cafe", "rackets", "generator"]),
        ("Rawal Padel Arena", "Rawalpindi", "Chaklala Scheme III", 33.5858, 73.0889, 4, 480_000, 280_000, ["parking", "showers", "rackets"]),
        ("Gulberg Padel House", "Lahore", "Main Boulevard, Gulberg III", 31.5102, 74.3441, 5, 650_000, 380_000, ["parking", "cafe", "coaching"]),
        ("Clifton Padel", "Karachi", "Block 4, Clifton", 24.8138, 67.0300, 4, 700_000, 420_000, ["showers", "cafe", "coaching", "generator"]),
    ];

    public static async Task Add(IServiceProvider services, CancellationToken cancel)
    {
        var owner = await services.GetRequiredService<IIdentity>().FindByEmail("owner@sarai.example", cancel);
        if (owner?.Organisations is not [var organisation, ..]) return;
        foreach (var club in Clubs)
        {
            // The venue stays tracked by its database while it is changed; each change has its own.
            await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
            await Add(scope.ServiceProvider, organisation, club, cancel);
        }
    }

    private static async Task Add(
        IServiceProvider services, Guid organisation, (string Name, string City, string Address, double Lat, double Lng, int Courts, long Peak, long OffPeak, string[] Amenities) club, CancellationToken cancel)
    {
        var (db, snapshots, clock) = (services.GetRequiredService<CatalogDb>(), services.GetRequiredService<VenueSnapshots>(), services.GetRequiredService<TimeProvider>());
        var opened = await ChangeVenue.Open(new ChangeVenue.OpenRequest
        {
            OrganisationId = organisation,
            Vertical = "courts",
            Details = new Details
            {
                Name = club.Name, City = club.City, Address = club.Address, Latitude = club.Lat, Longitude = club.Lng, TimeZone = "Asia/Karachi", Currency = "PKR", Phone = "+92 51 8355000",
                Description = $"Padel in {club.City}, {club.Courts} courts with panoramic glass and LED light, from early morning until two at night.", Amenities = club.Amenities,
            },
        }, Platform, db, snapshots, services.GetServices<IVertical>(), clock, cancel);
        var id = opened.Value.Venue.Id;
        await Change("hours", v => v.SetHours([.. Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None).Select(d => new OpeningHours(d, new LocalTime(7, 0), new LocalTime(2, 0)))]));
        await Change("policy", v => v.SetPolicy(new Policy { PayAtDesk = true, WindowDays = 30, TaxPercent = 16 }));
        await Change("resources", v => v.SetResources([.. Enumerable.Range(1, club.Courts).Select(n => new ResourceInfo(
            Guid.CreateVersion7(), $"Court {n}", "court", n, false, n > club.Courts - 2 ? ["indoor", "generator-backed"] : ["outdoor"]))]));
        await Change("offerings", v => v.SetOfferings([new OfferingInfo(Guid.CreateVersion7(), "Padel court", Shape.Slots, [60, 90, 120], 30, [.. v.Resources.Select(r => r.Id)], 4, true)]));
        await Change("prices", v => v.SetPrices(Prices(club.Peak, club.OffPeak)));
        await Change("state", v => v.Move(VenueState.Submitted, Platform, null, clock.Now()));
        await Change("state", v => v.Move(VenueState.Active, Platform, null, clock.Now()));
        var today = clock.Now().InZone(Time.Zone("Asia/Karachi")).Date;
        await Change("closures", v => v.SetClosures([new Closure(today.PlusDays(12), "Staff training", null, null), new Closure(today.PlusDays(19), "Club evening", new LocalTime(7, 0), new LocalTime(17, 0))]));

        async Task Change(string what, Func<Venue, Fault?> change)
        {
            var answer = await ChangeVenue.Apply(id, "update:venue", what, change, null, Platform, db, snapshots, cancel);
            db.ChangeTracker.Clear();
            if (answer.Fault is { } fault) throw new InvalidOperationException($"Demo venue: {fault.Message}");
        }
    }

    private static IReadOnlyList<PriceRule> Prices(long peak, long offPeak)
    {
        IsoDayOfWeek[] weekend = [IsoDayOfWeek.Saturday, IsoDayOfWeek.Sunday];
        return
        [
            Rule("Weekend", weekend, new(9, 0), new(0, 0), peak, true),
            Rule("Evening", [], new(17, 0), new(23, 0), peak, true),
            Rule("Early bird", [], new(7, 0), new(9, 0), offPeak * 8 / 10, false),
            Rule("Off-peak", [], LocalTime.Midnight, LocalTime.Midnight, offPeak, false),
        ];

        static PriceRule Rule(string label, IsoDayOfWeek[] days, LocalTime from, LocalTime to, long perHour, bool isPeak) =>
            new(Guid.CreateVersion7(), label, null, [], days, from, to, null, null, null, null, null, perHour, isPeak);
    }
}
