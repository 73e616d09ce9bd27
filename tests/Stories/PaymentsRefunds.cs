using Sarai.Payments;

namespace Sarai.Stories;

/// <summary>Money that goes back.</summary>
public sealed class PaymentsRefunds(StoryPostgres postgres) : MoneyWorld(postgres)
{
    [Fact]
    public async Task A_refund_to_the_card_is_promised_at_once_and_sent_by_a_job()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var payment = await Pay(guest, await Hold(club, guest, 2, 18));
        var refund = (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount = 100000, to = "source", reason = "broken light" }, "once")).Is(HttpStatusCode.Created).Data;
        refund.GetProperty("status").GetString().ShouldBe("pending");
        (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount = 100000, to = "source", reason = "broken light" }, "once")).Data.GetRawText().ShouldBe(refund.GetRawText());
        (await Balance(LedgerAccount.RefundsDue("PKR"))).ShouldBe(100000);
        await Pass(Duration.Zero);
        await Pass(Duration.FromMinutes(10));
        (await Balance(LedgerAccount.RefundsDue("PKR"))).ShouldBe(0);
        (await Balance(LedgerAccount.Clearing("sandbox", "PKR"))).ShouldBe(-500000);
        (await Database.Ask("select count(*) from published where name = 'payment.refunded'")).ShouldBe(1L);
        (await guest.Client.Get($"/api/v1/payments/{payment}")).Data.GetProperty("refunds")[0].GetProperty("status").GetString().ShouldBe("done");
        (await Database.Ask($"select after->>'reason' from payments.audit where subject = '{payment}'")).ShouldBe("broken light");
        await TheBooksAreRight();
    }

    [Fact]
    public async Task Cancelling_gives_back_over_several_payments_the_newest_first()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var desk = await Colleague(club, "staff");
        await TopUp(guest, 350000);
        var booking = await Hold(club, guest, 4, 8);
        var first = await Order(guest, booking, "wallet");
        await Settle();
        // Moved into the peak: 250,000 more is due, paid in cash.
        (await guest.Client.Post($"/api/v1/bookings/{booking}/reschedule", new { startsAt = At(4, 18) })).Is(HttpStatusCode.OK);
        await Settle();
        var second = await Order(desk, booking, "cash");
        await Settle();
        await Status(guest, booking, "confirmed", 600000);
        (await guest.Client.Put($"/api/v1/bookings/{booking}/cancel", new { toSource = true })).Is(HttpStatusCode.OK);
        await Settle();
        (await Standing(guest, second)).GetProperty("refunded").GetProperty("amount").GetInt64().ShouldBe(250000);
        (await Standing(guest, first)).GetProperty("refunded").GetProperty("amount").GetInt64().ShouldBe(350000);
        // Nobody stands at the desk to hand out cash: that part is in the wallet too.
        (await Wallet(guest)).ShouldBe(600000);
        (await Database.Ask("select count(*) from payments.review")).ShouldBe(0L);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task A_cheaper_time_puts_the_difference_into_the_wallet()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 4, 18);
        await Pay(guest, booking);
        (await guest.Client.Post($"/api/v1/bookings/{booking}/reschedule", new { startsAt = At(4, 8) })).Is(HttpStatusCode.OK);
        await Settle();
        (await Wallet(guest)).ShouldBe(250000);
        await Status(guest, booking, "confirmed", 350000);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task A_refund_by_hand_races_a_cancellation_and_nothing_is_given_twice()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 4, 18);
        var payment = await Pay(guest, booking);
        await Task.WhenAll(
            guest.Client.Put($"/api/v1/bookings/{booking}/cancel", new { }),
            club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount = 200000, reason = "sorry" }),
            club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount = 200000, reason = "sorry" }));
        await Settle();
        (await Wallet(guest)).ShouldBe(600000);
        (await Balance(LedgerAccount.Organisation(club.OrganisationId, "PKR"))).ShouldBe(0);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task Two_hundred_debits_at_once_leave_no_wallet_below_zero()
    {
        var clubs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenClub(courts: 8)));
        var guest = await Guest();
        await TopUp(guest, 1_400_000);
        var bookings = new List<Guid>();
        for (var i = 0; i < 200; i++)
        {
            // A guest may hold five slots; each is made firm by hand, so that two hundred can wait to be paid.
            bookings.Add(await Hold(clubs[i % 4], guest, 3 + (i / 40), 7 + (i / 4 % 10)));
            await Database.Ask("update bookings.booking set status = 'Confirmed', expires_at = null where status = 'Held'");
        }
        var replies = await Task.WhenAll(bookings.Select(b => guest.Client.Post("/api/v1/payments/create-order", new { bookingId = b, method = "wallet" })));
        replies.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(4);
        replies.Where(r => r.Status != HttpStatusCode.Created).ShouldAllBe(r => r.Code == "insufficient_funds");
        (await Wallet(guest)).ShouldBe(0);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task A_wallet_shows_its_movements_page_by_page_to_its_owner_only()
    {
        var (guest, stranger) = (await Guest(), await Guest());
        for (var i = 1; i <= 5; i++) await TopUp(guest, i * 1000);
        var first = (await guest.Client.Get("/api/v1/wallet?limit=3")).Is(HttpStatusCode.OK).Data;
        first.GetProperty("balance").GetProperty("amount").GetInt64().ShouldBe(15000);
        first.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("amount").GetProperty("amount").GetInt64()).ShouldBe([5000, 4000, 3000]);
        var rest = (await guest.Client.Get($"/api/v1/wallet?limit=3&cursor={first.GetProperty("nextCursor").GetString()}")).Data;
        rest.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("amount").GetProperty("amount").GetInt64()).ShouldBe([2000, 1000]);
        rest.GetProperty("nextCursor").ValueKind.ShouldBe(JsonValueKind.Null);
        (await stranger.Client.Get("/api/v1/wallet")).Data.GetProperty("balance").GetProperty("amount").GetInt64().ShouldBe(0);
        (await Visitor.Get("/api/v1/wallet")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await guest.Client.Get("/api/v1/wallet?currency=rupees")).Names("currency").ShouldBeTrue();
        (await guest.Client.Post("/api/v1/wallet/top-up", new { amount = 5, currency = "PKR" })).Names("amount").ShouldBeTrue();
        (await guest.Client.Post("/api/v1/wallet/top-up", new { amount = 5000, currency = "PKR", method = "cash" })).Names("method").ShouldBeTrue();
    }

    [Fact]
    public async Task The_desk_sees_its_own_payments_and_only_those()
    {
        var (club, other, guest) = (await OpenClub(), await OpenClub(), await Guest());
        var payment = await Pay(guest, await Hold(club, guest, 2, 18));
        await Pay(guest, await Hold(other, guest, 2, 18));
        var items = (await (await Colleague(club, "staff")).Client.Get($"/api/v1/venues/{club.Id}/payments")).Is(HttpStatusCode.OK).Data.GetProperty("items");
        items.EnumerateArray().Select(i => i.GetProperty("payment").GetProperty("paymentId").GetGuid()).ShouldBe([payment]);
        (await guest.Client.Get($"/api/v1/venues/{club.Id}/payments")).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await Visitor.Get($"/api/v1/venues/{club.Id}/payments")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await club.Owner.Client.Get($"/api/v1/venues/{club.Id}/payments?cursor=x")).Names("cursor").ShouldBeTrue();
        (await club.Owner.Client.Get($"/api/v1/venues/{club.Id}/payments?limit=0")).Names("limit").ShouldBeTrue();
    }
}
