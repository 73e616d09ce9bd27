using FsCheck;
using FsCheck.Fluent;

namespace Sarai.Stories;

/// <summary>Whatever guests, desk and gateway do, in whatever order: the books are right after every step.</summary>
public sealed class PaymentsLedger(StoryPostgres postgres) : MoneyWorld(postgres)
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
    }

    public sealed record Step(Kind Kind, int Which, long Amount);

    private readonly List<Guid> _bookings = [];
    private readonly List<Guid> _payments = [];
    private int _hour;

    [Fact]
    public async Task Any_sequence_of_operations_leaves_the_books_right()
    {
        var club = await OpenClub(courts: 8, policy: new { payAtDesk = true, windowDays = 365 });
        var guest = await Guest();
        var step = from kind in Gen.Elements(Enum.GetValues<Kind>())
                   from which in Gen.Choose(0, 99)
                   from amount in Gen.Choose(1, 700_000)
                   select new Step(kind, which, amount);
        var cancel = TestContext.Current.CancellationToken;
        // The steps of all sequences go on in one house: what came before is part of every next case. FsCheck itself is not asynchronous.
        var property = Prop.ForAll(Arb.From(Gen.ListOf(step, 12)), steps => Task.Run(() => Live(steps, club, guest), cancel).GetAwaiter().GetResult());
        await Task.Run(() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(20), property), cancel);
        (await Database.Ask("select count(*) from payments.posting")).ShouldNotBe(0L);
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
