using System.Net;

namespace Sarai.Browser;

/// <summary>What owners and the platform do at the desk, through its pages.</summary>
public sealed class DeskJourneys(StoryPostgres postgres, Chromium chromium) : World(postgres)
{
    protected override DateTimeOffset Start => Chromium.Start;

    [Theory]
    [InlineData(390, true)]
    [InlineData(1280, false)]
    public async Task An_owner_sees_what_a_price_changes_before_guests_do(int width, bool script)
    {
        Chromium.Needed();
        var club = await OpenClub(courts: 1);
        var page = await SignedIn(club.Owner, width, script);
        await page.GotoAsync($"/desk/{club.Id}/prices");
        (await page.Locator(".badge.good").First.InnerTextAsync()).ShouldBe("As saved");
        await page.Locator("[name='prices[0].perHour']").FillAsync("much");
        await page.Locator("[name='prices[0].label']").FillAsync("Evening");
        await page.Locator(".sticky button[value=preview]").ClickAsync();
        await page.Locator("#ef-prices-0-perHour").WaitForAsync();
        (await page.Locator("[name='prices[0].label']").InputValueAsync()).ShouldBe("Evening", "nothing typed is lost");
        await page.Locator("[name='prices[0].perHour']").FillAsync("7250");
        await page.Locator(".sticky button[value=preview]").ClickAsync();
        await page.GetByText("Draft, not saved").WaitForAsync();
        await page.GetByText("42 of 112 open hours would cost something else").WaitForAsync();
        (await page.Locator("rect.changed").CountAsync()).ShouldBeGreaterThan(0);
        (await Prices(club)).ShouldNotContain(725000);
        await page.Locator(".sticky button[value=save]").ClickAsync();
        await page.Arrive("**/prices?done=saved");
        (await Prices(club)).ShouldContain(725000);
        var (guest, _) = await chromium.Open(App.Address, width, script);
        await guest.GotoAsync($"/clubs/{await Database.Ask("select slug from catalog.venue")}?date={Tomorrow}");
        await guest.GetByText("7,250").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    [Fact]
    public async Task Rules_are_moved_added_and_removed_and_the_first_match_wins()
    {
        Chromium.Needed();
        var club = await OpenClub(courts: 1);
        var page = await SignedIn(club.Owner, 1280, true);
        await page.GotoAsync($"/desk/{club.Id}/prices");
        await page.GetByRole(AriaRole.Button, new() { NameString = "Move rule 1 down" }).ClickAsync();
        await page.GetByText("Draft, not saved").WaitForAsync();
        (await page.Locator("[name='prices[0].label']").InputValueAsync()).ShouldBe("Off-peak");
        // What always matches stands in front now, so the evening costs no more.
        await page.GetByText("42 of 112 open hours would cost something else").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { NameString = "Add a rule on top" }).ClickAsync();
        await page.Locator("[name='prices[2].label']").WaitForAsync();
        await page.Locator("[name='prices[0].label']").FillAsync("Sunday");
        await page.Locator("[name='prices[0].perHour']").FillAsync("9000");
        await page.Locator("[name='prices[0].days'][value=Sunday]").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { NameString = "Remove rule 3" }).ClickAsync();
        await page.Until("document.querySelectorAll('.rules > li').length === 2");
        await page.Locator(".sticky button[value=save]").ClickAsync();
        await page.Arrive("**/prices?done=saved");
        (await Database.Ask("select string_agg(p->>'label', ',' order by n) from catalog.venue, jsonb_array_elements(prices) with ordinality as r(p, n)")).ShouldBe("Sunday,Off-peak");
    }

    [Fact]
    public async Task An_owner_closes_a_day_knowing_who_has_booked_it()
    {
        Chromium.Needed();
        var (club, guest) = (await OpenClub(courts: 1), await Guest("Ayesha Khan"));
        (await guest.Client.Post("/api/v1/bookings", new { offeringId = club.OfferingId, startsAt = $"{Tomorrow}T18:00:00+05:00", minutes = 60 })).Is(HttpStatusCode.Created);
        var page = await SignedIn(club.Owner, 390, true);
        await page.GotoAsync($"/desk/{club.Id}/hours");
        await page.Locator("[name=from]").FillAsync(Tomorrow);
        await page.GetByRole(AriaRole.Button, new() { NameString = "Add it" }).ClickAsync();
        await page.GetByText("Say why; guests read it.").WaitForAsync();
        (await page.Locator("[name=from]").InputValueAsync()).ShouldBe(Tomorrow);
        await page.Locator("[name=reason]").FillAsync("Eid");
        await page.GetByRole(AriaRole.Button, new() { NameString = "Add it" }).ClickAsync();
        await page.GetByText("Ayesha Khan").WaitForAsync();
        (await Database.Ask("select jsonb_array_length(closures) from catalog.venue")).ShouldBe(0);
        await page.GetByLabel("Save it; the bookings above stay as they are").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { NameString = "Add it" }).ClickAsync();
        await page.Arrive("**/hours?done=saved");
        (await Visitor.Get($"/api/v1/venues/{club.Id}/availability?date={Tomorrow}")).Data.GetProperty("resources")[0].GetProperty("slots").GetArrayLength().ShouldBe(0);
        await page.GetByRole(AriaRole.Button, new() { NameString = "Remove: back" }).ClickAsync();
        await page.GetByText("No holidays or special days are ahead.").WaitForAsync();
    }

    [Fact]
    public async Task Two_tabs_do_not_undo_each_other()
    {
        Chromium.Needed();
        var club = await OpenClub(courts: 1);
        var first = await SignedIn(club.Owner, 1280, true);
        var second = await first.Context.NewPageAsync();
        await first.GotoAsync($"/desk/{club.Id}/policies");
        await second.GotoAsync($"/desk/{club.Id}/policies");
        await first.Locator("[name=holdMinutes]").FillAsync("25");
        await first.GetByRole(AriaRole.Button, new() { NameString = "Save the policies" }).ClickAsync();
        await first.Arrive("**/policies?done=saved");
        await second.Locator("[name=windowDays]").FillAsync("60");
        await second.GetByRole(AriaRole.Button, new() { NameString = "Save the policies" }).ClickAsync();
        await second.GetByText("Somebody else changed this club").WaitForAsync();
        (await second.Locator("[name=windowDays]").InputValueAsync()).ShouldBe("60");
        (await Database.Ask("select (policy->>'windowDays') || '/' || (policy->>'holdMinutes') from catalog.venue")).ShouldBe("30/25");
    }

    [Fact]
    public async Task Somebody_opens_a_club_and_the_platform_approves_it()
    {
        Chromium.Needed();
        var (owner, admin) = (await Guest("Hamza Qureshi"), await Admin());
        var page = await SignedIn(owner, 390, false);
        await page.GotoAsync("/desk/new");
        await page.Locator("[name='details.name']").FillAsync("DHA Padel");
        await page.GetByRole(AriaRole.Button, new() { NameString = "Set the club up" }).ClickAsync();
        await page.Locator("#ef-details-city").WaitForAsync();
        (await page.Locator("[name='details.name']").InputValueAsync()).ShouldBe("DHA Padel");
        await page.Locator("[name='details.city']").FillAsync("Karachi");
        await page.Locator("[name='details.latitude']").FillAsync("24.80");
        await page.Locator("[name='details.longitude']").FillAsync("67.05");
        await page.Locator("[name=perHour]").FillAsync("4000");
        await page.Locator("[name=peakPerHour]").FillAsync("7000");
        await page.GetByRole(AriaRole.Button, new() { NameString = "Set the club up" }).ClickAsync();
        await page.Arrive("**/details?done=created");
        await page.GetByRole(AriaRole.Button, new() { NameString = "Submit for approval" }).ClickAsync();
        await page.Arrive("**/details?done=submitted");
        var platform = await SignedIn(admin, 1280, true);
        await platform.GotoAsync("/admin/venues");
        await platform.GetByRole(AriaRole.Button, new() { NameString = "Turn down" }).ClickAsync();
        await platform.GetByText("Say why; the owner will read it.").WaitForAsync();
        await platform.GetByRole(AriaRole.Button, new() { NameString = "Approve" }).ClickAsync();
        await platform.Arrive("**done=Active");
        var (guest, _) = await chromium.Open(App.Address, 390);
        await guest.GotoAsync("/clubs?q=DHA");
        await guest.GetByText("DHA Padel").First.WaitForAsync();
    }

    [Fact]
    public async Task Strangers_find_no_such_club_and_colleagues_are_told_what_they_may_not_do()
    {
        Chromium.Needed();
        var (club, other) = (await OpenClub(courts: 1), await OpenClub(courts: 1));
        var desk = await Colleague(club, "staff");
        var (stranger, colleague) = (await SignedIn(other.Owner, 1280, false), await SignedIn(desk, 1280, false));
        foreach (var section in new[] { "prices", "hours", "courts", "policies", "details", "staff" })
        {
            (await stranger.GotoAsync($"/desk/{club.Id}/{section}"))!.Status.ShouldBe(404, section);
            (await colleague.GotoAsync($"/desk/{club.Id}/{section}"))!.Status.ShouldBe(403, section);
        }
        (await stranger.GotoAsync($"/desk/{club.Id}/customers"))!.Status.ShouldBe(404);
        (await colleague.GotoAsync($"/desk/{club.Id}/customers"))!.Status.ShouldBe(200);
        foreach (var section in new[] { "venues", "users", "audit" })
        {
            await colleague.GotoAsync($"/admin/{section}");
            colleague.Url.ShouldContain("/forbidden");
        }
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_desks_pages_have_no_accessibility_violations(ColorScheme scheme)
    {
        Chromium.Needed();
        var (club, guest, admin) = (await OpenClub(), await Guest(), await Admin());
        (await guest.Client.Post("/api/v1/bookings", new { offeringId = club.OfferingId, startsAt = $"{Tomorrow}T18:00:00+05:00", minutes = 60 })).Is(HttpStatusCode.Created);
        (await club.Owner.Client.Post($"/api/v1/venues/{club.Id}/closures", new { from = Clock.GetUtcNow().AddDays(9).ToString("yyyy-MM-dd", null), reason = "Eid" })).Is(HttpStatusCode.OK);
        var desk = new[] { "prices", "hours", "courts", "policies", "details", "customers", $"customers?customer={guest.Id}", "staff" }.Select(s => $"/desk/{club.Id}/{s}").Append("/desk/new");
        var violations = new List<string>();
        foreach (var (person, paths) in new[] { (club.Owner, desk), (admin, ["/admin/venues?state=active", "/admin/users", "/admin/audit"]) })
        {
            violations.AddRange(await (await SignedIn(person, 390, true, scheme)).Wrongs(paths));
        }
        violations.ShouldBeEmpty();
    }

    private string Tomorrow => Clock.GetUtcNow().AddDays(1).ToString("yyyy-MM-dd", null);

    private async Task<IReadOnlyList<long>> Prices(Club club) => [.. (await Visitor.Get($"/api/v1/venues/{club.Id}/availability?date={Tomorrow}&minutes=60")).Data.GetProperty("resources")[0].GetProperty("slots")
        .EnumerateArray().Select(s => s.GetProperty("price").GetProperty("amount").GetInt64()).Distinct()];

    private async Task<IPage> SignedIn(Person person, int width, bool script, ColorScheme scheme = ColorScheme.Light) => (await chromium.Open(App.Address, person.Email, width, script, scheme)).Page;
}
