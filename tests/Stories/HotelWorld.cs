namespace Sarai.Stories;

/// <summary>A hotel in Lagos, its staff and guests, made through the public API.</summary>
public abstract class HotelWorld(StoryPostgres postgres) : World(postgres)
{
    /// <summary>A hotel with standard rooms at 45,000 naira a night for two (5,000 for another adult, 2,000 for a child) and suites at 90,000.</summary>
    public sealed record Hotel(Guid Id, Guid OrganisationId, Guid Standard, Guid Suite, IReadOnlyList<Guid> Rooms, IReadOnlyList<Guid> Suites, Person Owner)
    {
        public IEnumerable<Guid> All => Rooms.Concat(Suites);
    }

    public async Task<Hotel> OpenHotel(int rooms = 3, int suites = 1, string zone = "Africa/Lagos", object? policy = null, object[]? prices = null, string name = "Lagoon House")
    {
        var owner = await Guest("Ngozi Okafor");
        var organisation = (await owner.Client.Post("/api/v1/organisations", new { name, vertical = "stays" })).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        var details = new { name, city = "Lagos", address = "Victoria Island", latitude = 6.4281, longitude = 3.4219, timeZone = zone, currency = "NGN", amenities = new[] { "wifi", "pool" } };
        var venue = (await owner.Client.Post("/api/v1/venues", new { organisationId = organisation, vertical = "stays", details })).Is(HttpStatusCode.Created).Data.GetProperty("venue").GetProperty("id").GetGuid();
        await Put("policy", policy ?? new { payAtDesk = true, windowDays = 365 });
        var furnished = await Put("resources", new { resources = Enumerable.Range(1, rooms + suites).Select(n => new { name = $"{100 + n}", kind = "room" }) });
        var ids = furnished.Data.GetProperty("venue").GetProperty("resources").EnumerateArray().Select(r => r.GetProperty("id").GetGuid()).ToList();
        var offered = await Put("offerings", new
        {
            offerings = new[] { new { name = "Standard", shape = "nights", resourceIds = ids.Take(rooms), maxParticipants = 3 }, new { name = "Suite", shape = "nights", resourceIds = ids.Skip(rooms), maxParticipants = 4 } }
                .Take(suites > 0 ? 2 : 1),
        });
        var offerings = offered.Data.GetProperty("venue").GetProperty("offerings").EnumerateArray().Select(o => o.GetProperty("id").GetGuid()).ToList();
        await Put("prices", new
        {
            prices = prices ?? (suites == 0 ? [new { label = "Standard rate", night = new { amount = 4_500_000 } }] : [new { label = "Suite rate", offeringId = offerings[^1], night = new { amount = 9_000_000, guestsIncluded = 2 } }, new { label = "Standard rate", night = new { amount = 4_500_000, guestsIncluded = 2, extraAdult = 500_000, extraChild = 200_000 } }]),
        });
        (await owner.Client.Post($"/api/v1/venues/{venue}/submit")).Is(HttpStatusCode.OK);
        (await (await Admin()).Client.Post($"/api/v1/admin/venues/{venue}/approve")).Is(HttpStatusCode.OK);
        return new Hotel(venue, organisation, offerings[0], offerings[^1], [.. ids.Take(rooms)], [.. ids.Skip(rooms)], owner);

        async Task<Reply> Put(string part, object body) => (await owner.Client.Put($"/api/v1/venues/{venue}/{part}", body)).Is(HttpStatusCode.OK);
    }

    /// <summary>A colleague of the hotel with this role.</summary>
    public async Task<Person> Colleague(Hotel hotel, string role)
    {
        var person = await Guest(role);
        (await hotel.Owner.Client.Post($"/api/v1/organisations/{hotel.OrganisationId}/members", new { email = person.Email, role })).Is(HttpStatusCode.Created);
        return person;
    }

    /// <summary>A stay from one day of June 2026 to another.</summary>
    public static object Stay(int from, int to, params object[] rooms) => new { checkIn = $"2026-06-{from:00}", checkOut = $"2026-06-{to:00}", rooms };

    public static object Room(Guid type, Guid? room = null, int adults = 1, int children = 0) => new { offeringId = type, resourceId = room, adults, children };

    public static string Nights(Hotel hotel) => $"/api/v1/venues/{hotel.Id}/nights";

    /// <summary>A confirmed booking made by the desk; its id.</summary>
    public static async Task<Guid> Booked(Hotel hotel, int from, int to, params object[] rooms)
    {
        var body = new { checkIn = $"2026-06-{from:00}", checkOut = $"2026-06-{to:00}", rooms, name = "Tunde Bello", phone = "+234 803 1234567" };
        return (await hotel.Owner.Client.Post($"{Nights(hotel)}/desk-bookings", body)).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
    }

    /// <summary>Sets the clock to a local time of June 2026 in Lagos.</summary>
    public void ItIs(int day, int hour, int minute = 0) => MoveTo(new DateTimeOffset(2026, 6, day, hour, minute, 0, TimeSpan.FromHours(1)));

    /// <summary>A room's state as the board shows it.</summary>
    public static async Task<string> StateOf(Hotel hotel, Guid room) => (await hotel.Owner.Client.Get($"/api/v1/venues/{hotel.Id}/rooms")).Is(HttpStatusCode.OK).Data.GetProperty("rooms").EnumerateArray()
        .First(r => r.GetProperty("resourceId").GetGuid() == room).GetProperty("state").GetString()!;

    public static Task<Reply> Become(Hotel hotel, Guid room, string to, string reason = "for the story", string? until = null, HttpClient? by = null) =>
        (by ?? hotel.Owner.Client).Post($"/api/v1/venues/{hotel.Id}/rooms/{room}/state", new { to, reason, until });

    public async Task<long> ClaimsNow() => (long)(await Database.Ask("select count(*) from bookings.claim"))!;
}
