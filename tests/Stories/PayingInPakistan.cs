using Sarai.Payments;
using Sarai.Testing.Gateways;

namespace Sarai.Stories;

/// <summary>JazzCash and EasyPaisa: consent on the phone, their pages, silence.</summary>
public sealed class PayingInPakistan(StoryPostgres postgres) : GatewayWorld(postgres)
{
    [Theory]
    [InlineData("orchestrator", "2.0", "/api/v2/rest/payments/m-wallet")]
    [InlineData("orchestrator", "1.1", "/api/v1/rest/payments/m-wallet")]
    [InlineData("pgw", "1.1", "/api/payment/DoTransaction")]
    [InlineData("legacy", "2.0", "/ApplicationAPI/API/2.0/Purchase/DoMWalletTransaction")]
    [InlineData("legacy", "1.1", "/ApplicationAPI/API/Payment/DoTransaction")]
    public async Task JazzCash_asks_the_phone_in_each_generation(string generation, string version, string path)
    {
        var (club, guest, booking, payment) = await Begun("jazzcash", new(JazzCashKeys) { ["generation"] = generation, ["walletVersion"] = version });
        (await Push(guest, payment, "+92 300 1234567", "345678")).Data.GetProperty("status").GetString().ShouldBe("captured");
        await Settle();
        await Status(guest, booking, "confirmed", 600000);
        JazzCash.Calls.Single().Path.ShouldBe(path);
        (await Balance(LedgerAccount.Clearing("jazzcash", "PKR", club.OrganisationId))).ShouldBe(-600000);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task A_pending_consent_is_asked_about_after_ten_minutes_and_not_before()
    {
        var (_, guest, booking, payment) = await Begun("jazzcash", JazzCashKeys);
        (await Push(guest, payment, "03000000001", "345678")).Data.GetProperty("status").GetString().ShouldBe("pending");
        JazzCash.Decide(await Ask("reference", payment), "121");
        await guest.Client.Post("/api/v1/payments/verify", new { paymentId = payment });
        await Pass(Duration.FromMinutes(9.5));
        JazzCash.Calls.Count.ShouldBe(1);
        await Pass(Duration.FromMinutes(1));
        JazzCash.Calls[^1].Path.ShouldEndWith("/status/inquiry");
        await Settle();
        await Status(guest, booking, "confirmed", 600000);
    }

    [Theory]
    [InlineData("jazzcash", "03000000004")]
    [InlineData("easypaisa", "03000000004")]
    public async Task A_silent_phone_is_never_asked_twice_and_the_money_is_found(string gateway, string mobile)
    {
        var (_, guest, booking, payment) = await Begun(gateway, KeysOf(gateway));
        (await Push(guest, payment, mobile, "345678")).Data.GetProperty("status").GetString().ShouldBe("pending");
        (await guest.Client.Post($"/api/v1/payments/{payment}/push", new { mobile, identity = "345678" })).Refuses(HttpStatusCode.Conflict, "already_asked");
        await Pass(Duration.FromMinutes(11));
        await Status(guest, booking, "confirmed", 600000);
        (JazzCash.Transactions + EasyPaisa.Orders).ShouldBe(1);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task A_refusal_is_final_and_the_next_try_has_a_name_of_its_own()
    {
        var (_, guest, booking, payment) = await Begun("jazzcash", JazzCashKeys);
        (await Push(guest, payment, "03000000002", "345678")).Data.GetProperty("status").GetString().ShouldBe("failed");
        var second = (await Begin(guest, booking, "jazzcash")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        second.ShouldNotBe(payment);
        (await Ask("reference", second)).ShouldNotBe(await Ask("reference", payment));
        (await Push(guest, second, "0300-1234567", "345678")).Data.GetProperty("status").GetString().ShouldBe("captured");
    }

    [Fact]
    public async Task JazzCash_tells_without_an_amount_and_is_thanked_with_a_signature()
    {
        var (club, guest, booking, payment) = await Begun("jazzcash", JazzCashKeys);
        var body = JazzCashStub.Ipn(await Ask("reference", payment));
        (await Deliver("jazzcash", club.OrganisationId, body.Replace("\"121\"", "\"000\""))).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Deliver("jazzcash", club.OrganisationId, JazzCashStub.Ipn(await Ask("reference", payment), salt: "other"))).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Deliver("jazzcash", club.OrganisationId, "nonsense")).Refuses(HttpStatusCode.BadRequest, "malformed_webhook");
        var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Deliver("jazzcash", club.OrganisationId, body)));
        replies.ShouldAllBe(r => r.Root.GetProperty("pp_ResponseCode").GetString() == "000" && r.Root.GetProperty("pp_SecureHash").GetString() == "59FA0FD761168289F139A49854A8D79A2F9953A091EFC0AA9FC505FC3AD46115");
        await Settle();
        await Status(guest, booking, "confirmed", 600000);
        (await Database.Ask("select count(*) from payments.posting")).ShouldBe(1L);
    }

    [Fact]
    public async Task JazzCashs_page_gets_a_signed_form_and_brings_one_back()
    {
        var (club, guest, booking, payment) = await Begun("jazzcash", JazzCashKeys);
        using var response = await guest.Client.GetAsync(new Uri($"/pay/{await Ask("id", payment)}", UriKind.Relative), TestContext.Current.CancellationToken);
        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        page.ShouldContain("/CustomerPortal/transactionmanagement/merchantform");
        page.ShouldContain("name=\"pp_Amount\" value=\"600000\"");
        response.Headers.GetValues("Content-Security-Policy").Single().ShouldContain($"form-action 'self' {JazzCash.Address};");
        var reference = await Ask("reference", payment);
        await Return("jazzcash", club.OrganisationId, payment, new(JazzCashStub.Return(reference, 600000)) { ["pp_Amount"] = "1" });
        (await Standing(guest, payment)).GetProperty("status").GetString().ShouldBe("pending");
        (await Return("jazzcash", club.OrganisationId, payment, JazzCashStub.Return(reference, 600000))).ShouldBe($"/payments/{payment}/return");
        await Settle();
        await Status(guest, booking, "confirmed", 600000);
    }

    [Fact]
    public async Task A_JazzCash_refund_is_asked_once_and_a_silence_is_for_a_person()
    {
        var (club, guest, _, payment) = await Begun("jazzcash", JazzCashKeys);
        await Push(guest, payment, "03001234567", "345678");
        await Settle();
        await Refund(club, payment, 100000);
        await Pass(Duration.FromSeconds(5));
        (await Database.Ask("select status from payments.refund")).ShouldBe("Done");
        JazzCash.LoseAnswers("/refund");
        await Refund(club, payment, 150000);
        await Pass(Duration.FromSeconds(5));
        await Pass(Duration.FromHours(2));
        JazzCash.Refunded(await Ask("reference", payment)).ShouldBe(250000);
        (await Database.Ask("select problem from payments.refund where status = 'ByHand'")).ShouldBe("unanswered");
        await TheBooksAreRight();
    }

    [Theory]
    [InlineData("v4")]
    [InlineData("v5")]
    public async Task EasyPaisa_asks_the_phone_in_rupees(string version)
    {
        var (club, guest, booking, payment) = await Begun("easypaisa", new(KeysOf("easypaisa")) { ["version"] = version });
        (await Push(guest, payment, "0092 345 1234567", null)).Data.GetProperty("status").GetString().ShouldBe("captured");
        await Settle();
        await Status(guest, booking, "confirmed", 600000);
        var call = EasyPaisa.Calls.Single();
        call.Path.ShouldContain(version);
        call.Body.ShouldContain("\"transactionAmount\":\"6000.0\"");
        call.Headers["Credentials"].ShouldBe("c3R1Yl91c2VyOnN0dWJfcGFzc3dvcmQ=");
        (await Balance(LedgerAccount.Organisation(club.OrganisationId, "PKR"))).ShouldBe(600000);
    }

    [Fact]
    public async Task EasyPaisas_messages_prove_nothing_by_themselves()
    {
        var (club, guest, booking, payment) = await Begun("easypaisa", KeysOf("easypaisa"));
        var reference = await Ask("reference", payment);
        (await Message("http://169.254.169.254/latest/meta-data")).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Message(EasyPaisa.Address.Replace("127.0.0.1", "127.0.0.1.evil.example") + "/ipn/x")).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        // The page behind the address says PAID, but nobody has paid: only the answer to our own question counts.
        (await Message(EasyPaisa.MessageOf(reference))).Is(HttpStatusCode.OK).Data.GetProperty("outcome").GetString().ShouldBe("known");
        (await Standing(guest, payment)).GetProperty("status").GetString().ShouldBe("pending");
        EasyPaisa.Decide(reference, "PAID", "5999.99");
        (await Message(EasyPaisa.MessageOf(reference))).Data.GetProperty("outcome").GetString().ShouldBe("parked");
        await Settle();
        await Status(guest, booking, "held", 0);
        await TheBooksAreRight();

        async Task<Reply> Message(string url)
        {
            using var response = await Visitor.GetAsync(new Uri($"/api/v1/webhooks/payments/easypaisa/{club.OrganisationId}?url={Uri.EscapeDataString(url)}", UriKind.Relative), TestContext.Current.CancellationToken);
            return new Reply(response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), new Dictionary<string, string>());
        }
    }

    [Fact]
    public async Task EasyPaisas_page_takes_two_forms()
    {
        var (_, guest, _, payment) = await Begun("easypaisa", KeysOf("easypaisa"));
        var address = $"/pay/{await Ask("id", payment)}";
        var first = await guest.Client.GetStringAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
        first.ShouldContain("/easypay/Index.jsf");
        first.ShouldContain("merchantHashedReq");
        var second = await guest.Client.GetStringAsync(new Uri(address + "?auth_token=abc123", UriKind.Relative), TestContext.Current.CancellationToken);
        second.ShouldContain("/easypay/Confirm.jsf");
        second.ShouldContain("name=\"auth_token\" value=\"abc123\"");
    }

    [Fact]
    public async Task EasyPaisa_refunds_are_sent_by_a_person()
    {
        var (club, guest, _, payment) = await Begun("easypaisa", KeysOf("easypaisa"));
        await Push(guest, payment, "03451234567", null);
        await Settle();
        await Refund(club, payment, 100000);
        await Pass(Duration.FromSeconds(5));
        var refund = (Guid)(await Database.Ask("select id from payments.refund where status = 'ByHand'"))!;
        (await (await Colleague(club, "staff")).Client.Post($"/api/v1/payments/refunds/{refund}", new { action = "done", note = "sent in the portal" })).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await club.Owner.Client.Post($"/api/v1/payments/refunds/{refund}", new { action = "shred", note = "x" })).Names("action").ShouldBeTrue();
        (await club.Owner.Client.Post($"/api/v1/payments/refunds/{refund}", new { action = "done", note = "sent in the portal" })).Is(HttpStatusCode.OK).Data.GetProperty("status").GetString().ShouldBe("done");
        (await club.Owner.Client.Post($"/api/v1/payments/refunds/{refund}", new { action = "wallet", note = "again" })).Refuses(HttpStatusCode.Conflict, "not_waiting");
        (await Balance(LedgerAccount.RefundsDue("PKR"))).ShouldBe(0);
        (await Balance(LedgerAccount.Clearing("easypaisa", "PKR", club.OrganisationId))).ShouldBe(-500000);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task Rubbish_is_refused_with_the_field_named()
    {
        var (_, guest, _, payment) = await Begun("jazzcash", JazzCashKeys);
        (await guest.Client.Post($"/api/v1/payments/{payment}/push", new { mobile = "12345", identity = "345678" })).Names("mobile").ShouldBeTrue();
        (await guest.Client.Post($"/api/v1/payments/{payment}/push", new { identity = "345678" })).Names("mobile").ShouldBeTrue();
        (await guest.Client.Post($"/api/v1/payments/{payment}/push", new { mobile = "03001234567" })).Names("identity").ShouldBeTrue();
        (await guest.Client.Post($"/api/v1/payments/{payment}/push", new { mobile = "03001234567", identity = "12" })).Names("identity").ShouldBeTrue();
        (await (await Guest()).Client.Post($"/api/v1/payments/{payment}/push", new { mobile = "03001234567", identity = "345678" })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await Visitor.Post($"/api/v1/payments/{payment}/push", new { mobile = "03001234567" })).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        JazzCash.Calls.ShouldBeEmpty();
    }

    private Dictionary<string, string> KeysOf(string gateway) => gateway == "jazzcash" ? JazzCashKeys : EasyPaisaKeys;

    private async Task<(Club Club, Person Guest, Guid Booking, Guid Payment)> Begun(string gateway, Dictionary<string, string> keys)
    {
        var club = await OpenClub();
        var guest = await Guest();
        await SetUp(club, gateway, keys);
        var booking = await Hold(club, guest, 2, 18);
        return (club, guest, booking, (await Begin(guest, booking, gateway)).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid());
    }

    private static async Task<Reply> Push(Person guest, Guid payment, string mobile, string? identity) => (await guest.Client.Post($"/api/v1/payments/{payment}/push", new { mobile, identity })).Is(HttpStatusCode.OK);

    private static async Task Refund(Club club, Guid payment, long amount) =>
        (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount, to = "source", reason = "wet court" })).Is(HttpStatusCode.Created);
}
