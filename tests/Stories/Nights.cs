using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Stories;

public sealed class Nights(StoryPostgres postgres) : HotelWorld(postgres)
{
    [Fact]
    public async Task A_guest_books_two_kinds_of_rooms_for_two_nights_and_pays_what_was_shown()
    {
        var (hotel, guest) = (await OpenHotel(), await Guest("Ayesha"));
        var shown = (await Visitor.Get($"{Nights(hotel)}?checkIn=2026-06-05&checkOut=2026-06-07&adults=2&children=1")).Is(HttpStatusCode.OK).Data;
        var standard = shown.GetProperty("offerings")[0];
        (standard.GetProperty("free").GetInt32(), standard.GetProperty("quote").GetProperty("total").GetProperty("amount").GetInt64()).ShouldBe((3, 2 * 4_700_000L));
        var booking = (await guest.Client.Post(Nights(hotel), Stay(5, 7, Room(hotel.Standard, adults: 2, children: 1), Room(hotel.Suite, adults: 2)))).Is(HttpStatusCode.Created).Data;
        booking.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe((2 * 4_700_000L) + (2 * 9_000_000L));
        booking.GetProperty("startsAt").GetString().ShouldBe("2026-06-05T14:00:00+01:00");
        booking.GetProperty("endsAt").GetString().ShouldBe("2026-06-07T12:00:00+01:00");
        booking.GetProperty("stay").GetProperty("nights").GetInt32().ShouldBe(2);
        booking.GetProperty("stay").GetProperty("units").GetArrayLength().ShouldBe(2);
        booking.GetProperty("resources").EnumerateArray().Select(r => r.GetProperty("id").GetGuid()).ShouldBe([hotel.Rooms[0], hotel.Suites[0]]);
        var left = (await Visitor.Get($"{Nights(hotel)}?checkIn=2026-06-05&checkOut=2026-06-07")).Data.GetProperty("offerings").EnumerateArray().Select(o => o.GetProperty("free").GetInt32());
        left.ShouldBe([2, 0]);
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking.GetProperty("id").GetGuid(), method = "sandbox" })).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task One_full_night_fails_all_rooms_and_nothing_stays_half_claimed()
    {
        var (hotel, guest) = (await OpenHotel(rooms: 2), await Guest());
        await Booked(hotel, 6, 7, Room(hotel.Standard, hotel.Rooms[1]));
        var before = await ClaimsNow();
        (await guest.Client.Post(Nights(hotel), Stay(5, 9, Room(hotel.Suite), Room(hotel.Standard), Room(hotel.Standard)))).Refuses(HttpStatusCode.Conflict, "slot_taken");
        (await ClaimsNow()).ShouldBe(before);
        (await Database.Ask("select count(*) from bookings.booking where status = 'Held'")).ShouldBe(0L);
        (await guest.Client.Post(Nights(hotel), Stay(5, 9, Room(hotel.Suite), Room(hotel.Standard)))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Twenty_guests_and_three_rooms_of_a_type_over_several_nights_give_exactly_three_bookings()
    {
        var hotel = await OpenHotel(rooms: 3);
        var guests = new List<Person>();
        for (var i = 0; i < 20; i++) guests.Add(await Guest());
        var replies = await Task.WhenAll(guests.Select((g, i) => g.Client.Post(Nights(hotel), Stay(5 + (i % 3), 9, Room(hotel.Standard)))));
        replies.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(3);
        replies.Where(r => r.Status != HttpStatusCode.Created).ShouldAllBe(r => r.Code == "slot_taken");
        (await ClaimsNow()).ShouldBe(3);
    }

    [Fact]
    public async Task Two_guests_who_both_want_the_last_two_rooms_get_them_whole_or_not_at_all()
    {
        var hotel = await OpenHotel(rooms: 3);
        var guests = new List<Person>();
        for (var i = 0; i < 8; i++) guests.Add(await Guest());
        var replies = await Task.WhenAll(guests.Select(g => g.Client.Post(Nights(hotel), Stay(5, 8, Room(hotel.Standard), Room(hotel.Standard)))));
        replies.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(1);
        (await ClaimsNow()).ShouldBe(2);
    }

    [Theory]
    [InlineData("2026-10-24", "2026-10-25", "25:00:00")]
    [InlineData("2026-03-28", "2026-03-29", "23:00:00")]
    public async Task A_night_is_one_night_when_the_clocks_change(string checkIn, string checkOut, string asLongAs)
    {
        Clock.Set(new DateTimeOffset(2026, 1, 10, 9, 0, 0, TimeSpan.Zero));
        var (hotel, guest) = (await OpenHotel(zone: "Europe/London", policy: new { checkIn = "14:00:00", checkOut = "14:00:00", windowDays = 365 }), await Guest());
        var booking = (await guest.Client.Post(Nights(hotel), new { checkIn, checkOut, rooms = new[] { Room(hotel.Standard) } })).Is(HttpStatusCode.Created).Data;
        booking.GetProperty("stay").GetProperty("nights").GetInt32().ShouldBe(1);
        booking.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(4_500_000);
        (booking.GetProperty("endsAt").GetDateTimeOffset() - booking.GetProperty("startsAt").GetDateTimeOffset()).ShouldBe(asLongAs == "25:00:00" ? TimeSpan.FromHours(25) : TimeSpan.FromHours(23));
    }

    [Fact]
    public async Task Back_to_back_stays_share_the_day_and_a_room_of_the_type_is_used_tightly()
    {
        var hotel = await OpenHotel(rooms: 2, suites: 1);
        await Booked(hotel, 3, 5, Room(hotel.Standard, hotel.Rooms[1]));
        var next = await Booked(hotel, 5, 8, Room(hotel.Standard));
        (await Database.Ask($"select resource_id from bookings.claim where booking_id = '{next}'")).ShouldBe(hotel.Rooms[1]);
        await Booked(hotel, 1, 20, Room(hotel.Standard));
    }

    [Fact]
    public async Task Rates_may_close_a_day_to_arrival_ask_for_a_minimum_stay_and_be_lower_for_a_week()
    {
        object[] prices =
        [
            new { label = "Long stay", night = new { amount = 3_000_000, nightsAtLeast = 7 } },
            new { label = "Weekend", days = new[] { "friday" }, night = new { amount = 6_000_000, minStay = 2 } },
            new { label = "Fair", firstDate = "2026-06-10", lastDate = "2026-06-10", night = new { amount = 5_000_000, closedToArrival = true } },
            new { label = "Rack", night = new { amount = 4_500_000 } },
        ];
        var (hotel, guest) = (await OpenHotel(prices: prices), await Guest());
        (await guest.Client.Post(Nights(hotel), Stay(5, 6, Room(hotel.Standard)))).Refuses(HttpStatusCode.UnprocessableEntity, "minimum_stay");
        (await guest.Client.Post(Nights(hotel), Stay(10, 12, Room(hotel.Standard)))).Refuses(HttpStatusCode.UnprocessableEntity, "closed_to_arrival");
        var weekend = (await guest.Client.Post(Nights(hotel), Stay(5, 7, Room(hotel.Standard)))).Is(HttpStatusCode.Created).Data;
        weekend.GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("amount").GetInt64()).ShouldBe([6_000_000, 4_500_000]);
        (await guest.Client.Post(Nights(hotel), Stay(9, 11, Room(hotel.Standard)))).Is(HttpStatusCode.Created).Data.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(9_500_000);
        (await guest.Client.Post(Nights(hotel), Stay(15, 22, Room(hotel.Standard)))).Is(HttpStatusCode.Created).Data.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(7 * 3_000_000);
        var refused = (await Visitor.Get($"{Nights(hotel)}?checkIn=2026-06-10&checkOut=2026-06-12")).Data.GetProperty("offerings")[0];
        (refused.GetProperty("quote").ValueKind, refused.GetProperty("refusal").GetString()!.Contains("arrive", StringComparison.Ordinal)).ShouldBe((JsonValueKind.Null, true));
        await Booked(hotel, 10, 11, Room(hotel.Standard));
    }

    [Fact]
    public async Task The_rates_calendar_is_set_for_a_kind_of_room_and_a_range_of_nights()
    {
        var (hotel, other, guest) = (await OpenHotel(), await OpenHotel(name: "Other"), await Guest());
        var path = $"/api/v1/venues/{hotel.Id}/night-rates";
        (await hotel.Owner.Client.Post(path, Rates(hotel.Standard, 5, 8, amount: 7_000_000))).Is(HttpStatusCode.OK);
        (await hotel.Owner.Client.Post(path, Rates(hotel.Standard, 1, 30, days: ["sunday"], minStay: 3))).Is(HttpStatusCode.OK);
        (await hotel.Owner.Client.Post(path, Rates(hotel.Standard, 8, 8, closed: true))).Is(HttpStatusCode.OK);
        (await guest.Client.Post(Nights(hotel), Stay(4, 7, Room(hotel.Standard, adults: 3)))).Is(HttpStatusCode.Created).Data.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(5_000_000 + (2 * 7_500_000));
        (await guest.Client.Post(Nights(hotel), Stay(7, 9, Room(hotel.Standard)))).Refuses(HttpStatusCode.UnprocessableEntity, "minimum_stay");
        (await guest.Client.Post(Nights(hotel), Stay(8, 9, Room(hotel.Standard)))).Refuses(HttpStatusCode.UnprocessableEntity, "closed_to_arrival");
        (await guest.Client.Post(Nights(hotel), Stay(7, 10, Room(hotel.Standard)))).Is(HttpStatusCode.Created).Data.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(7_000_000 + 7_000_000 + 4_500_000);
        (await guest.Client.Post(Nights(hotel), Stay(5, 6, Room(hotel.Suite)))).Is(HttpStatusCode.Created).Data.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(9_000_000);
        foreach (var (body, field) in new (object, string)[]
                 { (new { }, "offeringId"), (Rates(hotel.Standard, 5, 8), "amount"), (Rates(hotel.Standard, 8, 5, amount: 1), "last"), (Rates(Guid.NewGuid(), 5, 8, amount: 1), "offeringId"), (Rates(hotel.Standard, 5, 8, amount: -1), "amount"), (Rates(hotel.Standard, 5, 8, minStay: 900), "minStay") })
            (await hotel.Owner.Client.Post(path, body)).Names(field).ShouldBeTrue(field);
        (await hotel.Owner.Client.Post(path, new { offeringId = hotel.Standard, first = "2026-05-01", last = "2026-06-02", amount = 1 })).Names("first").ShouldBeTrue();
        (await other.Owner.Client.Post(path, Rates(hotel.Standard, 5, 8, amount: 1))).Refuses(HttpStatusCode.NotFound, "not_found");
        (await (await Colleague(hotel, "staff")).Client.Post(path, Rates(hotel.Standard, 5, 8, amount: 1))).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await Visitor.Post(path, Rates(hotel.Standard, 5, 8, amount: 1))).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");

        static object Rates(Guid type, int first, int last, long? amount = null, int? minStay = null, bool? closed = null, string[]? days = null) =>
            new { offeringId = type, first = $"2026-06-{first:00}", last = $"2026-06-{last:00}", days = days ?? [], amount, minStay, closedToArrival = closed };
    }

    [Fact]
    public async Task A_hold_lapses_and_its_rooms_are_free_again()
    {
        var (hotel, guest) = (await OpenHotel(rooms: 1), await Guest());
        (await guest.Client.Post(Nights(hotel), Stay(5, 7, Room(hotel.Standard)))).Is(HttpStatusCode.Created);
        (await (await Guest()).Client.Post(Nights(hotel), Stay(6, 8, Room(hotel.Standard)))).Refuses(HttpStatusCode.Conflict, "slot_taken");
        Clock.Advance(TimeSpan.FromMinutes(16));
        (await (await Guest()).Client.Post(Nights(hotel), Stay(6, 8, Room(hotel.Standard)))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_repeated_key_gives_the_same_booking_and_books_once()
    {
        var (hotel, guest) = (await OpenHotel(), await Guest());
        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => guest.Client.Post(Nights(hotel), Stay(5, 7, Room(hotel.Standard)), "one-key")));
        replies.Count(r => r.Status == HttpStatusCode.Created).ShouldBeGreaterThan(0);
        (await ClaimsNow()).ShouldBe(1);
    }

    [Fact]
    public async Task Changing_the_dates_keeps_the_room_and_frees_the_old_nights()
    {
        var (hotel, guest) = (await OpenHotel(rooms: 2), await Guest());
        var booking = (await guest.Client.Post(Nights(hotel), Stay(5, 8, Room(hotel.Standard, hotel.Rooms[1])))).Data.GetProperty("id").GetGuid();
        var moved = (await guest.Client.Put($"/api/v1/bookings/{booking}/nights", Stay(6, 10, Room(hotel.Standard)))).Is(HttpStatusCode.OK).Data;
        (moved.GetProperty("stay").GetProperty("nights").GetInt32(), moved.GetProperty("resources")[0].GetProperty("id").GetGuid()).ShouldBe((4, hotel.Rooms[1]));
        (await ClaimsNow()).ShouldBe(1);
        await Booked(hotel, 6, 7, Room(hotel.Standard, hotel.Rooms[0]));
        (await guest.Client.Put($"/api/v1/bookings/{booking}/nights", Stay(6, 10, Room(hotel.Standard), Room(hotel.Standard)))).Refuses(HttpStatusCode.Conflict, "slot_taken");
        (await ClaimsNow()).ShouldBe(2);
    }

    [Fact]
    public async Task A_stay_is_split_between_two_rooms_and_the_first_is_free_from_then_on()
    {
        var hotel = await OpenHotel(rooms: 2);
        var booking = await Booked(hotel, 5, 9, Room(hotel.Standard, hotel.Rooms[0]));
        var split = (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/room", new { unit = 0, resourceId = hotel.Rooms[1], from = "2026-06-07", reason = "air conditioning" })).Is(HttpStatusCode.OK).Data;
        split.GetProperty("resources").EnumerateArray().Select(r => r.GetProperty("name").GetString()).ShouldBe(["101", "102"]);
        await Booked(hotel, 7, 9, Room(hotel.Standard, hotel.Rooms[0]));
        await Booked(hotel, 5, 7, Room(hotel.Standard, hotel.Rooms[1]));
        var rack = (await hotel.Owner.Client.Get($"/api/v1/venues/{hotel.Id}/rack?from=2026-06-05&nights=5")).Is(HttpStatusCode.OK).Data.GetProperty("rows");
        rack[0].GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("firstNight").GetString() + "/" + e.GetProperty("lastNight").GetString()).ShouldBe(["2026-06-05/2026-06-06", "2026-06-07/2026-06-08"]);
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/room", new { unit = 0, resourceId = hotel.Rooms[0] })).Refuses(HttpStatusCode.Conflict, "slot_taken");
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/room", new { unit = 3, resourceId = hotel.Rooms[0] })).Refuses(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Early_check_out_sells_the_freed_nights()
    {
        var (hotel, guest) = (await OpenHotel(rooms: 1), await Guest());
        var booking = await Booked(hotel, 1, 6, Room(hotel.Standard));
        ItIs(1, 15);
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/check-in")).Is(HttpStatusCode.OK);
        (await guest.Client.Post(Nights(hotel), Stay(3, 5, Room(hotel.Standard)))).Refuses(HttpStatusCode.Conflict, "slot_taken");
        ItIs(3, 10);
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/check-out")).Is(HttpStatusCode.OK).Data.GetProperty("status").GetString().ShouldBe("completed");
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/check-out")).Refuses(HttpStatusCode.Conflict, "wrong_state");
        (await guest.Client.Post(Nights(hotel), Stay(3, 5, Room(hotel.Standard)))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Who_has_not_come_by_two_at_night_is_a_no_show_and_may_still_come_while_a_room_is_free()
    {
        var hotel = await OpenHotel(rooms: 1);
        var booking = await Booked(hotel, 1, 4, Room(hotel.Standard));
        ItIs(2, 1, 59);
        await Pass(Duration.Zero);
        (await StatusOf(booking)).ShouldBe("Confirmed");
        ItIs(2, 2);
        await Pass(Duration.Zero);
        await Pass(Duration.Zero);
        (await StatusOf(booking)).ShouldBe("NoShow");
        var history = (await hotel.Owner.Client.Get($"/api/v1/bookings/{booking}/history")).Data.GetProperty("history");
        (history.GetArrayLength(), history[2].GetProperty("reason").GetString()).ShouldBe((3, "not arrived by 2026-06-02 02:00"));
        (await ClaimsNow()).ShouldBe(0);
        var other = await Booked(hotel, 2, 3, Room(hotel.Standard));
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/check-in")).Refuses(HttpStatusCode.Conflict, "room_resold");
        (await hotel.Owner.Client.Put($"/api/v1/bookings/{other}/cancel", new { })).Is(HttpStatusCode.OK);
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/check-in")).Is(HttpStatusCode.OK);
        (await ClaimsNow()).ShouldBe(1);
    }

    [Fact]
    public async Task Checking_in_while_the_audit_runs_ends_in_one_truth()
    {
        var hotel = await OpenHotel(rooms: 3);
        ItIs(1, 9);
        var bookings = new List<Guid>();
        for (var i = 0; i < 3; i++) bookings.Add(await Booked(hotel, 1, 3, Room(hotel.Standard)));
        ItIs(2, 2);
        var audits = Enumerable.Range(0, 3).Select(_ => App.Services.GetRequiredService<JobRunner>().RunAll(TestContext.Current.CancellationToken));
        var arrivals = bookings.Select(b => hotel.Owner.Client.Post($"/api/v1/bookings/{b}/check-in")).ToList();
        await Task.WhenAll(audits.Concat(arrivals));
        foreach (var arrival in arrivals) (await arrival).Is(HttpStatusCode.OK);
        // Whoever was first, a guest at the desk is in the house afterwards, and has a room.
        (await Database.Ask("select count(*) from bookings.booking where status = 'CheckedIn'")).ShouldBe(3L);
        (await ClaimsNow()).ShouldBe(3);
    }

    [Fact]
    public async Task Two_desks_and_one_guest_check_in_once()
    {
        var hotel = await OpenHotel();
        var booking = await Booked(hotel, 1, 3, Room(hotel.Standard));
        ItIs(1, 15);
        var desk = await Colleague(hotel, "staff");
        var replies = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? desk : hotel.Owner).Client.Post($"/api/v1/bookings/{booking}/check-in")));
        replies.Count(r => r.Status == HttpStatusCode.OK).ShouldBe(1);
        replies.Where(r => r.Status != HttpStatusCode.OK).ShouldAllBe(r => r.Code == "wrong_state");
    }

    [Fact]
    public async Task An_early_guest_takes_the_hours_before_check_in_unless_somebody_is_still_there()
    {
        var hotel = await OpenHotel(rooms: 1);
        var (first, second) = (await Booked(hotel, 1, 2, Room(hotel.Standard)), await Booked(hotel, 2, 3, Room(hotel.Standard)));
        ItIs(1, 15);
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{first}/check-in")).Is(HttpStatusCode.OK);
        ItIs(2, 9);
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{second}/check-in")).Refuses(HttpStatusCode.Conflict, "room_not_free");
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{first}/check-out")).Is(HttpStatusCode.OK);
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{second}/check-in")).Is(HttpStatusCode.OK);
        (await Database.Ask($"select lower(during) at time zone 'Africa/Lagos' from bookings.claim where booking_id = '{second}'")).ShouldBe(new DateTime(2026, 6, 2, 9, 0, 0));
    }

    [Fact]
    public async Task A_guest_in_the_house_stays_longer_if_the_room_is_free()
    {
        var hotel = await OpenHotel(rooms: 1);
        var booking = await Booked(hotel, 1, 3, Room(hotel.Standard));
        ItIs(1, 15);
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/check-in")).Is(HttpStatusCode.OK);
        ItIs(2, 20);
        (await hotel.Owner.Client.Put($"/api/v1/bookings/{booking}/nights", Stay(1, 5, Room(hotel.Standard)))).Is(HttpStatusCode.OK).Data.GetProperty("stay").GetProperty("nights").GetInt32().ShouldBe(4);
        (await hotel.Owner.Client.Put($"/api/v1/bookings/{booking}/nights", Stay(2, 5, Room(hotel.Standard)))).Refuses(HttpStatusCode.UnprocessableEntity, "already_arrived");
    }

    [Fact]
    public async Task Rubbish_is_refused_in_the_fields_own_words()
    {
        var (hotel, guest) = (await OpenHotel(), await Guest());
        (await guest.Client.Post(Nights(hotel), new { })).Names("checkIn").ShouldBeTrue();
        (await guest.Client.Post(Nights(hotel), Stay(5, 7))).Names("rooms").ShouldBeTrue();
        (await guest.Client.Post(Nights(hotel), Stay(7, 5, Room(hotel.Standard)))).Names("checkOut").ShouldBeTrue();
        (await guest.Client.Post(Nights(hotel), Stay(5, 5, Room(hotel.Standard)))).Names("checkOut").ShouldBeTrue();
        (await guest.Client.Post(Nights(hotel), new { checkIn = "2026-05-30", checkOut = "2026-06-02", rooms = new[] { Room(hotel.Standard) } })).Names("checkIn").ShouldBeTrue();
        (await guest.Client.Post(Nights(hotel), Stay(5, 7, Room(hotel.Standard, adults: 5)))).Names("rooms").ShouldBeTrue();
        (await guest.Client.Post(Nights(hotel), Stay(5, 7, Room(hotel.Standard, adults: 0)))).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await guest.Client.Post(Nights(hotel), "{ \"checkIn\": \"soon\" }")).Names("checkIn").ShouldBeTrue();
        (await guest.Client.Post(Nights(hotel), Stay(5, 7, Room(Guid.NewGuid())))).Refuses(HttpStatusCode.NotFound, "not_found");
        (await guest.Client.Post(Nights(hotel), Stay(5, 7, Room(hotel.Standard, hotel.Suites[0])))).Refuses(HttpStatusCode.NotFound, "not_found");
        (await Visitor.Get($"{Nights(hotel)}?checkIn=soon&checkOut=2026-06-07")).Names("checkIn").ShouldBeTrue();
        (await Visitor.Get(Nights(hotel))).Names("checkIn").ShouldBeTrue();
    }

    [Fact]
    public async Task Staff_see_and_touch_only_their_hotel_and_guests_only_themselves()
    {
        var (hotel, other, guest) = (await OpenHotel(), await OpenHotel(name: "Abuja Court"), await Guest());
        var booking = await Booked(hotel, 1, 3, Room(hotel.Standard));
        ItIs(1, 15);
        foreach (var path in new[] { $"/api/v1/bookings/{booking}/check-in", $"/api/v1/bookings/{booking}/check-out", $"/api/v1/bookings/{booking}/no-show" })
        {
            (await other.Owner.Client.Post(path)).Refuses(HttpStatusCode.NotFound, "not_found");
            (await guest.Client.Post(path)).Refuses(HttpStatusCode.Forbidden, "forbidden");
            (await Visitor.Post(path)).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        }
        (await other.Owner.Client.Post($"/api/v1/bookings/{booking}/room", new { resourceId = hotel.Rooms[1] })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await guest.Client.Put($"/api/v1/bookings/{booking}/nights", Stay(1, 4, Room(hotel.Standard)))).Refuses(HttpStatusCode.NotFound, "not_found");
        (await other.Owner.Client.Get($"/api/v1/venues/{hotel.Id}/rack")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await guest.Client.Get($"/api/v1/venues/{hotel.Id}/rack")).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await other.Owner.Client.Get($"/api/v1/venues/{hotel.Id}/night-figures")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await (await Colleague(hotel, "staff")).Client.Get($"/api/v1/venues/{hotel.Id}/night-figures")).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await other.Owner.Client.Post($"{Nights(hotel)}/desk-bookings", new { checkIn = "2026-06-05", checkOut = "2026-06-06", rooms = new[] { Room(hotel.Standard) }, name = "A B", phone = "+2348031234567" })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await Visitor.Post(Nights(hotel), Stay(5, 7, Room(hotel.Standard)))).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task The_figures_of_the_house_are_those_of_its_bookings()
    {
        var hotel = await OpenHotel(rooms: 3, suites: 1);
        var (stayed, left, missed, cancelled) = (await Booked(hotel, 1, 3, Room(hotel.Standard)), await Booked(hotel, 1, 5, Room(hotel.Suite)), await Booked(hotel, 2, 4, Room(hotel.Standard)), await Booked(hotel, 2, 4, Room(hotel.Standard)));
        (await hotel.Owner.Client.Put($"/api/v1/bookings/{cancelled}/cancel", new { })).Is(HttpStatusCode.OK);
        ItIs(1, 15);
        foreach (var booking in new[] { stayed, left }) (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/check-in")).Is(HttpStatusCode.OK);
        ItIs(3, 10);
        foreach (var booking in new[] { stayed, left }) (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/check-out")).Is(HttpStatusCode.OK);
        await Pass(Duration.Zero);
        (await StatusOf(missed)).ShouldBe("NoShow");
        var figures = (await hotel.Owner.Client.Get($"/api/v1/venues/{hotel.Id}/night-figures?from=2026-06-01&to=2026-06-04")).Is(HttpStatusCode.OK).Data;
        (figures.GetProperty("soldNights").GetInt32(), figures.GetProperty("occupiedNights").GetInt32(), figures.GetProperty("rooms").GetInt32()).ShouldBe((6, 4, 4));
        figures.GetProperty("occupancy").GetDouble().ShouldBe(4.0 / 16);
        figures.GetProperty("revenue").GetProperty("amount").GetInt64().ShouldBe((2 * 4_500_000L) + (4 * 9_000_000L));
        figures.GetProperty("adr").GetProperty("amount").GetInt64().ShouldBe(7_500_000);
        (figures.GetProperty("cancellationRate").GetDouble(), figures.GetProperty("noShowRate").GetDouble()).ShouldBe((0.25, 0.25));
        figures.GetProperty("nights").EnumerateArray().Select(n => n.GetProperty("occupied").GetInt32()).ShouldBe([2, 2, 0, 0]);
        (await hotel.Owner.Client.Get($"/api/v1/venues/{hotel.Id}/night-figures?from=2026-06-04&to=2026-06-01")).Names("to").ShouldBeTrue();
    }

    private async Task<string> StatusOf(Guid booking) => (string)(await Database.Ask($"select status from bookings.booking where id = '{booking}'"))!;
}
