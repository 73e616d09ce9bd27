namespace Sarai.Stories;

public sealed class Folios(StoryPostgres postgres) : HotelWorld(postgres)
{
    [Fact]
    public async Task A_folio_tells_what_was_charged_and_paid_and_is_never_changed()
    {
        var (hotel, other, guest) = (await OpenHotel(), await OpenHotel(name: "Other"), await Guest("Ayesha"));
        var booking = (await guest.Client.Post(Nights(hotel), Stay(1, 3, Room(hotel.Standard)))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/confirm")).Is(HttpStatusCode.OK);
        var path = $"/api/v1/bookings/{booking}";
        var charged = (await hotel.Owner.Client.Post($"{path}/charges", new { text = "Minibar", amount = 350_000 })).Is(HttpStatusCode.Created).Data;
        charged.GetProperty("due").GetProperty("amount").GetInt64().ShouldBe((2 * 4_500_000) + 350_000);
        (await hotel.Owner.Client.Put($"{path}/nights", Stay(1, 4, Room(hotel.Standard)))).Is(HttpStatusCode.OK).Data.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe((3 * 4_500_000) + 350_000);
        (await hotel.Owner.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "cash" })).Is(HttpStatusCode.Created);
        await Settle();
        var folio = (await guest.Client.Get($"{path}/folio")).Is(HttpStatusCode.OK).Data;
        folio.GetProperty("balance").GetProperty("amount").GetInt64().ShouldBe(0);
        folio.GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("kind").GetString()).ShouldBe(["charge", "extra", "reversal", "charge", "extra", "payment"], ignoreOrder: true);
        (await hotel.Owner.Client.Post($"{path}/charges", new { text = "Minibar, not theirs", amount = -350_000 })).Is(HttpStatusCode.Created);
        await Settle();
        (await hotel.Owner.Client.Get($"{path}/folio")).Data.GetProperty("balance").GetProperty("amount").GetInt64().ShouldBe(-350_000);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => Database.Ask("update stays.folio_line set amount = 0"));
        (await hotel.Owner.Client.Post($"{path}/charges", new { })).Names("text").ShouldBeTrue();
        (await hotel.Owner.Client.Post($"{path}/charges", new { text = "Nothing", amount = 0 })).Names("amount").ShouldBeTrue();
        (await hotel.Owner.Client.Post($"{path}/charges", new { text = "Everything", amount = -90_000_000 })).Refuses(HttpStatusCode.UnprocessableEntity, "below_zero");
        (await other.Owner.Client.Post($"{path}/charges", new { text = "Minibar", amount = 1 })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await guest.Client.Post($"{path}/charges", new { text = "Minibar", amount = 1 })).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await Visitor.Post($"{path}/charges", new { text = "Minibar", amount = 1 })).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await other.Owner.Client.Get($"{path}/folio")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await (await Guest()).Client.Get($"{path}/folio")).Status.ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.Forbidden);
        (await Visitor.Get($"{path}/folio")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task A_no_show_is_charged_by_the_policy_the_guest_read()
    {
        foreach (var (share, charged, text) in new (decimal?, long, string)[] { (null, 4_500_000, "pays for one night"), (0, 0, "pays nothing"), (33.5m, 3_015_000, "pays 33.5 % of the price") })
        {
            var hotel = await OpenHotel(name: $"House {share}", policy: new { payAtDesk = true, windowDays = 365, noShowPercent = share });
            var slug = (await Database.Ask($"select slug from catalog.venue where id = '{hotel.Id}'"))!;
            (await Visitor.Get($"/stays/{slug}")).Text.ShouldContain(text);
            var booking = await Booked(hotel, 1, 3, Room(hotel.Standard));
            // A stay keeps the rule it was booked under.
            (await hotel.Owner.Client.Put($"/api/v1/venues/{hotel.Id}/policy", new { payAtDesk = true, noShowPercent = 100 })).Is(HttpStatusCode.OK);
            ItIs(2, 3);
            await Pass(Duration.FromMinutes(1));
            var folio = (await hotel.Owner.Client.Get($"/api/v1/bookings/{booking}/folio")).Is(HttpStatusCode.OK).Data;
            folio.GetProperty("balance").GetProperty("amount").GetInt64().ShouldBe(charged);
            (await hotel.Owner.Client.Put($"/api/v1/venues/{hotel.Id}/policy", new { noShowPercent = 101 })).Names("noShowPercent").ShouldBeTrue();
            ItIs(1, 9);
        }
    }

    [Fact]
    public async Task A_no_show_is_charged_and_who_comes_after_all_pays_for_the_stay_once()
    {
        var hotel = await OpenHotel(policy: new { payAtDesk = true, windowDays = 365, noShowPercent = 50 });
        var booking = await Booked(hotel, 1, 3, Room(hotel.Standard));
        ItIs(2, 3);
        await Pass(Duration.FromMinutes(1));
        var missed = (await hotel.Owner.Client.Get($"/api/v1/bookings/{booking}/folio")).Is(HttpStatusCode.OK).Data;
        missed.GetProperty("balance").GetProperty("amount").GetInt64().ShouldBe(4_500_000);
        missed.GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("kind").GetString()).ShouldBe(["charge", "reversal", "fee"], ignoreOrder: true);
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/check-in")).Is(HttpStatusCode.OK);
        await Settle();
        var came = (await hotel.Owner.Client.Get($"/api/v1/bookings/{booking}/folio")).Is(HttpStatusCode.OK).Data;
        came.GetProperty("balance").GetProperty("amount").GetInt64().ShouldBe(9_000_000);
        came.GetProperty("lines").EnumerateArray().Where(l => l.GetProperty("text").GetString() == "Fee for not coming").Sum(l => l.GetProperty("amount").GetProperty("amount").GetInt64()).ShouldBe(0);
    }
}
