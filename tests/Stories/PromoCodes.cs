namespace Sarai.Stories;

public sealed class PromoCodes(StoryPostgres postgres) : MoneyWorld(postgres)
{
    [Fact]
    public async Task A_code_takes_off_what_it_says_and_is_free_again_when_nothing_was_paid()
    {
        var (club, guest, other) = (await OpenClub(), await Guest(), await Guest());
        var promo = await Promo(club, new { code = "Monsoon", percent = 25, quota = 1 });
        var held = (await guest.Client.Post("/api/v1/bookings", With(club, 2, 18, " monsoon "))).Is(HttpStatusCode.Created).Data;
        held.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(450000);
        held.GetProperty("lines").EnumerateArray().Single(l => l.GetProperty("kind").GetString() == "discount").GetProperty("text").GetString().ShouldBe("Promo code MONSOON");
        (await other.Client.Post("/api/v1/bookings", With(club, 2, 20, "MONSOON"))).Refuses(HttpStatusCode.UnprocessableEntity, "promo_used_up");
        // The one who was refused has taken nothing: the hour is free without the code.
        await Hold(club, other, 2, 20);

        await Pass(Duration.FromMinutes(16));
        (await Taken(promo)).ShouldBe(0);
        var again = (await other.Client.Post("/api/v1/bookings", With(club, 2, 19, "MONSOON"))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        (await other.Client.Put($"/api/v1/bookings/{again}/cancel")).Is(HttpStatusCode.OK);
        await Settle();
        (await Taken(promo)).ShouldBe(0);

        // Once it is paid for, it is used, also when the booking is called off.
        var paid = (await guest.Client.Post("/api/v1/bookings", With(club, 3, 18, "MONSOON"), "a-key")).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        (await guest.Client.Post("/api/v1/bookings", With(club, 3, 18, "MONSOON"), "a-key")).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid().ShouldBe(paid);
        await Pay(guest, paid);
        await Status(guest, paid, "confirmed", 450000);
        // A share stays a share when the booking moves to another price.
        (await guest.Client.Post($"/api/v1/bookings/{paid}/reschedule", new { startsAt = At(3, 10) })).Is(HttpStatusCode.OK).Data.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(262500);
        (await guest.Client.Put($"/api/v1/bookings/{paid}/cancel")).Is(HttpStatusCode.OK);
        await Settle();
        (await Taken(promo)).ShouldBe(1);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task A_code_that_cannot_be_used_is_refused_with_its_reason()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        await Promo(club, new { code = "LARGE", amount = 100000, minAmount = 500000, perGuest = 1 });
        await Promo(club, new { code = "ELSEWHERE", percent = 10, scope = new { days = new[] { "saturday" } } });
        await Promo(club, new { code = "FIRST", percent = 50, firstBookingOnly = true });
        await Promo(club, new { code = "OFF", percent = 50, active = false });
        await Promo(club, new { code = "GIFT", percent = 100 });
        await Promo(club, new { code = "SHORT", percent = 10 }, until: "2026-06-01T08:00:00Z");
        foreach (var (code, hour, why) in new[] { ("NOPE", 10, "promo_unknown"), ("OFF", 10, "promo_unknown"), ("LARGE", 10, "promo_minimum"), ("ELSEWHERE", 10, "promo_elsewhere") })
            (await guest.Client.Post("/api/v1/bookings", With(club, 2, hour, code))).Refuses(HttpStatusCode.UnprocessableEntity, why);

        var booking = await Hold(club, guest, 2, 18);
        (await Use(guest, booking, "LARGE")).ShouldBe(500000);
        (await Use(guest, booking, "FIRST")).ShouldBe(300000);
        // The code that was given up for another is free again.
        (await Use(guest, booking, null)).ShouldBe(600000);
        (await Use(guest, booking, "LARGE")).ShouldBe(500000);
        var second = await Hold(club, guest, 2, 20);
        (await guest.Client.Put($"/api/v1/bookings/{second}/code", new { code = "LARGE" })).Refuses(HttpStatusCode.UnprocessableEntity, "promo_used");
        (await guest.Client.Put($"/api/v1/bookings/{second}/code", new { code = "FIRST" })).Refuses(HttpStatusCode.UnprocessableEntity, "promo_first_only");
        // What costs nothing any more needs no payment.
        (await Use(guest, second, "GIFT")).ShouldBe(0);
        await Status(guest, second, "confirmed", 0);
        (await guest.Client.Put($"/api/v1/bookings/{second}/code", new { code = "LARGE" })).Refuses(HttpStatusCode.Conflict, "already_confirmed");
        Clock.Advance(TimeSpan.FromHours(2));
        (await guest.Client.Post("/api/v1/bookings", With(club, 2, 10, "SHORT"))).Refuses(HttpStatusCode.UnprocessableEntity, "promo_over");

        (await guest.Client.Put($"/api/v1/bookings/{second}/code", new { code = new string('x', 61) })).Names("code").ShouldBeTrue();
        (await (await Guest()).Client.Put($"/api/v1/bookings/{second}/code", new { code = "LARGE" })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await Visitor.Put($"/api/v1/bookings/{second}/code", new { code = "LARGE" })).Status.ShouldBe(HttpStatusCode.Unauthorized);
        var promos = $"/api/v1/organisations/{club.OrganisationId}/promos";
        (await club.Owner.Client.Post(promos, new { code = "x", currency = "rupees" })).Names("code").ShouldBeTrue();
        (await club.Owner.Client.Post(promos, Body(new { code = "BOTH", percent = 5, amount = 5 }, null))).Names("percent").ShouldBeTrue();
        (await club.Owner.Client.Post(promos, Body(new { code = "LARGE", percent = 5 }, null))).Refuses(HttpStatusCode.Conflict, "code_taken");
        (await club.Owner.Client.Post(promos, Body(new { code = "FAR", percent = 5, scope = new { offeringIds = new[] { Guid.NewGuid() } } }, null))).Names("scope.offeringIds").ShouldBeTrue();
        (await (await OpenClub()).Owner.Client.Get(promos)).Refuses(HttpStatusCode.NotFound, "not_found");
        (await (await Colleague(club, "staff")).Client.Get(promos)).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await Visitor.Get(promos)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_guest_without_a_code_and_a_membership_costs_no_question_to_the_database()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        await Promo(club, new { code = "ANY", percent = 10 });
        await Hold(club, guest, 2, 10);
        (await Asked(() => Hold(club, guest, 2, 12))).ShouldBe(0);
        (await Asked(() => guest.Client.Post("/api/v1/bookings", With(club, 2, 14, "ANY")))).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Thirty_guests_at_once_share_ten_codes()
    {
        var club = await OpenClub(courts: 5);
        var promo = await Promo(club, new { code = "TEN", amount = 50000, quota = 10 });
        var guests = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Guest()));
        var answers = await Task.WhenAll(guests.Select((guest, i) => guest.Client.Post("/api/v1/bookings", With(club, 2 + (i % 6), 8 + (i / 6), "TEN"))));
        answers.Count(a => a.Status == HttpStatusCode.Created).ShouldBe(10);
        answers.Where(a => a.Status != HttpStatusCode.Created).ShouldAllBe(a => a.Code == "promo_used_up");
        (await Taken(promo)).ShouldBe(10);
        (await Database.Ask("select count(*) from memberships.reservation where status = 'Reserved'")).ShouldBe(10L);
    }

