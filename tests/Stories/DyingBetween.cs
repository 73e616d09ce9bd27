using Microsoft.Extensions.DependencyInjection;
using Sarai.Payments;
using Sarai.Testing.Gateways;

namespace Sarai.Stories;

/// <summary>The app dies between a gateway's answer and its own commit. After the restart the reconciler finds everything: money and bookings agree.</summary>
public sealed class DyingBetween(StoryPostgres postgres) : GatewayWorld(postgres)
{
    /// <summary>What a dying process leaves behind is what an exception nobody handles leaves behind: nothing after it has happened, and its transaction is gone.</summary>
    private sealed class Died(string point) : Exception($"The app died at {point}.");

    private int _deaths;

    [Theory]
    [InlineData("open:before", "stripe")]
    [InlineData("open:after", "stripe")]
    [InlineData("open:before", "razorpay")]
    [InlineData("open:after", "razorpay")]
    public async Task While_the_payment_was_begun(string point, string gateway)
    {
        var (club, guest) = await Ready();
        var booking = await Hold(club, guest, 2, 18);
        DieAt(point);
        (await Begin(guest, booking, gateway)).Status.ShouldBe(HttpStatusCode.InternalServerError);
        await using var next = await Restart();
        var begun = (await ClientOf(guest, next).Post("/api/v1/payments/create-order", new { bookingId = booking, method = gateway })).Is(HttpStatusCode.Created);
        var payment = begun.Data.GetProperty("paymentId").GetGuid();
        (await Database.Ask("select count(*) from payments.payment")).ShouldBe(1L);
        Pay(gateway, await Ask("gateway_id", payment));
        await Live(next, Duration.FromMinutes(2));
        await Agree(guest, next, booking, "confirmed", 600000);
        Stripe.Intents.Count.ShouldBe(gateway == "stripe" ? 1 : 0);
    }

    [Theory]
    [InlineData("query:before", "stripe")]
    [InlineData("query:after", "stripe")]
    [InlineData("query:after", "razorpay")]
    [InlineData("post:payment", "razorpay")]
    [InlineData("capture:after", "stripe")]
    public async Task After_the_gateway_had_taken_the_money_and_before_we_wrote_it_down(string point, string gateway)
    {
        var (club, guest) = await Ready();
        var booking = await Hold(club, guest, 2, 18);
        var payment = (await Begin(guest, booking, gateway)).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        Pay(gateway, await Ask("gateway_id", payment));
        DieAt(point);
        (await guest.Client.Post("/api/v1/payments/verify", new { paymentId = payment })).Status.ShouldBe(HttpStatusCode.InternalServerError);
        await using var next = await Restart();
        await Live(next, Duration.FromMinutes(3));
        await Agree(guest, next, booking, "confirmed", 600000);
    }

