using Sarai.Payments;

namespace Sarai.Stories;

/// <summary>Several people pay for one booking.</summary>
public sealed class SplittingThePrice(StoryPostgres postgres) : MoneyWorld(postgres)
{
    [Fact]
    public async Task Three_payers_of_whom_one_pays_twice_one_late_and_one_cash()
    {
        var (club, owner, twice, late, cash) = (await OpenClub(), await Guest("Owner"), await Guest("Twice"), await Guest("Late"), await Guest("Cash"));
        var desk = await Colleague(club, "staff");
        await TopUp(owner, 1_000_000);
        await TopUp(twice, 1_000_000);
        var booking = await Hold(club, owner, 2, 18);
        var links = await Split(owner, booking, new { name = "Me" }, new { name = "Twice" }, new { name = "Late" }, new { name = "Cash", cash = true });
        await PayShare(owner, links[0], "wallet");
        await Settle();
        await Status(owner, booking, "confirmed", 150000);

        // One pays twice: by card, and while that is on its way, from the wallet.
        var card = (await PayShare(twice, links[1], "sandbox")).Data.GetProperty("paymentId").GetGuid();
        await PayShare(twice, links[1], "wallet");
        await Play(card, "succeed");
        (await Wallet(twice)).ShouldBe(1_000_000);
        await Status(owner, booking, "confirmed", 300000);

        // One begins in time and the money comes after the deadline, when the owner has stood in.
        var slow = (await PayShare(late, links[2], "sandbox")).Data.GetProperty("paymentId").GetGuid();
        Clock.Set(new DateTimeOffset(2026, 6, 2, 11, 1, 0, TimeSpan.Zero));
        await Pass(Duration.Zero);
        (await Wallet(owner)).ShouldBe(1_000_000 - 150000 - 150000);
        await Status(owner, booking, "confirmed", 450000);
        (await late.Client.Post($"/api/v1/splits/shares/{Token(links[2])}/pay", new { method = "sandbox" })).Refuses(HttpStatusCode.Conflict, "owner_has_paid");
        await Play(slow, "succeed");
        (await Wallet(owner)).ShouldBe(1_000_000 - 150000);
        await Status(owner, booking, "confirmed", 450000);

        // One pays cash at the desk; nobody is charged for it before the slot is over.
        var share = (await desk.Client.Get($"/api/v1/bookings/{booking}/split")).Is(HttpStatusCode.OK).Data.GetProperty("shares")[3].GetProperty("id").GetGuid();
        (await cash.Client.Post($"/api/v1/splits/shares/{share}/cash")).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await desk.Client.Post($"/api/v1/splits/shares/{share}/cash")).Is(HttpStatusCode.Created);
        (await desk.Client.Post($"/api/v1/splits/shares/{share}/cash")).Refuses(HttpStatusCode.Conflict, "nothing_due");
        await Settle();
        await Status(owner, booking, "confirmed", 600000);
        await Pass(Duration.FromHours(4));
        (await Wallet(owner)).ShouldBe(1_000_000 - 150000);
        (await Balance(LedgerAccount.Organisation(club.OrganisationId, "PKR"))).ShouldBe(600000);
        (await owner.Client.Get($"/api/v1/bookings/{booking}/split")).Data.GetProperty("status").GetString().ShouldBe("settled");
        await TheBooksAreRight();
    }

    [Fact]
    public async Task Cash_nobody_marked_is_charged_to_the_owner_and_given_back_when_it_is_marked()
    {
        var (club, owner) = (await OpenClub(), await Guest());
        await TopUp(owner, 600000);
        var booking = await Hold(club, owner, 2, 18);
        var links = await Split(owner, booking, new { name = "Me", amount = 400000 }, new { name = "Cash", amount = 200000, cash = true });
        await PayShare(owner, links[0], "wallet");
        Clock.Set(new DateTimeOffset(2026, 6, 2, 14, 1, 0, TimeSpan.Zero));
        await Pass(Duration.Zero);
        (await Wallet(owner)).ShouldBe(0);
        await Status(owner, booking, "completed", 600000);
        var share = (await owner.Client.Get($"/api/v1/bookings/{booking}/split")).Data.GetProperty("shares")[1];
        share.GetProperty("status").GetString().ShouldBe("charged");
        (await (await Colleague(club, "staff")).Client.Post($"/api/v1/splits/shares/{share.GetProperty("id").GetGuid()}/cash")).Is(HttpStatusCode.Created);
        await Settle();
        (await Wallet(owner)).ShouldBe(200000);
        await Status(owner, booking, "completed", 600000);
        (await Balance(LedgerAccount.Cash(club.OrganisationId, "PKR"))).ShouldBe(-200000);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task A_club_that_cancels_gives_everybody_their_own_back()
    {
        var (club, owner, friend) = (await OpenClub(), await Guest(), await Guest());
        (await club.Owner.Client.Put($"/api/v1/organisations/{club.OrganisationId}/split-policy", new { policy = "autoCancel", hoursBefore = 6 })).Is(HttpStatusCode.OK);
        await TopUp(owner, 300000);
        await TopUp(friend, 300000);
        var booking = await Hold(club, owner, 2, 18);
        var links = await Split(owner, booking, new { name = "Me" }, new { name = "Friend" }, new { name = "Nobody" });
        await PayShare(owner, links[0], "wallet");
        await PayShare(friend, links[1], "wallet");
        await Settle();
        Clock.Set(new DateTimeOffset(2026, 6, 2, 7, 1, 0, TimeSpan.Zero));
        await Pass(Duration.Zero);
        await Status(owner, booking, "cancelled", 0);
        (await Wallet(owner)).ShouldBe(300000);
        (await Wallet(friend)).ShouldBe(300000);
        (await friend.Client.Post($"/api/v1/splits/shares/{Token(links[2])}/pay", new { method = "wallet" })).Refuses(HttpStatusCode.Conflict, "not_open");
        (await Balance(LedgerAccount.Organisation(club.OrganisationId, "PKR"))).ShouldBe(0);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task Open_places_are_for_anybody_with_the_link_until_the_start()
    {
        var (club, owner, stranger) = (await OpenClub(), await Guest(), await Guest());
        (await club.Owner.Client.Put($"/api/v1/organisations/{club.OrganisationId}/split-policy", new { policy = "openPlaces", hoursBefore = 6 })).Is(HttpStatusCode.OK);
        await TopUp(owner, 600000);
        await TopUp(stranger, 200000);
        var booking = await Hold(club, owner, 2, 18);
        var links = await Split(owner, booking, new { name = "Me" }, new { name = "A" }, new { name = "B" });
        await PayShare(owner, links[0], "wallet");
        Clock.Set(new DateTimeOffset(2026, 6, 2, 7, 1, 0, TimeSpan.Zero));
        await Pass(Duration.Zero);
        (await owner.Client.Get($"/api/v1/bookings/{booking}/split")).Data.GetProperty("shares")[1].GetProperty("status").GetString().ShouldBe("open");
        await PayShare(stranger, links[1], "wallet");
        (await Wallet(owner)).ShouldBe(400000);
        Clock.Set(new DateTimeOffset(2026, 6, 2, 13, 1, 0, TimeSpan.Zero));
        await Pass(Duration.Zero);
        (await Wallet(owner)).ShouldBe(200000);
        await Status(owner, booking, "confirmed", 600000);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task Twenty_payers_of_one_share_at_once_pay_it_once()
    {
        var (club, owner, friend) = (await OpenClub(), await Guest(), await Guest());
        await TopUp(owner, 600000);
        await TopUp(friend, 6_000_000);
        var booking = await Hold(club, owner, 2, 18);
        var links = await Split(owner, booking, new { name = "Me" }, new { name = "Friend" });
        await PayShare(owner, links[0], "wallet");
        await Settle();
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => friend.Client.Post($"/api/v1/splits/shares/{Token(links[1])}/pay", new { method = "wallet" })));
        replies.ShouldAllBe(r => (int)r.Status < 500);
        await Settle();
        (await Wallet(friend)).ShouldBe(6_000_000 - 300000);
        await Status(owner, booking, "confirmed", 600000);
        await TheBooksAreRight();
    }

    [Fact]
    public async Task The_owner_hands_on_and_the_new_one_answers_for_the_rest()
    {
        var (club, owner, friend, other) = (await OpenClub(), await Guest(), await Guest(), await Guest());
        await TopUp(owner, 600000);
        await TopUp(friend, 600000);
        var booking = await Hold(club, owner, 2, 18);
        var links = await Split(owner, booking, new { name = "Me" }, new { name = "Friend" }, new { name = "Nobody" });
        await PayShare(owner, links[0], "wallet");
        await PayShare(friend, links[1], "wallet");
        (await owner.Client.Put($"/api/v1/bookings/{booking}/split/owner", new { userId = other.Id })).Refuses(HttpStatusCode.UnprocessableEntity, "not_a_payer");
        (await other.Client.Put($"/api/v1/bookings/{booking}/split/owner", new { userId = other.Id })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await owner.Client.Put($"/api/v1/bookings/{booking}/split/owner", new { userId = friend.Id })).Is(HttpStatusCode.OK);
        Clock.Set(new DateTimeOffset(2026, 6, 2, 11, 1, 0, TimeSpan.Zero));
        await Pass(Duration.Zero);
        (await Wallet(friend)).ShouldBe(200000);
        (await Wallet(owner)).ShouldBe(400000);
    }

    [Fact]
    public async Task Rights_and_rubbish()
    {
        var (club, other, owner, stranger) = (await OpenClub(), await OpenClub(), await Guest(), await Guest());
        var booking = await Hold(club, owner, 2, 18);
        var address = $"/api/v1/bookings/{booking}/split";
        (await Visitor.Post(address, new { shares = new[] { new { name = "a" }, new { name = "b" } } })).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await stranger.Client.Post(address, new { shares = new[] { new { name = "a" }, new { name = "b" } } })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await owner.Client.Post(address, new { })).Names("shares").ShouldBeTrue();
        (await owner.Client.Post(address, new { shares = new[] { new { name = "a" } } })).Names("shares").ShouldBeTrue();
        (await owner.Client.Post(address, new { shares = new[] { new { name = "a", amount = 1 }, new { name = "b", amount = 2 } } })).Names("shares").ShouldBeTrue();
        var links = await Split(owner, booking, new { name = "Me" }, new { name = "Friend" });
        (await owner.Client.Post(address, new { shares = new[] { new { name = "a" }, new { name = "b" } } })).Refuses(HttpStatusCode.Conflict, "already_split");
        (await stranger.Client.Get(address)).Refuses(HttpStatusCode.NotFound, "not_found");
        (await other.Owner.Client.Get(address)).Refuses(HttpStatusCode.NotFound, "not_found");
        (await stranger.Client.Post("/api/v1/splits/shares/00ff/pay", new { method = "wallet" })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await stranger.Client.Post($"/api/v1/splits/shares/{Token(links[1])}/pay", new { method = "gold" })).Names("method").ShouldBeTrue();
        (await Visitor.Post($"/api/v1/splits/shares/{Token(links[1])}/pay", new { method = "wallet" })).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await stranger.Client.Post($"/api/v1/splits/shares/{Token(links[1])}/pay", new { method = "wallet" })).Refuses(HttpStatusCode.UnprocessableEntity, "insufficient_funds");
        (await owner.Client.Put($"/api/v1/organisations/{club.OrganisationId}/split-policy", new { policy = "autoCancel", hoursBefore = 2 })).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await other.Owner.Client.Put($"/api/v1/organisations/{club.OrganisationId}/split-policy", new { policy = "autoCancel", hoursBefore = 2 })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await club.Owner.Client.Put($"/api/v1/organisations/{club.OrganisationId}/split-policy", new { policy = "nothing", hoursBefore = 2 })).Names("policy").ShouldBeTrue();
        (await other.Owner.Client.Post($"/api/v1/splits/shares/{Guid.NewGuid()}/cash")).Refuses(HttpStatusCode.NotFound, "not_found");
        var page = await stranger.Client.GetStringAsync(new Uri(links[1], UriKind.Relative), TestContext.Current.CancellationToken);
        page.ShouldContain("Margalla Padel Club");
        page.ShouldContain("3,000");
        using var none = await stranger.Client.GetAsync(new Uri("/split/00ff", UriKind.Relative), TestContext.Current.CancellationToken);
        none.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<List<string>> Split(Person owner, Guid booking, params object[] shares) =>
        [.. (await owner.Client.Post($"/api/v1/bookings/{booking}/split", new { shares })).Is(HttpStatusCode.Created).Data.GetProperty("shares").EnumerateArray().Select(s => s.GetProperty("link").GetString()!)];

    private static string Token(string link) => link.Split('/')[^1];

    // Settled before the story goes on: whoever moves the clock next must not overtake the news.
    private async Task<Reply> PayShare(Person payer, string link, string method)
    {
        var reply = (await payer.Client.Post($"/api/v1/splits/shares/{Token(link)}/pay", new { method })).Is(HttpStatusCode.Created);
        await Settle();
        return reply;
    }
}
