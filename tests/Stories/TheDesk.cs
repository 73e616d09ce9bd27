namespace Sarai.Stories;

public sealed class TheDesk(StoryPostgres postgres) : World(postgres)
{
    [Fact]
    public async Task A_walk_in_is_booked_in_one_line_and_paid_in_cash()
    {
        var club = await OpenClub();
        var desk = await Colleague(club, "staff");
        var booking = (await desk.Client.Post($"/api/v1/venues/{club.Id}/desk-bookings", new { offeringId = club.OfferingId, startsAt = At(1, 12, 10), minutes = 75, name = "Usman", phone = "0300 1234567" }))
            .Is(HttpStatusCode.Created).Data;
        booking.GetProperty("status").GetString().ShouldBe("confirmed");
        booking.GetProperty("due").GetProperty("amount").GetInt64().ShouldBe(437500);
        (await Database.Ask("select phone from identity.account where name = 'Usman'")).ShouldBe("+923001234567");
        (await desk.Client.Post("/api/v1/payments/create-order", new { bookingId = booking.GetProperty("id").GetGuid(), method = "cash" })).Is(HttpStatusCode.Created);
        var again = (await desk.Client.Post($"/api/v1/venues/{club.Id}/desk-bookings", new { offeringId = club.OfferingId, startsAt = At(1, 14), minutes = 60, name = "Usman", phone = "0092-300-1234567" })).Is(HttpStatusCode.Created).Data;
        again.GetProperty("guestId").GetGuid().ShouldBe(booking.GetProperty("guestId").GetGuid());
    }

