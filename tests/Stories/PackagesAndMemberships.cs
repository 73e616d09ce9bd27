using Microsoft.Extensions.DependencyInjection;
using Sarai.Payments;

namespace Sarai.Stories;

public sealed class PackagesAndMemberships(StoryPostgres postgres) : MoneyWorld(postgres)
{
    [Fact]
    public async Task A_package_is_bought_pays_bookings_and_gets_sessions_back_by_the_policy()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var plan = await Plan(club, new { kind = "package", name = "Ten mornings", price = 3000000, sessions = 10, validDays = 90, scope = new { to = "17:00:00", maxMinutes = 60 } });
        var purchase = await Buy(guest, plan);
        (await guest.Client.Post("/api/v1/payments/purchases", new { purchaseId = purchase, method = "wallet" })).Refuses(HttpStatusCode.UnprocessableEntity, "insufficient_funds");
        var payment = (await guest.Client.Post("/api/v1/payments/purchases", new { purchaseId = purchase, method = "sandbox" })).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        (await guest.Client.Post("/api/v1/payments/purchases", new { purchaseId = purchase, method = "sandbox" })).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid().ShouldBe(payment);
        await Play(payment, "duplicate");
        var package = (await Mine(guest)).GetProperty("packages").EnumerateArray().Single();
        package.GetProperty("remaining").GetInt32().ShouldBe(10);
        var code = package.GetProperty("code").GetString();
        (await Balance(LedgerAccount.Organisation(club.OrganisationId, "PKR"))).ShouldBe(3000000);
        var invoice = (await guest.Client.Get($"/api/v1/payments/{payment}/invoices")).Is(HttpStatusCode.OK).Data.GetProperty("items").EnumerateArray().Single();
        (invoice.GetProperty("number").GetInt64(), invoice.GetProperty("amount").GetProperty("amount").GetInt64()).ShouldBe((1, 3000000));
        (await guest.Client.Post("/api/v1/payments/purchases", new { purchaseId = purchase, method = "sandbox" })).Refuses(HttpStatusCode.Conflict, "nothing_due");

        // One chosen when booking, one where the guest pays; both are confirmed without money.
        var first = (await guest.Client.Post("/api/v1/bookings", new { offeringId = club.OfferingId, startsAt = At(3, 10), minutes = 60, code })).Is(HttpStatusCode.Created).Data;
        (first.GetProperty("status").GetString(), first.GetProperty("total").GetProperty("amount").GetInt64()).ShouldBe(("confirmed", 0));
        var second = await Hold(club, guest, 3, 12);
        (await guest.Client.Page($"/bookings/{second}/pay")).ShouldContain("Use 1 of 9 left of Ten mornings");
        (await guest.Client.Fill($"/bookings/{second}/pay", "code", ("choice", code!))).ShouldBe($"/bookings/{second}");
        await Settle();
        (await Left(guest)).ShouldBe(8);
        (await guest.Client.Post("/api/v1/bookings", new { offeringId = club.OfferingId, startsAt = At(3, 18), minutes = 60, code })).Refuses(HttpStatusCode.UnprocessableEntity, "package_elsewhere");
        (await guest.Client.Post("/api/v1/bookings", new { offeringId = club.OfferingId, startsAt = At(3, 8), minutes = 90, code })).Refuses(HttpStatusCode.UnprocessableEntity, "package_elsewhere");
        (await (await Guest()).Client.Post("/api/v1/bookings", new { offeringId = club.OfferingId, startsAt = At(3, 8), minutes = 60, code })).Refuses(HttpStatusCode.NotFound, "not_found");
        // A move to a dearer hour costs the difference.
        var moved = (await guest.Client.Post($"/api/v1/bookings/{second}/reschedule", new { startsAt = At(3, 18) })).Is(HttpStatusCode.OK).Data;
        moved.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(250000);

