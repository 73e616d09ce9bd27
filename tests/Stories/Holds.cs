using System.Collections.Concurrent;

namespace Sarai.Stories;

public sealed class Holds(StoryPostgres postgres) : World(postgres)
{
    [Fact]
    public async Task A_guest_holds_a_court_at_the_price_that_was_shown()
    {
        var club = await OpenClub();
        var day = (await Visitor.Get($"/api/v1/venues/{club.Id}/availability?date=2026-06-02&minutes=90")).Is(HttpStatusCode.OK).Data;
        var slot = day.GetProperty("resources")[0].GetProperty("slots").EnumerateArray().Single(s => s.GetProperty("startsAt").GetString() == At(2, 16));
        slot.GetProperty("available").GetBoolean().ShouldBeTrue();
        var guest = await Guest();

        var booking = (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 16), 90, club.Courts[0]))).Is(HttpStatusCode.Created).Data;

        booking.GetProperty("status").GetString().ShouldBe("held");
        booking.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(350000 + 300000);
        booking.GetProperty("total").GetRawText().ShouldBe(slot.GetProperty("price").GetRawText());
        booking.GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("text").GetString()).ShouldBe(["Off-peak, 60 min", "Peak, 30 min"]);
        booking.GetProperty("expiresAt").GetString().ShouldBe("2026-06-01T07:15:00Z");
        booking.GetProperty("startsAt").GetString().ShouldBe(At(2, 16));
        var after = (await Visitor.Get($"/api/v1/venues/{club.Id}/availability?date=2026-06-02&minutes=90")).Data;
        after.GetProperty("resources")[0].GetProperty("slots").EnumerateArray().Where(s => !s.GetProperty("available").GetBoolean()).Select(s => s.GetProperty("startsAt").GetString())
            .ShouldBe([At(2, 15), At(2, 15, 30), At(2, 16), At(2, 16, 30), At(2, 17)]);
    }

    [Fact]
    public async Task Fifty_guests_want_the_last_court_and_one_gets_it()
    {
        var club = await OpenClub(courts: 1);
        var guests = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Guest()));
        var replies = await Task.WhenAll(guests.Select(g => g.Client.Post("/api/v1/bookings", Wish(club, At(2, 18), 60, club.Courts[0]))));
        replies.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(1);
        replies.Count(r => r is { Status: HttpStatusCode.Conflict, Code: "slot_taken" }).ShouldBe(49);
        (await Database.Ask("select count(*) from bookings.claim")).ShouldBe(1L);
        (await Database.Ask("select count(*) from bookings.booking")).ShouldBe(1L);
    }

    [Fact]
    public async Task Any_court_refuses_nobody_while_one_is_free()
    {
        var club = await OpenClub(courts: 8);
        var guests = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Guest()));
        var replies = await Task.WhenAll(guests.Select(g => g.Client.Post("/api/v1/bookings", Wish(club, At(2, 18)))));
        replies.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(8);
        replies.Where(r => r.Status != HttpStatusCode.Created).ShouldAllBe(r => r.Code == "slot_taken");
        (await Database.Ask("select count(distinct resource_id) from bookings.claim")).ShouldBe(8L);
    }

    [Fact]
    public async Task Back_to_back_is_fine_and_overlapping_starts_race_to_one()
    {
        var club = await OpenClub(courts: 1);
        var guests = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Guest()));
        (await guests[0].Client.Post("/api/v1/bookings", Wish(club, At(2, 10)))).Is(HttpStatusCode.Created);
        (await guests[1].Client.Post("/api/v1/bookings", Wish(club, At(2, 11)))).Is(HttpStatusCode.Created);
        var replies = await Task.WhenAll(
            guests[2].Client.Post("/api/v1/bookings", Wish(club, At(2, 14), 120)), guests[3].Client.Post("/api/v1/bookings", Wish(club, At(2, 14, 30), 90)),
            guests[4].Client.Post("/api/v1/bookings", Wish(club, At(2, 15), 60)), guests[5].Client.Post("/api/v1/bookings", Wish(club, At(2, 15, 30), 60)));
        replies.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(1);
    }

    [Fact]
    public async Task A_lapsed_hold_stands_in_nobodys_way_even_before_the_sweep()
    {
        var club = await OpenClub(courts: 1);
        var (first, second) = (await Guest(), await Guest());
        var held = (await first.Client.Post("/api/v1/bookings", Wish(club, At(2, 10)))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        Clock.Advance(TimeSpan.FromMinutes(15));
        (await second.Client.Post("/api/v1/bookings", Wish(club, At(2, 10)))).Is(HttpStatusCode.Created);
        await Pass(Duration.Zero);
        (await first.Client.Get($"/api/v1/bookings/{held}")).Data.GetProperty("status").GetString().ShouldBe("expired");
        (await Database.Ask("select count(*) from bookings.claim")).ShouldBe(1L);
    }

    [Fact]
    public async Task One_guest_holds_at_most_five_slots_also_from_many_tabs_at_once()
    {
        var club = await OpenClub(courts: 8);
        var guest = await Guest();
        var replies = await Task.WhenAll(Enumerable.Range(8, 10).Select(hour => guest.Client.Post("/api/v1/bookings", Wish(club, At(2, hour)))));
        replies.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(5);
        replies.Where(r => r.Status != HttpStatusCode.Created).ShouldAllBe(r => r.Code == "too_many_holds");
    }

    [Fact]
    public async Task A_repeated_request_with_its_key_is_answered_once()
    {
        var club = await OpenClub();
        var guest = await Guest();
        var first = (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 10)), "key-1")).Is(HttpStatusCode.Created);
        var again = (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 10)), "key-1")).Is(HttpStatusCode.Created);
        again.Data.GetRawText().ShouldBe(first.Data.GetRawText());
        (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 12)), "key-1")).Refuses(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        var many = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 15)), "key-2")));
        many.ShouldAllBe(r => r.Status == HttpStatusCode.Created || r.Code == "request_in_progress");
        many.Where(r => r.Status == HttpStatusCode.Created).Select(r => r.Data.GetProperty("id").GetGuid()).Distinct().Count().ShouldBe(1);
        (await Database.Ask("select count(*) from bookings.booking")).ShouldBe(2L);
    }

    [Fact]
    public async Task Rubbish_is_refused_with_the_field_named()
    {
        var club = await OpenClub();
        var guest = await Guest();
        (await Visitor.Post("/api/v1/bookings", Wish(club, At(2, 10)))).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        await Names("startsAt", new { offeringId = club.OfferingId, minutes = 60 });
        await Names("startsAt", new { offeringId = club.OfferingId, minutes = 60, startsAt = "tomorrow" });
        await Names("startsAt", new { offeringId = club.OfferingId, minutes = 60, startsAt = "2026-06-02T10:00:00" });
        await Names("startsAt", Wish(club, At(2, 10, 10)));
        await Names("startsAt", Wish(club, "2026-05-02T10:00:00+05:00"));
        await Names("minutes", Wish(club, At(2, 10), 45));
        await Names("minutes", Wish(club, At(2, 10), -60));
        await Names("minutes", new { offeringId = club.OfferingId, startsAt = At(2, 10), minutes = "sixty" });
        await Names("offeringId", new { offeringId = "x", startsAt = At(2, 10), minutes = 60 });
        await Names("participants", new { offeringId = club.OfferingId, startsAt = At(2, 10), minutes = 60, participants = 9 });
        (await guest.Client.Post("/api/v1/bookings", "{ not json")).Refuses(HttpStatusCode.BadRequest, "malformed_request");
        (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 5)))).Refuses(HttpStatusCode.UnprocessableEntity, "closed");
        (await guest.Client.Post("/api/v1/bookings", Wish(club, "2026-09-02T10:00:00+05:00"))).Refuses(HttpStatusCode.UnprocessableEntity, "outside_window");
        (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 10), 60, Guid.NewGuid()))).Refuses(HttpStatusCode.NotFound, "not_found");

        async Task Names(string field, object body)
        {
            var reply = await guest.Client.Post("/api/v1/bookings", body);
            reply.Refuses(HttpStatusCode.BadRequest, "validation_failed");
            reply.Names(field).ShouldBeTrue(reply.Text);
        }
    }

    [Fact]
    public async Task Another_guest_finds_no_such_booking_and_another_clubs_desk_neither()
    {
        var (club, other) = (await OpenClub(), await OpenClub());
        var (guest, stranger) = (await Guest(), await Guest());
        var id = (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 10)))).Data.GetProperty("id").GetGuid();
        foreach (var client in new[] { stranger.Client, other.Owner.Client })
        {
            (await client.Get($"/api/v1/bookings/{id}")).Refuses(HttpStatusCode.NotFound, "not_found");
            (await client.Put($"/api/v1/bookings/{id}/cancel", new { })).Refuses(HttpStatusCode.NotFound, "not_found");
            (await client.Post($"/api/v1/bookings/{id}/reschedule", new { startsAt = At(2, 12) })).Refuses(HttpStatusCode.NotFound, "not_found");
        }
        (await other.Owner.Client.Post($"/api/v1/bookings/{id}/check-in")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await guest.Client.Post($"/api/v1/bookings/{id}/check-in")).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await club.Owner.Client.Get($"/api/v1/bookings/{id}")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_blocked_guest_is_turned_away_until_the_block_ends()
    {
        var club = await OpenClub();
        var guest = await Guest();
        (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 10)))).Is(HttpStatusCode.Created);
        (await club.Owner.Client.Put($"/api/v1/venues/{club.Id}/customers/{guest.Id}/block", new { until = At(5, 0), reason = "Three no-shows" })).Is(HttpStatusCode.OK);
        (await guest.Client.Post("/api/v1/bookings", Wish(club, At(6, 10)))).Refuses(HttpStatusCode.Forbidden, "guest_blocked");
        Clock.Set(new DateTimeOffset(2026, 6, 5, 0, 0, 1, TimeSpan.FromHours(5)));
        (await guest.Client.Post("/api/v1/bookings", Wish(club, At(6, 10)))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_storm_of_holds_cancels_moves_and_blocks_leaves_no_overlap()
    {
        var club = await OpenClub(courts: 3);
        var guests = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Guest()));
        var statuses = new ConcurrentBag<(HttpStatusCode Status, string Text)>();
        await Task.WhenAll(guests.Select((guest, g) => Task.Run(async () =>
        {
            var random = new Random(g);
            var mine = new List<Guid>();
            for (var i = 0; i < 25; i++)
            {
                var (start, minutes) = (At(2, random.Next(8, 12), random.Next(2) * 30), 60 + (random.Next(3) * 30));
                var court = random.Next(3) == 0 ? (Guid?)null : club.Courts[random.Next(3)];
                var reply = random.Next(5) switch
                {
                    0 when mine.Count > 0 => await guest.Client.Put($"/api/v1/bookings/{mine[random.Next(mine.Count)]}/cancel", new { reason = "storm" }),
                    1 when mine.Count > 0 => await guest.Client.Post($"/api/v1/bookings/{mine[random.Next(mine.Count)]}/reschedule", new { startsAt = start, minutes, resourceId = court }),
                    2 => await club.Owner.Client.Post($"/api/v1/venues/{club.Id}/blocks", new { resourceIds = new[] { club.Courts[random.Next(3)] }, startsAt = start, endsAt = At(2, 13), reason = "storm" }),
                    _ => await guest.Client.Post("/api/v1/bookings", Wish(club, start, minutes, court)),
                };
                statuses.Add((reply.Status, reply.Text));
                if (reply.Status == HttpStatusCode.Created && reply.Data.TryGetProperty("code", out _)) mine.Add(reply.Data.GetProperty("id").GetGuid());
                if (g == 0 && i % 8 == 7) Clock.Advance(TimeSpan.FromMinutes(4));
            }
        })));
        statuses.Where(s => (int)s.Status >= 500).ShouldBeEmpty();
        statuses.Count(s => s.Status == HttpStatusCode.Created).ShouldBeGreaterThan(0);
        await Pass(Duration.Zero);
        (await Database.Ask("""
            select count(*) from bookings.claim a join bookings.claim b on a.resource_id = b.resource_id and a.during && b.during and a.ctid <> b.ctid
            """)).ShouldBe(0L);
        // Whoever holds or has confirmed has exactly one claim, and nobody else has any.
        (await Database.Ask("""
            select count(*) from bookings.booking b left join bookings.claim c on c.booking_id = b.id
            where (b.status in ('Held', 'Confirmed')) <> (c.booking_id is not null) or (c.booking_id is not null and c.during <> tstzrange(b.starts_at, b.ends_at))
            """)).ShouldBe(0L);
    }
}
