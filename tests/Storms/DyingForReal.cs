using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sarai.Payments;
using Sarai.Testing.Gateways;

namespace Sarai.Storms;

/// <summary>
/// The application is a process of its own that dies by SIGKILL between a gateway and its own commit, at one step after another of everything that moves money:
/// what it did not write down it finds out again, what it had not promised it has not done, and the money moves once. The moments that differ from these only by a
/// gateway or by nothing having happened yet are in <see cref="DyingBetween"/>, where dying is cheaper.
/// </summary>
public sealed class DyingForReal(StoryPostgres postgres) : GatewayWorld(postgres)
{
    private const long Price = 600000;
    private const long Back = 100000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, string?> _settings = [];
    private AppProcess? _process;
    private Club _club = null!;
    private int _slots;

    private AppProcess Process => _process!;

    /// <summary>Somebody with a booking and a payment for it that has begun.</summary>
    private sealed record Case(Person Guest, Guid Booking, Guid Payment, string Intent);

    public override async ValueTask InitializeAsync()
    {
        Database = await Postgres.CreateDatabase();
        foreach (var (key, value) in Settings()) _settings[key] = value;
        _process = await AppProcess.Start(_settings);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override Uri AddressOf(RunningApp? node) => Process.Address;

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings["Sarai:Data"] = Path.Combine(Path.GetTempPath(), $"sarai-dying-{Environment.ProcessId}");
        settings["Sarai:Payments:LookSeconds"] = "1";
    }

