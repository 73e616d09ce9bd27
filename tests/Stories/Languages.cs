using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Sarai.Stories;

public sealed class Languages(StoryPostgres postgres) : World(postgres)
{
    [Theory]
    [InlineData("ur", "rtl", "آج رات کورٹ، تین ٹیپ میں", "ادائیگی کریں اور کھیلیں", "میری بکنگز")]
    [InlineData("hi", "ltr", "आज रात कोर्ट, तीन टैप में", "भुगतान करें और खेलें", "मेरी बुकिंग")]
    public async Task The_way_to_a_court_is_shown_in_the_guests_language(string language, string direction, string home, string pay, string mine)
    {
        var (club, guest) = (await OpenClub(), await Guest());
        var booking = (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 18), 60, club.Courts[0]))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        var slug = (string)(await Database.Ask("select slug from catalog.venue"))!;

        var start = await Page(guest, "/", language);
        start.ShouldContain($"<html lang=\"{language}\" dir=\"{direction}\"");
        start.ShouldContain(home);
        var grid = await Page(guest, $"/clubs/{slug}?date=2026-06-03", language);
        grid.ShouldContain(language == "ur" ? "60 منٹ" : "60 मिनट");
        grid.ShouldContain(language == "ur" ? "جون" : "जून");
        (await Page(guest, $"/bookings/{booking}/pay", language)).ShouldContain(pay);
        (await Page(guest, "/bookings", language)).ShouldContain($"<h1>{mine}</h1>");
        Regex.IsMatch(await Page(guest, $"/bookings/{booking}/pay", language), "[٠-٩०-९]").ShouldBeFalse("digits are Latin");
    }

    [Fact]
    public async Task The_address_wins_over_the_cookie_the_cookie_over_the_person_and_the_person_over_the_browser()
    {
        var guest = await Guest();
        (await guest.Client.Put("/api/v1/users/profile", new { language = "ta" })).Is(HttpStatusCode.OK);
        (await LanguageOf(guest, "/", accept: "kn")).ShouldBe("ta");
        (await LanguageOf(guest, "/", cookie: "te", accept: "kn")).ShouldBe("te");
        (await LanguageOf(guest, "/?lang=hi", cookie: "te", accept: "kn")).ShouldBe("hi");
        (await LanguageOf(null, "/", accept: "kn, en;q=0.5")).ShouldBe("kn");
        (await LanguageOf(null, "/", accept: "sv")).ShouldBe("en");
        (await LanguageOf(null, "/?lang=xx")).ShouldBe("en");
    }

    [Fact]
    public async Task The_api_speaks_english_unless_it_is_asked_otherwise()
    {
        (await Visitor.Post("/api/v1/auth/login", new { email = "nobody@example.com", password = "wrong" })).Root.GetProperty("error").GetProperty("message").GetString().ShouldBe("The e-mail, phone or password is not right.");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/auth/register") { Content = JsonContent.Create(new { email = "x" }) };
        request.Headers.AcceptLanguage.Add(new StringWithQualityHeaderValue("hi"));
        using var response = await Visitor.SendAsync(request, TestContext.Current.CancellationToken);
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe("validation_failed");
        error.GetProperty("details").GetProperty("password")[0].GetString()!.ShouldStartWith("यह ज़रूरी है।");
    }

    [Fact]
    public async Task Messages_come_in_the_readers_language_as_text_and_as_html()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        (await guest.Client.Put("/api/v1/users/profile", new { language = "ur" })).Is(HttpStatusCode.OK);
        var id = (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 18), 60, club.Courts[0]))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = id, method = "cash" })).Is(HttpStatusCode.Created);
        await Settle();
        var mail = (await Visitor.Get($"/api/v1/dev/messages?to={guest.Email}")).Data.GetProperty("items").EnumerateArray().Single(m => m.GetProperty("type").GetString() == "booking_confirmed");
        mail.GetProperty("body").GetString()!.ShouldContain("ڈیسک پر دکھائیں");
        var html = await Visitor.Get($"/dev/mailbox/{mail.GetProperty("id").GetGuid()}");
        html.Text.ShouldContain("<html lang=\"ur\" dir=\"rtl\">");
        html.Text.ShouldContain("Margalla Padel Club");
        html.Text.ShouldNotContain("<script");
        html.Headers["Content-Security-Policy"].ShouldContain("sandbox");
        (await Page(guest, "/notifications", "en")).ShouldContain("تصدیق ہو گئی");
    }

    [Fact]
    public async Task Json_leaves_plus_signs_and_other_scripts_as_they_are()
    {
        var club = await OpenClub();
        var guest = await Guest("عائشہ خان");
        (await guest.Client.Get("/api/v1/users/profile")).Text.ShouldContain("عائشہ خان");
        (await guest.Client.Get($"/api/v1/venues/{club.Id}/availability?date=2026-06-02&offeringId={club.OfferingId}&minutes=60")).Text.ShouldContain("+05:00");
    }

    private static async Task<string> Page(Person person, string path, string language)
    {
        var reply = await person.Client.Get($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}lang={language}");
        return reply.Is(HttpStatusCode.OK).Text;
    }

    private async Task<string> LanguageOf(Person? person, string path, string? cookie = null, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (cookie is not null) request.Headers.Add("Cookie", $"lang={cookie}");
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept-Language", accept);
        using var response = await (person?.Client ?? Visitor).SendAsync(request, TestContext.Current.CancellationToken);
        return response.Content.Headers.ContentLanguage.Single();
    }
}
