using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sarai.Payments;
using Sarai.Payments.Sandbox;

namespace Sarai.Stories;

/// <summary>Money that comes strangely: twice, unknown, too late, through a crash.</summary>
public sealed class PaymentsTruth(StoryPostgres postgres) : MoneyWorld(postgres)
{
    [Fact]
    public async Task Twenty_bringers_of_the_same_news_at_once_apply_it_once()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        var payment = await Order(guest, booking);
        var body = await Event(payment, 600000, "cap_1");
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Deliver(body)));
        replies.ShouldAllBe(r => r.Status == HttpStatusCode.OK);
        replies.Count(r => r.Data.GetProperty("outcome").GetString() == "applied").ShouldBe(1);
        await Settle();
        await Status(guest, booking, "confirmed", 600000);
        (await Database.Ask("select count(*) from published where name = 'payment.completed'")).ShouldBe(1L);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task Money_taken_twice_for_one_payment_comes_back_once()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        var payment = await Order(guest, booking);
        (await Deliver(await Event(payment, 600000, "cap_1"))).Is(HttpStatusCode.OK);
        (await Deliver(await Event(payment, 600000, "cap_2"))).Is(HttpStatusCode.OK).Data.GetProperty("outcome").GetString().ShouldBe("applied");
        await Settle();
        await Status(guest, booking, "confirmed", 600000);
        (await Wallet(guest)).ShouldBe(600000);
        (await Balance(LedgerAccount.Organisation(club.OrganisationId, "PKR"))).ShouldBe(600000);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task Paying_by_two_methods_at_once_gives_the_second_back()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        await TopUp(guest, 600000);
        var booking = await Hold(club, guest, 2, 18);
        var online = await Order(guest, booking);
        await Order(guest, booking, "wallet");
        (await Standing(guest, online)).GetProperty("status").GetString().ShouldBe("cancelled");
        await Play(online, "succeed");
        await Status(guest, booking, "confirmed", 600000);
        (await Standing(guest, online)).GetProperty("status").GetString().ShouldBe("captured");
        (await Wallet(guest)).ShouldBe(600000);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task Money_nobody_knows_waits_for_the_administrator()
    {
        var club = await OpenClub();
        var body = """{"type":"paid","reference":"nobody","capture":"cap_x","amount":500,"currency":"PKR"}""";
        (await Deliver(body)).Is(HttpStatusCode.OK).Data.GetProperty("outcome").GetString().ShouldBe("parked");
        (await Deliver(body)).Is(HttpStatusCode.OK).Data.GetProperty("outcome").GetString().ShouldBe("known");
        var admin = await Admin();
        var review = (await admin.Client.Get("/api/v1/payments/reviews")).Is(HttpStatusCode.OK).Data.GetProperty("items")[0].GetProperty("id").GetGuid();
        (await club.Owner.Client.Get("/api/v1/payments/reviews")).Names("venueId").ShouldBeTrue();
        (await club.Owner.Client.Post($"/api/v1/payments/reviews/{review}", new { decision = "return", note = "mine?" })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await admin.Client.Post($"/api/v1/payments/reviews/{review}", new { decision = "accept", note = "to whom?" })).Refuses(HttpStatusCode.UnprocessableEntity, "cannot_accept");
        (await admin.Client.Post($"/api/v1/payments/reviews/{review}", new { decision = "return", note = "sent back by hand" })).Is(HttpStatusCode.OK);
        (await Balance(LedgerAccount.UnderReview("PKR"))).ShouldBe(0);
        (await Balance(LedgerAccount.Clearing("sandbox", "PKR"))).ShouldBe(0);
        await TheBooksAreRight();
    }

    [Theory]
    [InlineData("accept")]
    [InlineData("return")]
    public async Task A_wrong_amount_is_decided_once_by_somebody_who_may(string decision)
    {
        var (club, other, guest) = (await OpenClub(), await OpenClub(), await Guest());
        var desk = await Colleague(club, "staff");
        var booking = await Hold(club, guest, 2, 18);
        var payment = await Pay(guest, booking, "wrong_amount");
        var review = (await desk.Client.Get($"/api/v1/payments/reviews?venueId={club.Id}")).Is(HttpStatusCode.OK).Data.GetProperty("items")[0].GetProperty("id").GetGuid();
        (await other.Owner.Client.Get($"/api/v1/payments/reviews?venueId={club.Id}")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await guest.Client.Get($"/api/v1/payments/reviews?venueId={club.Id}")).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await desk.Client.Post($"/api/v1/payments/reviews/{review}", new { decision, note = "ok" })).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await club.Owner.Client.Post($"/api/v1/payments/reviews/{review}", new { decision = "keep", note = "ok" })).Names("decision").ShouldBeTrue();
        (await club.Owner.Client.Post($"/api/v1/payments/reviews/{review}", new { decision })).Names("note").ShouldBeTrue();

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => club.Owner.Client.Post($"/api/v1/payments/reviews/{review}", new { decision, note = "talked to the guest" })));

        replies.Count(r => r.Status == HttpStatusCode.OK).ShouldBe(1);
        replies.Where(r => r.Status != HttpStatusCode.OK).ShouldAllBe(r => r.Code == "already_decided");
        await Settle();
        await Status(guest, booking, "held", decision == "accept" ? 300000 : 0);
        (await Wallet(guest)).ShouldBe(decision == "accept" ? 0 : 300000);
        (await Standing(guest, payment)).GetProperty("captured").GetProperty("amount").GetInt64().ShouldBe(decision == "accept" ? 300000 : 0);
        (await Database.Ask($"select count(*) from payments.audit where subject = '{review}'")).ShouldBe(1L);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task A_lapsed_hold_closes_its_payment_and_cannot_be_paid_any_more()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        var payment = await Order(guest, booking);
        await Pass(Duration.FromMinutes(15));
        (await Standing(guest, payment)).GetProperty("status").GetString().ShouldBe("cancelled");
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "sandbox" })).Refuses(HttpStatusCode.Conflict, "hold_expired");
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "wallet" })).Refuses(HttpStatusCode.Conflict, "hold_expired");
        (await (await Colleague(club, "staff")).Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "cash" })).Refuses(HttpStatusCode.Conflict, "hold_expired");
    }

    [Fact]
    public async Task A_part_that_was_paid_for_a_lapsed_hold_comes_back()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        await Pay(guest, booking, "wrong_amount");
        var review = (await club.Owner.Client.Get($"/api/v1/payments/reviews?venueId={club.Id}")).Data.GetProperty("items")[0].GetProperty("id").GetGuid();
        (await club.Owner.Client.Post($"/api/v1/payments/reviews/{review}", new { decision = "accept", note = "a part is fine" })).Is(HttpStatusCode.OK);
        await Settle();
        var rest = await Order(guest, booking);
        (await Standing(guest, rest)).GetProperty("amount").GetProperty("amount").GetInt64().ShouldBe(300000);
        await Pass(Duration.FromMinutes(15));
        await Status(guest, booking, "expired", 0);
        (await Wallet(guest)).ShouldBe(300000);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task Two_parts_for_a_hold_that_lapses_meanwhile_both_come_back()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        await Pay(guest, booking, "wrong_amount");
        await Accept();
        await Settle();
        await Pay(guest, booking, "wrong_amount");
        Clock.Advance(TimeSpan.FromMinutes(16));
        // The second part is accepted after the hold ran out; its news and the expiry cross each other.
        await Accept();
        await Pass(Duration.Zero);
        await Status(guest, booking, "expired", 0);
        (await Wallet(guest)).ShouldBe(300000 + 150000);
        (await Balance(LedgerAccount.Organisation(club.OrganisationId, "PKR"))).ShouldBe(0);
        await TheBooksAreRight();

        async Task Accept()
        {
            var open = (await club.Owner.Client.Get($"/api/v1/payments/reviews?venueId={club.Id}")).Data.GetProperty("items").EnumerateArray().Single(r => r.GetProperty("status").GetString() == "open");
            (await club.Owner.Client.Post($"/api/v1/payments/reviews/{open.GetProperty("id").GetGuid()}", new { decision = "accept", note = "a part is fine" })).Is(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task The_return_page_can_ask_the_gateway_before_its_webhook_comes()
    {
        var (club, guest, stranger) = (await OpenClub(), await Guest(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        var payment = await Order(guest, booking);
        (await guest.Client.Post("/api/v1/payments/verify", new { paymentId = payment })).Is(HttpStatusCode.OK).Data.GetProperty("status").GetString().ShouldBe("pending");
        await Database.Ask($"insert into payments.sandbox_charge select reference, 'succeed', reference, 'PKR', 600000, '2026-06-01 07:00Z' from payments.attempt where payment_id = '{payment}'");
        (await stranger.Client.Post("/api/v1/payments/verify", new { paymentId = payment })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await Visitor.Post("/api/v1/payments/verify", new { paymentId = payment })).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await guest.Client.Post("/api/v1/payments/verify", new { })).Names("paymentId").ShouldBeTrue();

        var both = await Task.WhenAll(guest.Client.Post("/api/v1/payments/verify", new { paymentId = payment }), Deliver(await Event(payment, 600000, await Reference(payment))));

        both.ShouldAllBe(r => r.Status == HttpStatusCode.OK);
        (await Standing(guest, payment)).GetProperty("status").GetString().ShouldBe("captured");
        await Settle();
        await Status(guest, booking, "confirmed", 600000);
        (await Database.Ask("select count(*) from payments.posting")).ShouldBe(1L);
    }

    [Fact]
    public async Task A_webhook_that_reached_nobody_is_sent_again_by_whoever_is_up()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        var payment = await Order(guest, booking);
        // The app dies after the gateway took the money and before the webhook went out: only the gateway's rows are there.
        var body = await Event(payment, 600000, await Reference(payment));
        await Database.Ask($"""
            insert into payments.sandbox_charge select reference, 'succeed', reference, 'PKR', 600000, '2026-06-01 07:00Z' from payments.attempt where payment_id = '{payment}';
            insert into payments.sandbox_webhook (id, reference, body, due_at, tries) select gen_random_uuid(), reference, '{body}', '2026-06-01 07:00Z', 1 from payments.attempt where payment_id = '{payment}'
            """);
        await Pass(Duration.Zero);
        await Status(guest, booking, "confirmed", 600000);
        (await Database.Ask("select count(*) from payments.sandbox_webhook where sent_at is null")).ShouldBe(0L);
        await Pass(Duration.FromMinutes(5));
        (await Database.Ask("select count(*) from payments.posting")).ShouldBe(1L);
    }

    [Fact]
    public async Task The_same_key_gives_the_same_payment_even_when_it_is_paid()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        var first = (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "sandbox" }, "key-1")).Is(HttpStatusCode.Created);
        first.Data.GetProperty("checkoutUrl").GetString()!.ShouldStartWith("/sandbox/pay/");
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "sandbox" })).Is(HttpStatusCode.Created).Data.GetRawText().ShouldBe(first.Data.GetRawText());
        await Play(first.Data.GetProperty("paymentId").GetGuid(), "succeed");
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "sandbox" }, "key-1")).Is(HttpStatusCode.Created).Data.GetRawText().ShouldBe(first.Data.GetRawText());
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "wallet" }, "key-1")).Refuses(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "sandbox" })).Refuses(HttpStatusCode.Conflict, "nothing_due");
    }

    private async Task<string> Reference(Guid payment) => (string)(await Database.Ask($"select reference from payments.attempt where payment_id = '{payment}'"))!;

    private async Task<string> Event(Guid payment, long amount, string capture) =>
        $$"""{"type":"paid","reference":"{{await Reference(payment)}}","capture":"{{capture}}","amount":{{amount}},"currency":"PKR"}""";

    private async Task<Reply> Deliver(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/webhooks/payments/sandbox") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add(SandboxProvider.SignatureHeader, App.Services.GetRequiredService<SandboxProvider>().Sign(body, Instant.FromDateTimeOffset(Clock.GetUtcNow())));
        using var response = await Visitor.SendAsync(request, TestContext.Current.CancellationToken);
        return new Reply(response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), new Dictionary<string, string>());
    }
}
