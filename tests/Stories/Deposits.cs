namespace Sarai.Stories;

public sealed class Deposits(StoryPostgres postgres) : MoneyWorld(postgres)
{
    private static readonly object Policy = new { payAtDesk = true, depositPercent = 30, balanceHours = 48, cancellation = new object[] { new { hoursBefore = 72, refundPercent = 100 }, new { hoursBefore = 24, refundPercent = 50 } } };

    [Fact]
    public async Task A_deposit_makes_a_hold_firm_and_the_rest_follows_online()
    {
        var (club, guest) = (await OpenClub(policy: Policy), await Guest());
        var held = (await guest.Client.Post("/api/v1/bookings", Wish(club, At(8, 18)))).Is(HttpStatusCode.Created).Data;
        var booking = held.GetProperty("id").GetGuid();
        held.GetProperty("deposit").GetProperty("amount").GetInt64().ShouldBe(180000);
        held.GetProperty("balanceDueAt").GetString().ShouldBe("2026-06-06T18:00:00+05:00");
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "cash" })).Refuses(HttpStatusCode.UnprocessableEntity, "deposit_due");
        var page = await guest.Client.Page($"/bookings/{booking}/pay");
        page.ShouldContain("Deposit, to be paid now");
        page.ShouldContain("PKR\u00a01,800");
        // What the club changes now does not touch it.
        (await club.Owner.Client.Put($"/api/v1/venues/{club.Id}/policy", new { payAtDesk = true, depositPercent = 90 })).Is(HttpStatusCode.OK);
        await Pay(guest, booking);
        await Status(guest, booking, "confirmed", 180000);
        (await guest.Client.Page($"/bookings/{booking}")).ShouldContain("Pay the rest now");
        (await club.Owner.Client.Page($"/desk/{club.Id}/bookings/{booking}")).ShouldContain("Due by 6 Jun 18:00");

        // Reminded once, a day before it is due.
        await Pass(Duration.FromHours(98));
        (await Told(guest)).ShouldBe(0);
        await Pass(Duration.FromHours(6));
        await Pass(Duration.FromHours(1));
        (await Told(guest)).ShouldBe(1);
        await TopUp(guest, 420000);
        await Order(guest, booking, "wallet");
        await Settle();
        await Status(guest, booking, "confirmed", 600000);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task Called_off_a_deposit_counts_towards_what_the_policy_keeps()
    {
        var (club, guest, other, third) = (await OpenClub(policy: Policy), await Guest(), await Guest(), await Guest());
        var (early, late, whole) = (await Hold(club, guest, 8, 18), await Hold(club, other, 8, 19), await Hold(club, third, 8, 20));
        await Pay(guest, early);
        await Pay(other, late);
        await TopUp(third, 600000);
        (await third.Client.Post("/api/v1/payments/create-order", new { bookingId = whole, method = "wallet", full = true })).Is(HttpStatusCode.Created).Data.GetProperty("amount").GetProperty("amount").GetInt64().ShouldBe(600000);
        await Settle();
        await Status(third, whole, "confirmed", 600000);
        // Early everything comes back.
        (await guest.Client.Put($"/api/v1/bookings/{early}/cancel")).Is(HttpStatusCode.OK);
        await Settle();
        (await Wallet(guest)).ShouldBe(180000);
        // Two days before, half of the price is kept: more than the deposit, less than the whole.
        await Pass(Duration.FromHours(126));
        (await other.Client.Get($"/api/v1/bookings/{late}/cancellation")).Is(HttpStatusCode.OK).Data.GetProperty("refund").GetProperty("amount").GetInt64().ShouldBe(0);
        (await other.Client.Put($"/api/v1/bookings/{late}/cancel")).Is(HttpStatusCode.OK);
        (await third.Client.Put($"/api/v1/bookings/{whole}/cancel")).Is(HttpStatusCode.OK);
        await Settle();
        (await Wallet(other)).ShouldBe(0);
        (await Wallet(third)).ShouldBe(300000);
        (await club.Owner.Client.Put($"/api/v1/venues/{club.Id}/policy", new { depositPercent = 100 })).Names("depositPercent").ShouldBeTrue();
        await TheBooksAreRight();
    }

    private async Task<long> Told(Person guest) => (long)(await Database.Ask($"select count(*) from notifications.notification where user_id = '{guest.Id}' and type = 'balance_due'"))!;
}
