using System.Net;

namespace Sarai.Browser;

public sealed class HotelJourneys(StoryPostgres postgres, Chromium chromium) : HotelWorld(postgres)
{
    protected override DateTimeOffset Start => Chromium.Start;

    [Theory]
    [InlineData(360, true)]
    [InlineData(1280, false)]
    public async Task A_guest_finds_a_hotel_books_two_rooms_pays_and_the_desk_lets_them_in(int width, bool script)
    {
        Chromium.Needed();
        var hotel = await OpenHotel(policy: new { payAtDesk = true, windowDays = 365, checkIn = "01:00:00", checkOut = "01:00:00" });
        await Settle();
        var (page, problems) = await chromium.Open(App.Address, (await Guest("Ayesha Khan")).Email, width, script);
        await page.GotoAsync("/stays?place=Victoria+Island,+Lagos");
        await page.GetByRole(AriaRole.Link, new() { NameString = "Lagoon House" }).Last.ClickAsync();
        await page.Arrive("**/stays/lagoon-house*");
        var today = Clock.GetUtcNow().AddHours(1);
        await page.GetByLabel("Arrival", new() { Exact = true }).FillAsync(today.ToString("yyyy-MM-dd", null));
        await page.GetByLabel("Departure").FillAsync(today.AddDays(2).ToString("yyyy-MM-dd", null));
        await page.GetByRole(AriaRole.Button, new() { NameString = "Show rooms" }).ClickAsync();
        // The link from the search carries dates already, so the address must be the new one.
        await page.Arrive($"**in={today.ToString("yyyy-MM-dd", null)}*out={today.AddDays(2).ToString("yyyy-MM-dd", null)}*");
        await page.GetByLabel("How many rooms").First.SelectOptionAsync(new SelectOptionValue { Label = "2" });
        await page.GetByRole(AriaRole.Button, new() { NameString = "Hold these rooms" }).ClickAsync();
        await page.Arrive("**/pay");
        await page.Locator("button[value=cash]").ClickAsync();
        await page.Leave(u => u.EndsWith("/pay", StringComparison.Ordinal));
        await Settle();
        (await Database.Ask("select status from bookings.booking")).ShouldBe("Confirmed");
        (await Database.Ask("select count(*) from bookings.claim")).ShouldBe(2L);

        var (desk, deskProblems) = await chromium.Open(App.Address, hotel.Owner.Email, width, script);
        await desk.GotoAsync($"/desk/{hotel.Id}/front");
        await desk.GetByRole(AriaRole.Button, new() { NameString = "Check in: Ayesha Khan" }).ClickAsync();
        await desk.GetByRole(AriaRole.Button, new() { NameString = "Check out early: Ayesha Khan" }).WaitForAsync();
        (await Database.Ask("select status from bookings.booking")).ShouldBe("CheckedIn");
        (await page.ScrollsSideways() || await desk.ScrollsSideways()).ShouldBeFalse();
        problems.ShouldBeEmpty();
        deskProblems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Hotel_pages_have_no_accessibility_violations_and_a_photo_is_made_small_before_it_travels()
    {
        Chromium.Needed();
        var hotel = await OpenHotel();
        var today = Clock.GetUtcNow().AddHours(1);
        var booking = (await hotel.Owner.Client.Post($"{Nights(hotel)}/desk-bookings", new { checkIn = today.ToString("yyyy-MM-dd", null), checkOut = today.AddDays(2).ToString("yyyy-MM-dd", null), rooms = new[] { Room(hotel.Standard) }, name = "Tunde Bello", phone = "+234 803 1234567" }))
            .Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        await Settle();
        var slug = (string)(await Database.Ask("select slug from catalog.venue"))!;
        var (page, _) = await chromium.Open(App.Address, hotel.Owner.Email, 390);
        (await page.Wrongs(["/stays?place=Lagos", $"/stays/{slug}", $"/bookings/{booking}/folio", $"/desk/{hotel.Id}/front", $"/desk/{hotel.Id}/rack?booking={booking}", $"/desk/{hotel.Id}/housekeeping", $"/desk/{hotel.Id}/rates", $"/desk/{hotel.Id}/house", $"/desk/{hotel.Id}/photos"])).ShouldBeEmpty();

        var large = Convert.FromBase64String(await page.EvaluateAsync<string>("""
            async () => {
              const canvas = Object.assign(document.createElement("canvas"), { width: 3000, height: 1500 });
              const pen = canvas.getContext("2d");
              for (let i = 0; i < 400; i++) { pen.fillStyle = `hsl(${i} 80% 50%)`; pen.fillRect((i * 97) % 3000, (i * 61) % 1500, 160, 90); }
              return canvas.toDataURL("image/jpeg", 0.95).split(",")[1];
            }
            """));
        await page.SetInputFilesAsync("[data-photo]", new FilePayload { Name = "lagoon.jpg", MimeType = "image/jpeg", Buffer = large });
        await page.Locator("form[data-ready]").WaitForAsync();
        await page.GetByLabel("What is to be seen?").FillAsync("The lagoon at dusk");
        await page.GetByRole(AriaRole.Button, new() { NameString = "Add", Exact = true }).ClickAsync();
        await page.GetByAltText("The lagoon at dusk").WaitForAsync();
        (await Database.Ask("select width || ' ' || kind || ' ' || small_kind from media.photo")).ShouldBe("2000 WebP WebP");
    }

    [Theory]
    [InlineData(390, false)]
    [InlineData(1280, true)]
    public async Task An_owner_sets_the_rates_of_a_weekend_and_housekeeping_sees_what_is_to_do(int width, bool script)
    {
        Chromium.Needed();
        var hotel = await OpenHotel();
        var (page, problems) = await chromium.Open(App.Address, hotel.Owner.Email, width, script);
        await page.GotoAsync($"/desk/{hotel.Id}/rates");
        await page.Locator(".rack tbody tr").First.GetByRole(AriaRole.Link).Nth(3).ClickAsync();
        await page.Arrive("**night=**");
        var night = await page.Locator("[name=first]").InputValueAsync();
        await page.Locator("[name=amount]").FillAsync("much");
        await page.GetByRole(AriaRole.Button, new() { NameString = "Save these rates" }).ClickAsync();
        await page.GetByText("Give the amount as a number, such as 3500.").WaitForAsync();
        (await page.Locator("[name=amount]").InputValueAsync()).ShouldBe("much", "nothing typed is lost");
        await page.Locator("[name=amount]").FillAsync("72500");
        await page.Locator("[name=minStay]").FillAsync("2");
        await page.GetByRole(AriaRole.Button, new() { NameString = "Save these rates" }).ClickAsync();
        await page.Arrive("**done=saved**");
        await page.GetByText("at least 2").First.WaitForAsync();
        (await page.Locator(".rack tbody tr").First.GetByRole(AriaRole.Link).Nth(3).InnerTextAsync()).ShouldContain("72,500");
        (await Database.Ask($"select count(*) from catalog.venue, jsonb_array_elements(prices) p where p->>'firstDate' = '{night}' and p->>'lastDate' = '{night}'")).ShouldBe(1L);
        (await hotel.Owner.Client.Post($"/api/v1/venues/{hotel.Id}/rooms/{hotel.Rooms[0]}/care", new { condition = "dirty" })).Is(HttpStatusCode.OK);
        await page.GotoAsync($"/desk/{hotel.Id}/housekeeping");
        await page.GetByRole(AriaRole.Link, new() { NameString = "To do 1" }).ClickAsync();
        await page.Arrive("**show=todo");
        (await page.Locator(".room").CountAsync()).ShouldBe(1);
        await page.GetByRole(AriaRole.Button, new() { NameString = "Ready: room 101" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { NameString = "To do 0" }).WaitForAsync();
        (await page.ScrollsSideways()).ShouldBeFalse();
        problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stay_is_moved_on_the_rack_by_keyboard_and_by_dragging_and_a_room_that_is_taken_says_so_before()
    {
        Chromium.Needed();
        var hotel = await OpenHotel();
        var today = Clock.GetUtcNow().AddHours(1);
        foreach (var (name, room) in new[] { ("Tunde Bello", hotel.Rooms[0]), ("Amara Okeke", hotel.Rooms[1]) })
            (await hotel.Owner.Client.Post($"{Nights(hotel)}/desk-bookings", new { checkIn = today.AddDays(1).ToString("yyyy-MM-dd", null), checkOut = today.AddDays(3).ToString("yyyy-MM-dd", null), rooms = new[] { Room(hotel.Standard, room) }, name, phone = "+234 803 1234567" })).Is(HttpStatusCode.Created);
        await Settle();
        var (page, problems) = await chromium.Open(App.Address, hotel.Owner.Email, 1280);
        await page.GotoAsync($"/desk/{hotel.Id}/rack");
        await page.Until("customElements.get('sarai-rack') !== undefined");
        var stay = page.Locator("a.entry", new() { HasTextString = "Tunde Bello" });
        await stay.PressAsync("Alt+ArrowDown");
        await page.GetByRole(AriaRole.Dialog).GetByText("102 is not free on all of these nights.").WaitForAsync();
        (await page.GetByRole(AriaRole.Button, new() { NameString = "Move it" }).CountAsync()).ShouldBe(0);
        await page.GetByRole(AriaRole.Button, new() { NameString = "Leave it" }).ClickAsync();
        (await Database.Ask("select count(*) from bookings.audit where action = 'update:desk_bookings'")).ShouldBe(0L, "nothing is kept of a preview");

        await stay.PressAsync("Alt+Shift+ArrowRight");
        await page.GetByRole(AriaRole.Dialog).GetByText("45,000").WaitForAsync();
        // News come while the question is open: the rack behind it follows, the question stays.
        (await hotel.Owner.Client.Post($"{Nights(hotel)}/desk-bookings", new { checkIn = today.AddDays(5).ToString("yyyy-MM-dd", null), checkOut = today.AddDays(6).ToString("yyyy-MM-dd", null), rooms = new[] { Room(hotel.Suite) }, name = "Chidi Eze", phone = "+234 803 7654321" })).Is(HttpStatusCode.Created);
        await page.Locator("a.entry", new() { HasTextString = "Chidi Eze" }).WaitForAsync();
        (await page.GetByRole(AriaRole.Dialog).InnerTextAsync()).ShouldContain("45,000");
        await page.GetByRole(AriaRole.Button, new() { NameString = "Move it" }).ClickAsync();
        await page.Locator($"a.entry[data-out='{today.AddDays(4).ToString("yyyy-MM-dd", null)}']").WaitForAsync();
        (await Database.Ask("select until_date - local_date from bookings.booking where guest_name = 'Tunde Bello'")).ShouldBe(3);

        await stay.DragToAsync(page.Locator($"tr[data-room='{hotel.Rooms[2]}'] td[data-night='{today.AddDays(1).ToString("yyyy-MM-dd", null)}']"), new() { SourcePosition = new() { X = 12, Y = 12 } });
        await page.GetByRole(AriaRole.Dialog).GetByText("The price stays the same.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { NameString = "Move it" }).ClickAsync();
        await page.Locator($"tr[data-room='{hotel.Rooms[2]}'] a.entry", new() { HasTextString = "Tunde Bello" }).WaitForAsync();
        (await Database.Ask("select count(*) from bookings.claim c join bookings.booking b on b.id = c.booking_id where b.guest_name = 'Tunde Bello' and c.resource_id = '" + hotel.Rooms[2] + "'")).ShouldBe(1L);
        problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Ical_js_reads_what_we_serve()
    {
        Chromium.Needed();
        var hotel = await OpenHotel(rooms: 1, suites: 0, name: "Ọ̀ṣun; Grove, Lagos \\ with a name that is longer than one folded line of seventy-five octets");
        var from = Clock.GetUtcNow().AddDays(3);
        var booking = (await hotel.Owner.Client.Post($"{Nights(hotel)}/desk-bookings", new { checkIn = from.ToString("yyyy-MM-dd", null), checkOut = from.AddDays(2).ToString("yyyy-MM-dd", null), rooms = new[] { Room(hotel.Standard) }, name = "Tunde Bello", phone = "+234 803 1234567" }))
            .Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        var address = (await hotel.Owner.Client.Post($"/api/v1/venues/{hotel.Id}/rooms/{hotel.Rooms[0]}/calendar")).Data.GetProperty("address").GetString()!;
        var text = (await Visitor.Get(address)).Is(HttpStatusCode.OK).Text;
        // The library runs on a page of nobody: nothing else happens there.
        var (page, _) = await chromium.Open(App.Address, 800);
        await page.EvaluateAsync(await Chromium.Script("Ical") + "\n;window.ICAL = typeof ICAL === 'undefined' ? module.exports : ICAL;");
        var read = await page.EvaluateAsync<string[]>("""
            text => {
              const calendar = new ICAL.Component(ICAL.parse(text));
              const event = new ICAL.Event(calendar.getFirstSubcomponent("vevent"));
              // A property it does not know is handed over as it was written.
              return [calendar.getFirstPropertyValue("x-wr-calname").replace(/\\([;,\\])/g, "$1"), event.uid, event.startDate.toString(), event.endDate.toString(), String(event.sequence)];
            }
            """, text);
        read.ShouldBe([$"Ọ̀ṣun; Grove, Lagos \\ with a name that is longer than one folded line of seventy-five octets, 101", $"{booking}-0@sarai", from.ToString("yyyy-MM-dd", null), from.AddDays(2).ToString("yyyy-MM-dd", null), "0"]);
    }
}