    [Fact]
    public async Task The_board_shows_the_day_and_only_to_the_clubs_own_staff()
    {
        var (club, other, guest) = (await OpenClub(), await OpenClub(), await Guest("Ayesha"));
        (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 18), 90, club.Courts[1]))).Is(HttpStatusCode.Created);
        (await club.Owner.Client.Post($"/api/v1/venues/{club.Id}/blocks", new { resourceIds = new[] { club.Courts[0] }, startsAt = At(2, 8), endsAt = At(2, 12), reason = "resurfacing" })).Is(HttpStatusCode.Created);
        var board = (await club.Owner.Client.Get($"/api/v1/venues/{club.Id}/schedule?date=2026-06-02")).Is(HttpStatusCode.OK).Data;
        var entries = board.GetProperty("rows").EnumerateArray().SelectMany(r => r.GetProperty("entries").EnumerateArray()).Select(e => (e.GetProperty("kind").GetString(), e.GetProperty("title").GetString(), e.GetProperty("startsAt").GetString())).ToList();
        entries.ShouldBe([("block", "resurfacing", At(2, 8)), ("booking", "Ayesha", At(2, 18))]);
        (await guest.Client.Get($"/api/v1/venues/{club.Id}/schedule?date=2026-06-02")).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await other.Owner.Client.Get($"/api/v1/venues/{club.Id}/schedule?date=2026-06-02")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await Visitor.Get($"/api/v1/venues/{club.Id}/schedule?date=2026-06-02")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await club.Owner.Client.Get($"/api/v1/venues/{club.Id}/schedule?date=soon")).Names("date").ShouldBeTrue();
    }

    [Fact]
    public async Task Closing_a_court_under_bookings_is_a_visible_conflict()
    {
        var (club, guest) = (await OpenClub(), await Guest("Ayesha"));
        var booking = (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 18), 60, club.Courts[0]))).Data;
        var refused = await club.Owner.Client.Post($"/api/v1/venues/{club.Id}/blocks", new { resourceIds = club.Courts, startsAt = At(2, 17), endsAt = At(2, 23), reason = "load-shedding" });
        refused.Refuses(HttpStatusCode.Conflict, "bookings_in_the_way");
        refused.Root.GetProperty("error").GetProperty("details").GetProperty("bookings")[0].GetProperty("code").GetString().ShouldBe(booking.GetProperty("code").GetString());
        (await Database.Ask("select count(*) from bookings.claim where block_id is not null")).ShouldBe(0L);
        (await guest.Client.Put($"/api/v1/bookings/{booking.GetProperty("id").GetGuid()}/cancel", new { })).Is(HttpStatusCode.OK);
        var block = (await club.Owner.Client.Post($"/api/v1/venues/{club.Id}/blocks", new { resourceIds = club.Courts, startsAt = At(2, 17), endsAt = At(2, 23), reason = "load-shedding" })).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 18)))).Refuses(HttpStatusCode.Conflict, "slot_taken");
        (await club.Owner.Client.Delete($"/api/v1/venues/{club.Id}/blocks/{block}")).Is(HttpStatusCode.OK);
        (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 18)))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_guest_is_checked_in_and_one_who_stays_away_is_noted_but_may_still_come()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Confirmed(club, guest, At(1, 14));
        (await club.Owner.Client.Post($"/api/v1/bookings/{booking}/no-show")).Refuses(HttpStatusCode.Conflict, "too_early");
        Clock.Set(new DateTimeOffset(2026, 6, 1, 14, 15, 0, TimeSpan.FromHours(5)));
        (await club.Owner.Client.Post($"/api/v1/bookings/{booking}/no-show")).Is(HttpStatusCode.OK);
        (await club.Owner.Client.Post($"/api/v1/bookings/{booking}/no-show")).Refuses(HttpStatusCode.Conflict, "wrong_state");
        (await club.Owner.Client.Post($"/api/v1/bookings/{booking}/check-in")).Is(HttpStatusCode.OK).Data.GetProperty("status").GetString().ShouldBe("checked_in");
        await Pass(Duration.FromHours(1));
        (await guest.Client.Get($"/api/v1/bookings/{booking}")).Data.GetProperty("status").GetString().ShouldBe("completed");
    }

    [Fact]
    public async Task The_figures_count_what_happened()
    {
        var (club, guest) = (await OpenClub(courts: 2), await Guest());
        await Confirmed(club, guest, At(1, 18));
        var cancelled = await Confirmed(club, guest, At(1, 20));
        (await guest.Client.Put($"/api/v1/bookings/{cancelled}/cancel", new { })).Is(HttpStatusCode.OK);
        var figures = (await club.Owner.Client.Get($"/api/v1/venues/{club.Id}/figures?from=2026-06-01&to=2026-06-02")).Is(HttpStatusCode.OK).Data;
        var day = figures.GetProperty("days")[0];
        (day.GetProperty("bookings").GetInt32(), day.GetProperty("bookedMinutes").GetInt32(), day.GetProperty("openMinutes").GetInt32(), day.GetProperty("cancelled").GetInt32()).ShouldBe((1, 60, 2 * 16 * 60, 1));
        figures.GetProperty("revenue").GetProperty("amount").GetInt64().ShouldBe(600000);
        figures.GetProperty("occupancy").GetDouble().ShouldBe(60.0 / (2 * 2 * 16 * 60), 1e-9);
        figures.GetProperty("popular")[0].GetRawText().ShouldBe("""{"weekday":1,"hour":18,"minutes":60}""");
        (await (await Colleague(club, "staff")).Client.Get($"/api/v1/venues/{club.Id}/figures")).Refuses(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task Customers_are_listed_with_their_history_and_notes()
    {
        var (club, other, guest) = (await OpenClub(), await OpenClub(), await Guest("عائشہ خان"));
        await Confirmed(club, guest, At(1, 18));
        (await club.Owner.Client.Put($"/api/v1/venues/{club.Id}/customers/{guest.Id}", new { notes = "prefers court 2", tags = new[] { "vip" } })).Is(HttpStatusCode.OK);
        var row = (await club.Owner.Client.Get($"/api/v1/venues/{club.Id}/customers?q=خان")).Is(HttpStatusCode.OK).Data.GetProperty("items")[0];
        (row.GetProperty("name").GetString(), row.GetProperty("bookings").GetInt32(), row.GetProperty("notes").GetString()).ShouldBe(("عائشہ خان", 1, "prefers court 2"));
        (await other.Owner.Client.Put($"/api/v1/venues/{other.Id}/customers/{guest.Id}", new { notes = "x" })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await other.Owner.Client.Get($"/api/v1/venues/{club.Id}/customers")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await club.Owner.Client.Put($"/api/v1/venues/{club.Id}/customers/{guest.Id}/block", new { until = "2020-01-01T00:00:00Z", reason = "late" })).Names("until").ShouldBeTrue();
    }

    [Fact]
    public async Task The_desk_approving_two_lapsed_requests_for_one_slot_confirms_one()
    {
        var (club, a, b) = (await OpenClub(courts: 1), await Guest(), await Guest());
        var first = (await a.Client.Post("/api/v1/bookings", Wish(club, At(2, 18)))).Data.GetProperty("id").GetGuid();
        await Pass(Duration.FromMinutes(16));
        var second = (await b.Client.Post("/api/v1/bookings", Wish(club, At(2, 18)))).Data.GetProperty("id").GetGuid();
        await Pass(Duration.FromMinutes(16));
        var replies = await Task.WhenAll(new[] { first, second, first, second }.Select(id => club.Owner.Client.Post($"/api/v1/bookings/{id}/confirm")));
        replies.Count(r => r.Status == HttpStatusCode.OK).ShouldBe(1);
        replies.Where(r => r.Status != HttpStatusCode.OK).ShouldAllBe(r => r.Code == "slot_taken" || r.Code == "already_confirmed");
        (await Database.Ask("select count(*) from bookings.booking where status = 'Confirmed'")).ShouldBe(1L);
    }

    private async Task<Guid> Confirmed(Club club, Person guest, string at)
    {
        var id = (await guest.Client.Post("/api/v1/bookings", Wish(club, at))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = id, method = "cash" })).Is(HttpStatusCode.Created);
        await Settle();
        return id;
    }
}
