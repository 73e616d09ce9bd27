using FsCheck;
using FsCheck.Fluent;
using Sarai.Testing.Gateways;

namespace Sarai.Stories;

/// <summary>Whatever guests, desk and gateway do, in whatever order: the books are right after every step.</summary>
public sealed class PaymentsLedger(StoryPostgres postgres) : GatewayWorld(postgres)
{
    /// <summary>Something that moves money. Numbers choose among what is there, so that every step makes sense in every order.</summary>
    public enum Kind
    {
        TopUp,
        Hold,
        PaySandbox,
        PayWallet,
        PayCash,
        Refuse,
        Repeat,
        WrongAmount,
        PayLate,
        Refund,
        RefundToCard,
        Cancel,
        Move,
        Decide,
        TimePasses,
        PayStripe,
        PayRazorpay,
        Hear,
        Dispute,
        Share,
        PayShare,
    }

    public sealed record Step(Kind Kind, int Which, long Amount);

    private readonly List<Guid> _bookings = [];
    private readonly List<Guid> _payments = [];
    private readonly List<(string Gateway, string Body)> _told = [];
    private readonly List<string> _shares = [];
    private int _hour;

    [Fact]
    public async Task Any_sequence_of_operations_leaves_the_books_right()
    {
        var club = await OpenClub(courts: 8, policy: new { payAtDesk = true, windowDays = 365, taxPercent = 17.5 });
        var guest = await Guest();
        await SetUp(club, "stripe", StripeKeys);
        await SetUp(club, "razorpay", RazorpayKeys);
        var step = from kind in Gen.Elements(Enum.GetValues<Kind>())
                   from which in Gen.Choose(0, 99)
                   from amount in Gen.Choose(1, 700_000)
                   select new Step(kind, which, amount);
        var cancel = TestContext.Current.CancellationToken;
        // The steps of all sequences go on in one house: what came before is part of every next case. FsCheck itself is not asynchronous.
        var property = Prop.ForAll(Arb.From(Gen.ListOf(step, 14)), steps => Task.Run(() => Live(steps, club, guest), cancel).GetAwaiter().GetResult());
        await Task.Run(() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(20), property), cancel);
        (await Database.Ask("select count(*) from payments.posting")).ShouldNotBe(0L);
        (await Database.Ask("select count(*) from payments.posting where kind = 'tax'")).ShouldNotBe(0L);
    }

    private async Task Live(IEnumerable<Step> steps, Club club, Person guest)
    {
        foreach (var step in steps)
        {
            await Take(step, club, guest);
            await TheBooksAreRight();
        }
        await Settle();
        await TheBooksAreRight();
        // No money of a booking is missing or left over, whatever became of it: what it says is paid is what its payments kept.
        (await Database.Ask("""
            select string_agg(b.code || ' ' || b.status || ' total ' || b.total || ' says ' || b.paid || ': ' || (
                select coalesce(string_agg(p.method || ' ' || p.status || ' ' || p.captured_amount || ' - ' || p.refunded_amount, '; '), 'no payments') from payments.payment p where p.booking_id = b.id), ' | ')
              || ' history ' || string_agg(b.history::text, '')
            from bookings.booking b
            where b.paid <> (select coalesce(sum(captured_amount - refunded_amount), 0) from payments.payment p where p.booking_id = b.id)
            """)).ShouldBe(DBNull.Value);
    }

    private async Task Take(Step step, Club club, Person guest)
    {
        switch (step.Kind)
        {
            case Kind.TopUp: await TopUp(guest, 100 + step.Amount); break;
            case Kind.Hold:
                _hour++;
                Remember(await guest.Client.Post("/api/v1/bookings", Wish(club, At(3 + (_hour / 14 % 27), 8 + (_hour % 14)))), "id", _bookings);
                break;
            case Kind.PaySandbox: await PayWith("sandbox", "succeed"); break;
            case Kind.Refuse: await PayWith("sandbox", "fail"); break;
            case Kind.Repeat: await PayWith("sandbox", "duplicate"); break;
            case Kind.WrongAmount: await PayWith("sandbox", "wrong_amount"); break;
            case Kind.PayLate: await PayWith("sandbox", "late"); break;
            case Kind.PayWallet: await PayWith("wallet", null); break;
            case Kind.PayCash: await PayWith("cash", null); break;
            case Kind.PayStripe: await PayAt("stripe"); break;
            case Kind.PayRazorpay: await PayAt("razorpay"); break;
            case Kind.Hear when _told.Count > 0: await Tell(club, _told[step.Which % _told.Count], 1 + (step.Which % 3)); break;
            case Kind.Dispute when Stripe.Intents is [.., var intent]: await Tell(club, ("stripe", StripeStub.Event("charge.dispute.created", Disputed(intent))), 2); break;
            case Kind.Share when Chosen(_bookings) is { } booking: await Split(booking); break;
            case Kind.PayShare when _shares.Count > 0: Sane(await guest.Client.Post($"/api/v1/splits/shares/{_shares[step.Which % _shares.Count]}/pay", new { method = step.Which % 2 == 0 ? "wallet" : "sandbox" })); break;
            case Kind.Refund: await Refund("wallet"); break;
            case Kind.RefundToCard: await Refund("source"); break;
            case Kind.Cancel when Chosen(_bookings) is { } booking: Sane(await guest.Client.Put($"/api/v1/bookings/{booking}/cancel", new { toSource = step.Which % 2 == 0 })); break;
            case Kind.Move when Chosen(_bookings) is { } booking: Sane(await guest.Client.Post($"/api/v1/bookings/{booking}/reschedule", new { startsAt = At(30, 8 + (step.Which % 14)) })); break;
            case Kind.Decide: await Decide(); break;
            case Kind.TimePasses: await Pass(Duration.FromMinutes(step.Which % 20)); break;
        }
        if (step.Which % 3 == 0) await Settle();

        Guid? Chosen(List<Guid> from) => from.Count == 0 ? null : from[^(1 + (step.Which % Math.Min(from.Count, 8)))];

        async Task PayWith(string method, string? outcome)
        {
            if (Chosen(_bookings) is not { } booking) return;
            var payer = method == "cash" ? club.Owner : guest;
            var payment = Remember(await payer.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method }), "paymentId", _payments);
            if (payment is { } id && outcome is not null) Sane(await Visitor.Post($"/api/v1/sandbox/payments/{id}", new { outcome }));
        }

        // The guest pays on the gateway's page; whether and when we hear of it is left to chance, or to the reconciler.
        async Task PayAt(string gateway)
        {
            if (Chosen(_bookings) is not { } booking || Remember(await Begin(guest, booking, gateway), "paymentId", _payments) is not { } payment) return;
            var id = await Ask("gateway_id", payment);
            if (gateway == "stripe")
            {
                Stripe.Succeed(id, step.Which % 7 == 0 ? step.Amount : null);
                _told.Add((gateway, StripeStub.Event("payment_intent.succeeded", Stripe.Intent(id))));
            }
            else
            {
                // A second time on the same page is a second capture of one payment.
                _told.Add((gateway, Razorpay.Event("payment.captured", Razorpay.Pay(id))));
            }
            if (step.Which % 2 == 0) await Tell(club, _told[^1], 1 + (step.Which % 3));
        }

        async Task Split(Guid booking)
        {
            var made = await guest.Client.Post($"/api/v1/bookings/{booking}/split", new { shares = new[] { new { name = "A" }, new { name = "B" }, new { name = "C" } } });
            Sane(made);
            if (made.Status == HttpStatusCode.Created) _shares.AddRange(made.Data.GetProperty("shares").EnumerateArray().Select(s => s.GetProperty("link").GetString()!["/split/".Length..]));
        }

        async Task Refund(string to)
        {
            if (Chosen(_payments) is { } payment) Sane(await club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = payment, amount = step.Amount, to, reason = "any" }));
        }

        async Task Decide()
        {
            var open = (await club.Owner.Client.Get($"/api/v1/payments/reviews?venueId={club.Id}")).Data.GetProperty("items").EnumerateArray().FirstOrDefault(r => r.GetProperty("status").GetString() == "open");
            if (open.ValueKind == JsonValueKind.Object)
                Sane(await club.Owner.Client.Post($"/api/v1/payments/reviews/{open.GetProperty("id").GetGuid()}", new { decision = step.Which % 2 == 0 ? "accept" : "return", note = "any" }));
        }
    }

    private async Task Tell(Club club, (string Gateway, string Body) news, int times)
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, times).Select(_ => Deliver(
            news.Gateway, club.OrganisationId, news.Body, news.Gateway == "stripe" ? ("Stripe-Signature", StripeStub.Sign(news.Body, Clock.GetUtcNow())) : ("X-Razorpay-Signature", RazorpayStub.Sign(news.Body)))));
        replies.ShouldAllBe(r => r.Status == HttpStatusCode.OK);
    }

    private static System.Text.Json.Nodes.JsonObject Disputed(System.Text.Json.Nodes.JsonObject intent) => new()
    {
        ["id"] = $"dp_{intent["id"]}", ["object"] = "dispute", ["amount"] = intent["amount"]!.DeepClone(), ["currency"] = "pkr", ["payment_intent"] = intent["id"]!.DeepClone(),
    };

    private static Guid? Remember(Reply reply, string id, List<Guid> into)
    {
        Sane(reply);
        if (reply.Status != HttpStatusCode.Created) return null;
        var made = reply.Data.GetProperty(id).GetGuid();
        into.Add(made);
        return made;
    }

    // A step may be refused, but never fail.
    private static void Sane(Reply reply) => ((int)reply.Status).ShouldBeLessThan(500, reply.Text);
}
