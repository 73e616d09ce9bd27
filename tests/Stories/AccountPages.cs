namespace Sarai.Stories;

public sealed class AccountPages(StoryPostgres postgres) : World(postgres)
{
    [Theory]
    [InlineData("/account/verify", "Confirm your contacts")]
    [InlineData("/account/security", "Set up an authenticator app")]
    [InlineData("/account/addresses", "No address yet.")]
    [InlineData("/account/privacy", "Download the file")]
    [InlineData("/notifications/preferences", "A booking is confirmed")]
    public async Task The_pages_of_an_account_are_for_who_is_signed_in(string path, string says)
    {
        var guest = await Guest();
        (await guest.Client.Get(path)).Is(HttpStatusCode.OK).Text.ShouldContain(says);
        (await Visitor.Get(path)).Status.ShouldNotBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_file_holds_what_every_module_knows_and_nothing_secret()
    {
        var (club, guest) = (await OpenClub(), await Guest("Ayesha Khan"));
        (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 18), 60, club.Courts[0]))).Is(HttpStatusCode.Created);
        await Settle();
        var file = (await guest.Client.Get("/api/v1/users/export")).Is(HttpStatusCode.OK);
        file.Root.GetProperty("profile")[0].GetProperty("name").GetString().ShouldBe("Ayesha Khan");
        file.Root.GetProperty("bookings").GetArrayLength().ShouldBe(1);
        file.Root.GetProperty("notifications").GetArrayLength().ShouldBe(1);
        file.Text.ShouldNotContain("password_hash");
        file.Text.ShouldNotContain("refresh_hash");
        (await Visitor.Get("/api/v1/users/export")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task Who_erases_the_account_is_gone_and_the_clubs_books_still_add_up()
    {
        var (club, guest) = (await OpenClub(), await Guest("Ayesha Khan"));
        (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 18), 60, club.Courts[0]))).Is(HttpStatusCode.Created);
        await Settle();
        (await guest.Client.Post("/api/v1/users/erase", new { })).Names("password").ShouldBeTrue();
        (await guest.Client.Post("/api/v1/users/erase", new { password = "Wrong-Horse-42!" })).Names("password").ShouldBeTrue();
        (await guest.Client.Post("/api/v1/users/erase", new { password = Password })).Is(HttpStatusCode.OK);
        await Settle();
        (await Visitor.Post("/api/v1/auth/login", new { email = guest.Email, password = Password })).Refuses(HttpStatusCode.Unauthorized, "invalid_credentials");
        (await Database.Ask($"select guest_name from bookings.booking where guest_id = '{guest.Id}'")).ShouldBe("–");
        (await Database.Ask($"select count(*) from notifications.message where user_id = '{guest.Id}'")).ShouldBe(0L);
        (await Database.Ask($"select count(*) from identity.account where email = '{guest.Email}'")).ShouldBe(0L);
        // The address is free again.
        (await Visitor.Post("/api/v1/auth/register", new { email = guest.Email, name = "Somebody Else", password = Password })).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_only_owner_of_a_club_cannot_vanish()
    {
        var club = await OpenClub();
        (await club.Owner.Client.Post("/api/v1/users/erase", new { password = Password })).Refuses(HttpStatusCode.Conflict, "last_owner");
        (await Visitor.Post("/api/v1/users/erase", new { password = Password })).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
    }
}
