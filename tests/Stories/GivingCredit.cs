using Sarai.Payments;

namespace Sarai.Stories;

public sealed class GivingCredit(StoryPostgres postgres) : MoneyWorld(postgres)
{
    [Fact]
    public async Task Credit_goes_before_money_the_soonest_to_expire_first_and_comes_back_as_credit()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        await Give(club, guest, 300000, 60);
        await Give(club, guest, 150000, 10);
        (await Credits(guest)).ShouldBe([150000, 300000]);
        await TopUp(guest, 1000000);

        // 3,500: what expires first goes first, all of the 1,500 and then 2,000 of the 3,000.
        var first = await Hold(club, guest, 3, 10);
        await Order(guest, first, "sandbox");
        await Settle();
        await Status(guest, first, "confirmed", 350000);
        (await Credits(guest)).ShouldBe([100000]);
        // 6,000: the rest of the credit, and money for what is left.
        var second = await Hold(club, guest, 3, 18);
        await Order(guest, second, "wallet");
        await Settle();
        await Status(guest, second, "confirmed", 600000);
        (await Credits(guest)).ShouldBeEmpty();
        (await Wallet(guest)).ShouldBe(500000);
        // Spent credit is no money: nothing of it is owed to the club, and nothing of it is invoiced.
        (await Balance(LedgerAccount.Promised(club.OrganisationId, "PKR"))).ShouldBe(0);
        (await Balance(LedgerAccount.Organisation(club.OrganisationId, "PKR"))).ShouldBe(500000);

        // Called off, money comes back as money and credit as credit, each part with its own end, whatever is asked for.
        foreach (var booking in new[] { first, second }) (await guest.Client.Put($"/api/v1/bookings/{booking}/cancel", new { toSource = true })).Is(HttpStatusCode.OK);
        await Settle();
        (await Wallet(guest)).ShouldBe(1000000);
        (await Credits(guest)).ShouldBe([150000, 300000]);
        (await guest.Client.Page("/wallet")).ShouldContain("PKR\u00a01,500 credit at Margalla Padel Club");

        await Pass(Duration.FromDays(11));
        guest = await SignIn(guest.Email);
        (await Credits(guest)).ShouldBe([300000]);
        (await Balance(LedgerAccount.Promised(club.OrganisationId, "PKR"))).ShouldBe(-300000);
        (await Database.Ask("select count(*) from payments.posting where kind = 'credit_expired'")).ShouldBe(1L);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task Credit_pays_with_whoever_gave_it_and_a_hold_that_lapses_gives_it_back()
    {
        var (club, other, guest) = (await OpenClub(), await OpenClub(), await Guest());
        await Give(club, guest, 700000, 30);
        var elsewhere = await Hold(other, guest, 2, 18);
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = elsewhere, method = "wallet" })).Refuses(HttpStatusCode.UnprocessableEntity, "insufficient_funds");
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = elsewhere, method = "credit" })).Names("method").ShouldBeTrue();

        var first = await Hold(club, guest, 2, 18);
        (await guest.Client.Page($"/bookings/{first}/pay")).ShouldContain("Credit, used first");
        // Enough of it: nothing else is asked for, whatever way was chosen, and clicking twice spends it once.
        var clicks = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => guest.Client.Post("/api/v1/payments/create-order", new { bookingId = first, method = "wallet" })));
        clicks.Count(c => c.Status == HttpStatusCode.Created).ShouldBe(1);
        await Settle();
        await Status(guest, first, "confirmed", 600000);
        (await Credits(guest)).ShouldBe([100000]);

        var second = await Hold(club, guest, 3, 18);
        var order = (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = second, method = "sandbox" })).Is(HttpStatusCode.Created).Data;
        order.GetProperty("amount").GetProperty("amount").GetInt64().ShouldBe(500000);
        (await Credits(guest)).ShouldBeEmpty();
        await Settle();
        await Pass(Duration.FromMinutes(16));
        await Status(guest, second, "expired", 0);
        (await Credits(guest)).ShouldBe([100000]);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task A_manager_gives_credit_and_nobody_else_does()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var desk = $"/desk/{club.Id}/credit";
        (await club.Owner.Client.Refused(desk, "credit", ("email", "nobody@example.com"), ("amount", "500"), ("days", "30"), ("reason", "Wet court"))).ShouldContain("Nobody has an account with this e-mail.");
        (await club.Owner.Client.Fill(desk, "credit", ("email", guest.Email), ("amount", "500"), ("days", "30"), ("reason", "Wet court"))).ShouldBe(desk + "?done=saved");
        (await club.Owner.Client.Page(desk)).ShouldContain("Wet court");
        await Settle();
        (await guest.Client.Page("/notifications")).ShouldContain("PKR\u00a0500 credit from Margalla Padel Club");

        var credits = $"/api/v1/organisations/{club.OrganisationId}/credits";
        (await club.Owner.Client.Post(credits, new { email = "no", amount = 0 })).Names("email").ShouldBeTrue();
        (await club.Owner.Client.Post(credits, Body(guest, 500) with { Currency = "EUR" })).Names("currency").ShouldBeTrue();
        (await (await OpenClub()).Owner.Client.Post(credits, Body(guest, 500))).Refuses(HttpStatusCode.NotFound, "not_found");
        (await (await Colleague(club, "staff")).Client.Post(credits, Body(guest, 500))).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await Visitor.Post(credits, Body(guest, 500))).Status.ShouldBe(HttpStatusCode.Unauthorized);
        var once = (await club.Owner.Client.Post(credits, Body(guest, 500), "k")).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        (await club.Owner.Client.Post(credits, Body(guest, 500), "k")).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid().ShouldBe(once);
        (await club.Owner.Client.Get(credits)).Is(HttpStatusCode.OK).Data.GetProperty("items").GetArrayLength().ShouldBe(2);
    }

    private sealed record Gift(string Email, long Amount, string Currency, int Days, string Reason);

    private static Gift Body(Person guest, long amount, int days = 30) => new(guest.Email, amount, "PKR", days, "Welcome");

    private static async Task Give(Club club, Person guest, long amount, int days) =>
        (await club.Owner.Client.Post($"/api/v1/organisations/{club.OrganisationId}/credits", Body(guest, amount, days))).Is(HttpStatusCode.Created);

    private static async Task<long[]> Credits(Person guest) =>
        [.. (await guest.Client.Get("/api/v1/wallet?currency=PKR")).Is(HttpStatusCode.OK).Data.GetProperty("credits").EnumerateArray().Select(c => c.GetProperty("remaining").GetProperty("amount").GetInt64())];
}
