namespace Sarai.Stories;

public sealed class Searching(StoryPostgres postgres) : HotelWorld(postgres)
{
    private const string NearLagos = "lat=6.43&lng=3.42&radiusKm=10";

    [Fact]
    public async Task Only_hotels_that_can_house_the_party_on_every_night_are_found()
    {
        var (full, free) = (await OpenHotel(rooms: 2, suites: 0, name: "Full House"), await OpenHotel(rooms: 1, suites: 0, name: "Free House"));
        await Booked(full, 6, 7, Room(full.Standard));
        await Settle();
        (await Found($"{NearLagos}&checkIn=2026-06-05&checkOut=2026-06-08&rooms=2")).ShouldBeEmpty();
        (await Found($"{NearLagos}&checkIn=2026-06-07&checkOut=2026-06-08&rooms=2")).ShouldBe(["Full House"]);
        (await Found($"{NearLagos}&checkIn=2026-06-05&checkOut=2026-06-08&adults=4")).ShouldBeEmpty();
        (await Found($"{NearLagos}&checkIn=2026-06-05&checkOut=2026-06-08&adults=3&sort=price")).Count.ShouldBe(2);
        (await Found($"{NearLagos}&checkIn=2026-06-05&checkOut=2026-06-08&adults=4&rooms=2")).ShouldBeEmpty();
        await Booked(free, 5, 8, Room(free.Standard));
        await Settle();
        (await Found($"{NearLagos}&checkIn=2026-06-07&checkOut=2026-06-08")).ShouldBe(["Full House"]);
    }

