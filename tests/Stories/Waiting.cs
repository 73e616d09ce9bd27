namespace Sarai.Stories;

public sealed class Waiting(StoryPostgres postgres) : World(postgres)
{
    [Fact]
    public async Task A_released_court_is_offered_to_who_waited_longest_and_passes_on_when_the_offer_lapses()
    {
        var (club, owner, first, second) = (await OpenClub(courts: 1), await Guest(), await Guest(), await Guest());
        var held = (await owner.Client.Post("/api/v1/bookings", Wish(club, At(3, 18)))).Data.GetProperty("id").GetGuid();
        await Join(club, first, At(3, 18), 0);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Join(club, second, At(3, 18), 0);
        (await owner.Client.Put($"/api/v1/bookings/{held}/cancel", new { })).Is(HttpStatusCode.OK);
        await Settle();
        await Entry(first, "offered");
        await Entry(second, "waiting");
        (await Visitor.Get($"/api/v1/venues/{club.Id}/availability?date=2026-06-03")).Data.GetProperty("resources")[0].GetProperty("slots").EnumerateArray()
            .Single(s => s.GetProperty("startsAt").GetString() == At(3, 18)).GetProperty("available").GetBoolean().ShouldBeFalse();
        await Pass(Duration.FromMinutes(15));
        (await first.Client.Get("/api/v1/waitlist")).Data.GetProperty("items").GetArrayLength().ShouldBe(0);
        await Entry(second, "offered");
    }

    [Fact]
    public async Task An_offer_that_is_paid_is_taken()
    {
        var (club, owner, guest) = (await OpenClub(courts: 1), await Guest(), await Guest());
        var held = (await owner.Client.Post("/api/v1/bookings", Wish(club, At(3, 18)))).Data.GetProperty("id").GetGuid();
        await Join(club, guest, At(3, 18), 0);
        (await owner.Client.Put($"/api/v1/bookings/{held}/cancel", new { })).Is(HttpStatusCode.OK);
        await Settle();
        var offer = (await guest.Client.Get("/api/v1/waitlist")).Data.GetProperty("items")[0].GetProperty("bookingId").GetGuid();
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = offer, method = "cash" })).Is(HttpStatusCode.Created);
        await Settle();
        (await Database.Ask("select status from bookings.waitlist")).ShouldBe("Taken");
        (await guest.Client.Get($"/api/v1/bookings/{offer}")).Data.GetProperty("status").GetString().ShouldBe("confirmed");
    }

    [Fact]
    public async Task A_flexible_guest_is_offered_a_time_nearby()
    {
        var (club, owner, guest) = (await OpenClub(courts: 1), await Guest(), await Guest());
        var held = (await owner.Client.Post("/api/v1/bookings", Wish(club, At(3, 19, 30), 120))).Data.GetProperty("id").GetGuid();
        (await club.Owner.Client.Post($"/api/v1/venues/{club.Id}/blocks", new { resourceIds = club.Courts, startsAt = At(3, 7), endsAt = At(3, 19, 30), reason = "league" })).Is(HttpStatusCode.Created);
        await Join(club, guest, At(3, 18), 2);
        (await owner.Client.Put($"/api/v1/bookings/{held}/cancel", new { })).Is(HttpStatusCode.OK);
        await Settle();
        var offer = (await guest.Client.Get("/api/v1/waitlist")).Data.GetProperty("items")[0].GetProperty("bookingId").GetGuid();
        (await guest.Client.Get($"/api/v1/bookings/{offer}")).Data.GetProperty("startsAt").GetString().ShouldBe(At(3, 19, 30));
    }

    [Fact]
    public async Task Nobody_waits_twice_and_everybody_can_leave()
    {
        var (club, guest, stranger) = (await OpenClub(courts: 1), await Guest(), await Guest());
        var id = await Join(club, guest, At(3, 18), 0);
        (await guest.Client.Post("/api/v1/waitlist", Wish(club, At(3, 18)))).Refuses(HttpStatusCode.Conflict, "already_waiting");
        (await stranger.Client.Delete($"/api/v1/waitlist/{id}")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await guest.Client.Delete($"/api/v1/waitlist/{id}")).Is(HttpStatusCode.OK);
        (await guest.Client.Post("/api/v1/waitlist", new { offeringId = club.OfferingId, minutes = 60 })).Names("startsAt").ShouldBeTrue();
        (await Visitor.Get("/api/v1/waitlist")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    private static async Task<Guid> Join(Club club, Person guest, string at, int flexibilityHours) =>
        (await guest.Client.Post("/api/v1/waitlist", new { offeringId = club.OfferingId, startsAt = at, minutes = 60, flexibilityHours })).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();

    private static async Task Entry(Person guest, string status) =>
        (await guest.Client.Get("/api/v1/waitlist")).Data.GetProperty("items")[0].GetProperty("status").GetString().ShouldBe(status);
}
