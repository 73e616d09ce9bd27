using Sarai.Payments;

namespace Sarai.Stories;

/// <summary>The books as people see them, with a browser that runs no JavaScript: shares, invoices, statements, and what coaches earn.</summary>
public sealed class TheBooksOnPages(StoryPostgres postgres) : GatewayWorld(postgres)
{
    [Fact]
    public async Task Guests_share_a_price_on_a_page_by_the_policy_the_club_has_set_on_its_own()
    {
        var (club, guest, friend, other) = (await OpenClub(), await Guest(), await Guest("Bilal Ahmed"), await OpenClub());
        var ways = $"/desk/{club.Id}/gateways";
        (await club.Owner.Client.Refused(ways, "split", ("policy", "OwnerLiable"), ("hours", "9999"))).ShouldContain("0 to 720 hours");
        (await club.Owner.Client.Fill(ways, "split", ("policy", "AutoCancel"), ("hours", "4"))).ShouldBe(ways);
        var booking = await Hold(club, guest, 2, 18);
        var address = $"/bookings/{booking}/split";
        (await guest.Client.Page($"/bookings/{booking}/pay")).ShouldContain(address);
        (await guest.Client.Refused(address, "split", ("name", "Ayesha"), ("name", ""))).ShouldContain("Name at least two people.");
        (await guest.Client.Refused(address, "split", ("name", "Ayesha"), ("amount", "1000"), ("name", "Bilal"), ("amount", "2000"))).ShouldContain("must sum to what is due");
        (await guest.Client.Fill(address, "split", ("name", "Ayesha"), ("amount", ""), ("name", "Bilal"), ("amount", ""), ("name", "Carla"), ("amount", ""), ("cash", "2"))).ShouldBe(address);
        var page = await guest.Client.Page(address);
        page.ShouldContain("The booking is called off, and everybody gets their money back");
        page.ShouldContain("cash");
        using var stranger = await other.Owner.Client.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
        stranger.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var links = (await guest.Client.Get($"/api/v1/bookings/{booking}/split")).Data.GetProperty("shares").EnumerateArray().Select(s => s.GetProperty("link").GetString()!).ToList();
        page.ShouldContain(links[1]);
        page.ShouldContain("https://wa.me/?text=Margalla%20Padel%20Club");
        page.ShouldContain(Uri.EscapeDataString(links[1]), Case.Sensitive, "the invitation by phone carries the link");
        await TopUp(guest, 1_000_000);
        await TopUp(friend, 1_000_000);
        await guest.Client.Fill(links[0], "share", ("method", "wallet"));
        await friend.Client.Fill(links[1], "share", ("method", "wallet"));
        await Settle();
        var share = (await guest.Client.Get($"/api/v1/bookings/{booking}/split")).Data.GetProperty("shares")[1].GetProperty("id").GetGuid();
        (await guest.Client.Fill(address, $"owner-{share:n}")).ShouldBe($"/bookings/{booking}");
        (await Database.Ask($"select owner_id from payments.split where booking_id = '{booking}'")).ShouldBe(friend.Id);
    }

