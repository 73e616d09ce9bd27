using Microsoft.Extensions.DependencyInjection;

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

    [Fact]
    public async Task What_is_found_in_memory_is_what_the_database_finds()
    {
        await Database.Ask("""
            insert into search.venue (venue_id, vertical, name, slug, city, address, words, latitude, longitude, amenities, stars, currency, price_from, free_cancellation, version)
            select md5('v' || i)::uuid, case i % 9 when 0 then 'courts' else 'stays' end, 'Hotel ' || i, 'hotel-' || i, 'Town ' || i % 4, 'Street ' || i, 'Hotel ' || i || ' Town ' || (array['Lagos','Abuja','Kano','Jos'])[1 + i % 4],
              case i % 4 when 0 then 6.4 when 1 then -0.02 when 2 then 89.9 else -33 end + (i * 37 % 60) * 0.0015, case i % 4 when 0 then 3.4 when 1 then 179.95 when 2 then 40 else 18 end + (i * 53 % 60) * 0.0008,
              (array['wifi','pool','parking','gym'])[1 : i % 5], nullif(i % 6, 0), 'NGN', nullif((i * 7919) % 90000, 5), i % 3 > 0, 1 from generate_series(1, 240) i;
            update search.venue set longitude = longitude - 360 where longitude > 180;
            insert into search.room (resource_id, venue_id, max_guests) select md5(i || 'r' || n)::uuid, md5('v' || i)::uuid, 1 + (i + n) % 4 from generate_series(1, 240) i, generate_series(1, 4) n;
            insert into search.taken (resource_id, first_night, last_night, source_id, expires_at)
              select md5(i || 'r' || n)::uuid, date '2026-06-02' + (i * n) % 9, date '2026-06-02' + (i * n) % 9 + i % 3, gen_random_uuid(), case when (i + n) % 5 = 0 then timestamptz '2026-06-01 07:10Z' end from generate_series(1, 240) i, generate_series(1, 4) n;
            insert into search.rating (venue_id, rating, reviews) select md5('v' || i)::uuid, 2 + (i % 30) / 10.0, i from generate_series(1, 240, 2) i
            """);
        _inMemory = false;
        await using var other = AddNode();
        var (asked, seen, random) = (Client(null, other), 0, new Random(7));
        var places = App.Services.GetRequiredService<Sarai.Search.Places>();
        await places.Refresh();
        for (var i = 0; i < 120; i++)
        {
            if (i == 40) Clock.Advance(TimeSpan.FromMinutes(11));
            if (i % 10 == 5) await Database.Ask($"delete from search.taken where resource_id = md5('{i}r1')::uuid; update search.venue set latitude = -latitude, price_from = 7 where venue_id = md5('v{i}')::uuid; delete from search.venue where venue_id = md5('v{i + 1}')::uuid; insert into search.taken select md5('{i + 3}r2')::uuid, date '2026-06-09', date '2026-06-01', gen_random_uuid()");
            var (lat, lng) = random.Next(4) switch { 0 => (6.43, 3.42), 1 => (0.02, -179.99), 2 => (89.95, -100.0), _ => (-32.95, 18.02) };
            var query = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"limit={1 + random.Next(60)}") + Maybe(4, $"&lat={lat}&lng={lng}&radiusKm={new[] { 0.7, 5, 12, 200 }[random.Next(4)]}") + Maybe(3, $"&checkIn=2026-06-0{2 + random.Next(4)}&checkOut=2026-06-{10 + random.Next(3)}&adults={1 + random.Next(4)}&rooms={1 + random.Next(3)}")
                + Maybe(1, "&q=hotle+lagos") + Maybe(1, "&amenities=pool,wifi") + Maybe(1, "&stars=3,5") + Maybe(1, "&maxPrice=40000") + Maybe(1, "&minRating=3.2") + Maybe(1, "&freeCancellation=true") + Maybe(2, $"&sort={new[] { "price", "rating", "stars" }[random.Next(3)]}");
            var (mine, theirs) = ((await Visitor.Get($"/api/v1/search/stays?{query}")).Is(HttpStatusCode.OK).Data, (await asked.Get($"/api/v1/search/stays?{query}")).Is(HttpStatusCode.OK).Data);
            mine.GetProperty("items").GetRawText().ShouldBe(theirs.GetProperty("items").GetRawText(), query);
            (mine.GetProperty("total").GetInt32(), mine.GetProperty("nextCursor").ToString()).ShouldBe((theirs.GetProperty("total").GetInt32(), theirs.GetProperty("nextCursor").ToString()), query);
            JsonElement.DeepEquals(mine.GetProperty("facets"), theirs.GetProperty("facets")).ShouldBeTrue(query);
            seen += mine.GetProperty("total").GetInt32();
        }
        seen.ShouldBeGreaterThan(500);

        string Maybe(int of5, string part) => random.Next(5) < of5 ? part : "";
    }

    [Fact]
    public async Task A_routing_service_says_how_long_the_way_is_and_an_estimate_stands_when_it_does_not()
    {
        await using var service = new Sarai.Testing.Gateways.RoadsStub();
        _roads = service.Address;
        await using var node = AddNode();
        var visitor = Client(null, node);
        foreach (var name in new[] { "One", "Two" }) await OpenHotel(rooms: 1, suites: 0, name: name);
        await Settle();
        (await Times()).ShouldBe([(10, true), (6, false)]);
        service.Calls[^1].Path.ShouldStartWith("/table/v1/driving/3.40000,6.43000;3.42190,6.42810;");
        service.Break("/table", 500);
        (await Times()).ShouldBe([(6, false), (6, false)]);
        (await Times()).Count(t => t.Item2).ShouldBe(1);

        async Task<List<(int, bool)>> Times() => [.. (await visitor.Get("/api/v1/search/stays?lat=6.43&lng=3.40&radiusKm=10")).Is(HttpStatusCode.OK).Data.GetProperty("items").EnumerateArray()
            .Select(i => (i.GetProperty("travelMinutes").GetInt32(), i.GetProperty("travelByRoad").GetBoolean()))];
    }

    private bool _inMemory = true;
    private string? _roads;

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings["Sarai:Roads:Osrm"] = _roads;
        settings["Sarai:Search:InMemory"] = _inMemory ? "true" : "false";
    }

    [Theory]
    [InlineData("lat=91&lng=0", "lat"), InlineData("lat=6", "lng"), InlineData("checkIn=2026-06-05", "checkOut"), InlineData("checkIn=2026-06-05&checkOut=2026-06-05", "checkOut")]
    [InlineData("checkIn=soon&checkOut=2026-06-05", "checkIn"), InlineData("sort=luck", "sort"), InlineData("sort=distance", "sort"), InlineData("stars=9", "stars"), InlineData("cursor=abc", "cursor")]
    [InlineData("checkIn=2026-05-05&checkOut=2026-06-05", "checkIn"), InlineData("rooms=0", "rooms"), InlineData("limit=1000", "limit")]
    public async Task Rubbish_is_refused_by_name(string query, string field) => (await Visitor.Get($"/api/v1/search/stays?{query}")).Names(field).ShouldBeTrue();

    private async Task<IReadOnlyList<string>> Found(string query) =>
        [.. (await Visitor.Get($"/api/v1/search/stays?{query}")).Is(HttpStatusCode.OK).Data.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("name").GetString()!)];
}
