using System.Net;

namespace Sarai.Browser;

/// <summary>What guests do in a browser.</summary>
public sealed class Journeys(StoryPostgres postgres, Chromium chromium) : World(postgres)
{
    protected override DateTimeOffset Start => Chromium.Start;

    [Theory]
    [InlineData(360, true)]
    [InlineData(1280, true)]
    [InlineData(360, false)]
    public async Task A_guest_finds_a_court_holds_it_pays_and_sees_it_confirmed(int width, bool script)
    {
        Chromium.Needed();
        await OpenClub();
        var (page, problems) = await chromium.Open(App.Address, width, script);
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { NameString = "Margalla Padel Club" }).ClickAsync();
        await page.Arrive("**/clubs/*");
        await page.Locator(".days a").Nth(2).ClickAsync();
        await page.Arrive("**date=**");
        await page.GetByRole(AriaRole.Link, new() { NameString = "Sign up" }).ClickAsync();
        await page.GetByLabel("Your name").FillAsync("عائشہ خان");
        await page.GetByLabel("E-mail").FillAsync("ayesha@example.com");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { NameString = "Sign up" }).ClickAsync();
        await page.Arrive("**/clubs/**date=**");
        var slot = page.Locator(".slot input:not(:disabled)").Nth(20);
        await slot.CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { NameString = "Hold this slot" }).ClickAsync();
        await page.Arrive("**/pay");
        await page.Locator("button[value=sandbox]").First.ClickAsync();
        await page.Arrive("**/sandbox/pay/**");
        await page.Locator("button[value=succeed]").ClickAsync();
        await page.Arrive("**/payments/**");
        await Settle();
        await page.GotoAsync("/bookings");
        await page.Locator("a.club").First.ClickAsync();
        await page.GetByText("Confirmed").First.WaitForAsync();
        await page.GetByText("عائشہ خان").First.WaitForAsync();
        (await page.ScrollsSideways()).ShouldBeFalse();
        problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_slot_somebody_else_takes_goes_from_an_open_grid()
    {
        Chromium.Needed();
        var (club, other) = (await OpenClub(courts: 1), await Guest());
        var (page, problems) = await chromium.Open(App.Address, 1280);
        await page.GotoAsync("/clubs");
        await page.GetByRole(AriaRole.Link, new() { NameString = "Margalla Padel Club" }).ClickAsync();
        await page.Arrive("**/clubs/*");
        await page.Locator(".days a").Nth(2).ClickAsync();
        await page.Arrive("**date=**");
        var slot = page.Locator(".slot input:not(:disabled)").Nth(5);
        var (court, startsAt) = (await slot.GetAttributeAsync("value"))!.Split('|') is [var c, var s] ? (Guid.Parse(c), s) : default;
        await page.Until("customElements.get('sarai-slots') !== undefined");
        await page.RunAndWaitForResponseAsync(async () => (await other.Client.Post("/api/v1/bookings", Wish(club, startsAt, 60, court))).Is(HttpStatusCode.Created), "**/availability**");
        await page.Locator($".slot input[value='{court}|{startsAt}']:disabled").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("en", ColorScheme.Light)]
    [InlineData("ur", ColorScheme.Dark)]
    public async Task Pages_have_no_accessibility_violations(string language, ColorScheme scheme)
    {
        Chromium.Needed();
        var club = await OpenClub();
        var guest = await Guest();
        var booking = (await guest.Client.Post("/api/v1/bookings", new { offeringId = club.OfferingId, startsAt = Clock.GetUtcNow().Date.AddDays(3).ToString("yyyy-MM-dd", null) + "T18:00:00+05:00", minutes = 60 })).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        var slug = (string)(await Database.Ask("select slug from catalog.venue"))!;
        var violations = new List<string>();
        foreach (var (person, paths) in new[] { (guest, new[] { "/", $"/clubs/{slug}", $"/bookings/{booking}", $"/bookings/{booking}/pay", "/bookings", "/wallet", "/notifications", "/notifications/preferences", "/account", "/account/verify", "/account/security", "/account/addresses", "/account/privacy", "/offline" }), (club.Owner, [$"/desk/{club.Id}", $"/desk/{club.Id}/bookings", $"/desk/{club.Id}/bookings/{booking}", $"/desk/{club.Id}/dashboard", $"/desk/{club.Id}/payments"]) })
        {
            var (page, _) = await chromium.Open(App.Address, 390, scheme: scheme);
            await page.GotoAsync($"/sign-in?lang={language}");
            violations.AddRange(await page.Violations());
            await page.SignIn(person.Email);
            (await page.EvaluateAsync<string>("document.documentElement.lang")).ShouldBe(language);
            violations.AddRange(await page.Wrongs(paths));
        }
        violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_pages_beside_the_way_have_no_accessibility_violations_either()
    {
        Chromium.Needed();
        var (club, guest, admin) = (await OpenClub(), await Guest(), await Admin());
        var booking = (await guest.Client.Post("/api/v1/bookings", new { offeringId = club.OfferingId, startsAt = Clock.GetUtcNow().Date.AddDays(3).ToString("yyyy-MM-dd", null) + "T18:00:00+05:00", minutes = 60 })).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        var payment = (await guest.Client.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "sandbox" })).Is(HttpStatusCode.Created).Data;
        (await club.Owner.Client.Post($"/api/v1/organisations/{club.OrganisationId}/webhooks", new { url = "https://example.com/hooks", events = new[] { "booking.created" } })).Is(HttpStatusCode.Created);
        var slug = (string)(await Database.Ask("select slug from catalog.venue"))!;
        var desk = new[] { "plans", "promos", "credit", "gateways", "money", "payees", "settlements", "taxes" }.Select(s => $"/desk/{club.Id}/{s}").Append("/desk/new").Append($"/desk/organisations/{club.OrganisationId}/webhooks");
        var own = new[] { new Uri(payment.GetProperty("checkoutUrl").GetString()!).PathAndQuery, $"/payments/{payment.GetProperty("paymentId").GetGuid()}/return", $"/bookings/{booking}/split", $"/bookings/{booking}/invoices", $"/clubs/{slug}/plans", "/memberships", "/dev/mailbox", "/forbidden" };
        var violations = new List<string>();
        var (visitor, _) = await chromium.Open(App.Address, 390);
        violations.AddRange(await visitor.Wrongs(["/sign-up", "/forgot-password", "/reset-password"]));
        foreach (var (person, paths) in new[] { (guest, own), (club.Owner, desk), (admin, ["/admin/hotels"]) })
        {
            var (page, _) = await chromium.Open(App.Address, person.Email, 390);
            violations.AddRange(await page.Wrongs(paths));
        }
        violations.ShouldBeEmpty();
    }
}