        // More than a day before the session comes back; two hours before it does not.
        (await guest.Client.Put($"/api/v1/bookings/{first.GetProperty("id").GetGuid()}/cancel")).Is(HttpStatusCode.OK);
        await Settle();
        (await Left(guest)).ShouldBe(9);
        await Pass(Duration.FromHours(54));
        (await guest.Client.Put($"/api/v1/bookings/{second}/cancel")).Is(HttpStatusCode.OK);
        await Settle();
        (await Left(guest)).ShouldBe(9);
        guest = await Later(guest, Duration.FromDays(90));
        (await Mine(guest)).GetProperty("packages").GetArrayLength().ShouldBe(0);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task Two_hundred_redemptions_at_once_never_take_more_than_there_is()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var plan = await Plan(club, new { kind = "package", name = "Ten", price = 3000000, sessions = 10, validDays = 90 });
        await TopUp(guest, 3000000);
        (await guest.Client.Post("/api/v1/payments/purchases", new { purchaseId = await Buy(guest, plan), method = "wallet" })).Is(HttpStatusCode.Created);
        await Settle();
        var code = (await Mine(guest)).GetProperty("packages")[0].GetProperty("code").GetString();
        var (benefits, now) = (App.Services.GetRequiredService<IBenefits>(), Instant.FromDateTimeOffset(Clock.GetUtcNow()));
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i => await benefits.Reserve(
            new BenefitWish(Guid.CreateVersion7(), club.OrganisationId, club.Id, club.OfferingId, guest.Id, new Interval(now + Duration.FromHours(i), now + Duration.FromHours(i + 1)), "Asia/Karachi", new Money(350000, "PKR"), code, now, now + Duration.FromMinutes(15)),
            TestContext.Current.CancellationToken)));
        answers.Count(a => a.Ok).ShouldBe(10);
        answers.Where(a => !a.Ok).ShouldAllBe(a => a.Fault!.Code == "package_used_up");
        (await Left(guest)).ShouldBe(0);
        // No booking came of any of them, as after a crash: they are free again.
        await Pass(Duration.FromMinutes(26));
        (await Left(guest)).ShouldBe(10);
    }

    [Fact]
    public async Task A_member_books_earlier_and_cheaper_and_some_bookings_are_free()
    {
        var (club, guest, other) = (await OpenClub(policy: new { payAtDesk = true, windowDays = 7 }), await Guest(), await Guest());
        (await club.Owner.Client.Put($"/api/v1/venues/{club.Id}/prices", new
        {
            prices = new object[] { new { label = "Gold hours", from = "17:00:00", to = "23:00:00", perHour = 500000, peak = true, tier = "gold" }, new { label = "Any time", from = "00:00:00", to = "00:00:00", perHour = 600000 } },
        })).Is(HttpStatusCode.OK);
        var gold = await Plan(club, new { kind = "membership", name = "Gold", price = 1000000, tier = "gold", discountPercent = 10, freeBookings = 1, windowDays = 14 });
        await TopUp(guest, 5000000);
        (await guest.Client.Post("/api/v1/bookings", Wish(club, At(12, 18)))).Refuses(HttpStatusCode.UnprocessableEntity, "outside_window");
        (await guest.Client.Post("/api/v1/payments/purchases", new { purchaseId = await Buy(guest, gold), method = "wallet" })).Is(HttpStatusCode.Created);
        await Settle();
        (await guest.Client.Post($"/api/v1/plans/{gold}/buy", new { })).Refuses(HttpStatusCode.Conflict, "already_member");

        // The grid shows members what they pay, and the days they may book.
        (await Shown(guest.Client, club, "2026-06-12")).ShouldBe(500000);
        (await Shown(other.Client, club, "2026-06-03")).ShouldBe(600000);
        (await other.Client.Get($"/api/v1/venues/{club.Id}/availability?date=2026-06-12&minutes=60")).Names("date").ShouldBeTrue();
        var free = (await guest.Client.Post("/api/v1/bookings", Wish(club, At(12, 18)))).Is(HttpStatusCode.Created).Data;
        (free.GetProperty("status").GetString(), free.GetProperty("total").GetProperty("amount").GetInt64()).ShouldBe(("confirmed", 0));
        var second = (await guest.Client.Post("/api/v1/bookings", Wish(club, At(12, 20)))).Is(HttpStatusCode.Created).Data;
        second.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(450000);
        second.GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("text").GetString()).ShouldContain("Member discount Gold");
        (await other.Client.Post("/api/v1/bookings", Wish(club, At(3, 18)))).Is(HttpStatusCode.Created).Data.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(600000);
        // Given back in time, the free booking is free for another.
        (await guest.Client.Put($"/api/v1/bookings/{free.GetProperty("id").GetGuid()}/cancel")).Is(HttpStatusCode.OK);
        await Settle();
        (await Membership(guest)).GetProperty("freeLeft").GetInt32().ShouldBe(1);
        (await club.Owner.Client.Get($"/api/v1/organisations/{club.OrganisationId}/plan-holders")).Is(HttpStatusCode.OK).Data.GetProperty("items")[0].GetProperty("plan").GetString().ShouldBe("Gold");
    }

    [Fact]
    public async Task A_month_is_renewed_changed_and_lapses_when_it_is_not_paid()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var silver = await Plan(club, new { kind = "membership", name = "Silver", price = 600000, tier = "silver", discountPercent = 5 });
        var gold = await Plan(club, new { kind = "membership", name = "Gold", price = 900000, tier = "gold", discountPercent = 10 });
        await TopUp(guest, 1500000);
        (await guest.Client.Post("/api/v1/payments/purchases", new { purchaseId = await Buy(guest, silver), method = "wallet" })).Is(HttpStatusCode.Created);
        await Settle();
        var id = (await Membership(guest)).GetProperty("id").GetGuid();

        // 1 June to 1 July; at noon of the 16th half of the month is left, and half of the difference is due.
        guest = await Later(guest, Duration.FromDays(15));
        var effect = (await guest.Client.Get($"/api/v1/memberships/{id}/change?planId={gold}")).Is(HttpStatusCode.OK).Data;
        effect.GetProperty("due").GetProperty("amount").GetInt64().ShouldBe(150000);
        var change = (await guest.Client.Post($"/api/v1/memberships/{id}/change", new { planId = gold })).Is(HttpStatusCode.OK).Data.GetProperty("purchaseId").GetGuid();
        (await Membership(guest)).GetProperty("name").GetString().ShouldBe("Silver");
        (await guest.Client.Post("/api/v1/payments/purchases", new { purchaseId = change, method = "wallet" })).Is(HttpStatusCode.Created);
        await Settle();
        (await Membership(guest)).GetProperty("name").GetString().ShouldBe("Gold");
        (await Wallet(guest)).ShouldBe(750000);

        // Back to silver: what is left over goes to the next month, which so costs 4,500, and the wallet has that.
        (await guest.Client.Post($"/api/v1/memberships/{id}/change", new { planId = silver })).Is(HttpStatusCode.OK).Data.GetProperty("leftOver").GetProperty("amount").GetInt64().ShouldBe(150000);
        guest = await Later(guest, Duration.FromDays(16));
        (await Wallet(guest)).ShouldBe(300000);
        (await Membership(guest)).GetProperty("status").GetString().ShouldBe("active");
        (await Membership(guest)).GetProperty("periodEnd").GetString().ShouldBe("2026-08-01T07:00:00Z");
        (await Told(guest, "membership_renewed")).ShouldBe(1);

        // August is not paid: asked for on day 0, 1, 3 and 5, kept until the 6th, then gone. Jobs that run more often change nothing.
        guest = await Later(guest, Duration.FromDays(30));
        (await Membership(guest)).GetProperty("status").GetString().ShouldBe("due");
        foreach (var (days, messages) in new[] { (1, 2), (1, 2), (1, 3), (1, 3), (1, 4) })
        {
            guest = await Later(guest, Duration.FromDays(days));
            await Pass(Duration.FromMinutes(5));
            (await Told(guest, "membership_due")).ShouldBe(messages);
        }
        (await Membership(guest)).GetProperty("payAt").GetString().ShouldStartWith("/purchases/");
        guest = await Later(guest, Duration.FromDays(1));
        (await Mine(guest)).GetProperty("memberships").GetArrayLength().ShouldBe(0);
        (await Told(guest, "membership_lapsed")).ShouldBe(1);
        (await Wallet(guest)).ShouldBe(300000);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task A_member_pays_by_hand_ends_with_the_month_and_is_not_asked_again()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var plan = await Plan(club, new { kind = "membership", name = "Silver", price = 600000, tier = "silver", discountPercent = 5 });
        // Sold at the desk for cash; staff may, a stranger may not.
        var purchase = (await club.Owner.Client.Post($"/api/v1/plans/{plan}/buy", new { email = guest.Email })).Is(HttpStatusCode.Created).Data.GetProperty("purchaseId").GetGuid();
        (await guest.Client.Post("/api/v1/payments/purchases", new { purchaseId = purchase, method = "cash" })).Refuses(HttpStatusCode.UnprocessableEntity, "cash_not_accepted");
        (await (await Guest()).Client.Post("/api/v1/payments/purchases", new { purchaseId = purchase, method = "wallet" })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await (await Colleague(club, "staff")).Client.Fill($"/purchases/{purchase}/pay", "pay", ("method", "cash"))).ShouldBe($"/purchases/{purchase}");
        await Settle();
        (await guest.Client.Page($"/purchases/{purchase}")).ShouldContain("It is yours.");
        // Money that comes a second time goes back.
        var membership = await Membership(guest);
        guest = await Later(guest, Duration.FromDays(30));
        var due = (await Membership(guest)).GetProperty("payAt").GetString()!;
        var payment = (await guest.Client.Post("/api/v1/payments/purchases", new { purchaseId = Guid.Parse(due.Split('/')[2]), method = "sandbox" })).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        await Play(payment, "succeed");
        (await Membership(guest)).GetProperty("status").GetString().ShouldBe("active");
        var page = await guest.Client.Page("/memberships");
        page.ShouldContain("Silver");
        (await guest.Client.Fill("/memberships", $"keep-{membership.GetProperty("id").GetGuid()}", ("ends", "on"))).ShouldBe("/memberships");
        (await guest.Client.Page("/memberships")).ShouldContain("It ends on");
        guest = await Later(guest, Duration.FromDays(32));
        (await Mine(guest)).GetProperty("memberships").GetArrayLength().ShouldBe(0);
        (await Told(guest, "membership_due")).ShouldBe(1);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task A_manager_sells_plans_and_guests_see_what_is_on_sale()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var desk = $"/desk/{club.Id}/plans";
        (await club.Owner.Client.Refused(desk, "plan", ("kind", "Package"), ("name", "Five"), ("price", "x"), ("sessions", "5"), ("validDays", "60"), ("active", "on"))).ShouldContain("value=\"x\"");
        (await club.Owner.Client.Fill(desk, "plan", ("kind", "Package"), ("name", "Five games"), ("price", "15000"), ("sessions", "5"), ("validDays", "60"), ("active", "on"))).ShouldBe(desk + "?done=saved");
        var slug = (await guest.Client.Get($"/api/v1/venues/{club.Id}")).Data.GetProperty("slug").GetString();
        (await guest.Client.Page($"/clubs/{slug}")).ShouldContain($"/clubs/{slug}/plans");
        var shop = await guest.Client.Page($"/clubs/{slug}/plans");
        shop.ShouldContain("5 bookings");
        var plan = (await Visitor.Get($"/api/v1/organisations/{club.OrganisationId}/plans")).Is(HttpStatusCode.OK).Data.GetProperty("items")[0].GetProperty("id").GetGuid();
        (await guest.Client.Fill($"/clubs/{slug}/plans", $"buy-{plan}")).ShouldEndWith("/pay");

        var plans = $"/api/v1/organisations/{club.OrganisationId}/plans";
        (await club.Owner.Client.Post(plans, new { kind = "package", name = "x" })).Names("price").ShouldBeTrue();
        (await club.Owner.Client.Post(plans, new { kind = "membership", name = "No tier", price = 5, currency = "PKR" })).Names("tier").ShouldBeTrue();
        (await (await OpenClub()).Owner.Client.Post(plans, new { kind = "package", name = "Ten", price = 5, currency = "PKR", sessions = 1, validDays = 1 })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await (await Colleague(club, "staff")).Client.Get(plans + "?all=true")).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await Visitor.Post(plans, new { })).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await club.Owner.Client.Put($"{plans}/{plan}", new { kind = "package", name = "Five games", price = 1500000, currency = "PKR", sessions = 5, validDays = 60, active = false })).Is(HttpStatusCode.OK);
        (await guest.Client.Post($"/api/v1/plans/{plan}/buy", new { })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await guest.Client.Post("/api/v1/payments/purchases", new { method = "wallet" })).Names("purchaseId").ShouldBeTrue();
        (await Visitor.Get("/api/v1/memberships")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await guest.Client.Put($"/api/v1/memberships/{Guid.NewGuid()}", new { fromWallet = true, ends = false })).Refuses(HttpStatusCode.NotFound, "not_found");
    }

    private static async Task<long> Shown(HttpClient client, Club club, string date) => (await client.Get($"/api/v1/venues/{club.Id}/availability?date={date}&minutes=60")).Is(HttpStatusCode.OK).Data
        .GetProperty("resources")[0].GetProperty("slots").EnumerateArray().Single(s => s.GetProperty("startsAt").GetString()!.Contains("T18:00", StringComparison.Ordinal)).GetProperty("price").GetProperty("amount").GetInt64();

    // A session does not last as long as a membership.
    private async Task<Person> Later(Person guest, Duration time)
    {
        await Pass(time);
        return await SignIn(guest.Email);
    }

    [Fact]
    public async Task What_is_paid_back_whole_can_no_longer_be_used_and_a_part_takes_nothing_away()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        await TopUp(guest, 10000000);
        var package = await Plan(club, new { kind = "package", name = "Ten", price = 3000000, sessions = 10, validDays = 90 });
        var paid = await Wallet(guest, await Buy(guest, package));
        var code = (await Mine(guest)).GetProperty("packages")[0].GetProperty("code").GetString();
        await Back(club, paid, 1000000);
        (await Left(guest)).ShouldBe(10);
        await Back(club, paid, 2000000);
        (await Mine(guest)).GetProperty("packages").GetArrayLength().ShouldBe(0);
        (await guest.Client.Post("/api/v1/bookings", new { offeringId = club.OfferingId, startsAt = At(3, 10), minutes = 60, code })).Refuses(HttpStatusCode.UnprocessableEntity, "package_over");
        (await Told(guest, "plan_refunded")).ShouldBe(1);

        var gold = await Plan(club, new { kind = "membership", name = "Gold", price = 500000, tier = "gold", discountPercent = 20 });
        var first = await Wallet(guest, await Buy(guest, gold));
        var start = await End(guest);
        guest = await Later(guest, Duration.FromDays(31));
        club = club with { Owner = await SignIn(club.Owner.Email) };
        (await End(guest)).ShouldBe(start + Duration.FromDays(31));
        var renewal = (Guid)(await Database.Ask($"select payment_id from memberships.purchase where kind = 'Renewal' and status = 'Paid'"))!;
        // A month that is over was had; its money is a favour. The one that runs ends.
        await Back(club, first, 500000);
        (await Mine(guest)).GetProperty("memberships").GetArrayLength().ShouldBe(1);
        await Back(club, renewal, 500000);
        (await Mine(guest)).GetProperty("memberships").GetArrayLength().ShouldBe(0);
        var again = await Wallet(guest, await Buy(guest, gold));
        (await Mine(guest)).GetProperty("memberships").GetArrayLength().ShouldBe(1);
        await Back(club, again, 500000);
        (await Mine(guest)).GetProperty("memberships").GetArrayLength().ShouldBe(0);
        (await Told(guest, "plan_refunded")).ShouldBe(3);
        await TheBooksAreRight();

        async Task<Guid> Wallet(Person who, Guid purchase)
        {
            var payment = (await who.Client.Post("/api/v1/payments/purchases", new { purchaseId = purchase, method = "wallet" })).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
            await Settle();
            return payment;
        }

        async Task Back(Club from, Guid payment, long amount)
        {
            (await from.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount, to = "wallet", reason = "moved away" })).Is(HttpStatusCode.Created);
            await Settle();
        }

        async Task<Instant> End(Person who) => NodaTime.Text.InstantPattern.ExtendedIso.Parse((await Membership(who)).GetProperty("periodEnd").GetString()!).Value;
    }

    [Fact]
    public async Task A_series_shows_a_members_price_before_it_is_booked_and_takes_no_free_booking_for_looking()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        await TopUp(guest, 1000000);
        var gold = await Plan(club, new { kind = "membership", name = "Gold", price = 500000, tier = "gold", discountPercent = 20, freeBookings = 1 });
        (await guest.Client.Post("/api/v1/payments/purchases", new { purchaseId = await Buy(guest, gold), method = "wallet" })).Is(HttpStatusCode.Created);
        await Settle();
        var wish = new { offeringId = club.OfferingId, startsAt = At(3, 18), minutes = 60, weeks = 3, preview = true };
        for (var look = 0; look < 2; look++)
            (await guest.Client.Post("/api/v1/bookings/series", wish)).Is(HttpStatusCode.Created).Data.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(2 * 480000);
        (await Membership(guest)).GetProperty("freeLeft").GetInt32().ShouldBe(1);
        (await guest.Client.Post("/api/v1/bookings/series", new { wish.offeringId, wish.startsAt, wish.minutes, wish.weeks })).Is(HttpStatusCode.Created).Data.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(2 * 480000);
        (await Membership(guest)).GetProperty("freeLeft").GetInt32().ShouldBe(0);
    }

    private static async Task<Guid> Plan(Club club, object plan)
    {
        var body = JsonSerializer.Deserialize<Dictionary<string, object?>>(JsonSerializer.Serialize(plan))!;
        body["currency"] = "PKR";
        return (await club.Owner.Client.Post($"/api/v1/organisations/{club.OrganisationId}/plans", body)).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
    }

    private static async Task<Guid> Buy(Person guest, Guid plan) => (await guest.Client.Post($"/api/v1/plans/{plan}/buy", new { fromWallet = true })).Is(HttpStatusCode.Created).Data.GetProperty("purchaseId").GetGuid();

    private static async Task<JsonElement> Mine(Person guest) => (await guest.Client.Get("/api/v1/memberships")).Is(HttpStatusCode.OK).Data;

    private static async Task<int> Left(Person guest) => (await Mine(guest)).GetProperty("packages")[0].GetProperty("remaining").GetInt32();

    private static async Task<JsonElement> Membership(Person guest) => (await Mine(guest)).GetProperty("memberships")[0];

    private async Task<long> Told(Person guest, string type) => (long)(await Database.Ask($"select count(*) from notifications.notification where user_id = '{guest.Id}' and type = '{type}'"))!;
}
