using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Stories;

public sealed class Paying(StoryPostgres postgres) : World(postgres)
{
    [Fact]
    public async Task A_guest_pays_and_the_booking_is_confirmed()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        await Pay(guest, booking, "succeed");
        await Status(guest, booking, "confirmed", 600000);
        (await Ledger("organisation", club.OrganisationId)).ShouldBe(600000);
        (await Ledger("gateway", "sandbox")).ShouldBe(-600000);
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
    public async Task Money_that_comes_when_the_court_is_gone_lands_in_the_wallet()
    {
        var (club, guest, other) = (await OpenClub(courts: 1), await Guest(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        await Pay(guest, booking, "late");
        await Pass(Duration.FromMinutes(15.5));
        await Hold(club, other, 2, 18);
        await Pass(Duration.FromMinutes(1));
        await Status(guest, booking, "expired", 0);
        var wallet = (await guest.Client.Get("/api/v1/wallet")).Is(HttpStatusCode.OK).Data;
        wallet.GetProperty("balance").GetProperty("amount").GetInt64().ShouldBe(600000);
        wallet.GetProperty("entries")[0].GetProperty("kind").GetString().ShouldBe("refund");
        (await Ledger("organisation", club.OrganisationId)).ShouldBe(0);
    }

    [Fact]
    public async Task The_wrong_amount_is_kept_apart_for_a_person()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        await Pay(guest, booking, "wrong_amount");
        await Status(guest, booking, "held", 0);
        var queue = (await club.Owner.Client.Get($"/api/v1/organisations/{club.OrganisationId}/payments?status=review")).Is(HttpStatusCode.OK).Data.GetProperty("items");
        queue.GetArrayLength().ShouldBe(1);
        queue[0].GetProperty("reason").GetString().ShouldBe("5999.00 PKR came instead of 6000.00 PKR");
        (await Database.Ask("select sum(amount) from payments.entry where account = 'unapplied'")).ShouldBe(599900m);
    }

    [Fact]
    public async Task A_forged_an_altered_and_an_old_webhook_are_refused()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var payment = await Order(guest, await Hold(club, guest, 2, 18));
        var sandbox = App.Services.GetRequiredService<Sarai.Payments.Sandbox>();
        var body = $$"""{"type":"paid","reference":"sb_{{payment:n}}","amount":600000,"currency":"PKR"}""";
        var now = Clock.GetUtcNow().ToUnixTimeSeconds();
        (await Send(body, "1,abc")).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Send(body + " ", Signature(now))).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Send(body, Signature(now - 301))).Refuses(HttpStatusCode.Unauthorized, "stale_signature");
        (await Database.Ask("select count(*) from payments.posting")).ShouldBe(0L);
        (await Send(body, Signature(now))).Is(HttpStatusCode.OK);
        (await Database.Ask("select count(*) from payments.posting")).ShouldBe(1L);

        string Signature(long at) => $"{at},{sandbox.Sign(at, System.Text.Encoding.UTF8.GetBytes(body))}";

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
        await Database.Ask($"insert into payments.sandbox_charge values ('sb_{payment:n}', 'paid', 600000, 'PKR', '2026-06-01 07:00Z')");
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
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "cash" })).Is(HttpStatusCode.Created).Data.GetProperty("status").GetString().ShouldBe("promised");
        await Settle();
        await Status(guest, booking, "confirmed", 0);
        (await desk.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "cash" })).Is(HttpStatusCode.Created).Data.GetProperty("status").GetString().ShouldBe("captured");
        await Settle();
        await Status(guest, booking, "confirmed", 600000);
        (await desk.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "cash" })).Refuses(HttpStatusCode.Conflict, "nothing_due");
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
        (await Database.Ask("select sum(amount) from payments.entry")).ShouldBe(0m);
        (await Database.Ask("select count(*) from payments.posting")).ShouldBe(3L);
        (await Should.ThrowAsync<Npgsql.PostgresException>(() => Database.Ask("update payments.entry set amount = amount + 1"))).SqlState.ShouldBe("SL021");
        (await Should.ThrowAsync<Npgsql.PostgresException>(() => Database.Ask("delete from payments.posting"))).SqlState.ShouldBe("SL021");
        (await Should.ThrowAsync<Npgsql.PostgresException>(() => Database.Ask("select payments.post('x', 'test', null, now(), 'PKR', array['gateway', 'cash'], array['a', 'b'], array[1, 1]::bigint[])"))).SqlState.ShouldBe("SL020");
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
        (await other.Owner.Client.Get($"/api/v1/organisations/{club.OrganisationId}/payments")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await other.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, reason = "mine" })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await guest.Client.Post("/api/v1/payments/refund", new { paymentId = payment, reason = "mine" })).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await (await Colleague(club, "staff")).Client.Post("/api/v1/payments/refund", new { paymentId = payment, reason = "kind" })).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount = -5, reason = "no" })).Names("amount").ShouldBeTrue();
        (await guest.Client.Post("/api/v1/wallet/top-up", new { amount = 5000, currency = "rupees" })).Names("currency").ShouldBeTrue();
        (await guest.Client.Get("/api/v1/wallet?cursor=%20x")).Names("cursor").ShouldBeTrue();
    }

    private static async Task<Guid> Hold(Club club, Person guest, int day, int hour) =>
        (await guest.Client.Post("/api/v1/bookings", Wish(club, At(day, hour)))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();

    private static async Task<Guid> Order(Person guest, Guid booking) =>
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "sandbox" })).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();

    private async Task<Guid> Pay(Person guest, Guid booking, string outcome)
    {
        var payment = await Order(guest, booking);
        (await Visitor.Post($"/api/v1/sandbox/payments/{payment}", new { outcome })).Is(HttpStatusCode.OK);
        await Settle();
        return payment;
    }

    private async Task TopUp(Person guest, long amount)
    {
        var payment = (await guest.Client.Post("/api/v1/wallet/top-up", new { amount, currency = "PKR" })).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        (await Visitor.Post($"/api/v1/sandbox/payments/{payment}", new { outcome = "succeed" })).Is(HttpStatusCode.OK);
    }

    private static async Task Status(Person guest, Guid booking, string status, long paid)
    {
        var data = (await guest.Client.Get($"/api/v1/bookings/{booking}")).Is(HttpStatusCode.OK).Data;
        data.GetProperty("status").GetString().ShouldBe(status);
        data.GetProperty("paid").GetProperty("amount").GetInt64().ShouldBe(paid);
    }

    private async Task<long> Ledger(string account, object owner) =>
        (long)(decimal)(await Database.Ask($"select coalesce(sum(amount), 0) from payments.entry where account = '{account}' and owner = '{owner}'"))!;
}
