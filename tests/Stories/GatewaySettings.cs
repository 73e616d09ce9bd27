using Sarai.Payments;
using Sarai.Testing.Gateways;

namespace Sarai.Stories;

/// <summary>Which gateways an organisation uses, who may say so, and what guests are offered.</summary>
public sealed class GatewaySettings(StoryPostgres postgres) : GatewayWorld(postgres)
{
    [Fact]
    public async Task Keys_are_sealed_never_shown_and_kept_when_left_empty()
    {
        var club = await OpenClub();
        await SetUp(club, "stripe", StripeKeys);
        var listed = (await club.Owner.Client.Get($"/api/v1/organisations/{club.OrganisationId}/gateways")).Is(HttpStatusCode.OK);
        listed.Text.ShouldNotContain(StripeStub.Key);
        listed.Text.ShouldNotContain(StripeStub.WebhookSecret);
        listed.Text.ShouldContain("pk_test_stub");
        var stored = (string)(await Database.Ask("select settings::text || secrets || (select coalesce(string_agg(after::text, ''), '') from payments.audit) from payments.gateway"))!;
        stored.ShouldNotContain(StripeStub.Key);
        await SetUp(club, "stripe", new() { ["publishableKey"] = "pk_test_other", ["secretKey"] = "" });
        var guest = await Guest();
        (await Begin(guest, await Hold(club, guest, 2, 18), "stripe")).Is(HttpStatusCode.Created);
        Stripe.Calls[0].Headers["Authorization"].ShouldBe($"Bearer {StripeStub.Key}");
    }