    [Fact]
    public async Task Killed_at_every_step_the_money_moves_once_and_bookings_agree_with_it()
    {
        _club = await OpenClub(courts: 8, policy: new { payAtDesk = true, taxPercent = 16, holdMinutes = 120 });
        await SetUp(_club, "stripe", StripeKeys);
        await SetUp(_club, "jazzcash", JazzCashKeys);
        var admin = await Admin();

        // Everything stands ready before the first death.
        var (opens, opened) = (await Held(), await Held());
        var (confirmed, queried, heard, posts, captured, late, pushed) = (await Begun(), await Begun(), await Begun(), await Begun(), await Begun(), await Begun(), await Begun("jazzcash"));
        var refunds = new List<Case>();
        for (var i = 0; i < 3; i++) refunds.Add(await Paid());
        var (byWallet, taxed, sharer, friend, owner, taker) = (await Held(), await Held(), await Held(), await Guest(), await Held(), await Guest());
        foreach (var who in new[] { byWallet.Guest, taxed.Guest, sharer.Guest, friend, owner.Guest, taker }) await Fund(who);
        var share = await Split(sharer, pays: false);
        await Split(owner, pays: true);
        var plan = (await _club.Owner.Client.Post($"/api/v1/organisations/{_club.OrganisationId}/plans", new { kind = "package", name = "Ten", price = 3000000, sessions = 10, validDays = 90, currency = "PKR" })).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        var bought = await Bought(plan);
        var statement = $"payment_intent,reporting_category,gross,fee,currency\n{refunds[0].Intent},charge,6000.00,174.30,pkr\n{refunds[1].Intent},charge,6000.00,174.30,pkr\n";
        await Until("select bool_and(paid > 0) from bookings.booking where id in (select booking_id from payments.payment where captured_amount > 0)");
        foreach (var c in new[] { queried, heard, posts, captured, late, bought }) Stripe.Succeed(c.Intent);
        // Nobody asks by himself before the time.
        await Database.Ask("update payments.attempt set poll_at = poll_at + interval '1 hour' where status = 'Open'");

        await Dies("open:before", () => Begin(opens.Guest, opens.Booking, "stripe"));
        await Dies("open:after", () => Begin(opened.Guest, opened.Booking, "stripe"));
        await Dies("confirm:after", () => Confirm(confirmed));
        await Dies("query:after", () => Verify(queried));
        await Dies("push:after", () => Push(pushed));
        await Dies("webhook:before", () => Hear(heard));
        await Dies("post:payment", () => Verify(posts));
        await Dies("capture:after", () => Verify(captured));
        await Dies("post:payment", () => Begin(byWallet.Guest, byWallet.Booking, "wallet"));
        await Dies("capture:after", () => friend.Client.Post(share, new { method = "wallet" }));
        await Dies("post:payment", () => Overdue(owner.Booking));
        // The owner stands in for the friend first: else that could be what dies at the next step.
        await LiveUntil(null);
        await TakeAway(late, taker);
        await Comes($"select paid = {Price} from bookings.booking where id = '{owner.Booking}'");
        await Dies("capture:after", () => Verify(late));
        await Dies("capture:after", () => Verify(bought));
        await Dies("post:refund", () => Refund(refunds[0]));
        await Dies("refund:after", () => Refund(refunds[1]));
        await Dies("post:refund_sent", () => Refund(refunds[2]));
        await Dies("post:tax", () => Begin(taxed.Guest, taxed.Booking, "wallet"));
        await Dies("post:gateway_fee", () => Settle(statement));
        await Dies("post:held", () => PayOut(admin));
        await LiveUntil(null);

        // What nobody was told had happened is asked for again; what was promised comes by itself.
        Stripe.Succeed(await Again(opens));
        Stripe.Succeed(await Again(opened));
        (await Push(pushed)).Refuses(HttpStatusCode.Conflict, "already_asked");
        (await Begin(byWallet.Guest, byWallet.Booking, "wallet")).Is(HttpStatusCode.Created);
        (await friend.Client.Post(share, new { method = "wallet" })).Is(HttpStatusCode.Created);
        (await Refund(refunds[0])).Is(HttpStatusCode.Created);
        (await Settle(statement)).Is(HttpStatusCode.OK).Data.GetProperty("matched").GetInt32().ShouldBe(2);
        await Database.Ask("update payments.attempt set created_at = created_at - interval '11 minutes' where provider = 'jazzcash'");
        var sure = new[] { opens.Booking, opened.Booking, confirmed.Booking, queried.Booking, heard.Booking, posts.Booking, captured.Booking, pushed.Booking, byWallet.Booking, taxed.Booking };
        await Until($"select count(*) = {sure.Length} from bookings.booking where id in ({List(sure)}) and status = 'Confirmed' and paid = {Price}");
        await Until($"select count(*) = 3 from bookings.booking where id in ({List(refunds.Select(r => r.Booking))}) and paid = {Price - Back}");
        await Until("select count(*) = 3 from payments.refund where status = 'Done' and destination = 'Source'");
        await Until($"select paid = {Price} from bookings.booking where id = '{owner.Booking}'");
        await Until($"select count(*) = 1 from memberships.package where guest_id = '{bought.Guest.Id}'");
        await Until($"select captured_amount = {Price} from payments.payment where id = '{late.Payment}'");
        await Until("select not exists (select 1 from payments.outbox) and not exists (select 1 from bookings.outbox)");
        (await PayOut(admin)).Is(HttpStatusCode.Created);

        Stripe.Refunds.Count.ShouldBe(3);
        Stripe.Refunds.Sum(r => r["amount"]!.GetValue<long>()).ShouldBe(3 * Back);
        Stripe.Intents.Count.ShouldBe(12, "no payment was begun twice");
        JazzCash.Transactions.ShouldBe(1, "a phone is asked once or not at all");
        (await Wallet(owner.Guest)).ShouldBe(0, "the owner paid the own share and stood in for the other once");
        (await Wallet(byWallet.Guest)).ShouldBe(0);
        (await Wallet(friend)).ShouldBe(Price / 2);
        // Whoever paid too late has an equal slot on offer, paid with the money, or has it back.
        var offered = await Database.Ask($"select string_agg(status || ' ' || paid || ' of ' || total, ', ') from bookings.booking where guest_id = '{late.Guest.Id}' and instead_of is not null");
        var kept = await Database.Ask($"select captured_amount - refunded_amount from payments.payment where id = '{late.Payment}'");
        $"{offered}, kept {kept}".ShouldBeOneOf($"Held {Price} of {Price}, kept {Price}", ", kept 0");
        (await Database.Ask("select string_agg(b.code, ' ') from bookings.booking b where paid <> (select coalesce(sum(captured_amount - refunded_amount), 0) from payments.payment p where p.booking_id = b.id)")).ShouldBe(DBNull.Value);
        (await Balance(LedgerAccount.RefundsDue("PKR"))).ShouldBe(0);
        (await Database.Ask("select count(*) from payments.payout")).ShouldBe(1L);
        (await Database.Ask("select count(*) - max(number) from payments.invoice")).ShouldBe(0L);
        await Truth.NothingIsSoldTwice(Database);
        await TheBooksAreRight();
    }

