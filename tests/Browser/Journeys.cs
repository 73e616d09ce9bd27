using System.Net;
using System.Reflection;

[assembly: AssemblyFixture(typeof(Sarai.Stories.StoryPostgres))]
[assembly: AssemblyFixture(typeof(Sarai.Browser.Chromium))]

namespace Sarai.Browser;

/// <summary>The browser; without Chromium on the machine every journey is skipped with that reason.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string? Path = new[] { Environment.GetEnvironmentVariable("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(p => p is not null && File.Exists(p));
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public IBrowser Browser => _browser!;

    public static void Needed() => Assert.SkipWhen(Path is null, "Chromium is not installed; install the package chromium, or name it in CHROMIUM.");

    public async ValueTask InitializeAsync()
    {
        if (Path is null) return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

public sealed class Journeys(StoryPostgres postgres, Chromium chromium) : World(postgres)
{
    // Holds live by the fake clock, the page's countdown by the browser's: a story of today keeps them together.
    protected override DateTimeOffset Start => DateTimeOffset.UtcNow;

    [Theory]
    [InlineData(360, true)]
    [InlineData(1280, true)]
    [InlineData(360, false)]
    public async Task A_guest_finds_a_court_holds_it_pays_and_sees_it_confirmed(int width, bool script)
    {
        Chromium.Needed();
        await OpenClub();
        var (page, problems) = await Open(width, script);
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { NameString = "Margalla Padel Club" }).ClickAsync();
        await Arrive(page, "**/clubs/*");
        await page.Locator(".days a").Nth(2).ClickAsync();
        await Arrive(page, "**date=**");
        await page.GetByRole(AriaRole.Link, new() { NameString = "Sign up" }).ClickAsync();
        await page.GetByLabel("Your name").FillAsync("عائشہ خان");
        await page.GetByLabel("E-mail").FillAsync("ayesha@example.com");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { NameString = "Sign up" }).ClickAsync();
        await page.WaitForURLAsync("**/clubs/**date=**");
        await page.Locator(".slot input:not(:disabled)").Nth(20).CheckAsync(new() { Force = true });
        await page.GetByRole(AriaRole.Button, new() { NameString = "Hold this slot" }).ClickAsync();
        await page.WaitForURLAsync("**/pay");
        await page.Locator("button[value=sandbox]").First.ClickAsync();
        await page.WaitForURLAsync("**/sandbox/pay/**");
        await page.Locator("button[value=succeed]").ClickAsync();
        await page.WaitForURLAsync("**/payments/**");
        await Settle();
        await page.GotoAsync("/bookings");
        await page.Locator("a.club").First.ClickAsync();
        await page.GetByText("Confirmed").First.WaitForAsync();
        await page.GetByText("عائشہ خان").First.WaitForAsync();
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0, "the page scrolls sideways");
        problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_slot_somebody_else_takes_goes_from_an_open_grid()
    {
        Chromium.Needed();
        var (club, other) = (await OpenClub(courts: 1), await Guest());
        var (page, problems) = await Open(1280, true);
        await page.GotoAsync("/clubs");
        await page.GetByRole(AriaRole.Link, new() { NameString = "Margalla Padel Club" }).ClickAsync();
        await Arrive(page, "**/clubs/*");
        await page.Locator(".days a").Nth(2).ClickAsync();
        await Arrive(page, "**date=**");
        var slot = page.Locator(".slot input:not(:disabled)").Nth(5);
        var (court, startsAt) = (await slot.GetAttributeAsync("value"))!.Split('|') is [var c, var s] ? (Guid.Parse(c), s) : default;
        await page.WaitForFunctionAsync("customElements.get('sarai-slots') !== undefined");
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
            var (page, _) = await Open(390, true, scheme);
            await page.GotoAsync($"/sign-in?lang={language}");
            violations.AddRange(await Axe(page));
            await page.Locator("#f-email").FillAsync(person.Email);
            await page.Locator("#f-password").FillAsync(Password);
            await page.Locator("main button[type=submit]").ClickAsync();
            await page.WaitForURLAsync(u => !u.Contains("sign-in", StringComparison.Ordinal));
            foreach (var path in paths)
            {
                await page.GotoAsync(path);
                (await page.EvaluateAsync<string>("document.documentElement.lang")).ShouldBe(language);
                violations.AddRange((await Axe(page)).Select(v => $"{path}: {v}"));
                if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth") is > 0 and var wide) violations.Add($"{path}: scrolls sideways by {wide}");
            }
        }
        violations.ShouldBeEmpty();
    }

    // A page that is still being put in place moves under the pointer.
    private static async Task Arrive(IPage page, string address)
    {
        await page.WaitForURLAsync(address);
        await page.Locator("html:not([data-loading])").WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    private async Task<(IPage Page, List<string> Problems)> Open(int width, bool script, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await chromium.Browser.NewContextAsync(new() { BaseURL = App.Address.ToString(), ViewportSize = new() { Width = width, Height = 800 }, JavaScriptEnabled = script, BypassCSP = false, ColorScheme = scheme });
        var page = await context.NewPageAsync();
        var problems = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error") problems.Add(message.Text);
        };
        page.PageError += (_, error) => problems.Add(error);
        return (page, problems);
    }

    private static async Task<List<string>> Axe(IPage page)
    {
        var axe = typeof(Journeys).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Axe").Value!;
        await page.EvaluateAsync(await File.ReadAllTextAsync(axe));
        return [.. await page.EvaluateAsync<string[]>("async () => (await axe.run()).violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | '))")];
    }
}