    [Fact]
    public async Task Only_an_owner_sets_gateways_up_and_rubbish_is_named()
    {
        var (club, other) = (await OpenClub(), await OpenClub());
        var address = $"/api/v1/organisations/{club.OrganisationId}/gateways/stripe";
        var body = new { enabled = true, values = StripeKeys };
        (await Visitor.Put(address, body)).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await (await Guest()).Client.Put(address, body)).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await (await Colleague(club, "manager")).Client.Put(address, body)).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await other.Owner.Client.Put(address, body)).Refuses(HttpStatusCode.NotFound, "not_found");
        (await other.Owner.Client.Get($"/api/v1/organisations/{club.OrganisationId}/gateways")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await other.Owner.Client.Put($"/api/v1/organisations/{Guid.Empty}/gateways/stripe", body)).Refuses(HttpStatusCode.NotFound, "not_found");
        (await club.Owner.Client.Put(address, new { values = StripeKeys })).Names("enabled").ShouldBeTrue();
        (await club.Owner.Client.Put(address, new { enabled = true, values = new { publishableKey = "hello" } })).Names("publishableKey").ShouldBeTrue();
        (await club.Owner.Client.Put(address, new { enabled = true, values = new { publishableKey = "pk_test_1" } })).Names("secretKey").ShouldBeTrue();
        (await club.Owner.Client.Put(address, new { enabled = true, values = new { cat = "x" } })).Names("cat").ShouldBeTrue();
        (await club.Owner.Client.Put(address.Replace("stripe", "jazzcash"), new { enabled = true, currencies = new[] { "USD" }, values = JazzCashKeys })).Names("currencies").ShouldBeTrue();
        (await club.Owner.Client.Put(address.Replace("stripe", "sandbox"), body)).Refuses(HttpStatusCode.NotFound, "not_found");
        (await club.Owner.Client.Put($"/api/v1/organisations/{club.OrganisationId}/gateway-order", new { country = "Pakistan", gateways = new[] { "stripe" } })).Names("country").ShouldBeTrue();
        (await club.Owner.Client.Put($"/api/v1/organisations/{club.OrganisationId}/gateway-order", new { country = "PK", gateways = new[] { "gold" } })).Names("gateways").ShouldBeTrue();
        (await other.Owner.Client.Put($"/api/v1/organisations/{club.OrganisationId}/gateway-order", new { country = "PK", gateways = new[] { "stripe" } })).Refuses(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Guests_are_offered_what_is_on_takes_the_currency_and_comes_first_in_their_country()
    {
        var club = await OpenClub();
        await SetUp(club, "stripe", StripeKeys);
        await SetUp(club, "razorpay", RazorpayKeys, enabled: false);
        await SetUp(club, "jazzcash", JazzCashKeys);
        (await club.Owner.Client.Put($"/api/v1/organisations/{club.OrganisationId}/gateway-order", new { country = "PK", gateways = new[] { "jazzcash", "stripe" } })).Is(HttpStatusCode.OK);
        (await club.Owner.Client.Put($"/api/v1/organisations/{club.OrganisationId}/gateway-order", new { country = "*", gateways = new[] { "stripe" } })).Is(HttpStatusCode.OK);
        var abroad = await Guest();
        (await Methods(abroad, await Hold(club, abroad, 2, 18))).ShouldBe(["stripe", "jazzcash", "sandbox", "wallet", "cash"], ignoreOrder: false);
        var here = await Guest();
        await Database.Ask($"update identity.account set phone = '+923001234567' where id = '{here.Id}'");
        var booking = await Hold(club, here, 2, 20);
        (await Methods(here, booking)).ShouldBe(["jazzcash", "stripe", "sandbox", "wallet", "cash"], ignoreOrder: false);
        (await Begin(here, booking, "razorpay")).Names("method").ShouldBeTrue();
        (await Begin(here, booking, "paystack")).Names("method").ShouldBeTrue();
        (await (await Guest()).Client.Get($"/api/v1/payments/methods?bookingId={booking}")).Refuses(HttpStatusCode.NotFound, "not_found");

        static async Task<IEnumerable<string?>> Methods(Person guest, Guid booking) =>
            (await guest.Client.Get($"/api/v1/payments/methods?bookingId={booking}")).Is(HttpStatusCode.OK).Data.GetProperty("methods").EnumerateArray().Select(m => m.GetString()).ToList();
    }

    [Fact]
    public async Task A_gateway_that_is_turned_off_still_brings_what_was_begun()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        await SetUp(club, "stripe", StripeKeys);
        var booking = await Hold(club, guest, 2, 18);
        var payment = (await Begin(guest, booking, "stripe")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        await SetUp(club, "stripe", [], enabled: false);
        Stripe.Succeed(await Ask("gateway_id", payment));
        await Pass(Duration.FromMinutes(2));
        await Status(guest, booking, "confirmed", 600000);
    }

    [Fact]
    public async Task A_bank_transfer_is_shown_looked_at_and_applied_once()
    {
        var (club, other, guest) = (await OpenClub(), await OpenClub(), await Guest());
        await SetUp(club, "bank_transfer", new() { ["bank"] = "Meezan", ["accountTitle"] = "Margalla Padel", ["iban"] = "PK36SCBL0000001123456702", ["confirmOnProof"] = "yes" });
        var booking = await Hold(club, guest, 2, 18);
        var payment = (await Begin(guest, booking, "bank_transfer")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        var page = await guest.Client.GetStringAsync(new Uri($"/pay/{await Ask("id", payment)}", UriKind.Relative), TestContext.Current.CancellationToken);
        page.ShouldContain("PK36SCBL0000001123456702");
        page.ShouldContain(await Ask("reference", payment));
        var picture = Convert.ToBase64String([0x89, 0x50, 0x4E, 0x47, 1, 2, 3, 4]);
        (await guest.Client.Post($"/api/v1/payments/{payment}/proof", new { reference = "x" })).Names("reference").ShouldBeTrue();
        (await guest.Client.Post($"/api/v1/payments/{payment}/proof", new { reference = "FT2601", file = Convert.ToBase64String("<script>"u8.ToArray()) })).Names("file").ShouldBeTrue();
        (await (await Guest()).Client.Post($"/api/v1/payments/{payment}/proof", new { reference = "FT2601" })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await guest.Client.Post($"/api/v1/payments/{payment}/proof", new { reference = "FT2601", file = picture })).Is(HttpStatusCode.Created);
        await Settle();
        await Status(guest, booking, "confirmed", 0);

        var desk = await Colleague(club, "staff");
        (await other.Owner.Client.Get($"/api/v1/venues/{club.Id}/transfers")).Refuses(HttpStatusCode.NotFound, "not_found");
        var transfer = (await desk.Client.Get($"/api/v1/venues/{club.Id}/transfers")).Is(HttpStatusCode.OK).Data.GetProperty("items")[0].GetProperty("id").GetGuid();
        (await desk.Client.Get($"/api/v1/transfers/{transfer}/file")).Is(HttpStatusCode.OK);
        (await other.Owner.Client.Get($"/api/v1/transfers/{transfer}/file")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await other.Owner.Client.Post($"/api/v1/transfers/{transfer}", new { decision = "approve" })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await guest.Client.Post($"/api/v1/transfers/{transfer}", new { decision = "approve" })).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await desk.Client.Post($"/api/v1/transfers/{transfer}", new { decision = "maybe" })).Names("decision").ShouldBeTrue();
        var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => desk.Client.Post($"/api/v1/transfers/{transfer}", new { decision = "approve", note = "seen on the account" })));
        replies.Count(r => r.Status == HttpStatusCode.OK).ShouldBe(1);
        await Settle();
        await Status(guest, booking, "confirmed", 600000);
        (await Balance(LedgerAccount.Clearing("bank_transfer", "PKR", club.OrganisationId))).ShouldBe(-600000);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task The_page_sets_a_gateway_up_and_keeps_what_was_typed()
    {
        var club = await OpenClub();
        var page = await club.Owner.Client.GetStringAsync(new Uri($"/desk/{club.Id}/gateways", UriKind.Relative), TestContext.Current.CancellationToken);
        page.ShouldContain($"/api/v1/webhooks/payments/stripe/{club.OrganisationId}");
        page.ShouldContain("JazzCash");
        using var manager = await (await Colleague(club, "manager")).Client.GetAsync(new Uri($"/desk/{club.Id}/gateways", UriKind.Relative), TestContext.Current.CancellationToken);
        manager.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
