using System.Net;

namespace Sarai.Browser;

/// <summary>What is left when the network goes.</summary>
public sealed class WithoutALine(StoryPostgres postgres, Chromium chromium) : World(postgres)
{
    protected override DateTimeOffset Start => Chromium.Start;

    [Fact]
    public async Task My_bookings_stay_readable_and_signing_out_forgets_them()
    {
        Chromium.Needed();
        var (club, guest) = (await OpenClub(), await Guest());
        (await guest.Client.Post("/api/v1/bookings", new { offeringId = club.OfferingId, startsAt = Clock.GetUtcNow().Date.AddDays(3).ToString("yyyy-MM-dd", null) + "T18:00:00+05:00", minutes = 60 })).Is(HttpStatusCode.Created);
        await using var cable = new Cable(App.Address);
        var page = await SignedIn(cable, guest.Email);
        await page.GotoAsync("/bookings");
        await page.Until("async () => { const names = await caches.keys(); for (const n of names.filter(n => n.startsWith('pages-'))) if (await (await caches.open(n)).match('/bookings')) return true; return false; }");

        cable.Cut();
        await page.ReloadAsync();
        await page.Locator("[data-offline-banner]:not([hidden])").WaitForAsync();
        (await page.Locator("[data-offline-banner]").TextContentAsync())!.ShouldMatch(@"^Offline, as of \d\d:\d\d$");
        await page.GetByText("Margalla Padel Club").First.WaitForAsync();
        await page.GotoAsync("/wallet");
        await page.GetByText("No connection").WaitForAsync();

        cable.Mend();
        await page.GotoAsync("/account");
        await page.GetByRole(AriaRole.Button, new() { NameString = "Sign out" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { NameString = "Sign in" }).First.WaitForAsync();
        await page.Until("async () => (await caches.keys()).every(n => !n.startsWith('pages-'))");
        cable.Cut();
        await page.GotoAsync("/bookings");
        await page.GetByText("No connection").WaitForAsync();
    }

    [Fact]
    public async Task Walk_ins_taken_without_a_line_are_booked_once_when_it_is_back_and_conflicts_are_shown()
    {
        Chromium.Needed();
        var (club, other) = (await OpenClub(courts: 1), await Guest());
        await using var cable = new Cable(App.Address);
        var page = await SignedIn(cable, club.Owner.Email);
        var day = Clock.GetUtcNow().Date.AddDays(3).ToString("yyyy-MM-dd", null);
        await page.GotoAsync($"/desk/{club.Id}?date={day}");
        await page.Until("customElements.get('sarai-queue') !== undefined");

        cable.Cut();
        await WalkIn(page, "18:00", "Bilal Ahmed", "+923001112233");
        await page.Locator("sarai-queue li").First.WaitForAsync();
        await WalkIn(page, "20:00", "Sana Mir", "+923001112244");
        await page.Locator("sarai-queue li").Nth(1).WaitForAsync();
        (await other.Client.Post("/api/v1/bookings", Wish(club, $"{day}T20:00:00+05:00", 60, club.Courts[0]))).Is(HttpStatusCode.Created);

        cable.Mend();
        await page.EvaluateAsync("dispatchEvent(new Event('online'))");
        await page.Locator("sarai-queue .badge.bad").WaitForAsync();
        (await page.Locator("sarai-queue li").CountAsync()).ShouldBe(1);
        (await page.Locator("sarai-queue li").TextContentAsync())!.ShouldContain("Sana Mir");
        await page.Locator(".entry", new() { HasTextString = "Bilal Ahmed" }).WaitForAsync();
        (await Database.Ask("select count(*) from bookings.booking where guest_name = 'Bilal Ahmed'")).ShouldBe(1L);
        await page.GetByRole(AriaRole.Button, new() { NameString = "Remove" }).ClickAsync();
        await page.Locator("sarai-queue li").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    private static async Task WalkIn(IPage page, string time, string name, string phone)
    {
        await page.Locator("#f-time").FillAsync(time);
        await page.Locator("#f-name").FillAsync(name);
        await page.Locator("#f-phone").FillAsync(phone);
        await page.GetByRole(AriaRole.Button, new() { NameString = "Book", Exact = true }).ClickAsync();
    }

    private async Task<IPage> SignedIn(Cable cable, string email)
    {
        var (page, _) = await chromium.Open(cable.Address, 390);
        await page.GotoAsync("/sign-in");
        await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await page.Until("navigator.serviceWorker.controller !== null");
        await page.SignIn(email);
        return page;
    }
}