    [Theory]
    [InlineData("webhook:before", null)]
    [InlineData("webhook:after", null)]
    [InlineData("post:review", 12345L)]
    public async Task While_a_message_was_heard_which_the_gateway_then_repeats(string point, long? amount)
    {
        var (club, guest) = await Ready();
        var booking = await Hold(club, guest, 2, 18);
        var payment = (await Begin(guest, booking, "stripe")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        var intent = await Ask("gateway_id", payment);
        Stripe.Succeed(intent, amount);
        var body = StripeStub.Event("payment_intent.succeeded", Stripe.Intent(intent));
        DieAt(point);
        (await Deliver("stripe", club.OrganisationId, body, ("Stripe-Signature", StripeStub.Sign(body, Clock.GetUtcNow())))).Status.ShouldBe(HttpStatusCode.InternalServerError);
        await using var next = await Restart();
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/webhooks/payments/stripe/{club.OrganisationId}") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
            request.Headers.TryAddWithoutValidation("Stripe-Signature", StripeStub.Sign(body, Clock.GetUtcNow()));
            using var heard = await Client(null, next).SendAsync(request, TestContext.Current.CancellationToken);
            heard.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        await Live(next, Duration.FromMinutes(2));
        await Agree(guest, next, booking, amount is null ? "confirmed" : "held", amount is null ? 600000 : 0);
        (await Database.Ask("select count(*) from payments.review")).ShouldBe(amount is null ? 0L : 1L);
    }

    [Theory]
    [InlineData("confirm:before")]
    [InlineData("confirm:after")]
    public async Task Around_the_cards_confirmation(string point)
    {
        var (club, guest) = await Ready();
        var booking = await Hold(club, guest, 2, 18);
        var payment = (await Begin(guest, booking, "stripe")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        DieAt(point);
        (await guest.Client.Post($"/api/v1/payments/{payment}/confirm", new { paymentMethod = "pm_card_visa" })).Status.ShouldBe(HttpStatusCode.InternalServerError);
        await using var next = await Restart();
        // What Stripe never heard of is confirmed again; what it has done is found out.
        if (point == "confirm:before") (await ClientOf(guest, next).Post($"/api/v1/payments/{payment}/confirm", new { paymentMethod = "pm_card_visa" })).Is(HttpStatusCode.OK);
        await Live(next, Duration.FromMinutes(3));
        await Agree(guest, next, booking, "confirmed", 600000);
        Stripe.Calls.Count(c => c.Path.EndsWith("/confirm", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData("push:before", 0L, "expired")]
    [InlineData("push:after", 600000L, "confirmed")]
    public async Task While_a_phone_was_asked(string point, long paid, string status)
    {
        var (club, guest) = await Ready();
        var booking = await Hold(club, guest, 2, 18);
        var payment = (await Begin(guest, booking, "jazzcash")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        DieAt(point);
        (await guest.Client.Post($"/api/v1/payments/{payment}/push", new { mobile = "03001234567", identity = "345678" })).Status.ShouldBe(HttpStatusCode.InternalServerError);
        await using var next = await Restart();
        (await ClientOf(guest, next).Post($"/api/v1/payments/{payment}/push", new { mobile = "03001234567", identity = "345678" })).Refuses(HttpStatusCode.Conflict, "already_asked");
        await Live(next, Duration.FromMinutes(11));
        await Live(next, Duration.FromMinutes(5));
        await Agree(guest, next, booking, status, paid);
        JazzCash.Transactions.ShouldBe(paid == 0 ? 0 : 1);
    }

    [Theory]
    [InlineData("refund:before", "stripe")]
    [InlineData("refund:after", "stripe")]
    [InlineData("refund:before", "razorpay")]
    [InlineData("refund:after", "razorpay")]
    [InlineData("refund:after", "jazzcash")]
    public async Task While_money_was_sent_back(string point, string gateway)
    {
        var (club, guest) = await Ready();
        var booking = await Hold(club, guest, 2, 18);
        var payment = (await Begin(guest, booking, gateway)).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        if (gateway == "jazzcash")
        {
            (await guest.Client.Post($"/api/v1/payments/{payment}/push", new { mobile = "03001234567", identity = "345678" })).Is(HttpStatusCode.OK);
        }
        else
        {
            Pay(gateway, await Ask("gateway_id", payment));
            (await guest.Client.Post("/api/v1/payments/verify", new { paymentId = payment })).Is(HttpStatusCode.OK);
        }
        await Settle();
        (await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount = 200000, to = "source", reason = "wet court" })).Is(HttpStatusCode.Created);
        DieAt(point);
        try
        {
            await Pass(Duration.FromSeconds(5));
        }
        catch (Died)
        {
            // It may also have died in its own loop, when the clock moved.
        }
        await using var next = await Restart();
        await Live(next, Duration.FromMinutes(6));
        await Live(next, Duration.FromMinutes(6));
        await Agree(guest, next, booking, "confirmed", 400000);
        var sent = gateway switch { "stripe" => Stripe.Refunds.Sum(r => r["amount"]!.GetValue<long>()), "razorpay" => Razorpay.Refunds.Sum(r => r["amount"]!.GetValue<long>()), _ => JazzCash.Refunded(await Ask("reference", payment)) };
        sent.ShouldBe(200000);
        // JazzCash cannot tell a repetition: whether it was sent is for a person to look up, and the books say so.
        (await Database.Ask("select status from payments.refund")).ShouldBe(gateway == "jazzcash" ? "ByHand" : "Done");
        (await Balance(LedgerAccount.RefundsDue("PKR"))).ShouldBe(gateway == "jazzcash" ? 200000 : 0);
    }

    private async Task<(Club, Person)> Ready()
    {
        var club = await OpenClub();
        await SetUp(club, "stripe", StripeKeys);
        await SetUp(club, "razorpay", RazorpayKeys);
        await SetUp(club, "jazzcash", JazzCashKeys);
        return (club, await Guest());
    }

    private void Pay(string gateway, string id)
    {
        if (gateway == "stripe") Stripe.Succeed(id);
        else Razorpay.Pay(id);
    }

    private void DieAt(string point) => App.Services.GetRequiredService<FaultPoints>().Reached = reached =>
    {
        if (reached != point) return;
        Interlocked.Increment(ref _deaths);
        throw new Died(point);
    };

    // The dead node runs no more jobs.
    private async Task<RunningApp> Restart()
    {
        _deaths.ShouldBeGreaterThan(0);
        await App.DisposeAsync();
        return AddNode();
    }

    private HttpClient ClientOf(Person guest, RunningApp node) => Client(guest.AccessToken, node, guest.RefreshToken);

    private async Task Live(RunningApp node, Duration time)
    {
        Clock.Advance(time.ToTimeSpan());
        await node.Services.GetRequiredService<JobRunner>().RunAll(TestContext.Current.CancellationToken);
        await node.Services.GetRequiredService<OutboxDispatcher>().Drain(TestContext.Current.CancellationToken);
    }

    private async Task Agree(Person guest, RunningApp node, Guid booking, string status, long paid)
    {
        var data = (await ClientOf(guest, node).Get($"/api/v1/bookings/{booking}")).Is(HttpStatusCode.OK).Data;
        data.GetProperty("status").GetString().ShouldBe(status);
        data.GetProperty("paid").GetProperty("amount").GetInt64().ShouldBe(paid);
        (await Database.Ask($"select coalesce(sum(captured_amount - refunded_amount), 0)::bigint from payments.payment where booking_id = '{booking}'")).ShouldBe(paid);
        await TheBooksAreRight();
    }
}
