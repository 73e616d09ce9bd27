using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sarai.Stories;

public sealed class Calendars(StoryPostgres postgres) : HotelWorld(postgres)
{
    protected override void Configure(IDictionary<string, string?> settings) => settings["Sarai:Outbound:Anywhere"] = "true";

    [Fact]
    public async Task Our_calendar_keeps_uids_and_raises_sequence_only_when_something_changes()
    {
        var hotel = await OpenHotel(rooms: 1, suites: 0);
        var address = await Address(hotel);
        var booking = await Booked(hotel, 5, 7, Room(hotel.Standard));
        var first = await Text(address);
        Lines(first, "UID").ShouldBe([$"UID:{booking}-0@sarai"]);
        Lines(first, "DT").ShouldContain("DTSTART;VALUE=DATE:20260605");
        Lines(first, "DT").ShouldContain("DTEND;VALUE=DATE:20260607");
        Lines(first, "SEQUENCE").ShouldBe(["SEQUENCE:0"]);
        first.ShouldNotContain("Tunde");
        (await Text(address)).ShouldBe(first);
        (await hotel.Owner.Client.Put($"/api/v1/bookings/{booking}/nights", Stay(5, 8, Room(hotel.Standard)))).Is(HttpStatusCode.OK);
        var moved = await Text(address);
        (Lines(moved, "UID").Single(), Lines(moved, "SEQUENCE").Single()).ShouldBe(($"UID:{booking}-0@sarai", "SEQUENCE:1"));
        (await hotel.Owner.Client.Put($"/api/v1/bookings/{booking}/cancel", new { })).Is(HttpStatusCode.OK);
        var gone = await Text(address);
        (Lines(gone, "STATUS").Single(), Lines(gone, "SEQUENCE").Single()).ShouldBe(("STATUS:CANCELLED", "SEQUENCE:2"));
        (await Address(hotel)).ShouldBe(address);
        (await Visitor.Get("/api/v1/calendars/guess.ics")).Refuses(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Events_of_another_site_become_blocks_that_move_and_end_with_them_and_bad_fetches_change_nothing()
    {
        await using var site = await Site.Open();
        var hotel = await OpenHotel(rooms: 1, suites: 0);
        await Follow(hotel, site);
        site.Body = Calendar(Event("a", "DTSTART;VALUE=DATE:20260605", "DTEND;VALUE=DATE:20260607", "SUMMARY:Airbnb (Not available)"));
        await Pass(Duration.FromMinutes(16));
        await Shows(Blocked, "2026-06-05 14:00 > 2026-06-07 12:00");
        (await (await Guest()).Client.Post(Nights(hotel), Stay(6, 8, Room(hotel.Standard)))).Refuses(HttpStatusCode.Conflict, "slot_taken");
        // Floating times are the house's own; a zone and UTC are what they say.
        site.Body = Calendar(Event("a", "DTSTART:20260606T150000", "DTEND;TZID=Europe/Berlin:20260608T120000", "SUMMARY:moved"));
        await Pass(Duration.FromMinutes(16));
        await Shows(Blocked, "2026-06-06 15:00 > 2026-06-08 11:00");
        foreach (var bad in new[] { "", "<html>sign in</html>", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:b", Calendar() })
        {
            site.Body = bad;
            await Pass(Duration.FromMinutes(16));
            await Shows(Blocked, "2026-06-06 15:00 > 2026-06-08 11:00");
        }
        site.Status = 500;
        await Pass(Duration.FromMinutes(16));
        await Shows(Blocked, "2026-06-06 15:00 > 2026-06-08 11:00");
        await Shows(async () => (await Followed(hotel)).GetProperty("problem").GetString()?.Contains("500", StringComparison.Ordinal) == true ? "told" : "not told", "told");
        site.Status = 200;
        site.Body = Calendar(Event("a", "DTSTART:20260606T150000", "DTEND:20260608T120000", "STATUS:CANCELLED"), Event("c", "DTSTART;VALUE=DATE:20260620", "DTEND;VALUE=DATE:20260621"));
        await Pass(Duration.FromMinutes(16));
        await Shows(Blocked, "2026-06-20 14:00 > 2026-06-21 12:00");
    }

    [Fact]
    public async Task Our_own_events_never_come_back_and_conflicts_are_shown()
    {
        await using var site = await Site.Open();
        var hotel = await OpenHotel(rooms: 1, suites: 0);
        var address = await Address(hotel);
        await Follow(hotel, site);
        await Booked(hotel, 5, 7, Room(hotel.Standard));
        site.Body = (await Text(address)).Replace("END:VCALENDAR", Event("theirs", "DTSTART;VALUE=DATE:20260606", "DTEND;VALUE=DATE:20260609") + "END:VCALENDAR", StringComparison.Ordinal);
        await Pass(Duration.FromMinutes(16));
        (await Database.Ask("select count(*) from bookings.block")).ShouldBe(0L);
        await Shows(async () => (await Followed(hotel)).GetProperty("conflicts").GetArrayLength().ToString(System.Globalization.CultureInfo.InvariantCulture), "1");
        site.Body = Calendar(Event("theirs", "DTSTART;VALUE=DATE:20260610", "DTEND;VALUE=DATE:20260612"));
        await Pass(Duration.FromMinutes(16));
        await Shows(async () => (await Followed(hotel)).GetProperty("conflicts").GetArrayLength().ToString(System.Globalization.CultureInfo.InvariantCulture), "0");
        Lines(await Text(address), "UID").Count.ShouldBe(1);
        var subscription = (await Followed(hotel)).GetProperty("id").GetGuid();
        (await hotel.Owner.Client.Delete($"/api/v1/venues/{hotel.Id}/subscriptions/{subscription}")).Is(HttpStatusCode.OK);
        (await Database.Ask("select count(*) from bookings.block")).ShouldBe(0L);
    }

    [Fact]
    public async Task Calendars_belong_to_their_hotel()
    {
        var (hotel, other, guest) = (await OpenHotel(rooms: 1, suites: 0), await OpenHotel(name: "Other"), await Guest());
        var path = $"/api/v1/venues/{hotel.Id}/rooms/{hotel.Rooms[0]}";
        (await hotel.Owner.Client.Post($"{path}/subscriptions", new { name = "x", url = "file:///etc/passwd" })).Names("url").ShouldBeTrue();
        (await hotel.Owner.Client.Post($"{path}/subscriptions", new { })).Names("name").ShouldBeTrue();
        foreach (var (client, status) in new[] { (other.Owner.Client, HttpStatusCode.NotFound), (guest.Client, HttpStatusCode.Forbidden), (Visitor, HttpStatusCode.Unauthorized) })
        {
            (await client.Post($"{path}/subscriptions", new { name = "x", url = "https://example.com/a.ics" })).Status.ShouldBe(status);
            (await client.Post($"{path}/calendar")).Status.ShouldBe(status);
            (await client.Get($"/api/v1/venues/{hotel.Id}/subscriptions")).Status.ShouldBe(status);
            (await client.Delete($"/api/v1/venues/{hotel.Id}/subscriptions/{Guid.NewGuid()}")).Status.ShouldBe(status == HttpStatusCode.Unauthorized ? status : status == HttpStatusCode.Forbidden ? status : HttpStatusCode.NotFound);
        }
    }

    private static string Event(string uid, params string[] lines) => $"BEGIN:VEVENT\r\nUID:{uid}\r\n{string.Join("\r\n", lines)}\r\nEND:VEVENT\r\n";

    private static string Calendar(params string[] events) => $"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{string.Concat(events)}END:VCALENDAR\r\n";

    private static List<string> Lines(string text, string with) => [.. text.Split("\r\n").Where(l => l.StartsWith(with, StringComparison.Ordinal))];

    private static async Task<string> Address(Hotel hotel) => (await hotel.Owner.Client.Post($"/api/v1/venues/{hotel.Id}/rooms/{hotel.Rooms[0]}/calendar")).Is(HttpStatusCode.OK).Data.GetProperty("address").GetString()!;

    private async Task<string> Text(string address) => (await Visitor.Get(address)).Is(HttpStatusCode.OK).Text;

    private static async Task<JsonElement> Followed(Hotel hotel) => (await hotel.Owner.Client.Get($"/api/v1/venues/{hotel.Id}/subscriptions")).Is(HttpStatusCode.OK).Data.GetProperty("items")[0];

    private static async Task Follow(Hotel hotel, Site site) =>
        (await hotel.Owner.Client.Post($"/api/v1/venues/{hotel.Id}/rooms/{hotel.Rooms[0]}/subscriptions", new { name = "Airbnb", url = site.Address })).Is(HttpStatusCode.Created);

    private async Task<string?> Blocked() => (string?)await Database.Ask("select string_agg(to_char(lower(during) at time zone 'Africa/Lagos', 'YYYY-MM-DD HH24:MI') || ' > ' || to_char(upper(during) at time zone 'Africa/Lagos', 'YYYY-MM-DD HH24:MI'), ', ') from bookings.claim where block_id is not null");

    /// <summary>Waits until something is shown: the job may be running because the clock was moved, too.</summary>
    internal static async Task Shows(Func<Task<string?>> what, string expected)
    {
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (await what() != expected && patience.Elapsed < TimeSpan.FromSeconds(20)) await Task.Delay(50, TestContext.Current.CancellationToken);
        (await what()).ShouldBe(expected);
    }

    /// <summary>A site that serves a calendar.</summary>
    internal sealed class Site(WebApplication app) : IAsyncDisposable
    {
        public string Body { get; set; } = "";

        public int Status { get; set; } = 200;

        public int Asked { get; private set; }

        public string Address => app.Urls.First() + "/calendar.ics";

        public static async Task<Site> Open()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var site = new Site(app);
            app.MapGet("/calendar.ics", () =>
            {
                site.Asked++;
                return Results.Text(site.Body, "text/calendar", null, site.Status);
            });
            await app.StartAsync();
            return site;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}

/// <summary>Outside Development nobody can make us read calendars of our own network.</summary>
public sealed class FollowingNobodyInside(StoryPostgres postgres) : HotelWorld(postgres)
{
    protected override void Configure(IDictionary<string, string?> settings) => settings["Sarai:Outbound:Anywhere"] = "false";

    [Fact]
    public async Task A_calendar_inside_is_refused_and_one_whose_name_leads_inside_later_is_not_fetched()
    {
        await using var system = await OtherSystem.Start();
        var hotel = await OpenHotel(rooms: 1, suites: 0);
        var path = $"/api/v1/venues/{hotel.Id}/rooms/{hotel.Rooms[0]}/subscriptions";
        foreach (var url in new[] { system.Address, "http://169.254.169.254/latest", "https://[::1]/a.ics", "http://postgres:5432/", "https://me:secret@example.com/a.ics", "ftp://example.com/a.ics" })
            (await hotel.Owner.Client.Post(path, new { name = "Elsewhere", url })).Names("url").ShouldBeTrue(url);
        (await hotel.Owner.Client.Post(path, new { name = "Elsewhere", url = "https://example.com/a.ics" })).Is(HttpStatusCode.Created);
        await Database.Ask($"update stays.subscription set url = 'http://localhost:{new Uri(system.Address).Port}/a.ics'");
        await Pass(Duration.FromMinutes(1));
        system.Heard.ShouldBeEmpty();
        (await hotel.Owner.Client.Get($"/api/v1/venues/{hotel.Id}/subscriptions")).Data.GetProperty("items")[0].GetProperty("problem").GetString().ShouldBe("The other site cannot be reached; nothing was changed.");
    }
}
