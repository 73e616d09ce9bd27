using System.Text.Json.Nodes;

namespace Sarai.Stories;

public sealed class Rooms(StoryPostgres postgres) : HotelWorld(postgres)
{
    private static readonly string[] States = ["available", "locked", "booked", "occupied", "cleaning", "maintenance"];

    private static readonly HashSet<(string, string)> Allowed =
    [
        ("available", "locked"), ("locked", "booked"), ("booked", "occupied"), ("occupied", "cleaning"), ("cleaning", "available"), ("locked", "available"), ("booked", "available"),
        ("cleaning", "maintenance"), ("available", "maintenance"), ("maintenance", "cleaning"),
    ];

    [Theory]
    [InlineData("available"), InlineData("locked"), InlineData("booked"), InlineData("occupied"), InlineData("cleaning"), InlineData("maintenance")]
    public async Task From_each_state_every_allowed_move_works_with_actor_and_reason_and_every_other_is_refused(string from)
    {
        foreach (var to in States.Where(to => !Allowed.Contains((from, to)))) await Refuses(from, to);
        // A room is locked by a guest who books, as the next story shows; the board says so instead of inventing a guest.
        foreach (var to in States.Where(to => Allowed.Contains((from, to)) && to != "locked")) await Moves(from, to);
    }

