namespace Sarai.Stories;

public sealed class Telling(StoryPostgres postgres) : World(postgres)
{
    [Fact]
    public async Task A_guest_hears_of_the_booking_and_the_desk_does_too()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var desk = await Colleague(club, "staff");
        await Book(club, guest);
        await Pass(Duration.Zero);
        var mail = (await Mail(guest)).Single(m => m.GetProperty("type").GetString() == "booking_confirmed");
        mail.GetProperty("body").GetString().ShouldStartWith("Tue 2 Jun, 18:00–19:00, Court 1. Your code is ");
        mail.GetProperty("status").GetString().ShouldBe("Sent");
        var centre = (await guest.Client.Get("/api/v1/notifications")).Is(HttpStatusCode.OK).Data;
        centre.GetProperty("items").EnumerateArray().Select(n => n.GetProperty("type").GetString()).ShouldBe(["booking_confirmed", "welcome"]);
        centre.GetProperty("unread").GetInt32().ShouldBe(2);
        (await desk.Client.Get("/api/v1/notifications")).Data.GetProperty("items").EnumerateArray().Select(n => n.GetProperty("type").GetString()).ShouldBe(["new_booking", "welcome"]);
    }

    [Fact]
    public async Task An_event_that_comes_again_tells_nobody_twice()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        await Book(club, guest);
        await Settle();
        var before = (long)(await Database.Ask("select count(*) from notifications.message"))!;
        await Database.Ask("insert into bookings.outbox (at, event_id, key, name, body) select at, event_id, key, name, body from published where module = 'bookings' order by id");
        await Settle();
        (await Database.Ask("select count(*) from notifications.message")).ShouldBe(before);
    }

    [Fact]
    public async Task Who_does_not_want_mail_of_a_kind_gets_none_but_finds_it_in_the_app()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        (await guest.Client.Put("/api/v1/notifications/preferences", new { channel = "email", type = "booking_confirmed", wanted = false })).Is(HttpStatusCode.OK);
        await Book(club, guest);
        (await Mail(guest)).ShouldNotContain(m => m.GetProperty("type").GetString() == "booking_confirmed");
        (await guest.Client.Get("/api/v1/notifications")).Data.GetProperty("items")[0].GetProperty("type").GetString().ShouldBe("booking_confirmed");
    }

    [Fact]
    public async Task Strangers_and_rubbish_are_turned_away()
    {
        var (guest, stranger) = (await Guest(), await Guest());
        await Settle();
        var id = (await guest.Client.Get("/api/v1/notifications")).Data.GetProperty("items")[0].GetProperty("id").GetGuid();
        (await stranger.Client.Put($"/api/v1/notifications/{id}/read")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await stranger.Client.Delete($"/api/v1/notifications/{id}")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await Visitor.Get("/api/v1/notifications")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await guest.Client.Put("/api/v1/notifications/preferences", new { channel = "pigeon", type = "welcome", wanted = true })).Names("channel").ShouldBeTrue();
        (await guest.Client.Put("/api/v1/notifications/preferences", new { channel = "email", type = "gossip", wanted = true })).Names("type").ShouldBeTrue();
        (await guest.Client.Put($"/api/v1/notifications/{id}/read")).Is(HttpStatusCode.OK);
        (await guest.Client.Get("/api/v1/notifications")).Data.GetProperty("unread").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task A_taken_slot_shows_in_an_open_grid()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        await using var grid = await LiveClient.Connect(new Uri(App.Address, "/live"));
        (await grid.Call("Join", $"venue:{club.Id}"))!.GetValue<bool>().ShouldBeTrue();
        (await grid.Call("Join", $"user:{guest.Id}"))!.GetValue<bool>().ShouldBeFalse();
        (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 18), 60, club.Courts[0]))).Is(HttpStatusCode.Created);
        var news = (await grid.Next("event"))[0]!;
        news["name"]!.GetValue<string>().ShouldBe("slot_taken");
        news["data"]!["resourceIds"]![0]!.GetValue<string>().ShouldBe(club.Courts[0].ToString());
        var missed = (await Visitor.Get($"/api/v1/live/events?group=venue:{club.Id}&after=0")).Is(HttpStatusCode.OK).Data.GetProperty("items");
        missed[0].GetProperty("name").GetString().ShouldBe("slot_taken");
        (await Visitor.Get($"/api/v1/live/events?group=user:{guest.Id}&after=0")).Refuses(HttpStatusCode.NotFound, "not_found");
    }

    private async Task Book(Club club, Person guest)
    {
        var id = (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 18), 60, club.Courts[0]))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = id, method = "cash" })).Is(HttpStatusCode.Created);
        await Settle();
    }

    private async Task<List<JsonElement>> Mail(Person person) => [.. (await Visitor.Get($"/api/v1/dev/messages?to={person.Email}")).Data.GetProperty("items").EnumerateArray()];
}