    [Fact]
    public async Task A_manager_makes_a_code_and_a_guest_types_it_where_they_pay()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var desk = $"/desk/{club.Id}/promos";
        (await club.Owner.Client.Page(desk)).ShouldContain("There are no promo codes yet.");
        var refused = await club.Owner.Client.Refused(desk, "promo", ("code", "EID"), ("description", "For the holidays"), ("percent", "lots"), ("minAmount", "0"), ("validFrom", "2026-06-01"), ("validUntil", "2026-06-30"), ("active", "on"));
        refused.ShouldContain("value=\"lots\"");
        refused.ShouldContain("Give a number.");
        (await club.Owner.Client.Fill(desk, "promo", ("code", "eid"), ("description", "For the holidays"), ("percent", "10"), ("minAmount", "0"), ("validFrom", "2026-06-01"), ("validUntil", "2026-06-30"), ("quota", "100"), ("active", "on"))).ShouldBe(desk + "?done=saved");
        (await club.Owner.Client.Page(desk)).ShouldContain("For the holidays");

        var booking = await Hold(club, guest, 2, 18);
        var pay = $"/bookings/{booking}/pay";
        (await guest.Client.Refused(pay, "code", ("code", "EIDI"))).ShouldContain("We do not know this code.");
        (await guest.Client.Fill(pay, "code", ("code", "EID"))).ShouldBe(pay);
        var page = await guest.Client.Page(pay);
        page.ShouldContain("Promo code EID");
        page.ShouldContain("PKR\u00a05,400");
        (await guest.Client.Fill(pay, "code", ("choice", "-"))).ShouldBe(pay);
        (await guest.Client.Page(pay)).ShouldNotContain("Promo code EID");
    }

    // How many commands about memberships reach this story's database meanwhile, by what the driver itself reports.
    private async Task<int> Asked(Func<Task> work)
    {
        var (count, name) = (0, new Npgsql.NpgsqlConnectionStringBuilder(Database.ConnectionString).Database);
        using var listener = new System.Diagnostics.ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref System.Diagnostics.ActivityCreationOptions<System.Diagnostics.ActivityContext> _) => System.Diagnostics.ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                var tags = activity.TagObjects.Select(t => t.Value?.ToString()).ToList();
                if (tags.Contains(name) && tags.Any(t => t?.Contains("memberships.", StringComparison.Ordinal) == true)) Interlocked.Increment(ref count);
            },
        };
        System.Diagnostics.ActivitySource.AddActivityListener(listener);
        await work();
        return count;
    }

    private static object With(Club club, int day, int hour, string code) => new { offeringId = club.OfferingId, startsAt = At(day, hour), minutes = 60, code };

    private static async Task<long> Use(Person guest, Guid booking, string? code) =>
        (await guest.Client.Put($"/api/v1/bookings/{booking}/code", new { code })).Is(HttpStatusCode.OK).Data.GetProperty("total").GetProperty("amount").GetInt64();

    private static async Task<Guid> Promo(Club club, object promo, string? until = null) =>
        (await club.Owner.Client.Post($"/api/v1/organisations/{club.OrganisationId}/promos", Body(promo, until))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();

    private static Dictionary<string, object?> Body(object promo, string? until)
    {
        var body = JsonSerializer.Deserialize<Dictionary<string, object?>>(JsonSerializer.Serialize(promo))!;
        (body["currency"], body["validFrom"], body["validUntil"]) = ("PKR", "2026-06-01T00:00:00Z", until ?? "2026-07-01T00:00:00Z");
        return body;
    }

    private async Task<int> Taken(Guid promo) => (int)(await Database.Ask($"select taken from memberships.promo where id = '{promo}'"))!;
}
