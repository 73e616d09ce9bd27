using Sarai.Payments;

namespace Sarai.Stories;

/// <summary>The tax within what guests pay: in the ledger, on invoices, in payouts, and for the tax office.</summary>
public sealed class Taxes(StoryPostgres postgres) : MoneyWorld(postgres)
{
    [Fact]
    public async Task Tax_moves_with_the_money_to_the_unit_at_the_rate_it_was_taken_at()
    {
        var (club, guest, admin) = (await OpenClub(policy: new { payAtDesk = true, taxPercent = 16 }), await Guest(), await Admin());
        var tax = LedgerAccount.Tax(club.OrganisationId, "PKR");
        var first = await Pay(guest, await Hold(club, guest, 2, 18));
        await Pass(Duration.FromMinutes(1));
        // Of 6,000.00 at 16 % it is 827.59.
        (await Balance(tax)).ShouldBe(82759);
        (await Balance(LedgerAccount.Organisation(club.OrganisationId, "PKR"))).ShouldBe(600000 - 82759);

        // The rate changes; what was paid before comes back at the rate it was taken at, and of all of it nothing remains.
        (await club.Owner.Client.Put($"/api/v1/venues/{club.Id}/policy", new { payAtDesk = true, taxPercent = 5 })).Is(HttpStatusCode.OK);
        foreach (var part in new[] { 33333, 166667, 1 })
        {
            (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = first, amount = part, to = "wallet", reason = "rain" })).Is(HttpStatusCode.Created);
            await Pass(Duration.FromMinutes(1));
            await TheBooksAreRight();
        }
        (await Balance(tax)).ShouldBe(55172);
        var second = await Order(guest, await Hold(club, guest, 2, 20), "sandbox");
        await Play(second, "succeed");
        (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = first, to = "wallet", reason = "rain" })).Is(HttpStatusCode.Created);
        await Pass(Duration.FromMinutes(1));
        // 5 % of what is left: 6,000.00 contain 285.71.
        (await Balance(tax)).ShouldBe(28571);
        (await Database.Ask($"select sum(tax)::bigint from payments.invoice where payment_id = '{first}'")).ShouldBe(0L);

        // The payout contains the tax and says how much it is; commission is of the turnover. A payment nobody has invoiced yet is invoiced for it.
        (await admin.Client.Put($"/api/v1/admin/organisations/{club.OrganisationId}/commission", new { percent = 10 })).Is(HttpStatusCode.OK);
        await Play(await Order(guest, await Hold(club, guest, 3, 20), "sandbox"), "succeed");
        (await club.Owner.Client.Page($"/desk/{club.Id}/taxes")).ShouldContain("has not been paid out to you yet");
        var payout = (await admin.Client.Post($"/api/v1/admin/organisations/{club.OrganisationId}/payouts", new { currency = "PKR" })).Is(HttpStatusCode.Created).Data;
        Amount(payout, "turnover").ShouldBe(1200000);
        Amount(payout, "tax").ShouldBe(2 * 28571);
        Amount(payout, "commission").ShouldBe(120000);
        Amount(payout, "amount").ShouldBe(1080000);
        (await Balance(tax)).ShouldBe(0);
        (await Balance(LedgerAccount.Organisation(club.OrganisationId, "PKR"))).ShouldBe(0);
        var lines = (await club.Owner.Client.Get($"/api/v1/payouts/{payout.GetProperty("id").GetGuid()}/statement.csv")).Is(HttpStatusCode.OK).Text.Trim().Split("\r\n").Skip(1).ToList();
        lines.Sum(l => decimal.Parse(l.Split(',')[4], System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(0);
        lines.ShouldNotContain(l => l.Contains("tax", StringComparison.Ordinal));

        // All that was paid out comes back: the club owes it, tax and all.
        (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = second, to = "wallet", reason = "rain" })).Is(HttpStatusCode.Created);
        var debt = (await admin.Client.Post($"/api/v1/admin/organisations/{club.OrganisationId}/payouts", new { currency = "PKR" })).Is(HttpStatusCode.Created).Data;
        (Amount(debt, "tax"), Amount(debt, "amount")).ShouldBe((-28571, -600000));
        (await Balance(tax)).ShouldBe(0);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task The_tax_office_gets_it_by_month_and_rate()
    {
        var (club, other, guest) = (await OpenClub(policy: new { payAtDesk = true, taxPercent = 16 }), await OpenClub(), await Guest());
        var address = $"/api/v1/organisations/{club.OrganisationId}/taxes";
        (await Visitor.Get(address)).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await guest.Client.Get(address)).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await other.Owner.Client.Get(address)).Refuses(HttpStatusCode.NotFound, "not_found");
        (await other.Owner.Client.Get(address + ".csv")).Refuses(HttpStatusCode.NotFound, "not_found");
        var payment = await Pay(guest, await Hold(club, guest, 2, 18));
        (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount = 116000, to = "wallet", reason = "rain" })).Is(HttpStatusCode.Created);
        await Pass(Duration.FromMinutes(1));
        var taxes = (await club.Owner.Client.Get(address)).Is(HttpStatusCode.OK).Data;
        var month = taxes.GetProperty("months").EnumerateArray().Single();
        month.GetProperty("month").GetString().ShouldBe("2026-06");
        (Amount(month, "received"), Amount(month, "givenBack"), Amount(month, "tax"), month.GetProperty("invoices").GetInt64()).ShouldBe((600000, 116000, 66759, 2));
        taxes.GetProperty("standing").EnumerateArray().Single().GetProperty("amount").GetInt64().ShouldBe(66759);
        (await club.Owner.Client.Get(address + ".csv")).Is(HttpStatusCode.OK).Text.Trim().Split("\r\n").ShouldBe(["month,rate,currency,received,given_back,tax,invoices", "2026-06,16,PKR,6000,1160,667.59,2"]);
        (await club.Owner.Client.Page($"/desk/{club.Id}/taxes")).ShouldContain("PKR\u00a0667.59");
    }

    [Fact]
    public async Task An_invoice_names_its_seller_as_it_was_when_it_was_written()
    {
        var (club, other, guest) = (await OpenClub(policy: new { payAtDesk = true, taxPercent = 16 }), await OpenClub(), await Guest());
        var address = $"/api/v1/organisations/{club.OrganisationId}/seller";
        var seller = new { name = "Margalla Sports (Pvt) Ltd", address = "Plot 7, F-9 Park\nIslamabad", taxNumber = "1234567-8" };
        (await Visitor.Put(address, seller)).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await guest.Client.Put(address, seller)).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await (await Colleague(club, "manager")).Client.Put(address, seller)).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await other.Owner.Client.Put(address, seller)).Refuses(HttpStatusCode.NotFound, "not_found");
        (await club.Owner.Client.Put(address, new { seller.address })).Names("name").ShouldBeTrue();
        (await club.Owner.Client.Put(address, new { seller.name, seller.address, taxNumber = "<b>" })).Names("taxNumber").ShouldBeTrue();
        var before = await Pay(guest, await Hold(club, guest, 2, 18));
        await Pass(Duration.FromMinutes(1));
        (await club.Owner.Client.Get(address)).Data.GetProperty("taxLabel").GetString().ShouldBe("NTN");
        (await club.Owner.Client.Put(address, seller)).Is(HttpStatusCode.OK).Data.GetProperty("taxNumber").GetString().ShouldBe("1234567-8");

        var booking = await Hold(club, guest, 2, 20);
        var payment = await Pay(guest, booking);
        await Pass(Duration.FromMinutes(1));
        (await club.Owner.Client.Put(address, new { seller.name, seller.address, taxLabel = "STRN", taxNumber = "3277876" })).Is(HttpStatusCode.OK);
        var written = (await guest.Client.Get($"/api/v1/payments/{payment}/invoices")).Data.GetProperty("items")[0];
        written.GetProperty("seller").GetProperty("tax").GetString().ShouldBe("NTN 1234567-8");
        (await guest.Client.Get($"/api/v1/payments/{before}/invoices")).Data.GetProperty("items")[0].GetProperty("seller").ValueKind.ShouldBe(JsonValueKind.Null);
        foreach (var page in new[] { await guest.Client.Page($"/bookings/{booking}/invoices"), await club.Owner.Client.Page($"/payments/{payment}/invoices") })
        {
            page.ShouldContain("Margalla Sports (Pvt) Ltd");
            page.ShouldContain("F-9 Park");
            page.ShouldContain("NTN 1234567-8");
            page.ShouldNotContain("STRN");
        }
        var mail = (await Visitor.Get($"/api/v1/dev/messages?to={guest.Email}")).Data.GetProperty("items").EnumerateArray().First(m => m.GetProperty("type").GetString() == "invoice_issued");
        (await Visitor.Get($"/dev/mailbox/{mail.GetProperty("id").GetGuid()}")).Text.ShouldContain("NTN 1234567-8");
        using var stranger = await other.Owner.Client.GetAsync(new Uri($"/payments/{payment}/invoices", UriKind.Relative), TestContext.Current.CancellationToken);
        stranger.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_package_has_an_invoice_with_tax_on_its_page_and_in_the_mail()
    {
        var (club, guest) = (await OpenClub(policy: new { payAtDesk = true, taxPercent = 16 }), await Guest());
        await TopUp(guest, 3000000);
        var plan = (await club.Owner.Client.Post($"/api/v1/organisations/{club.OrganisationId}/plans", new { kind = "package", name = "Ten mornings", price = 2900000, sessions = 10, validDays = 90, currency = "PKR" })).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        var purchase = (await guest.Client.Post($"/api/v1/plans/{plan}/buy", new { })).Is(HttpStatusCode.Created).Data.GetProperty("purchaseId").GetGuid();
        var payment = (await guest.Client.Post("/api/v1/payments/purchases", new { purchaseId = purchase, method = "wallet" })).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        await Pass(Duration.FromMinutes(1));
        (await Balance(LedgerAccount.Tax(club.OrganisationId, "PKR"))).ShouldBe(400000);
        var page = await guest.Client.Page($"/payments/{payment}/invoices");
        page.ShouldContain("Ten mornings");
        page.ShouldContain("PKR\u00a04,000");
        (await guest.Client.Page($"/receipts/{payment}")).ShouldContain($"/payments/{payment}/invoices");
        (await guest.Client.Page("/wallet")).ShouldContain("Paid for a package or a membership");
        var mail = (await Visitor.Get($"/api/v1/dev/messages?to={guest.Email}")).Data.GetProperty("items").EnumerateArray().Single(m => m.GetProperty("type").GetString() == "invoice_issued");
        mail.GetProperty("body").GetString()!.ShouldContain("Ten mornings");
    }

    private static long Amount(JsonElement of, string name) => of.GetProperty(name).GetProperty("amount").GetInt64();
}