    [Fact]
    public async Task A_statement_is_uploaded_and_what_differs_is_settled_with_a_word()
    {
        var (club, guest, other) = (await OpenClub(), await Guest(), await OpenClub());
        await SetUp(club, "stripe", StripeKeys);
        var payment = (await Begin(guest, await Hold(club, guest, 2, 18), "stripe")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        var intent = await Ask("gateway_id", payment);
        Stripe.Succeed(intent);
        (await guest.Client.Post("/api/v1/payments/verify", new { paymentId = payment })).Is(HttpStatusCode.OK);
        var address = $"/desk/{club.Id}/settlements";
        var csv = $"payment_intent,gross,fee,currency\n{intent},6000.00,174.30,pkr\npi_unknown,10,0,pkr\n";
        (await club.Owner.Client.Upload(address, "upload", ("csv", csv), ("gateway", "stripe"))).ShouldBe($"{address}?done=read&matched=1&known=0&cases=1");
        var page = await club.Owner.Client.Page($"{address}?done=read&matched=1&known=0&cases=1");
        page.ShouldContain("pi_unknown");
        page.ShouldContain("The statement is read.");
        var open = (Guid)(await Database.Ask("select id from payments.review"))!;
        (await club.Owner.Client.Fill(address, $"case-{open:n}", ("note", "another shop's"))).ShouldBe(address);
        (await club.Owner.Client.Page(address)).ShouldContain("Nothing differs.");
        using var stranger = await other.Owner.Client.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
        stranger.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var colleague = await (await Colleague(club, "staff")).Client.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
        colleague.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task An_invoice_is_on_its_page_in_the_mail_and_on_paper()
    {
        var (club, guest, stranger) = (await OpenClub(policy: new { payAtDesk = true, taxPercent = 16 }), await Guest(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        var payment = await Pay(guest, booking);
        (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount = 116000, to = "wallet", reason = "rain" })).Is(HttpStatusCode.Created);
        await Pass(Duration.FromMinutes(1));
        (await guest.Client.Page($"/bookings/{booking}")).ShouldContain($"/bookings/{booking}/invoices");
        (await guest.Client.Page($"/receipts/{payment}")).ShouldContain($"/bookings/{booking}/invoices");
        var page = await guest.Client.Page($"/bookings/{booking}/invoices");
        page.ShouldContain("Invoice 000001");
        page.ShouldContain("Credit note 000002");
        page.ShouldContain("Tax, 16 %");
        page.ShouldContain("827.59");
        (await club.Owner.Client.Page($"/bookings/{booking}/invoices")).ShouldContain("Invoice 000001");
        (await stranger.Client.Get($"/api/v1/bookings/{booking}/invoices")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await Visitor.Get($"/api/v1/bookings/{booking}/invoices")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await Database.Ask($"select string_agg(type, ',' order by type) from notifications.message where user_id = '{guest.Id}' and type like '%\\_issued'")).ShouldBe("credit_note_issued,invoice_issued");
        ((string)(await Database.Ask("select array_to_string(facts, '|') from notifications.message where type = 'invoice_issued'"))!).ShouldContain("Invoice|000001");
    }

    [Fact]
    public async Task A_coach_earns_a_share_when_the_lesson_is_over_and_is_paid_with_a_statement()
    {
        var (club, guest, other, admin) = (await OpenClub(courts: 2), await Guest(), await OpenClub(), await Admin());
        var (coach, second) = (await Colleague(club, "coach"), await Colleague(club, "coach"));
        var rules = $"/api/v1/organisations/{club.OrganisationId}/payees";
        (await Visitor.Get(rules)).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await coach.Client.Get(rules)).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await other.Owner.Client.Get(rules)).Refuses(HttpStatusCode.NotFound, "not_found");
        (await club.Owner.Client.Put($"{rules}/{club.Courts[0]}", new { userId = guest.Id, percent = 30 })).Names("userId").ShouldBeTrue();
        (await club.Owner.Client.Put($"{rules}/{club.Courts[0]}", new { userId = coach.Id })).Names("percent").ShouldBeTrue();
        (await club.Owner.Client.Put($"{rules}/{club.Courts[0]}", new { userId = coach.Id, percent = 101 })).Names("percent").ShouldBeTrue();
        (await club.Owner.Client.Put($"{rules}/{other.Courts[0]}", new { userId = coach.Id, percent = 30 })).Refuses(HttpStatusCode.NotFound, "not_found");
        // What is booked when the coach is: here two courts stand for two coaches.
        (await club.Owner.Client.Put($"{rules}/{club.Courts[0]}", new { userId = coach.Id, percent = 30 })).Is(HttpStatusCode.OK);
        (await club.Owner.Client.Put($"{rules}/{club.Courts[1]}", new { userId = second.Id, @fixed = 9_000_000 })).Is(HttpStatusCode.OK);
        foreach (var court in club.Courts)
            await Pay(guest, (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 18), court: court))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid());
        await Pass(Duration.FromDays(2));
        (await Balance(LedgerAccount.Payee(club.OrganisationId, coach.Id, "PKR"))).ShouldBe(180000);
        // A fixed sum is never more than what was paid.
        (await Balance(LedgerAccount.Payee(club.OrganisationId, second.Id, "PKR"))).ShouldBe(600000);
        (await Balance(LedgerAccount.Organisation(club.OrganisationId, "PKR"))).ShouldBe(1_200_000 - 780_000);
        (await coach.Client.Page("/wallet")).ShouldContain("/earnings");
        (await coach.Client.Page("/earnings")).ShouldContain("1,800");
        var page = await club.Owner.Client.Page($"/desk/{club.Id}/payees");
        page.ShouldContain("Earned and not yet paid");

        var paid = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => club.Owner.Client.Post($"{rules}/{coach.Id}/payouts", new { currency = "PKR", reference = "FT-7" })));
        paid.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(1);
        paid.Where(r => r.Status != HttpStatusCode.Created).ShouldAllBe(r => r.Code == "nothing_due");
        var payout = paid.Single(r => r.Status == HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        (await club.Owner.Client.Fill($"/desk/{club.Id}/payees", $"pay-{second.Id:n}-PKR", ("reference", "cash"))).ShouldStartWith($"/desk/{club.Id}/payees");
        (await coach.Client.Page($"/earnings/{payout}")).ShouldContain("Share of a booking");
        var lines = (await coach.Client.Get($"/api/v1/payee-payouts/{payout}/statement.csv")).Is(HttpStatusCode.OK).Text.Trim().Split("\r\n");
        lines.Skip(1).Sum(l => decimal.Parse(l.Split(',')[4], System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(0);
        (await second.Client.Get($"/api/v1/payee-payouts/{payout}/statement.csv")).Status.ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.Forbidden);
        (await other.Owner.Client.Get($"/api/v1/payee-payouts/{payout}/statement.csv")).Refuses(HttpStatusCode.NotFound, "not_found");

        // What the club paid out of its own pocket the platform owes it again; its own statement shows all of it.
        var statement = (await admin.Client.Post($"/api/v1/admin/organisations/{club.OrganisationId}/payouts", new { currency = "PKR" })).Is(HttpStatusCode.Created).Data;
        statement.GetProperty("amount").GetProperty("amount").GetInt64().ShouldBe(1_200_000);
        var printed = await club.Owner.Client.Page($"/payouts/{statement.GetProperty("id").GetGuid()}");
        printed.ShouldContain("Share of a booking");
        printed.ShouldContain("Margalla Padel Club");
        await TheBooksAreRight();
    }
}
