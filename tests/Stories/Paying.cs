using Microsoft.Extensions.DependencyInjection;
using Sarai.Payments;
using Sarai.Payments.Sandbox;

namespace Sarai.Stories;

public sealed class Paying(StoryPostgres postgres) : MoneyWorld(postgres)
{
    [Fact]
    public async Task A_guest_pays_and_the_booking_is_confirmed()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        await Pay(guest, booking, "succeed");
        await Status(guest, booking, "confirmed", 600000);
        (await Balance(LedgerAccount.Organisation(club.OrganisationId, "PKR"))).ShouldBe(600000);
        (await Balance(LedgerAccount.Clearing("sandbox", "PKR"))).ShouldBe(-600000);
    }

    [Fact]
    public async Task A_failed_payment_leaves_the_hold_and_another_try_succeeds()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        await Pay(guest, booking, "fail");
        await Status(guest, booking, "held", 0);
        await Pay(guest, booking, "succeed");
        await Status(guest, booking, "confirmed", 600000);
    }

    [Fact]
    public async Task Five_webhooks_for_one_payment_count_once()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        await Pay(guest, booking, "duplicate");
        await Status(guest, booking, "confirmed", 600000);
        (await Database.Ask("select count(*) from payments.posting")).ShouldBe(1L);
    }

    [Fact]
    public async Task Money_that_comes_late_still_gets_the_court_while_it_is_free()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        await Pay(guest, booking, "late");
        await Pass(Duration.FromMinutes(15.5));
        await Status(guest, booking, "expired", 0);
        await Pass(Duration.FromMinutes(1));
        await Status(guest, booking, "confirmed", 600000);
        (await Database.Ask("select count(*) from bookings.claim where expires_at is null")).ShouldBe(1L);
    }

    [Fact]
    public async Task Money_that_comes_when_the_court_is_gone_and_no_equal_one_is_free_lands_in_the_wallet()
    {
        var (club, guest, other) = (await OpenClub(courts: 1, hours: ("18:00:00", "19:00:00")), await Guest(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        await Pay(guest, booking, "late");
        await Pass(Duration.FromMinutes(15.5));
        for (var day = 1; day <= 3; day++) await Hold(club, other, day, 18);
        await Pass(Duration.FromMinutes(1));
        await Status(guest, booking, "expired", 0);
        var wallet = (await guest.Client.Get("/api/v1/wallet")).Is(HttpStatusCode.OK).Data;
        wallet.GetProperty("balance").GetProperty("amount").GetInt64().ShouldBe(600000);
        wallet.GetProperty("entries")[0].GetProperty("kind").GetString().ShouldBe("refund");
        (await Balance(LedgerAccount.Organisation(club.OrganisationId, "PKR"))).ShouldBe(0);
    }

    [Fact]
    public async Task The_wrong_amount_is_kept_apart_for_a_person()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        await Pay(guest, booking, "wrong_amount");
        await Status(guest, booking, "held", 0);
        var queue = (await club.Owner.Client.Get($"/api/v1/payments/reviews?venueId={club.Id}")).Is(HttpStatusCode.OK).Data.GetProperty("items");
        queue.GetArrayLength().ShouldBe(1);
        queue[0].GetProperty("reason").GetString().ShouldBe("wrong_amount");
        (await Balance(LedgerAccount.UnderReview("PKR"))).ShouldBe(300000);
        (await Balance(LedgerAccount.Organisation(club.OrganisationId, "PKR"))).ShouldBe(0);
    }

    [Fact]
    public async Task A_forged_an_altered_and_an_old_webhook_are_refused()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var payment = await Order(guest, await Hold(club, guest, 2, 18));
        var reference = await Database.Ask($"select reference from payments.attempt where payment_id = '{payment}'");
        var sandbox = App.Services.GetRequiredService<SandboxProvider>();
        var body = $$"""{"type":"paid","reference":"{{reference}}","capture":"cap_1","amount":600000,"currency":"PKR"}""";
        var now = Instant.FromDateTimeOffset(Clock.GetUtcNow());
        (await Send(body, "1,abc")).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Send(body, "")).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Send(body + " ", sandbox.Sign(body, now))).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Send(body, sandbox.Sign(body, now - Duration.FromSeconds(301)))).Refuses(HttpStatusCode.Unauthorized, "stale_signature");
        (await Send(body, sandbox.Sign(body, now + Duration.FromSeconds(301)))).Refuses(HttpStatusCode.Unauthorized, "stale_signature");
        (await Send("{}", sandbox.Sign("{}", now))).Refuses(HttpStatusCode.BadRequest, "malformed_webhook");
        (await Database.Ask("select count(*) from payments.posting")).ShouldBe(0L);
        (await Send(body, sandbox.Sign(body, now))).Is(HttpStatusCode.OK).Data.GetProperty("outcome").GetString().ShouldBe("applied");
        (await Send(body, sandbox.Sign(body, now))).Is(HttpStatusCode.OK).Data.GetProperty("outcome").GetString().ShouldBe("known");
        (await Database.Ask("select count(*) from payments.posting")).ShouldBe(1L);

        async Task<Reply> Send(string text, string signature)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/webhooks/payments/sandbox") { Content = new StringContent(text) };
            request.Headers.Add("X-Sandbox-Signature", signature);
            using var response = await Visitor.SendAsync(request, TestContext.Current.CancellationToken);
            return new Reply(response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), new Dictionary<string, string>());
        }
    }

    [Fact]
    public async Task A_webhook_nobody_received_is_found_by_asking()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        var payment = await Order(guest, booking);
        await Database.Ask($"insert into payments.sandbox_charge select reference, 'succeed', 'cap_lost', 'PKR', 600000, '2026-06-01 07:00Z' from payments.attempt where payment_id = '{payment}'");
        await Pass(Duration.FromMinutes(2));
        await Status(guest, booking, "confirmed", 600000);
    }

    [Fact]
    public async Task Cancelling_gives_back_what_the_policy_says_and_frees_the_court()
    {
        var (club, guest, other) = (await OpenClub(courts: 1), await Guest(), await Guest());
        var booking = await Hold(club, guest, 2, 8);
        await Pay(guest, booking, "succeed");
        (await guest.Client.Get($"/api/v1/bookings/{booking}/cancellation")).Data.GetProperty("refund").GetProperty("amount").GetInt64().ShouldBe(175000);
        (await guest.Client.Put($"/api/v1/bookings/{booking}/cancel", new { reason = "rain" })).Is(HttpStatusCode.OK);
        (await guest.Client.Put($"/api/v1/bookings/{booking}/cancel", new { })).Refuses(HttpStatusCode.Conflict, "already_cancelled");
        await Settle();
        (await guest.Client.Get("/api/v1/wallet")).Data.GetProperty("balance").GetProperty("amount").GetInt64().ShouldBe(175000);
        await Hold(club, other, 2, 8);
    }

    [Fact]
    public async Task Cancelling_twice_at_once_gives_back_once()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 3, 18);
        await Pay(guest, booking, "succeed");
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => guest.Client.Put($"/api/v1/bookings/{booking}/cancel", new { })));
        replies.Count(r => r.Status == HttpStatusCode.OK).ShouldBe(1);
        await Settle();
        (await guest.Client.Get("/api/v1/wallet")).Data.GetProperty("balance").GetProperty("amount").GetInt64().ShouldBe(600000);
    }

    [Fact]
    public async Task A_wallet_pays_and_never_goes_below_zero()
    {
        var (club, guest) = (await OpenClub(courts: 8), await Guest());
        await TopUp(guest, 1_000_000);
        var bookings = new List<Guid>();
        for (var hour = 8; hour < 13; hour++) bookings.Add(await Hold(club, guest, 3, hour));
        var replies = await Task.WhenAll(bookings.Select(b => guest.Client.Post("/api/v1/payments/create-order", new { bookingId = b, method = "wallet" })));
        replies.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(2);
        replies.Where(r => r.Status != HttpStatusCode.Created).ShouldAllBe(r => r.Code == "insufficient_funds");
        await Settle();
        (await guest.Client.Get("/api/v1/wallet")).Data.GetProperty("balance").GetProperty("amount").GetInt64().ShouldBe(300000);
    }

    [Fact]
    public async Task A_double_click_on_pay_pays_once()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        await TopUp(guest, 2_000_000);
        var booking = await Hold(club, guest, 2, 18);
        var wallet = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "wallet" })));
        wallet.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(1);
        var second = await Hold(club, guest, 2, 20);
        var online = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => guest.Client.Post("/api/v1/payments/create-order", new { bookingId = second, method = "sandbox" })));
        online.ShouldAllBe(r => (int)r.Status < 300);
        online.Select(r => r.Data.GetProperty("paymentId").GetGuid()).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_hundred_partial_refunds_at_once_never_exceed_what_came_in()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        var payment = await Pay(guest, booking, "succeed");
        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ =>
            club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount = 10000, to = "wallet", reason = "broken net" })));
        replies.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(60);
        replies.Where(r => r.Status != HttpStatusCode.Created).ShouldAllBe(r => r.Code == "refund_too_large");
        await Settle();
        (await guest.Client.Get("/api/v1/wallet")).Data.GetProperty("balance").GetProperty("amount").GetInt64().ShouldBe(600000);
        await Status(guest, booking, "confirmed", 0);
    }

    [Fact]
    public async Task A_guest_who_pays_at_the_desk_is_confirmed_and_pays_cash_there()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var desk = await Colleague(club, "staff");
        var booking = await Hold(club, guest, 2, 18);
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "cash" })).Is(HttpStatusCode.Created).Data.GetProperty("status").GetString().ShouldBe("pending");
        await Settle();
        await Status(guest, booking, "confirmed", 0);
        (await desk.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "cash" })).Is(HttpStatusCode.Created).Data.GetProperty("status").GetString().ShouldBe("captured");
        await Settle();
        await Status(guest, booking, "confirmed", 600000);
        (await desk.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "cash" })).Refuses(HttpStatusCode.Conflict, "nothing_due");
        (await Database.Ask($"select count(*) from payments.audit where action = 'create:cash_payments' and actor_id = '{desk.Id}'")).ShouldBe(1L);
    }

    [Fact]
    public async Task The_ledger_sums_to_zero_and_cannot_be_changed()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        await TopUp(guest, 1_000_000);
        var booking = await Hold(club, guest, 3, 18);
        await Pay(guest, booking, "succeed");
        await guest.Client.Put($"/api/v1/bookings/{booking}/cancel", new { });
        await Settle();
        await TheBooksAreRight();
        (await Database.Ask("select count(*) from payments.posting")).ShouldBe(3L);
        (await Refusal("update payments.entry set amount = amount + 1")).ShouldBe("SL022");
        (await Refusal("delete from payments.posting")).ShouldBe("SL022");
        (await Refusal("truncate payments.entry")).ShouldBe("SL022");
        // One entry alone, for an account that is open: the transaction cannot end.
        (await Refusal("insert into payments.entry (posting_id, account_id, stripe, currency, amount) select (select id from payments.posting limit 1), account_id, stripe, currency, 1 from payments.balance where not guarded limit 1")).ShouldBe("SL020");
        (await Refusal("insert into payments.entry (posting_id, account_id, stripe, currency, amount) select id, gen_random_uuid(), 0, 'PKR', 1 from payments.posting limit 1")).ShouldBe("SL021");
        await TheBooksAreRight();

        async Task<string> Refusal(string sql) => (await Should.ThrowAsync<Npgsql.PostgresException>(() => Database.Ask(sql))).SqlState;
    }

    [Fact]
    public async Task Rights_and_rubbish()
    {
        var (club, other, guest, stranger) = (await OpenClub(), await OpenClub(), await Guest(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        var payment = await Pay(guest, booking, "succeed");
        (await Visitor.Post("/api/v1/payments/create-order", new { })).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await guest.Client.Post("/api/v1/payments/create-order", new { method = "wallet" })).Names("bookingId").ShouldBeTrue();
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = await Hold(club, guest, 2, 20), method = "gold" })).Names("method").ShouldBeTrue();
        (await stranger.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "wallet" })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await other.Owner.Client.Get($"/api/v1/payments/{payment}")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await other.Owner.Client.Get($"/api/v1/venues/{club.Id}/payments")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await other.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, reason = "mine" })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await guest.Client.Post("/api/v1/payments/refund", new { paymentId = payment, reason = "mine" })).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await (await Colleague(club, "staff")).Client.Post("/api/v1/payments/refund", new { paymentId = payment, reason = "kind" })).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount = -5, reason = "no" })).Names("amount").ShouldBeTrue();
        (await guest.Client.Post("/api/v1/wallet/top-up", new { amount = 5000, currency = "rupees" })).Names("currency").ShouldBeTrue();
        (await guest.Client.Get("/api/v1/wallet?cursor=%20x")).Names("cursor").ShouldBeTrue();
    }
}
