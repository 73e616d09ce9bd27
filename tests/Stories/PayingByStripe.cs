using Sarai.Payments;
using Sarai.Testing.Gateways;

namespace Sarai.Stories;

public sealed class PayingByStripe(StoryPostgres postgres) : GatewayWorld(postgres)
{
    [Fact]
    public async Task A_card_pays_and_the_money_stands_on_the_clubs_own_account()
    {
        var (club, guest, booking, payment, intent) = await Begun();
        Stripe.Succeed(intent);
        (await Tell(club, StripeStub.Event("payment_intent.succeeded", Stripe.Intent(intent)))).Data.GetProperty("outcome").GetString().ShouldBe("applied");
        await Settle();
        await Status(guest, booking, "confirmed", 600000);
        (await Balance(LedgerAccount.Clearing("stripe", "PKR", club.OrganisationId))).ShouldBe(-600000);
        (await Balance(LedgerAccount.Organisation(club.OrganisationId, "PKR"))).ShouldBe(600000);
        var created = Stripe.Calls[0];
        created.Headers["Idempotency-Key"].ShouldBe(await Ask("reference", payment));
        created.Headers["Stripe-Version"].ShouldBe(StripeGateway.Version);
        created.Body.ShouldContain("amount=600000&currency=pkr&automatic_payment_methods%5Benabled%5D=true");
        await TheBooksAreRight();
    }

