using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Stays;

/// <summary>Guests of the demo hotel, booked as its desk would.</summary>
internal static class DemoStays
{
    private static readonly (string Guest, int Type, int In, int Nights, int Adults, bool Here)[] Guests =
    [
        ("Tunde Bello", 0, 0, 3, 1, true), ("Chidinma Eze", 0, 0, 2, 2, true), ("Ibrahim Musa", 1, 0, 4, 2, true), ("Funke Adeyemi", 0, 0, 1, 1, false), ("Kwame Mensah", 1, 0, 2, 2, false),
        ("Amara Okeke", 2, 0, 5, 4, false), ("Yusuf Danladi", 0, 1, 2, 1, false), ("Zainab Sani", 0, 2, 3, 2, false), ("Emeka Obi", 1, 3, 2, 2, false), ("Ngozi Uche", 0, 5, 7, 1, false),
    ];

    public static async Task Add(IServiceProvider services, CancellationToken cancel)
    {
        var (nights, desk) = (services.GetRequiredService<INights>(), Actor.System("demo"));
        var owner = await services.GetRequiredService<IIdentity>().FindByEmail("owner@sarai.example", cancel);
        if (owner?.Organisations is not [_, var organisation, ..]) return;
        if ((await services.GetRequiredService<ICatalog>().VenuesOf(organisation, cancel)).FirstOrDefault(v => v.Vertical == "stays") is not { } hotel) return;
        var today = services.GetRequiredService<TimeProvider>().Now().InZone(hotel.Zone).Date;
        foreach (var (guest, type, from, count, adults, here) in Guests)
        {
            var stay = new StayWish(hotel.Id, today.PlusDays(from), today.PlusDays(from + count), [new UnitWish(hotel.Offerings[type].Id, null, adults, 0, null)], null);
            var booked = await nights.BookAtDesk(stay, new DeskGuest(guest, null, $"{guest.Split(' ')[0].ToLowerInvariant()}@guests.example"), desk, cancel);
            // In the small hours check-in is not open yet; the guest is then expected like the others.
            if (booked.Ok && here) await nights.CheckIn(booked.Value.Id, desk, cancel);
        }
    }
}
