using Microsoft.Extensions.DependencyInjection;
using Sarai.Payments;
using Sarai.Testing.Gateways;

namespace Sarai.Stories;

/// <summary>Invoices, cash shifts, payouts and gateway statements.</summary>
public sealed class TheBooks(StoryPostgres postgres) : GatewayWorld(postgres)
{
    [Fact]
    public async Task Invoices_have_tax_and_numbers_without_gaps_whoever_asks_at_once()
    {
        var club = await OpenClub(courts: 8, policy: new { payAtDesk = true, taxPercent = 16 });
        var guest = await Guest();
        await TopUp(guest, 10_000_000);
        var payments = new List<Guid>();
        for (var hour = 17; hour < 22; hour++) payments.Add(await Order(guest, await Hold(club, guest, 2, hour), "wallet"));
        (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payments[0], amount = 116000, to = "wallet", reason = "rain" })).Is(HttpStatusCode.Created);
        await Task.WhenAll(payments.Concat(payments).Select(p => guest.Client.Get($"/api/v1/payments/{p}/invoices")));
        await Pass(Duration.FromMinutes(1));
        var all = (await club.Owner.Client.Get($"/api/v1/organisations/{club.OrganisationId}/invoices")).Is(HttpStatusCode.OK).Data.GetProperty("items").EnumerateArray().ToList();
        all.Select(i => i.GetProperty("number").GetInt64()).Order().ShouldBe([1, 2, 3, 4, 5, 6]);
        var credit = all.Single(i => i.GetProperty("amount").GetProperty("amount").GetInt64() < 0);
        credit.GetProperty("tax").GetProperty("amount").GetInt64().ShouldBe(-16000);
        (await guest.Client.Get($"/api/v1/payments/{payments[0]}/invoices")).Data.GetProperty("items").GetArrayLength().ShouldBe(2);
        (await (await Guest()).Client.Get($"/api/v1/payments/{payments[0]}/invoices")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await (await OpenClub()).Owner.Client.Get($"/api/v1/organisations/{club.OrganisationId}/invoices")).Refuses(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_drawer_is_counted_and_the_difference_is_seen()
    {
        var (club, other, guest) = (await OpenClub(), await OpenClub(), await Guest());
        var (desk, second) = (await Colleague(club, "staff"), await Colleague(club, "manager"));
        var address = $"/api/v1/venues/{club.Id}/shifts";
        (await Visitor.Post(address, new { @float = 0 })).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await guest.Client.Post(address, new { @float = 0 })).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await other.Owner.Client.Post(address, new { @float = 0 })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await desk.Client.Post(address, new { @float = -1 })).Names("float").ShouldBeTrue();
        var opened = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => desk.Client.Post(address, new { @float = 500000 })));
        opened.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(1);
        Clock.Advance(TimeSpan.FromMinutes(1));
        var first = (await desk.Client.Post("/api/v1/payments/create-order", new { bookingId = await Hold(club, guest, 2, 18), method = "cash" })).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        (await second.Client.Post("/api/v1/payments/create-order", new { bookingId = await Hold(club, guest, 2, 20), method = "cash" })).Is(HttpStatusCode.Created);
        (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = first, amount = 100000, to = "source", reason = "wet court" })).Is(HttpStatusCode.Created);
        Clock.Advance(TimeSpan.FromMinutes(1));
        (await desk.Client.Post($"{address}/close", new { })).Names("counted").ShouldBeTrue();
        var closed = (await desk.Client.Post($"{address}/close", new { counted = 1590000, note = "a note is missing" })).Is(HttpStatusCode.OK).Data;
        closed.GetProperty("expected").GetProperty("amount").GetInt64().ShouldBe(500000 + 1200000 - 100000);
        closed.GetProperty("difference").GetProperty("amount").GetInt64().ShouldBe(-10000);
        closed.GetProperty("taken").EnumerateArray().Select(t => t.GetProperty("userId").GetGuid()).ShouldContain(second.Id);
        (await desk.Client.Post($"{address}/close", new { counted = 0 })).Refuses(HttpStatusCode.Conflict, "no_shift");
        (await desk.Client.Get(address)).Data.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await other.Owner.Client.Get(address)).Refuses(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_payout_takes_each_posting_once_less_commission_and_what_the_club_has()
    {
        var (club, other, guest, admin) = (await OpenClub(), await OpenClub(), await Guest(), await Admin());
        var desk = await Colleague(club, "staff");
        await Pay(guest, await Hold(club, guest, 2, 18));
        (await desk.Client.Post("/api/v1/payments/create-order", new { bookingId = await Hold(club, guest, 2, 20), method = "cash" })).Is(HttpStatusCode.Created);
        var address = $"/api/v1/admin/organisations/{club.OrganisationId}/payouts";
        (await club.Owner.Client.Put($"/api/v1/admin/organisations/{club.OrganisationId}/commission", new { percent = 1 })).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await admin.Client.Put($"/api/v1/admin/organisations/{club.OrganisationId}/commission", new { percent = 60 })).Names("percent").ShouldBeTrue();
        (await admin.Client.Put($"/api/v1/admin/organisations/{club.OrganisationId}/commission", new { percent = 7.5 })).Is(HttpStatusCode.OK);
        (await club.Owner.Client.Post(address, new { currency = "PKR" })).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await admin.Client.Post(address, new { currency = "rupees" })).Names("currency").ShouldBeTrue();
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => admin.Client.Post(address, new { currency = "PKR" })));
        made.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(1);
        var payout = made.Single(r => r.Status == HttpStatusCode.Created).Data;
        payout.GetProperty("turnover").GetProperty("amount").GetInt64().ShouldBe(1_200_000);
        payout.GetProperty("commission").GetProperty("amount").GetInt64().ShouldBe(90000);
        payout.GetProperty("held").GetProperty("amount").GetInt64().ShouldBe(600000);
        payout.GetProperty("amount").GetProperty("amount").GetInt64().ShouldBe(510000);
        (await Balance(LedgerAccount.Organisation(club.OrganisationId, "PKR"))).ShouldBe(0);
        (await Balance(LedgerAccount.Cash(club.OrganisationId, "PKR"))).ShouldBe(0);
        var id = payout.GetProperty("id").GetGuid();
        (await club.Owner.Client.Get($"/api/v1/organisations/{club.OrganisationId}/payouts")).Data.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await other.Owner.Client.Get($"/api/v1/organisations/{club.OrganisationId}/payouts")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await other.Owner.Client.Get($"/api/v1/payouts/{id}/statement.csv")).Refuses(HttpStatusCode.NotFound, "not_found");
        var lines = (await club.Owner.Client.Get($"/api/v1/payouts/{id}/statement.csv")).Is(HttpStatusCode.OK).Text.Trim().Split("\r\n");
        lines.Length.ShouldBe(6);
        lines.Skip(1).Sum(l => decimal.Parse(l.Split(',')[4], System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(0);
        (await admin.Client.Post($"/api/v1/admin/payouts/{id}/sent", new { reference = "FT-1" })).Is(HttpStatusCode.OK);
        (await admin.Client.Post($"/api/v1/admin/payouts/{id}/sent", new { reference = "FT-1" })).Refuses(HttpStatusCode.Conflict, "not_waiting");

        // Only cash came in since: the club owes the commission, which is carried into the next payout.
        (await desk.Client.Post("/api/v1/payments/create-order", new { bookingId = await Hold(club, guest, 3, 18), method = "cash" })).Is(HttpStatusCode.Created);
        (await admin.Client.Post(address, new { currency = "PKR" })).Is(HttpStatusCode.Created).Data.GetProperty("amount").GetProperty("amount").GetInt64().ShouldBe(-45000);
        await Pay(guest, await Hold(club, guest, 3, 20));
        (await admin.Client.Post(address, new { currency = "PKR" })).Is(HttpStatusCode.Created).Data.GetProperty("amount").GetProperty("amount").GetInt64().ShouldBe(600000 - 45000 - 45000);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task Every_night_the_totals_are_proved_and_a_wrong_one_is_named()
    {
        var (club, guest, admin) = (await OpenClub(policy: new { payAtDesk = true, taxPercent = 16 }), await Guest(), await Admin());
        await TopUp(guest, 1000000);
        await Order(guest, await Hold(club, guest, 2, 18), "wallet");
        await Pass(Duration.FromHours(24));
        (await Visitor.Get("/api/v1/admin/ledger/proofs")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await club.Owner.Client.Get("/api/v1/admin/ledger/proofs")).Refuses(HttpStatusCode.Forbidden, "forbidden");
        var proofs = (await admin.Client.Get("/api/v1/admin/ledger/proofs")).Is(HttpStatusCode.OK).Data.GetProperty("items");
        proofs[0].GetProperty("day").GetString().ShouldBe("2026-06-02");
        proofs[0].GetProperty("problems").GetArrayLength().ShouldBe(0);

        var wallet = LedgerAccount.Wallet(guest.Id, "PKR").Id;
        await Database.Ask($"update payments.balance set amount = amount + 1 where account_id = '{wallet}'");
        await Pass(Duration.FromHours(24));
        var wrong = (await admin.Client.Get("/api/v1/admin/ledger/proofs")).Is(HttpStatusCode.OK).Data.GetProperty("items")[0].GetProperty("problems").EnumerateArray().Single().GetString();
        wrong.ShouldBe($"account {wallet} says 400001, its entries say 400000");
    }

    [Fact]
    public async Task A_gateways_statement_is_matched_once_and_differences_are_cases()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        await SetUp(club, "stripe", StripeKeys);
        var intents = new List<string>();
        for (var hour = 17; hour < 20; hour++)
        {
            var payment = (await Begin(guest, await Hold(club, guest, 2, hour), "stripe")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
            intents.Add(await Ask("gateway_id", payment));
            Stripe.Succeed(intents[^1]);
            (await guest.Client.Post("/api/v1/payments/verify", new { paymentId = payment })).Is(HttpStatusCode.OK);
        }
        var csv = $"payment_intent,reporting_category,gross,fee,currency\n{intents[0]},charge,6000.00,174.30,pkr\n{intents[1]},charge,5000.00,150,pkr\npi_unknown,charge,10,0,pkr\n";
        var address = $"/api/v1/organisations/{club.OrganisationId}/gateways/stripe/settlements";
        (await guest.Client.Post(address, new { csv })).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await (await OpenClub()).Owner.Client.Post(address, new { csv })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await club.Owner.Client.Post(address, new { csv = "hello there" })).Names("csv").ShouldBeTrue();
        (await club.Owner.Client.Post(address, new { csv = "reference,amount,currency\nx,abc,PKR\n" })).Names("csv").ShouldBeTrue();
        var done = (await club.Owner.Client.Post(address, new { csv, complete = "2026-06-02T00:00:00Z" })).Is(HttpStatusCode.OK).Data;
        (done.GetProperty("matched").GetInt32(), done.GetProperty("cases").GetInt32()).ShouldBe((1, 4));
        var again = (await club.Owner.Client.Post(address, new { csv, complete = "2026-06-02T00:00:00Z" })).Is(HttpStatusCode.OK).Data;
        (again.GetProperty("matched").GetInt32(), again.GetProperty("known").GetInt32(), again.GetProperty("cases").GetInt32()).ShouldBe((0, 3, 0));
        var reasons = (await club.Owner.Client.Get($"/api/v1/payments/reviews?venueId={club.Id}")).Data.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("reason").GetString()).Order().ToList();
        reasons.ShouldBe(["settlement_differs", "settlement_missing", "settlement_missing", "settlement_unknown"]);
        (await Balance(new LedgerAccount(AccountKind.Platform, club.OrganisationId, "bank", "PKR"))).ShouldBe(-(600000 - 17430));
        (await Balance(LedgerAccount.Clearing("stripe", "PKR", club.OrganisationId))).ShouldBe(-1200000);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task The_page_shows_the_drawer_and_what_waits()
    {
        var (club, other) = (await OpenClub(), await OpenClub());
        (await club.Owner.Client.Post($"/api/v1/venues/{club.Id}/shifts", new { @float = 500000 })).Is(HttpStatusCode.Created);
        var page = await club.Owner.Client.GetStringAsync(new Uri($"/desk/{club.Id}/money", UriKind.Relative), TestContext.Current.CancellationToken);
        page.ShouldContain("Close the drawer");
        page.ShouldContain("5,000");
        page.ShouldContain($"/desk/{club.Id}/gateways");
        using var stranger = await other.Owner.Client.GetAsync(new Uri($"/desk/{club.Id}/money", UriKind.Relative), TestContext.Current.CancellationToken);
        stranger.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