    private async Task<Case> Held()
    {
        var (guest, n) = (await Guest(), _slots++);
        var start = $"{DateTime.UtcNow.AddDays(2 + (n / 24)):yyyy-MM-dd}T{17 + (n / 4 % 6)}:00:00+05:00";
        return new Case(guest, (await guest.Client.Post("/api/v1/bookings", Wish(_club, start))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid(), Guid.Empty, "");
    }

    private async Task<Case> Begun(string method = "stripe")
    {
        var held = await Held();
        var payment = (await Begin(held.Guest, held.Booking, method)).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        return held with { Payment = payment, Intent = await Ask("coalesce(gateway_id, reference)", payment) };
    }

    private async Task<Case> Paid()
    {
        var begun = await Begun();
        Stripe.Succeed(begun.Intent);
        (await Verify(begun)).Is(HttpStatusCode.OK);
        return begun;
    }

    private async Task<Case> Bought(Guid plan)
    {
        var guest = await Guest();
        var purchase = (await guest.Client.Post($"/api/v1/plans/{plan}/buy", new { })).Is(HttpStatusCode.Created).Data.GetProperty("purchaseId").GetGuid();
        var payment = (await guest.Client.Post("/api/v1/payments/purchases", new { purchaseId = purchase, method = "stripe" })).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        return new Case(guest, Guid.Empty, payment, await Ask("gateway_id", payment));
    }

    private async Task Fund(Person guest)
    {
        var payment = (await guest.Client.Post("/api/v1/wallet/top-up", new { amount = Price, currency = "PKR" })).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        (await Visitor.Post($"/api/v1/sandbox/payments/{payment}", new { outcome = "succeed" })).Is(HttpStatusCode.OK);
        await Until($"select status = 'Captured' from payments.payment where id = '{payment}'");
    }

    // In two halves; whoever booked pays theirs at once, or not yet.
    private static async Task<string> Split(Case held, bool pays)
    {
        var shares = (await held.Guest.Client.Post($"/api/v1/bookings/{held.Booking}/split", new { shares = new[] { new { name = "Me" }, new { name = "Friend" } } })).Is(HttpStatusCode.Created).Data.GetProperty("shares");
        var links = shares.EnumerateArray().Select(s => $"/api/v1/splits/shares/{s.GetProperty("link").GetString()!["/split/".Length..]}/pay").ToList();
        if (pays) (await held.Guest.Client.Post(links[0], new { method = "wallet" })).Is(HttpStatusCode.Created);
        return links[1];
    }

    private static Task<Reply> Confirm(Case c) => c.Guest.Client.Post($"/api/v1/payments/{c.Payment}/confirm", new { paymentMethod = "pm_card_visa" });

    private static Task<Reply> Verify(Case c) => c.Guest.Client.Post("/api/v1/payments/verify", new { paymentId = c.Payment });

    private static Task<Reply> Push(Case c) => c.Guest.Client.Post($"/api/v1/payments/{c.Payment}/push", new { mobile = "03001234567", identity = "345678" });

    private Task<Reply> Refund(Case c) => _club.Owner.Client.Post("/api/v1/payments/refund", new { paymentId = c.Payment, amount = Back, to = "source", reason = "wet court" });

    private Task<Reply> Settle(string csv) => _club.Owner.Client.Post($"/api/v1/organisations/{_club.OrganisationId}/gateways/stripe/settlements", new { csv });

    private Task<Reply> PayOut(Person admin) => admin.Client.Post($"/api/v1/admin/organisations/{_club.OrganisationId}/payouts", new { currency = "PKR" });

    private Task<Reply> Hear(Case c)
    {
        var body = StripeStub.Event("payment_intent.succeeded", Stripe.Intent(c.Intent));
        return Deliver("stripe", _club.OrganisationId, body, ("Stripe-Signature", StripeStub.Sign(body, DateTimeOffset.UtcNow)));
    }

    // The time for the shares is over, and the house looks at it by itself.
    private async Task Overdue(Guid booking) => await Database.Ask($"update payments.split set deadline = now() - interval '1 minute', look_at = now() where booking_id = '{booking}'");

    // Its time runs out, and somebody else takes the court.
    private async Task TakeAway(Case c, Person taker)
    {
        await Database.Ask($"update bookings.booking set expires_at = now() - interval '1 minute' where id = '{c.Booking}'; update bookings.claim set expires_at = now() - interval '1 minute' where booking_id = '{c.Booking}'");
        var lost = (await c.Guest.Client.Get($"/api/v1/bookings/{c.Booking}")).Data;
        var taken = (await taker.Client.Post("/api/v1/bookings", Wish(_club, lost.GetProperty("startsAt").GetString()!, court: lost.GetProperty("resources")[0].GetProperty("id").GetGuid()))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        taken.ShouldNotBe(c.Booking);
    }

    private async Task<string> Again(Case c)
    {
        var payment = (await Begin(c.Guest, c.Booking, "stripe")).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        (await Database.Ask($"select count(*) from payments.payment where booking_id = '{c.Booking}'")).ShouldBe(1L);
        return await Ask("gateway_id", payment);
    }

    // Whether it answered before it died or not: it is dead.
    private async Task Dies(string point, Func<Task> act)
    {
        await LiveUntil(point);
        try
        {
            await act();
        }
        catch (Exception silence) when (silence is HttpRequestException or IOException)
        {
            // That was it.
        }
        using var probe = new HttpClient { BaseAddress = Process.Address };
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            try
            {
                using var alive = await probe.GetAsync(new Uri("/health/live", UriKind.Relative));
            }
            catch (HttpRequestException)
            {
                return;
            }
            if (watch.Elapsed > Patience) throw new ShouldAssertException($"It lived on at {point}.\n{Process.Log}");
        }
    }

    private async Task LiveUntil(string? point)
    {
        _settings["Sarai:DieAt"] = point;
        Process.Kill();
        await Process.Restart();
    }

    private Task Comes(string sql) => Until(sql, hurry: false);

    // What waits for its time is told that it has come.
    private async Task Until(string sql, bool hurry = true)
    {
        for (var watch = Stopwatch.StartNew(); await Database.Ask(sql) is not true; await Task.Delay(50))
        {
            if (hurry) await Database.Ask("update payments.attempt set poll_at = now() where status = 'Open' and poll_at > now(); update payments.refund set retry_at = now() where status in ('Pending', 'Sent') and retry_at > now(); update payments.sandbox_webhook set due_at = now() where sent_at is null and due_at > now()");
            if (watch.Elapsed > Patience) throw new ShouldAssertException($"This never came true: {sql}\n{Process.Log}");
        }
    }

    private static string List(IEnumerable<Guid> ids) => new StringBuilder().AppendJoin(", ", ids.Select(id => $"'{id.ToString("d", CultureInfo.InvariantCulture)}'")).ToString();
}
