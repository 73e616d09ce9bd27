namespace Sarai.Stories;

public sealed class Rescheduling(StoryPostgres postgres) : World(postgres)
{
    [Fact]
    public async Task Moving_takes_the_new_slot_and_frees_the_old_in_one_step()
    {
        var (club, guest, other) = (await OpenClub(courts: 1), await Guest(), await Guest());
        var booking = await Hold(club, guest, At(3, 10));
        var moved = (await guest.Client.Post($"/api/v1/bookings/{booking}/reschedule", new { startsAt = At(3, 10, 30), minutes = 90 })).Is(HttpStatusCode.OK).Data;
        moved.GetProperty("startsAt").GetString().ShouldBe(At(3, 10, 30));
        moved.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(525000);
        (await other.Client.Post("/api/v1/bookings", Wish(club, At(3, 9)))).Is(HttpStatusCode.Created);
        (await other.Client.Post("/api/v1/bookings", Wish(club, At(3, 11)))).Refuses(HttpStatusCode.Conflict, "slot_taken");
        (await Database.Ask($"select count(*) from bookings.claim where booking_id = '{booking}'")).ShouldBe(1L);
    }

    [Fact]
    public async Task A_move_onto_somebody_else_changes_nothing()
    {
        var (club, guest, other) = (await OpenClub(courts: 1), await Guest(), await Guest());
        var mine = await Hold(club, guest, At(3, 10));
        await Hold(club, other, At(3, 12));
        (await guest.Client.Post($"/api/v1/bookings/{mine}/reschedule", new { startsAt = At(3, 12) })).Refuses(HttpStatusCode.Conflict, "slot_taken");
        (await guest.Client.Get($"/api/v1/bookings/{mine}")).Data.GetProperty("startsAt").GetString().ShouldBe(At(3, 10));
        (await other.Client.Post("/api/v1/bookings", Wish(club, At(3, 10)))).Refuses(HttpStatusCode.Conflict, "slot_taken");
    }

    [Fact]
    public async Task The_preview_says_what_saving_would_do_and_keeps_nothing()
    {
        var (club, guest) = (await OpenClub(courts: 1), await Guest());
        var booking = await Hold(club, guest, At(3, 10));
        var dearer = (await guest.Client.Post($"/api/v1/bookings/{booking}/reschedule/preview", new { startsAt = At(3, 18) })).Is(HttpStatusCode.OK).Data;
        (dearer.GetProperty("allowed").GetBoolean(), dearer.GetProperty("priceDifference").GetProperty("amount").GetInt64()).ShouldBe((true, 250000));
        var closed = (await guest.Client.Post($"/api/v1/bookings/{booking}/reschedule/preview", new { startsAt = At(3, 4) })).Is(HttpStatusCode.OK).Data;
        (closed.GetProperty("allowed").GetBoolean(), closed.GetProperty("conflict").GetString()).ShouldBe((false, "closed"));
        (await guest.Client.Get($"/api/v1/bookings/{booking}")).Data.GetProperty("startsAt").GetString().ShouldBe(At(3, 10));
        (await Database.Ask("select lower(during) from bookings.claim")).ShouldBe(new DateTime(2026, 6, 3, 5, 0, 0, DateTimeKind.Utc));
    }

    [Fact]
    public async Task A_guest_cannot_move_inside_the_deadline_but_the_desk_can()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, At(1, 20));
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "cash" })).Is(HttpStatusCode.Created);
        await Settle();
        (await guest.Client.Post($"/api/v1/bookings/{booking}/reschedule", new { startsAt = At(2, 20) })).Refuses(HttpStatusCode.UnprocessableEntity, "too_late_to_reschedule");
        var desk = await Colleague(club, "staff");
        (await desk.Client.Post($"/api/v1/bookings/{booking}/reschedule", new { startsAt = At(2, 20, 30), reason = "asked by phone" })).Is(HttpStatusCode.OK);
        (await Database.Ask($"select action from bookings.audit where subject = '{booking}'")).ShouldBe("update:desk_bookings");
    }

    [Fact]
    public async Task Two_guests_swap_towards_one_slot_and_one_gets_it()
    {
        var club = await OpenClub(courts: 1);
        var guests = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Guest()));
        var held = new List<Guid>();
        for (var i = 0; i < guests.Length; i++) held.Add(await Hold(club, guests[i], At(3, 8 + i)));
        var replies = await Task.WhenAll(guests.Select((g, i) => g.Client.Post($"/api/v1/bookings/{held[i]}/reschedule", new { startsAt = At(3, 20) })));
        replies.Count(r => r.Status == HttpStatusCode.OK).ShouldBe(1);
        replies.Where(r => r.Status != HttpStatusCode.OK).ShouldAllBe(r => r.Code == "slot_taken");
        (await Database.Ask("select count(*) from bookings.claim")).ShouldBe(6L);
    }

    private static async Task<Guid> Hold(Club club, Person guest, string at) =>
        (await guest.Client.Post("/api/v1/bookings", Wish(club, at))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
}
