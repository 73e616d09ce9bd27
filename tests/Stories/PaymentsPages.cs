namespace Sarai.Stories;

/// <summary>Paying with a browser that runs no JavaScript.</summary>
public sealed class PaymentsPages(StoryPostgres postgres) : MoneyWorld(postgres)
{
    [Fact]
    public async Task A_guest_pays_by_the_sandbox_and_gets_a_receipt()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        var pay = await Page(guest, $"/bookings/{booking}/pay");
        pay.ShouldContain("Pay and play");
        pay.ShouldContain("Peak, 60 min");
        pay.ShouldContain("sarai-countdown");

        var checkout = await Send(guest, $"/bookings/{booking}/pay", "pay", ("method", "sandbox"));
        checkout.ShouldStartWith("/sandbox/pay/");
        (await Page(null, checkout)).ShouldContain("Take half the amount");
        var back = await Send(null, checkout, "outcome", ("outcome", "succeed"));
        await Settle();

        (await Page(guest, back)).ShouldContain("Your booking is confirmed.");
        var receipt = await Page(guest, back.Replace("/payments/", "/receipts/", StringComparison.Ordinal).Replace("/return", "", StringComparison.Ordinal));
        receipt.ShouldContain("data:image/svg+xml;base64,");
        receipt.ShouldContain("Margalla Padel Club");
        // Back to where there is nothing more to pay or to play: no second payment.
        (await Location(guest, $"/bookings/{booking}/pay")).ShouldBe($"/bookings/{booking}");
        (await Location(null, checkout)).ShouldBe(back);
    }

    [Fact]
    public async Task A_declined_card_is_told_and_another_way_is_at_hand()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        var checkout = await Send(guest, $"/bookings/{booking}/pay", "pay", ("method", "sandbox"));
        var back = await Send(null, checkout, "outcome", ("outcome", "fail"));
        var page = await Page(guest, back);
        page.ShouldContain("The card was declined.");
        page.ShouldContain($"/bookings/{booking}/pay");
        (await Refused(guest, $"/bookings/{booking}/pay", "pay", ("method", "wallet"))).ShouldContain("There is not enough in the wallet.");
        var promised = await Send(guest, $"/bookings/{booking}/pay", "pay", ("method", "cash"));
        await Settle();
        (await Page(guest, promised)).ShouldContain("at the desk. Your booking is confirmed.");
    }

    [Fact]
    public async Task A_wallet_is_filled_and_shown()
    {
        var guest = await Guest();
        (await Page(guest, "/wallet")).ShouldContain("Nothing has moved yet.");
        (await Refused(guest, "/wallet", "top-up", ("amount", "0.001"))).ShouldContain("value=\"0.001\"");
        var checkout = await Send(guest, "/wallet", "top-up", ("amount", "1500.50"));
        var back = await Send(null, checkout, "outcome", ("outcome", "succeed"));
        (await Page(guest, back)).ShouldContain("It is in your wallet");
        (await Page(guest, "/wallet")).ShouldContain("1,500.50");
    }

    [Fact]
    public async Task The_desk_gives_back_and_decides()
    {
        var (club, guest) = (await OpenClub(), await Guest("Bilal Ahmed"));
        var payment = await Pay(guest, await Hold(club, guest, 2, 18));
        await Pay(guest, await Hold(club, guest, 2, 20), "wrong_amount");
        var desk = $"/desk/{club.Id}/payments";
        var staff = await Page(await Colleague(club, "staff"), desk);
        staff.ShouldContain("Bilal Ahmed");
        staff.ShouldContain("A manager decides");
        staff.ShouldNotContain("Give back");
        (await Page(club.Owner, desk)).ShouldContain("Not the amount that was asked for");

        (await Refused(club.Owner, $"{desk}?refund={payment}", "refund", ("amount", "9000"), ("to", "wallet"), ("reason", "too much"))).ShouldContain("That is more than is left of this payment.");
        (await Send(club.Owner, $"{desk}?refund={payment}", "refund", ("amount", "1000"), ("to", "wallet"), ("reason", "wet court"))).ShouldBe(desk);
        (await Wallet(guest)).ShouldBe(100000);
        var review = (await club.Owner.Client.Get($"/api/v1/payments/reviews?venueId={club.Id}")).Data.GetProperty("items")[0].GetProperty("id").GetGuid();
        (await Send(club.Owner, $"{desk}?review={review}", "decide", ("decision", "return"), ("note", "wrong amount"))).ShouldBe(desk);
        (await Wallet(guest)).ShouldBe(400000);
        (await Page(club.Owner, desk)).ShouldNotContain("Somebody has to decide");
    }

    [Fact]
    public async Task Strangers_see_nothing_of_it()
    {
        var (club, other, guest, stranger) = (await OpenClub(), await OpenClub(), await Guest(), await Guest());
        var booking = await Hold(club, guest, 2, 18);
        var payment = await Order(guest, booking);
        foreach (var address in new[] { $"/bookings/{booking}/pay", $"/payments/{payment}/return", $"/receipts/{payment}" })
            (await AnswerOf(stranger, address)).StatusCode.ShouldBe(HttpStatusCode.NotFound, address);
        (await AnswerOf(other.Owner, $"/desk/{club.Id}/payments")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Location(null, $"/bookings/{booking}/pay")).ShouldBe($"/sign-in?returnUrl=%2Fbookings%2F{booking}%2Fpay");
        (await AnswerOf(null, $"/sandbox/pay/{payment}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private Task<HttpResponseMessage> AnswerOf(Person? who, string address) => (who?.Client ?? Visitor).GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);

    private Task<string> Page(Person? who, string address) => (who?.Client ?? Visitor).Page(address);

    private Task<string> Location(Person? who, string address) => (who?.Client ?? Visitor).Location(address);

    private Task<string> Send(Person? who, string address, string form, params (string Name, string Value)[] fields) => (who?.Client ?? Visitor).Fill(address, form, fields);

    private Task<string> Refused(Person? who, string address, string form, params (string Name, string Value)[] fields) => (who?.Client ?? Visitor).Refused(address, form, fields);
}
