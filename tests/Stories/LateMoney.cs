namespace Sarai.Stories;

/// <summary>Money that comes when its slot is gone: an equal one is offered, already paid, and the guest is told whatever becomes of it.</summary>
public sealed class LateMoney(StoryPostgres postgres) : HotelWorld(postgres)
{
    [Fact]
    public async Task Whose_slot_is_gone_is_offered_an_equal_one_and_takes_it_with_one_click_or_gets_the_money_back()
    {
        var (club, guest, other) = (await OpenClub(courts: 2), await Guest(), await Guest());
        var first = await PaidTooLate(club, guest, other, At(2, 18));
        var offer = await OfferInsteadOf(first);
        var shown = (await guest.Client.Get($"/api/v1/bookings/{offer}")).Data;
        (shown.GetProperty("status").GetString(), shown.GetProperty("startsAt").GetString()).ShouldBe(("held", "2026-06-02T18:00:00+05:00"));
        shown.GetProperty("resources")[0].GetProperty("id").GetGuid().ShouldBe(club.Courts[1]);
        shown.GetProperty("paid").GetProperty("amount").GetInt64().ShouldBe(600000);
        (await Told(guest)).ShouldContain("equal_slot_offered");
        (await other.Client.Post($"/api/v1/bookings/{offer}/accept")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await guest.Client.Post($"/api/v1/bookings/{first}/accept")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await Visitor.Post($"/api/v1/bookings/{offer}/accept")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        var page = await guest.Client.GetStringAsync(new Uri($"/bookings/{offer}", UriKind.Relative), TestContext.Current.CancellationToken);
        page.ShouldContain("An equal slot for you");
        page.ShouldNotContain("Pay now");
        (await guest.Client.Post($"/api/v1/bookings/{offer}/accept")).Is(HttpStatusCode.OK).Data.GetProperty("status").GetString().ShouldBe("confirmed");
        (await guest.Client.Post($"/api/v1/bookings/{offer}/accept")).Is(HttpStatusCode.OK);
        await Settle();
        (await Database.Ask($"select booking_id from payments.payment where guest_id = '{guest.Id}' and status = 'Captured'")).ShouldBe(offer);

        // Both courts are taken at that time: the nearest one is offered, and left alone it lapses.
        var second = await PaidTooLate(club, guest, other, At(3, 18), alsoTaken: true);
        var nearest = await OfferInsteadOf(second);
        (await guest.Client.Get($"/api/v1/bookings/{nearest}")).Data.GetProperty("startsAt").GetString().ShouldBeOneOf("2026-06-03T17:00:00+05:00", "2026-06-03T19:00:00+05:00");
        await Pass(Duration.FromMinutes(16));
        (await guest.Client.Post($"/api/v1/bookings/{nearest}/accept")).Refuses(HttpStatusCode.Conflict, "offer_over");
        (await Wallet(guest)).ShouldBe(600000);
        (await Told(guest)).ShouldContain("refund_processed");

        // Declined on the page, without JavaScript.
        var third = await PaidTooLate(club, guest, other, At(4, 18));
        var declined = await OfferInsteadOf(third);
        (await guest.Client.Fill($"/bookings/{declined}", "accept", ("answer", "wallet"))).ShouldBe($"/bookings/{declined}");
        await Settle();
        (await guest.Client.Get($"/api/v1/bookings/{declined}")).Data.GetProperty("status").GetString().ShouldBe("cancelled");
        (await Wallet(guest)).ShouldBe(1_200_000);
        (await Database.Ask("select count(*) from bookings.booking b where paid <> (select coalesce(sum(captured_amount - refunded_amount), 0) from payments.payment p where p.booking_id = b.id)")).ShouldBe(0L);
        (await Database.Ask("select coalesce(sum(amount), 0)::bigint from payments.entry")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_cheaper_slot_gives_the_difference_back_and_a_dearer_one_is_not_offered()
    {
        var (club, guest, other) = (await OpenClub(courts: 1, hours: ("16:00:00", "19:00:00")), await Guest(), await Guest());
        // Off-peak from 16 to 17 and peak from 17 on: the neighbour of the lost peak hour is cheaper.
        var first = await PaidTooLate(club, guest, other, At(2, 17), alsoTaken: false, (await Guest(), At(2, 18)));
        var offer = await OfferInsteadOf(first);
        var shown = (await guest.Client.Get($"/api/v1/bookings/{offer}")).Data;
        (shown.GetProperty("startsAt").GetString(), shown.GetProperty("total").GetProperty("amount").GetInt64(), shown.GetProperty("paid").GetProperty("amount").GetInt64()).ShouldBe(("2026-06-02T16:00:00+05:00", 350000L, 350000L));
        (await Wallet(guest)).ShouldBe(250000);
        // No other cheap hour lies within a day of this one, and the rest costs more. The money comes back, and the guest hears of it.
        var late = await Guest();
        (await PaidTooLate(club, late, other, At(5, 16), alsoTaken: false, (other, At(6, 16)), (other, At(4, 16)))).ShouldNotBe(Guid.Empty);
        (await Database.Ask($"select count(*) from bookings.booking where guest_id = '{late.Id}'")).ShouldBe(1L);
        (await Wallet(late)).ShouldBe(350000);
        (await Told(late)).ShouldContain("payment_returned");
    }

    [Fact]
    public async Task What_came_off_the_price_stays_off_the_equal_slot()
    {
        var (club, guest, other) = (await OpenClub(courts: 2), await Guest(), await Guest());
        (await club.Owner.Client.Post($"/api/v1/organisations/{club.OrganisationId}/promos", new { code = "MONSOON", percent = 25, quota = 1, currency = "PKR", validFrom = "2026-06-01T00:00:00Z", validUntil = "2026-07-01T00:00:00Z" })).Is(HttpStatusCode.Created);
        var gone = (await guest.Client.Post("/api/v1/bookings", new { offeringId = club.OfferingId, resourceId = club.Courts[0], startsAt = At(2, 18), minutes = 60, code = "MONSOON" })).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        await PayLate(guest, gone);
        await Pass(Duration.FromMinutes(15.5));
        (await other.Client.Post("/api/v1/bookings", Wish(club, At(2, 18), court: club.Courts[0]))).Is(HttpStatusCode.Created);
        await Pass(Duration.FromMinutes(1));
        var offer = await OfferInsteadOf(gone);
        var shown = (await guest.Client.Get($"/api/v1/bookings/{offer}")).Data;
        (shown.GetProperty("total").GetProperty("amount").GetInt64(), shown.GetProperty("paid").GetProperty("amount").GetInt64()).ShouldBe((450000, 450000));
        (await guest.Client.Post($"/api/v1/bookings/{offer}/accept")).Is(HttpStatusCode.OK);
        await Settle();
        (await Wallet(guest)).ShouldBe(0);
        (await Database.Ask("select taken from memberships.promo")).ShouldBe(1);
        (await Database.Ask($"select status from memberships.reservation where booking_id = '{offer}'")).ShouldBe("Used");
    }

    [Fact]
    public async Task A_code_takes_its_share_off_every_night()
    {
        var (hotel, guest) = (await OpenHotel(rooms: 2, suites: 0), await Guest());
        var full = (await guest.Client.Post(Nights(hotel), Stay(5, 7, Room(hotel.Standard)))).Is(HttpStatusCode.Created).Data.GetProperty("total").GetProperty("amount").GetInt64();
        (await hotel.Owner.Client.Post($"/api/v1/organisations/{hotel.OrganisationId}/promos", new { code = "MONSOON", percent = 25, currency = "PKR", validFrom = "2026-06-01T00:00:00Z", validUntil = "2026-07-01T00:00:00Z" })).Is(HttpStatusCode.Created);
        var booking = (await guest.Client.Post(Nights(hotel), Stay(5, 7, Room(hotel.Standard)))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        (await guest.Client.Put($"/api/v1/bookings/{booking}/code", new { code = "MONSOON" })).Is(HttpStatusCode.OK).Data.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(full * 3 / 4);
        await PayLate(guest, booking);
        await Pass(Duration.FromMinutes(15.5));
        await Pass(Duration.FromMinutes(1));
        (await Database.Ask($"select paid from bookings.booking where id = '{booking}'")).ShouldBe(full * 3 / 4, "late, and the room is still there");
        (await Database.Ask("select taken from memberships.promo")).ShouldBe(1);
    }

    [Fact]
    public async Task Several_rooms_are_offered_again_as_an_equal_set_or_not_at_all()
    {
        var (hotel, guest, other) = (await OpenHotel(rooms: 4, suites: 0), await Guest(), await Guest());
        var rooms = new[] { Room(hotel.Standard, adults: 2), Room(hotel.Standard) };
        var booking = (await guest.Client.Post(Nights(hotel), Stay(5, 7, rooms))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        await PayLate(guest, booking);
        await Pass(Duration.FromMinutes(15.5));
        // One of the two rooms goes to somebody else; two others are free.
        (await other.Client.Post(Nights(hotel), Stay(6, 7, Room(hotel.Standard, hotel.Rooms[0])))).Is(HttpStatusCode.Created);
        await Pass(Duration.FromMinutes(1));
        var offer = await OfferInsteadOf(booking);
        var shown = (await guest.Client.Get($"/api/v1/bookings/{offer}")).Data;
        shown.GetProperty("resources").EnumerateArray().Select(r => r.GetProperty("id").GetGuid()).Distinct().Count().ShouldBe(2);
        shown.GetProperty("paid").GetProperty("amount").GetInt64().ShouldBe(18_000_000);
        (await guest.Client.Post($"/api/v1/bookings/{offer}/accept")).Is(HttpStatusCode.OK);
        await Settle();
        var late = await Guest();
        var unlucky = (await late.Client.Post(Nights(hotel), Stay(12, 14, rooms))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        await PayLate(late, unlucky);
        await Pass(Duration.FromMinutes(15.5));
        (await other.Client.Post(Nights(hotel), Stay(12, 13, Room(hotel.Standard), Room(hotel.Standard), Room(hotel.Standard)))).Is(HttpStatusCode.Created);
        await Pass(Duration.FromMinutes(1));
        (await Database.Ask($"select count(*) from bookings.booking where guest_id = '{late.Id}'")).ShouldBe(1L);
        (await late.Client.Get("/api/v1/wallet?currency=NGN")).Data.GetProperty("balance").GetProperty("amount").GetInt64().ShouldBe(18_000_000);
    }

    /// <summary>A guest pays for a slot, but the money comes a minute after somebody else took it.</summary>
    private async Task<Guid> PaidTooLate(Club club, Person guest, Person other, string at, bool alsoTaken = false, params (Person Who, string At)[] more)
    {
        var booking = (await guest.Client.Post("/api/v1/bookings", Wish(club, at, court: club.Courts[0]))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        await PayLate(guest, booking);
        await Pass(Duration.FromMinutes(15.5));
        (await other.Client.Post("/api/v1/bookings", Wish(club, at, court: club.Courts[0]))).Is(HttpStatusCode.Created);
        if (alsoTaken) (await other.Client.Post("/api/v1/bookings", Wish(club, at, court: club.Courts[1]))).Is(HttpStatusCode.Created);
        foreach (var (who, when) in more) (await who.Client.Post("/api/v1/bookings", Wish(club, when))).Is(HttpStatusCode.Created);
        await Pass(Duration.FromMinutes(1));
        return booking;
    }

    private async Task PayLate(Person guest, Guid booking)
    {
        var payment = (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "sandbox" })).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        (await Visitor.Post($"/api/v1/sandbox/payments/{payment}", new { outcome = "late" })).Is(HttpStatusCode.OK);
    }

    private async Task<Guid> OfferInsteadOf(Guid booking) => (Guid)(await Database.Ask($"select id from bookings.booking where instead_of = '{booking}'"))!;

    private static async Task<long> Wallet(Person guest) => (await guest.Client.Get("/api/v1/wallet?currency=PKR")).Is(HttpStatusCode.OK).Data.GetProperty("balance").GetProperty("amount").GetInt64();

    private static async Task<List<string?>> Told(Person guest) =>
        [.. (await guest.Client.Get("/api/v1/notifications")).Is(HttpStatusCode.OK).Data.GetProperty("items").EnumerateArray().Select(n => n.GetProperty("type").GetString())];
}
