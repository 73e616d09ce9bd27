namespace Sarai.Stories;

public sealed class RoomsAndMoney(StoryPostgres postgres) : HotelWorld(postgres)
{
    [Fact]
    public async Task An_owner_reads_where_rooms_and_money_do_not_agree()
    {
        var hotel = await OpenHotel();
        var housekeeper = await Colleague(hotel, "manager");
        var (unpaid, late) = (await Booked(hotel, 1, 3, Room(hotel.Standard, hotel.Rooms[0])), await Booked(hotel, 1, 4, Room(hotel.Standard, hotel.Rooms[2])));
        ItIs(1, 15);
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{unpaid}/check-in")).Is(HttpStatusCode.OK);
        ItIs(1, 20);
        (await hotel.Owner.Client.Put($"/api/v1/bookings/{late}/cancel", new { reason = "left again" })).Is(HttpStatusCode.OK);
        ItIs(3, 10);
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{unpaid}/check-out")).Is(HttpStatusCode.OK);
        await Settle();
        // The room that was just left is not clean for a reason; the one next to it had nobody.
        await Care(hotel.Rooms[0], "ready");
        await Care(hotel.Rooms[0], "dirty");
        await Care(hotel.Rooms[1], "dirty");
        (await Become(hotel, hotel.Suites[0], "maintenance", "burst pipe", "2026-06-05")).Is(HttpStatusCode.OK);

        var report = (await hotel.Owner.Client.Get($"/api/v1/venues/{hotel.Id}/rooms-and-money?from=2026-06-01&to=2026-06-03")).Is(HttpStatusCode.OK).Data;
        report.GetProperty("findings").EnumerateArray().Select(f => (f.GetProperty("kind").GetString(), f.GetProperty("rooms")[0].GetString())).ShouldBe(
            [("used_unbooked", "102"), ("left_unpaid", "101"), ("called_off_late", "103"), ("out_of_order", "104")], ignoreOrder: true);
        report.GetProperty("open").GetProperty("amount").GetInt64().ShouldBe(2 * 4_500_000);
        report.GetProperty("charged").GetProperty("amount").GetInt64().ShouldBe(2 * 4_500_000);
        report.GetProperty("received").GetProperty("amount").GetInt64().ShouldBe(0);
        var owed = report.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("kind").GetString() == "left_unpaid");
        owed.GetProperty("bookingId").GetGuid().ShouldBe(unpaid);
        owed.GetProperty("amount").GetProperty("amount").GetInt64().ShouldBe(2 * 4_500_000);
        report.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("kind").GetString() == "used_unbooked").GetProperty("actor").GetString().ShouldBe("manager");
        (await hotel.Owner.Client.Get($"/api/v1/venues/{hotel.Id}/rooms-and-money?from=2026-06-05&to=2026-06-06")).Is(HttpStatusCode.OK).Data.GetProperty("findings").GetArrayLength().ShouldBe(0);

        async Task Care(Guid room, string condition) => (await housekeeper.Client.Post($"/api/v1/venues/{hotel.Id}/rooms/{room}/care", new { condition })).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_report_is_the_owners_own_and_wants_dates_in_order()
    {
        var (hotel, other) = (await OpenHotel(rooms: 1, suites: 0), await OpenHotel(rooms: 1, suites: 0, name: "Abuja Court"));
        var path = $"/api/v1/venues/{hotel.Id}/rooms-and-money";
        (await hotel.Owner.Client.Get($"{path}?from=2026-06-03&to=2026-06-01")).Names("to").ShouldBeTrue();
        (await hotel.Owner.Client.Get($"{path}?from=2025-06-03&to=2026-06-01")).Names("from").ShouldBeTrue();
        (await other.Owner.Client.Get(path)).Refuses(HttpStatusCode.NotFound, "not_found");
        (await (await Colleague(hotel, "staff")).Client.Get(path)).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await Visitor.Get(path)).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
    }
}
