using System.Diagnostics;
using System.Reflection;

[assembly: AssemblyFixture(typeof(Sarai.Stories.StoryPostgres))]
[assembly: AssemblyFixture(typeof(Sarai.Browser.Chromium))]

namespace Sarai.Browser;

/// <summary>The browser; without Chromium on the machine every journey is skipped with that reason. What every journey does with it stands here.</summary>
public sealed class Chromium : IAsyncLifetime
{
    // A journey fails for what it sees, not for how busy the machine is.
    private const float Patience = 90_000;

    private static readonly string? Path = new[] { Environment.GetEnvironmentVariable("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(p => p is not null && File.Exists(p));
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>
    /// When journeys begin: now, because cookies and service workers live by the browser's own clock; but never near a midnight of a place we have journeys
    /// in, so that "today" and "tomorrow" mean the same from the first step to the last.
    /// </summary>
    public static DateTimeOffset Start
    {
        get
        {
            var now = DateTimeOffset.UtcNow;
            return now.Hour switch { < 2 => new(now.Date.AddHours(6), TimeSpan.Zero), >= 17 => new(now.Date.AddHours(30), TimeSpan.Zero), _ => now };
        }
    }

    public static void Needed() => Assert.SkipWhen(Path is null, "Chromium is not installed; install the package chromium, or name it in CHROMIUM.");

    /// <summary>A path in node_modules the project file names.</summary>
    public static Task<string> Script(string name) => File.ReadAllTextAsync(typeof(Chromium).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == name).Value!, TestContext.Current.CancellationToken);

    public async ValueTask InitializeAsync()
    {
        if (Path is null) return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Timeout = Patience, Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>A window of somebody who has not been here before.</summary>
    public async Task<Tab> Open(Uri house, int width, bool script = true, ColorScheme scheme = ColorScheme.Light)
    {
        // A page that still glides to its place is clicked where something was.
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = house.ToString(), ViewportSize = new() { Width = width, Height = 800 }, JavaScriptEnabled = script, ColorScheme = scheme, Locale = "en-GB", ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(Patience);
        context.SetDefaultNavigationTimeout(Patience);
        var tab = new Tab(await context.NewPageAsync(), []);
        tab.Page.Console += (_, message) =>
        {
            if (message.Type == "error") tab.Problems.Add(message.Text);
        };
        tab.Page.PageError += (_, error) => tab.Problems.Add(error);
        return tab;
    }

    /// <summary>A window of somebody who is signed in.</summary>
    public async Task<Tab> Open(Uri house, string email, int width, bool script = true, ColorScheme scheme = ColorScheme.Light)
    {
        var tab = await Open(house, width, script, scheme);
        await tab.Page.GotoAsync("/sign-in");
        await tab.Page.SignIn(email);
        return tab;
    }
}

/// <summary>A page, and what its console complained of.</summary>
public sealed record Tab(IPage Page, List<string> Problems);

/// <summary>What journeys do with pages.</summary>
public static class Pages
{
    /// <summary>Signs in on the page that asks for it, whatever its language.</summary>
    public static async Task SignIn(this IPage page, string email)
    {
        await page.Locator("#f-email").FillAsync(email);
        await page.Locator("#f-password").FillAsync(World.Password);
        await page.Locator("main form[method=post] button[type=submit]").First.ClickAsync();
        await page.Leave(u => u.Contains("sign-in", StringComparison.Ordinal));
    }

    // The address is enough to wait for: whether the page is there is asked after it. A page put in place by script never loads, and waiting for that may wait for ever.
    private static readonly PageWaitForURLOptions Address = new() { WaitUntil = WaitUntilState.Commit };

    /// <summary>Waits until the address is none of these any more, and its page is in place.</summary>
    public static async Task Leave(this IPage page, Func<string, bool> left)
    {
        await page.WaitForURLAsync(u => !left(u), Address);
        await page.Rest();
    }

    /// <summary>Waits until the page says so. Asked anew from outside each time: a page that waits for itself would need the eval that its policy forbids.</summary>
    public static async Task Until(this IPage page, string expression)
    {
        for (var watch = Stopwatch.StartNew(); !await Says();)
        {
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(90), expression);
            // The pause between two looks.
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        async Task<bool> Says()
        {
            try
            {
                return await page.EvaluateAsync<bool>(expression);
            }
            catch (PlaywrightException gone) when (gone.Message.Contains("context was destroyed", StringComparison.Ordinal))
            {
                // The page was left for the next one.
                return false;
            }
        }
    }

    /// <summary>Waits for an address and for its page to be in place: one that is still being put there moves under the pointer.</summary>
    public static async Task Arrive(this IPage page, string address)
    {
        await page.WaitForURLAsync(address, Address);
        await page.Rest();
    }

    /// <summary>Waits until nothing is being put in place.</summary>
    public static Task Rest(this IPage page) => page.Until("document.readyState === 'complete' && !document.documentElement.hasAttribute('data-loading')");

    /// <summary>Whether the page is wider than its window.</summary>
    public static async Task<bool> ScrollsSideways(this IPage page) => await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth") > 0;

    /// <summary>What axe finds wrong.</summary>
    public static async Task<IEnumerable<string>> Violations(this IPage page)
    {
        await page.EvaluateAsync(await Chromium.Script("Axe"));
        return await page.EvaluateAsync<string[]>("async () => (await axe.run()).violations.map(v => location.pathname + ': ' + v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | '))");
    }

    /// <summary>What axe finds wrong on each of these pages in turn, and which of them scroll sideways.</summary>
    public static async Task<IReadOnlyList<string>> Wrongs(this IPage page, IEnumerable<string> paths)
    {
        var wrong = new List<string>();
        foreach (var path in paths)
        {
            var response = await page.GotoAsync(path);
            if (response!.Status != 200) wrong.Add($"{path}: answers {response.Status}");
            wrong.AddRange(await page.Violations());
            if (await page.ScrollsSideways()) wrong.Add($"{path}: scrolls sideways");
        }
        return wrong;
    }
}