    [Fact]
    public async Task Each_event_five_times_shuffled_and_an_hour_late_has_one_effect()
    {
        var (club, guest, booking, payment, intent) = await Begun();
        var failed = Stripe.Intent(intent).DeepClone();
        (failed["status"], failed["last_payment_error"]) = ("requires_payment_method", new System.Text.Json.Nodes.JsonObject { ["code"] = "card_declined" });
        Stripe.Succeed(intent);
        var bodies = Enumerable.Repeat(StripeStub.Event("payment_intent.succeeded", Stripe.Intent(intent)), 5).Concat(Enumerable.Repeat(StripeStub.Event("payment_intent.payment_failed", failed), 5)).ToArray();
        new Random(7).Shuffle(bodies);
        Clock.Advance(TimeSpan.FromHours(1));
        (await Task.WhenAll(bodies.Select(b => Tell(club, b)))).ShouldAllBe(r => r.Status == HttpStatusCode.OK);
        await Pass(Duration.Zero);
        (await Standing(guest, payment)).GetProperty("status").GetString().ShouldBe("captured");
        await Status(guest, booking, "confirmed", 600000);
        (await Database.Ask("select count(*) from payments.posting")).ShouldBe(1L);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task Forged_altered_old_and_foreign_events_are_refused()
    {
        var (club, other) = (await OpenClub(), await OpenClub());
        var guest = await Guest();
        await SetUp(club, "stripe", StripeKeys);
        await SetUp(other, "stripe", new(StripeKeys) { ["webhookSecret"] = "whsec_other" });
        var payment = (await Begin(guest, await Hold(club, guest, 2, 18), "stripe")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        var intent = await Ask("gateway_id", payment);
        Stripe.Succeed(intent);
        var body = StripeStub.Event("payment_intent.succeeded", Stripe.Intent(intent));
        var now = Clock.GetUtcNow();
        (await Deliver("stripe", club.OrganisationId, body)).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Deliver("stripe", club.OrganisationId, body + " ", ("Stripe-Signature", StripeStub.Sign(body, now)))).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Deliver("stripe", club.OrganisationId, body, ("Stripe-Signature", StripeStub.Sign(body, now, "whsec_other")))).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Deliver("stripe", club.OrganisationId, body, ("Stripe-Signature", StripeStub.Sign(body, now.AddSeconds(-301))))).Refuses(HttpStatusCode.Unauthorized, "stale_signature");
        (await Deliver("stripe", club.OrganisationId, body, ("Stripe-Signature", StripeStub.Sign(body, now.AddSeconds(301))))).Refuses(HttpStatusCode.Unauthorized, "stale_signature");
        (await Deliver("stripe", Guid.NewGuid(), body, ("Stripe-Signature", StripeStub.Sign(body, now)))).Refuses(HttpStatusCode.NotFound, "not_found");
        // Another club may sign what it likes with its own key: it is about its own account, where nobody knows this payment.
        (await Deliver("stripe", other.OrganisationId, body, ("Stripe-Signature", StripeStub.Sign(body, now, "whsec_other")))).Data.GetProperty("outcome").GetString().ShouldBe("parked");
        (await Standing(guest, payment)).GetProperty("status").GetString().ShouldBe("pending");
        (await Tell(club, body)).Data.GetProperty("outcome").GetString().ShouldBe("applied");
        await TheBooksAreRight();
    }

    [Fact]
    public async Task After_a_rotation_both_secrets_count_and_older_ones_do_not()
    {
        var (club, guest, _, payment, intent) = await Begun();
        Stripe.Succeed(intent);
        var body = StripeStub.Event("payment_intent.succeeded", Stripe.Intent(intent));
        await SetUp(club, "stripe", new() { ["webhookSecret"] = "whsec_second" });
        (await Deliver("stripe", club.OrganisationId, body, ("Stripe-Signature", StripeStub.Sign(body, Clock.GetUtcNow())))).Is(HttpStatusCode.OK);
        (await Deliver("stripe", club.OrganisationId, body, ("Stripe-Signature", "t=1,v0=00," + StripeStub.Sign(body, Clock.GetUtcNow(), "whsec_second")))).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Deliver("stripe", club.OrganisationId, body, ("Stripe-Signature", StripeStub.Sign(body, Clock.GetUtcNow(), "whsec_second") + ",v1=" + new string('0', 64) + ",v0=1"))).Is(HttpStatusCode.OK);
        await SetUp(club, "stripe", new() { ["webhookSecret"] = "whsec_third" });
        (await Deliver("stripe", club.OrganisationId, body, ("Stripe-Signature", StripeStub.Sign(body, Clock.GetUtcNow())))).Refuses(HttpStatusCode.Unauthorized, "bad_signature");
        (await Standing(guest, payment)).GetProperty("status").GetString().ShouldBe("captured");
    }

    [Fact]
    public async Task A_declined_card_can_be_followed_by_another_and_by_the_banks_consent()
    {
        var (_, guest, booking, payment, intent) = await Begun();
        var declined = (await guest.Client.Post($"/api/v1/payments/{payment}/confirm", new { paymentMethod = "pm_card_visa_chargeDeclinedInsufficientFunds" })).Is(HttpStatusCode.OK).Data;
        declined.GetProperty("problem").GetString().ShouldBe("insufficient_funds");
        declined.GetProperty("payment").GetProperty("status").GetString().ShouldBe("pending");
        (await guest.Client.Post($"/api/v1/payments/{payment}/confirm", new { paymentMethod = "pm_card_threeDSecure2Required" })).Is(HttpStatusCode.OK).Data.GetProperty("goTo").GetString()!.ShouldContain("/3ds/");
        // The guest comes back from the bank before any event: the page asks.
        Stripe.Succeed(intent);
        (await guest.Client.Post("/api/v1/payments/verify", new { paymentId = payment })).Data.GetProperty("status").GetString().ShouldBe("captured");
        await Settle();
        await Status(guest, booking, "confirmed", 600000);
        (await guest.Client.Post($"/api/v1/payments/{payment}/confirm", new { paymentMethod = "visa" })).Names("paymentMethod").ShouldBeTrue();
        (await (await Guest()).Client.Post($"/api/v1/payments/{payment}/confirm", new { paymentMethod = "pm_card_visa" })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await Visitor.Post($"/api/v1/payments/{payment}/confirm", new { paymentMethod = "pm_card_visa" })).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Theory]
    [InlineData(300000L, "pkr", "wrong_amount")]
    [InlineData(600000L, "usd", "wrong_currency")]
    public async Task Another_amount_or_currency_waits_for_a_person(long amount, string currency, string reason)
    {
        var (club, guest, booking, _, intent) = await Begun();
        Stripe.Succeed(intent, amount);
        var it = Stripe.Intent(intent).DeepClone();
        it["currency"] = currency;
        (await Tell(club, StripeStub.Event("payment_intent.succeeded", it))).Data.GetProperty("outcome").GetString().ShouldBe("parked");
        (await club.Owner.Client.Get($"/api/v1/payments/reviews?venueId={club.Id}")).Data.GetProperty("items")[0].GetProperty("reason").GetString().ShouldBe(reason);
        await Settle();
        await Status(guest, booking, "held", 0);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task Errors_and_lost_answers_never_make_a_second_intent()
    {
        var club = await OpenClub();
        var guest = await Guest();
        await SetUp(club, "stripe", StripeKeys);
        var booking = await Hold(club, guest, 2, 18);
        Stripe.Break("/v1/payment_intents", 500, 2);
        (await Begin(guest, booking, "stripe")).Is(HttpStatusCode.Created);
        Stripe.Calls.Count.ShouldBe(3);
        var second = await Hold(club, guest, 2, 20);
        Stripe.LoseAnswers("/v1/payment_intents", 3);
        (await Begin(guest, second, "stripe")).Refuses(HttpStatusCode.ServiceUnavailable, "gateway_unavailable");
        (await Begin(guest, second, "stripe")).Is(HttpStatusCode.Created).Data.GetProperty("checkoutUrl").GetString()!.ShouldStartWith("/pay/");
        Stripe.Intents.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_payment_whose_name_was_lost_is_found_by_our_own()
    {
        var (_, guest, booking, payment, intent) = await Begun();
        await Database.Ask($"update payments.attempt set gateway_id = null, checkout_url = null where payment_id = '{payment}'");
        Stripe.Succeed(intent);
        await Pass(Duration.FromMinutes(2));
        await Status(guest, booking, "confirmed", 600000);
    }

    [Fact]
    public async Task Refunds_go_back_to_the_card_and_failures_are_seen_and_tried_anew()
    {
        var (club, _, _, payment, intent) = await Begun();
        Stripe.Succeed(intent);
        await Tell(club, StripeStub.Event("payment_intent.succeeded", Stripe.Intent(intent)));
        await Settle();
        await Refund(club, payment, 100000);
        await Pass(Duration.FromSeconds(5));
        (await Database.Ask("select status from payments.refund")).ShouldBe("Done");
        Stripe.RefundStatus = "pending";
        await Refund(club, payment, 200000);
        await Pass(Duration.FromSeconds(5));
        (await Database.Ask("select count(*) from payments.refund where status = 'Sent'")).ShouldBe(1L);
        var pending = Stripe.Refunds.Single(r => r["status"]!.GetValue<string>() == "pending");
        Stripe.EndRefund(pending["id"]!.GetValue<string>(), "failed");
        (await Tell(club, StripeStub.Event("refund.failed", pending))).Is(HttpStatusCode.OK);
        (await Database.Ask("select problem from payments.refund where status = 'Pending' and round = 1")).ShouldBe("failed");
        (await club.Owner.Client.Get($"/api/v1/venues/{club.Id}/payments")).Data.GetProperty("items")[0].GetProperty("refundsPending").GetInt32().ShouldBe(1);
        Stripe.RefundStatus = "succeeded";
        await Pass(Duration.FromHours(1.1));
        (await Database.Ask("select count(*) from payments.refund where status = 'Done'")).ShouldBe(2L);
        (await Balance(LedgerAccount.RefundsDue("PKR"))).ShouldBe(0);
        (await Balance(LedgerAccount.Clearing("stripe", "PKR", club.OrganisationId))).ShouldBe(-300000);
        Stripe.Refunds.Where(r => r["status"]!.GetValue<string>() == "succeeded").Sum(r => r["amount"]!.GetValue<long>()).ShouldBe(300000);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task A_hundred_refunds_at_once_never_exceed_what_the_card_paid()
    {
        var (club, _, _, payment, intent) = await Begun();
        Stripe.Succeed(intent);
        await Tell(club, StripeStub.Event("payment_intent.succeeded", Stripe.Intent(intent)));
        await Settle();
        Stripe.LoseAnswers("/v1/refunds", 9);
        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount = 10000, to = "source", reason = "broken net" })));
        replies.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(60);
        for (var i = 0; i < 4; i++) await Pass(Duration.FromMinutes(6));
        (await Database.Ask("select count(*) from payments.refund where status = 'Done'")).ShouldBe(60L);
        Stripe.Refunds.Sum(r => r["amount"]!.GetValue<long>()).ShouldBe(600000);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task A_connected_account_receives_the_money_less_our_fee()
    {
        var club = await OpenClub();
        var guest = await Guest();
        await SetUp(club, "stripe", new(StripeKeys) { ["connectedAccount"] = "acct_club", ["feePercent"] = "7.5" });
        await Begin(guest, await Hold(club, guest, 2, 18), "stripe");
        Stripe.Intents[0]["transfer_data"]!["destination"]!.GetValue<string>().ShouldBe("acct_club");
        Stripe.Intents[0]["application_fee_amount"]!.GetValue<long>().ShouldBe(45000);
    }

    [Fact]
    public async Task A_dispute_is_one_case_for_a_person()
    {
        var (club, _, _, _, intent) = await Begun();
        Stripe.Succeed(intent);
        await Tell(club, StripeStub.Event("payment_intent.succeeded", Stripe.Intent(intent)));
        var dispute = new System.Text.Json.Nodes.JsonObject { ["id"] = "dp_1", ["object"] = "dispute", ["amount"] = 600000, ["currency"] = "pkr", ["payment_intent"] = intent };
        (await Tell(club, StripeStub.Event("charge.dispute.created", dispute))).Data.GetProperty("outcome").GetString().ShouldBe("parked");
        (await Tell(club, StripeStub.Event("charge.dispute.created", dispute))).Data.GetProperty("outcome").GetString().ShouldBe("known");
        var items = (await club.Owner.Client.Get($"/api/v1/payments/reviews?venueId={club.Id}")).Data.GetProperty("items");
        items.GetArrayLength().ShouldBe(1);
        (await club.Owner.Client.Post($"/api/v1/payments/reviews/{items[0].GetProperty("id").GetGuid()}", new { decision = "accept", note = "answered at Stripe" })).Is(HttpStatusCode.OK);
        await TheBooksAreRight();
    }

    private async Task<(Club Club, Person Guest, Guid Booking, Guid Payment, string Intent)> Begun()
    {
        var club = await OpenClub();
        var guest = await Guest();
        await SetUp(club, "stripe", StripeKeys);
        var booking = await Hold(club, guest, 2, 18);
        var payment = (await Begin(guest, booking, "stripe")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        return (club, guest, booking, payment, await Ask("gateway_id", payment));
    }

    private Task<Reply> Tell(Club club, string body) => Deliver("stripe", club.OrganisationId, body, ("Stripe-Signature", StripeStub.Sign(body, Clock.GetUtcNow())));

    private static async Task Refund(Club club, Guid payment, long amount) =>
        (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount, to = "source", reason = "wet court" })).Is(HttpStatusCode.Created);
}