    [Fact]
    public async Task A_room_goes_round_from_available_to_available_and_every_step_is_written_down()
    {
        var (hotel, guest) = (await OpenHotel(rooms: 1), await Guest("Ayesha"));
        var room = hotel.Rooms[0];
        (await Become(hotel, room, "locked")).Refuses(HttpStatusCode.UnprocessableEntity, "needs_guest");
        await Bring(hotel, room, "locked", guest);
        (await StateOf(hotel, room)).ShouldBe("locked");
        foreach (var next in new[] { "booked", "occupied", "cleaning", "available" })
        {
            (await Become(hotel, room, next, $"to {next}")).Is(HttpStatusCode.OK);
            await Settle();
            (await StateOf(hotel, room)).ShouldBe(next);
        }
        var moves = (await hotel.Owner.Client.Get($"/api/v1/venues/{hotel.Id}/rooms/{room}/moves")).Is(HttpStatusCode.OK).Data.GetProperty("items").EnumerateArray().Reverse().ToList();
        moves.Select(m => $"{m.GetProperty("from").GetString()} > {m.GetProperty("to").GetString()}").ShouldBe(
            ["available > locked", "locked > booked", "booked > occupied", "occupied > cleaning", "cleaning > available"]);
        moves.ShouldAllBe(m => m.GetProperty("actor").GetString()!.Length > 0 && m.GetProperty("reason").GetString()!.Length > 0);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => Database.Ask("delete from stays.room_move"));
    }

    [Fact]
    public async Task A_guest_is_not_let_into_a_room_that_is_not_ready()
    {
        var hotel = await OpenHotel(rooms: 2);
        var booking = await Booked(hotel, 1, 3, Room(hotel.Standard, hotel.Rooms[0]));
        ItIs(1, 15);
        (await hotel.Owner.Client.Post($"/api/v1/venues/{hotel.Id}/rooms/{hotel.Rooms[0]}/care", new { condition = "inspection", note = "towels missing" })).Is(HttpStatusCode.OK);
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/check-in")).Refuses(HttpStatusCode.Conflict, "room_not_ready");
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/room", new { resourceId = hotel.Rooms[1] })).Is(HttpStatusCode.OK);
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/check-in")).Is(HttpStatusCode.OK);
        (await StateOf(hotel, hotel.Rooms[1])).ShouldBe("occupied");
    }

    [Fact]
    public async Task Out_of_order_under_existing_bookings_is_a_visible_conflict()
    {
        var hotel = await OpenHotel(rooms: 1);
        var booking = await Booked(hotel, 3, 5, Room(hotel.Standard));
        var refused = await Become(hotel, hotel.Rooms[0], "maintenance", "burst pipe", "2026-06-06");
        refused.Refuses(HttpStatusCode.Conflict, "bookings_in_the_way");
        refused.Root.GetProperty("error").GetProperty("details").GetProperty("bookings")[0].GetProperty("id").GetGuid().ShouldBe(booking);
        (await StateOf(hotel, hotel.Rooms[0])).ShouldBe("available");
        (await ClaimsNow()).ShouldBe(1);
        (await Become(hotel, hotel.Rooms[0], "maintenance", "burst pipe", "2026-06-03")).Is(HttpStatusCode.OK);
        (await (await Guest()).Client.Post(Nights(hotel), Stay(1, 3, Room(hotel.Standard)))).Refuses(HttpStatusCode.Conflict, "slot_taken");
        (await Become(hotel, hotel.Rooms[0], "cleaning", "pipe mended")).Is(HttpStatusCode.OK);
        (await (await Guest()).Client.Post(Nights(hotel), Stay(1, 3, Room(hotel.Standard)))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Whoever_watches_hears_of_rooms_and_a_guest_of_the_lock_that_is_about_to_expire()
    {
        var (hotel, guest) = (await OpenHotel(rooms: 1), await Guest());
        var hub = new Uri(App.Address, "/live");
        await using var watching = await LiveClient.Connect(hub);
        await using var mine = await LiveClient.Connect(hub, guest.AccessToken);
        await using var desk = await LiveClient.Connect(hub, hotel.Owner.AccessToken);
        ((bool)(await watching.Call("Join", $"venue:{hotel.Id}"))!).ShouldBeTrue();
        ((bool)(await mine.Call("Join", $"user:{guest.Id}"))!).ShouldBeTrue();
        ((bool)(await mine.Call("Join", $"desk:{hotel.Id}"))!).ShouldBeFalse();
        ((bool)(await desk.Call("Join", $"desk:{hotel.Id}"))!).ShouldBeTrue();
        await Bring(hotel, hotel.Rooms[0], "locked", guest);
        (await Told(watching, "room_status_changed"))["state"]!.GetValue<string>().ShouldBe("locked");
        await Pass(Duration.FromMinutes(13));
        (await Told(mine, "lock_expiring"))["secondsLeft"]!.GetValue<int>().ShouldBe(120);
        (await Become(hotel, hotel.Rooms[0], "booked")).Is(HttpStatusCode.OK);
        await Settle();
        (await Told(desk, "new_booking"))["guestName"]!.GetValue<string>().ShouldBe("Ayesha Khan");
    }

    private static async Task<JsonNode> Told(LiveClient client, string name)
    {
        while (true)
        {
            var news = (await client.Next("event"))[0]!;
            if (news["name"]!.GetValue<string>() == name) return news["data"]!;
        }
    }

    [Fact]
    public async Task Rooms_are_the_hotels_own_and_rubbish_is_refused()
    {
        var (hotel, other, guest) = (await OpenHotel(), await OpenHotel(name: "Abuja Court"), await Guest());
        var path = $"/api/v1/venues/{hotel.Id}/rooms/{hotel.Rooms[0]}";
        (await hotel.Owner.Client.Post($"{path}/state", new { })).Names("to").ShouldBeTrue();
        (await hotel.Owner.Client.Post($"{path}/state", new { to = "on_fire", reason = "smoke" })).Names("to").ShouldBeTrue();
        (await hotel.Owner.Client.Post($"{path}/state", new { to = "maintenance" })).Names("reason").ShouldBeTrue();
        (await Become(hotel, hotel.Rooms[0], "maintenance", "paint", "2026-09-01")).Names("until").ShouldBeTrue();
        (await hotel.Owner.Client.Post($"{path}/care", new { })).Names("condition").ShouldBeTrue();
        foreach (var (part, body) in new (string, object)[] { ("state", new { to = "maintenance", reason = "paint" }), ("care", new { condition = "dirty" }) })
        {
            (await other.Owner.Client.Post($"{path}/{part}", body)).Refuses(HttpStatusCode.NotFound, "not_found");
            (await guest.Client.Post($"{path}/{part}", body)).Refuses(HttpStatusCode.Forbidden, "forbidden");
            (await Visitor.Post($"{path}/{part}", body)).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        }
        (await other.Owner.Client.Get($"/api/v1/venues/{hotel.Id}/rooms")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await other.Owner.Client.Get($"{path}/moves")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await guest.Client.Get($"/api/v1/venues/{hotel.Id}/rooms")).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await Visitor.Get($"/api/v1/venues/{hotel.Id}/rooms")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    private Hotel? _hotel;
    private int _next;

    // One hotel with a fresh room for each case.
    private async Task<(Hotel Hotel, Guid Room)> In(string state)
    {
        _hotel ??= await OpenHotel(rooms: 8);
        var room = _hotel.Rooms[_next++];
        await Bring(_hotel, room, state, await Guest());
        (await StateOf(_hotel, room)).ShouldBe(state);
        return (_hotel, room);
    }

    private async Task Moves(string from, string to)
    {
        var (hotel, room) = await In(from);
        (await Become(hotel, room, to, "because")).Is(HttpStatusCode.OK);
        await Settle();
        (await StateOf(hotel, room)).ShouldBe(to, $"{from} > {to}");
        var last = (await hotel.Owner.Client.Get($"/api/v1/venues/{hotel.Id}/rooms/{room}/moves")).Data.GetProperty("items")[0];
        (last.GetProperty("from").GetString(), last.GetProperty("to").GetString(), last.GetProperty("actor").GetString() is { Length: > 0 }).ShouldBe((from, to, true));
    }

    private async Task Refuses(string from, string to)
    {
        var (hotel, room) = _refusals.TryGetValue(from, out var known) ? known : _refusals[from] = await In(from);
        var refused = await Become(hotel, room, to);
        refused.Refuses(HttpStatusCode.Conflict, "wrong_move");
        (await StateOf(hotel, room)).ShouldBe(from);
    }

    private readonly Dictionary<string, (Hotel, Guid)> _refusals = [];

    private async Task Bring(Hotel hotel, Guid room, string state, Person guest)
    {
        ItIs(1, 15);
        if (state is "locked") (await guest.Client.Post(Nights(hotel), Stay(1, 3, Room(hotel.Standard, room)))).Is(HttpStatusCode.Created);
        if (state is "booked" or "occupied" or "cleaning")
        {
            var booking = await Booked(hotel, 1, 3, Room(hotel.Standard, room));
            if (state is "occupied" or "cleaning") (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/check-in")).Is(HttpStatusCode.OK);
            if (state is "cleaning") (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/check-out")).Is(HttpStatusCode.OK);
        }
        if (state is "maintenance") (await Become(hotel, room, "maintenance", "paint", "2026-06-03")).Is(HttpStatusCode.OK);
        await Settle();
    }
}
