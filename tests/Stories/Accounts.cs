using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Stories;

public sealed class Accounts(StoryPostgres postgres) : World(postgres)
{
    [Fact]
    public async Task Twenty_sign_ups_with_one_address_make_one_account()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Visitor.Post("/api/v1/auth/register", new { email = i % 2 == 0 ? "Ali@Example.com" : " ali@example.com ", name = "Ali", password = Password })));
        replies.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(1);
        replies.Where(r => r.Status != HttpStatusCode.Created).ShouldAllBe(r => r.Code == "email_taken");
    }

    [Fact]
    public async Task One_phone_written_three_ways_is_one_phone()
    {
        (await Visitor.Post("/api/v1/auth/register", new { phone = "0300 1234567", name = "Ali", password = Password })).Is(HttpStatusCode.Created).Data.GetProperty("user").GetProperty("phone").GetString().ShouldBe("+923001234567");
        foreach (var phone in new[] { "+92 300 1234567", "0092-300-1234567" })
        {
            (await Visitor.Post("/api/v1/auth/register", new { phone, name = "Ali", password = Password })).Refuses(HttpStatusCode.Conflict, "phone_taken");
            (await Visitor.Post("/api/v1/auth/login", new { phone, password = Password })).Is(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Weak_passwords_and_rubbish_are_refused_by_name()
    {
        foreach (var password in new[] { "short-A1!", "all-lower-case-1!", "ALL-UPPER-CASE-1!", "No-Digits-Here!!", "NoSpecials12345" })
            (await Visitor.Post("/api/v1/auth/register", new { email = "a@example.com", name = "Ali", password })).Names("password").ShouldBeTrue(password);
        (await Visitor.Post("/api/v1/auth/register", new { email = "not an address", name = "Ali", password = Password })).Names("email").ShouldBeTrue();
        (await Visitor.Post("/api/v1/auth/register", new { phone = "call me", name = "Ali", password = Password })).Names("phone").ShouldBeTrue();
        (await Visitor.Post("/api/v1/auth/register", new { name = "Ali", password = Password })).Names("email").ShouldBeTrue();
        (await Visitor.Post("/api/v1/auth/register", new { email = "a@example.com", password = Password })).Names("name").ShouldBeTrue();
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_for_half_an_hour()
    {
        var person = await Guest();
        for (var i = 0; i < 4; i++) (await Visitor.Post("/api/v1/auth/login", new { email = person.Email, password = "Wrong-Horse-42!" })).Refuses(HttpStatusCode.Unauthorized, "invalid_credentials");
        (await Visitor.Post("/api/v1/auth/login", new { email = person.Email, password = "Wrong-Horse-42!" })).Refuses(HttpStatusCode.Unauthorized, "account_locked");
        (await Visitor.Post("/api/v1/auth/login", new { email = person.Email, password = Password })).Refuses(HttpStatusCode.Unauthorized, "account_locked");
        Clock.Advance(TimeSpan.FromMinutes(30));
        await SignIn(person.Email);
        (await Visitor.Post("/api/v1/auth/login", new { email = "nobody@example.com", password = Password })).Refuses(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    [Fact]
    public async Task A_refresh_token_works_once_and_its_second_use_ends_the_session()
    {
        var person = await Guest();
        var next = (await Visitor.Post("/api/v1/auth/refresh", new { refreshToken = person.RefreshToken })).Is(HttpStatusCode.OK).Data;
        (await Visitor.Post("/api/v1/auth/refresh", new { refreshToken = person.RefreshToken })).Refuses(HttpStatusCode.Unauthorized, "invalid_refresh_token");
        (await Visitor.Post("/api/v1/auth/refresh", new { refreshToken = next.GetProperty("refreshToken").GetString() })).Refuses(HttpStatusCode.Unauthorized, "invalid_refresh_token");
        (await Client(next.GetProperty("accessToken").GetString()).Get("/api/v1/users/profile")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task The_fourth_device_ends_the_first_and_a_revoked_one_is_out_at_once()
    {
        var first = await Guest();
        var (second, third, fourth) = (await SignIn(first.Email), await SignIn(first.Email), await SignIn(first.Email));
        (await Client(first.AccessToken).Get("/api/v1/users/profile")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        var sessions = (await fourth.Client.Get("/api/v1/users/sessions")).Is(HttpStatusCode.OK).Data.GetProperty("items");
        sessions.GetArrayLength().ShouldBe(3);
        (await second.Client.Get("/api/v1/users/profile")).Is(HttpStatusCode.OK);
        (await fourth.Client.Delete("/api/v1/users/sessions")).Is(HttpStatusCode.OK);
        foreach (var ended in new[] { second, third }) (await Client(ended.AccessToken).Get("/api/v1/users/profile")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await fourth.Client.Get("/api/v1/users/profile")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_altered_or_unsigned_token_is_no_token()
    {
        var person = await Guest();
        var parts = person.AccessToken.Split('.');
        foreach (var token in new[] { person.AccessToken[..^3] + "AAA", $"{parts[0]}.{parts[1]}.", $"{parts[0]}.{parts[1]}A.{parts[2]}", person.AccessToken + "=", "x.y.z", "", $"eyJhbGciOiJub25lIn0.{parts[1]}." })
            (await Client(token).Get("/api/v1/users/profile")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task The_second_factor_is_asked_for_and_each_code_works_once()
    {
        var person = await Guest();
        var secret = (await person.Client.Post("/api/v1/users/totp")).Is(HttpStatusCode.OK).Data.GetProperty("secret").GetString()!;
        var recovery = (await person.Client.Post("/api/v1/users/totp/confirm", new { code = Code() })).Is(HttpStatusCode.OK).Data.GetProperty("codes");
        (await Visitor.Post("/api/v1/auth/login", new { email = person.Email, password = Password })).Refuses(HttpStatusCode.Unauthorized, "totp_required");
        (await Visitor.Post("/api/v1/auth/login", new { email = person.Email, password = Password, code = Code() })).Refuses(HttpStatusCode.Unauthorized, "totp_invalid");
        Clock.Advance(TimeSpan.FromSeconds(60));
        (await Visitor.Post("/api/v1/auth/login", new { email = person.Email, password = Password, code = Code() })).Is(HttpStatusCode.OK);
        var spare = recovery[0].GetString();
        (await Visitor.Post("/api/v1/auth/login", new { email = person.Email, password = Password, code = spare })).Is(HttpStatusCode.OK);
        (await Visitor.Post("/api/v1/auth/login", new { email = person.Email, password = Password, code = spare })).Refuses(HttpStatusCode.Unauthorized, "totp_invalid");

        string Code() => Sarai.Identity.Totp.CodeAt(secret, Clock.GetUtcNow().ToUnixTimeSeconds() / 30);
    }

    [Fact]
    public void One_time_passwords_are_those_of_the_standard() =>
        // RFC 6238, appendix B, SHA-1, the last six of the eight digits.
        new[] { (59L, "287082"), (1111111109L, "081804"), (1111111111L, "050471"), (1234567890L, "005924"), (2000000000L, "279037") }
            .ShouldAllBe(v => Sarai.Identity.Totp.CodeAt("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", v.Item1 / 30) == v.Item2);

    [Fact]
    public async Task A_forgotten_password_is_set_by_the_code_that_was_sent()
    {
        var person = await Guest();
        (await Visitor.Post("/api/v1/auth/forgot-password", new { email = "nobody@example.com" })).Is(HttpStatusCode.OK);
        (await Visitor.Post("/api/v1/auth/forgot-password", new { email = person.Email })).Is(HttpStatusCode.OK);
        var code = (string)(await Database.Ask("select body ->> 'code' from published where body ->> 'purpose' = 'reset_password'"))!;
        (await Visitor.Post("/api/v1/auth/reset-password", new { email = person.Email, code = "000000", password = "Another-Horse-43!" })).Refuses(HttpStatusCode.UnprocessableEntity, "code_invalid");
        (await Visitor.Post("/api/v1/auth/reset-password", new { email = person.Email, code, password = "Another-Horse-43!" })).Is(HttpStatusCode.OK);
        (await Visitor.Post("/api/v1/auth/reset-password", new { email = person.Email, code, password = "Another-Horse-44!" })).Refuses(HttpStatusCode.UnprocessableEntity, "code_invalid");
        (await Client(person.AccessToken).Get("/api/v1/users/profile")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        await SignIn(person.Email, "Another-Horse-43!");
    }

    [Fact]
    public async Task A_code_has_five_tries_also_when_they_come_at_once()
    {
        var person = await Guest();
        var code = (string)(await Database.Ask("select body ->> 'code' from published where body ->> 'purpose' = 'verify_email'"))!;
        var wrong = code == "111111" ? "222222" : "111111";
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => person.Client.Post("/api/v1/auth/verify-email", new { code = wrong })));
        (await person.Client.Post("/api/v1/auth/verify-email", new { code })).Refuses(HttpStatusCode.UnprocessableEntity, "code_invalid");
        (await person.Client.Post("/api/v1/auth/resend-code")).Is(HttpStatusCode.OK);
        var fresh = (string)(await Database.Ask("select body ->> 'code' from published where body ->> 'purpose' = 'verify_email' order by id desc limit 1"))!;
        (await person.Client.Post("/api/v1/auth/verify-email", new { code = fresh })).Is(HttpStatusCode.OK).Data.GetProperty("emailVerified").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task The_last_owner_stays_and_a_lost_role_counts_at_once()
    {
        var club = await OpenClub();
        var manager = await Colleague(club, "manager");
        (await manager.Client.Get($"/api/v1/organisations/{club.OrganisationId}/members")).Is(HttpStatusCode.OK).Data.GetProperty("items").GetArrayLength().ShouldBe(2);
        (await manager.Client.Delete($"/api/v1/organisations/{club.OrganisationId}/members/{club.Owner.Id}")).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await club.Owner.Client.Delete($"/api/v1/organisations/{club.OrganisationId}/members/{club.Owner.Id}")).Refuses(HttpStatusCode.Conflict, "last_owner");
        (await club.Owner.Client.Delete($"/api/v1/organisations/{club.OrganisationId}/members/{manager.Id}")).Is(HttpStatusCode.OK);
        (await manager.Client.Get($"/api/v1/organisations/{club.OrganisationId}/members")).Refuses(HttpStatusCode.Forbidden, "forbidden");
        var stranger = (await OpenClub()).Owner;
        (await stranger.Client.Get($"/api/v1/organisations/{club.OrganisationId}/members")).Refuses(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Only_the_administrator_administrates()
    {
        var (guest, admin) = (await Guest(), await Admin());
        (await guest.Client.Get("/api/v1/admin/users")).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await admin.Client.Post($"/api/v1/admin/users/{guest.Id}/suspend", new { reason = "spam" })).Is(HttpStatusCode.OK);
        (await guest.Client.Get("/api/v1/users/profile")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await Visitor.Post("/api/v1/auth/login", new { email = guest.Email, password = Password })).Refuses(HttpStatusCode.Forbidden, "account_suspended");
        (await admin.Client.Post($"/api/v1/admin/users/{admin.Id}/demote")).Refuses(HttpStatusCode.Conflict, "own_account");
        (await admin.Client.Get($"/api/v1/admin/audit-logs/{admin.Id}")).Is(HttpStatusCode.OK).Data.GetProperty("items")[0].GetProperty("action").GetString().ShouldBe("suspend:users");
    }

    [Fact]
    public async Task Every_path_that_is_not_there_or_not_for_that_verb_says_so_in_the_envelope()
    {
        (await Visitor.Get("/api/v1/nothing")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await Visitor.Delete("/api/v1/auth/login")).Refuses(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        (await Visitor.Get("/api/venues?limit=900")).Names("limit").ShouldBeTrue();
        (await Visitor.Get("/api/venues?lat=200&lng=1")).Names("lat").ShouldBeTrue();
        (await Visitor.Get("/openapi/v1.json")).Is(HttpStatusCode.OK).Root.GetProperty("openapi").GetString().ShouldStartWith("3.1");
    }
}