    [Fact]
    public async Task Holds_count_until_they_lapse_and_early_leavers_cancellations_blocks_and_moves_are_seen()
    {
        var (hotel, guest) = (await OpenHotel(rooms: 1, suites: 0), await Guest());
        (await guest.Client.Post(Nights(hotel), Stay(5, 7, Room(hotel.Standard)))).Is(HttpStatusCode.Created);
        await Settle();
        (await Found($"{NearLagos}&checkIn=2026-06-05&checkOut=2026-06-06")).ShouldBeEmpty();
        Clock.Advance(TimeSpan.FromMinutes(16));
        (await Found($"{NearLagos}&checkIn=2026-06-05&checkOut=2026-06-06")).Count.ShouldBe(1);
        await Pass(Duration.FromSeconds(30));
        (await Database.Ask("select (count(*) filter (where busy <> '{}'))::int + (select count(*)::int from search.taken) from search.room")).ShouldBe(0);
        var stay = await Booked(hotel, 1, 8, Room(hotel.Standard));
        ItIs(1, 15);
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{stay}/check-in")).Is(HttpStatusCode.OK);
        ItIs(3, 10);
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{stay}/check-out")).Is(HttpStatusCode.OK);
        await Settle();
        (await Found($"{NearLagos}&checkIn=2026-06-03&checkOut=2026-06-08")).Count.ShouldBe(1);
        (await hotel.Owner.Client.Post($"/api/v1/venues/{hotel.Id}/rooms/ready", new { })).Is(HttpStatusCode.OK);
        (await Become(hotel, hotel.Rooms[0], "maintenance", "paint", "2026-06-05")).Is(HttpStatusCode.OK);
        await Settle();
        (await Found($"{NearLagos}&checkIn=2026-06-04&checkOut=2026-06-05")).ShouldBeEmpty();
        (await Found($"{NearLagos}&checkIn=2026-06-05&checkOut=2026-06-06")).Count.ShouldBe(1);
        var later = await Booked(hotel, 10, 12, Room(hotel.Standard));
        (await hotel.Owner.Client.Put($"/api/v1/bookings/{later}/nights", Stay(11, 13, Room(hotel.Standard)))).Is(HttpStatusCode.OK);
        await Settle();
        (await Found($"{NearLagos}&checkIn=2026-06-10&checkOut=2026-06-11")).Count.ShouldBe(1);
        (await Found($"{NearLagos}&checkIn=2026-06-12&checkOut=2026-06-13")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Filters_sorting_facets_distance_and_words_with_typos()
    {
        foreach (var (name, lat, stars, price, amenities) in new (string, double, int, int, string[])[]
                 { ("Eko Grand Hotel", 6.43, 5, 9_000_000, ["pool", "wifi"]), ("Ikeja Airport Inn", 6.58, 3, 2_500_000, ["wifi", "parking"]), ("Lekki Beach Lodge", 6.44, 4, 5_000_000, ["pool", "beach"]) })
        {
            var hotel = await OpenHotel(rooms: 1, suites: 0, name: name, prices: [new { label = "Rate", night = new { amount = price } }]);
            var details = new { name, city = "Lagos", latitude = lat, longitude = 3.42, timeZone = "Africa/Lagos", currency = "NGN", amenities = amenities.Append($"stars:{stars}") };
            (await hotel.Owner.Client.Put($"/api/v1/venues/{hotel.Id}/details", details)).Is(HttpStatusCode.OK);
        }
        await Settle();
        (await Found(NearLagos)).ShouldBe(["Eko Grand Hotel", "Lekki Beach Lodge"]);
        var wide = (await Visitor.Get("/api/v1/search/stays?lat=6.43&lng=3.42&radiusKm=50&sort=price")).Is(HttpStatusCode.OK).Data;
        wide.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("name").GetString()).ShouldBe(["Ikeja Airport Inn", "Lekki Beach Lodge", "Eko Grand Hotel"]);
        var facets = wide.GetProperty("facets");
        (facets.GetProperty("amenities").GetProperty("pool").GetInt32(), facets.GetProperty("stars").GetProperty("3").GetInt32(), facets.GetProperty("lowestPrice").GetInt64()).ShouldBe((2, 1, 2_500_000));
        wide.GetProperty("items")[0].GetProperty("km").GetDouble().ShouldBe(16.697, 0.05);
        wide.GetProperty("items")[0].GetProperty("travelMinutes").GetInt32().ShouldBe(44);
        (await Found("lat=6.43&lng=3.42&radiusKm=50&amenities=pool,wifi")).ShouldBe(["Eko Grand Hotel"]);
        (await Found("lat=6.43&lng=3.42&radiusKm=50&stars=3,4&sort=stars")).ShouldBe(["Lekki Beach Lodge", "Ikeja Airport Inn"]);
        (await Found("lat=6.43&lng=3.42&radiusKm=50&maxPrice=3000000")).ShouldBe(["Ikeja Airport Inn"]);
        (await Found("q=leki+beech")).ShouldBe(["Lekki Beach Lodge"]);
        (await Found("q=ikeja&lat=6.43&lng=3.42&radiusKm=50")).ShouldBe(["Ikeja Airport Inn"]);
        (await Found("q=zanzibar")).ShouldBeEmpty();
        (await Found("q=lagos&lat=6.43&lng=3.42&radiusKm=50&sort=rating")).Count.ShouldBe(3);
        var first = (await Visitor.Get("/api/v1/search/stays?lat=6.43&lng=3.42&radiusKm=50&limit=2")).Data;
        var second = (await Visitor.Get($"/api/v1/search/stays?lat=6.43&lng=3.42&radiusKm=50&limit=2&cursor={first.GetProperty("nextCursor").GetString()}")).Data;
        second.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("name").GetString()).ShouldBe(["Ikeja Airport Inn"]);
        second.GetProperty("nextCursor").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_hotel_that_is_not_open_is_not_found_and_the_model_can_be_written_anew()
    {
        var hotel = await OpenHotel(rooms: 1, suites: 0);
        await Booked(hotel, 5, 7, Room(hotel.Standard));
        await Settle();
        var admin = await Admin();
        await Database.Ask("truncate search.venue, search.room, search.taken");
        (await admin.Client.Post($"/api/v1/admin/organisations/{hotel.OrganisationId}/search/rebuild")).Is(HttpStatusCode.OK).Data.GetProperty("bookings").GetInt32().ShouldBe(1);
        (await Found(NearLagos)).Count.ShouldBe(1);
        (await Found($"{NearLagos}&checkIn=2026-06-05&checkOut=2026-06-06")).ShouldBeEmpty();
        (await admin.Client.Post($"/api/v1/admin/venues/{hotel.Id}/suspend", new { reason = "fire safety" })).Is(HttpStatusCode.OK);
        await Settle();
        (await Found(NearLagos)).ShouldBeEmpty();
        (await admin.Client.Post($"/api/v1/admin/venues/{hotel.Id}/reinstate")).Is(HttpStatusCode.OK);
        await Settle();
        (await Found($"{NearLagos}&checkIn=2026-06-05&checkOut=2026-06-06")).ShouldBeEmpty("what is booked stays booked while a hotel is closed");
        (await Found($"{NearLagos}&checkIn=2026-06-07&checkOut=2026-06-08")).Count.ShouldBe(1);
        (await hotel.Owner.Client.Post($"/api/v1/admin/organisations/{hotel.OrganisationId}/search/rebuild")).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await Visitor.Post($"/api/v1/admin/organisations/{hotel.OrganisationId}/search/rebuild")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        await Pass(Duration.FromDays(9));
        (await Database.Ask("select count(*) from search.taken")).ShouldBe(0L);
    }

    [Theory]
    [InlineData("lat=91&lng=0", "lat"), InlineData("lat=6", "lng"), InlineData("checkIn=2026-06-05", "checkOut"), InlineData("checkIn=2026-06-05&checkOut=2026-06-05", "checkOut")]
    [InlineData("checkIn=soon&checkOut=2026-06-05", "checkIn"), InlineData("sort=luck", "sort"), InlineData("sort=distance", "sort"), InlineData("stars=9", "stars"), InlineData("cursor=abc", "cursor")]
    [InlineData("checkIn=2026-05-05&checkOut=2026-06-05", "checkIn"), InlineData("rooms=0", "rooms"), InlineData("limit=1000", "limit")]
    public async Task Rubbish_is_refused_by_name(string query, string field) => (await Visitor.Get($"/api/v1/search/stays?{query}")).Names(field).ShouldBeTrue();

    private async Task<IReadOnlyList<string>> Found(string query) =>
        [.. (await Visitor.Get($"/api/v1/search/stays?{query}")).Is(HttpStatusCode.OK).Data.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("name").GetString()!)];
}
