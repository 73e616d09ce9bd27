using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sarai.Stories;

public abstract class WebhookWorld(StoryPostgres postgres) : MoneyWorld(postgres)
{
    protected static string HooksOf(Club club) => $"/api/v1/organisations/{club.OrganisationId}/webhooks";

    protected static async Task<(Guid Id, string Secret)> Subscribe(Club club, string url, params string[] events)
    {
        var added = (await club.Owner.Client.Post(HooksOf(club), new { url, events, description = "our books" })).Is(HttpStatusCode.Created).Data;
        return (added.GetProperty("id").GetGuid(), added.GetProperty("secret").GetString()!);
    }

    protected static async Task<IReadOnlyList<JsonElement>> Log(Club club, Guid hook) =>
        [.. (await club.Owner.Client.Get($"{HooksOf(club)}/{hook}/deliveries?limit=100")).Is(HttpStatusCode.OK).Data.GetProperty("items").EnumerateArray()];
}

public sealed class TellingOtherSystems(StoryPostgres postgres) : WebhookWorld(postgres)
{
    [Fact]
    public async Task A_system_of_the_club_is_told_signed_once_for_each_event_and_can_check_it()
    {
        await using var system = await OtherSystem.Start();
        var (club, guest) = (await OpenClub(), await Guest());
        var (hook, secret) = await Subscribe(club, system.Address, "booking.created", "booking.confirmed", "booking.cancelled", "payment.completed", "court.maintenance");
        var booking = await Hold(club, guest, 2, 10);
        await Pay(guest, booking);
        (await guest.Client.Put($"/api/v1/bookings/{booking}/cancel", new { reason = "rain" })).Is(HttpStatusCode.OK);
        (await club.Owner.Client.Post($"/api/v1/venues/{club.Id}/blocks", new { resourceIds = new[] { club.Courts[0] }, startsAt = At(3, 10), endsAt = At(3, 12), reason = "new lines" })).Is(HttpStatusCode.Created);
        await Settle();
        await Pass(Duration.FromSeconds(2));
        await Pass(Duration.FromSeconds(2));

        system.Heard.Select(h => h.Event).Order().ShouldBe(["booking.cancelled", "booking.confirmed", "booking.created", "court.maintenance", "payment.completed"]);
        foreach (var heard in system.Heard)
        {
            var (time, signature) = heard.Signature.Split(',') is [var t, var v] ? (t["t=".Length..], v["v1=".Length..]) : throw new ShouldAssertException(heard.Signature);
            Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{heard.Body}"))).ShouldBe(signature);
            long.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(Clock.GetUtcNow().ToUnixTimeSeconds() - 60, Clock.GetUtcNow().ToUnixTimeSeconds());
            var body = JsonDocument.Parse(heard.Body).RootElement;
            body.GetProperty("specversion").GetString().ShouldBe("1.0");
            body.GetProperty("type").GetString().ShouldBe(heard.Event);
            body.GetProperty("id").GetString().ShouldBe(heard.Id);
            body.GetProperty("organisationid").GetGuid().ShouldBe(club.OrganisationId);
        }
        var cancelled = JsonDocument.Parse(system.Heard.Single(h => h.Event == "booking.cancelled").Body).RootElement.GetProperty("data");
        cancelled.GetProperty("booking").GetProperty("id").GetGuid().ShouldBe(booking);
        cancelled.GetProperty("reason").GetString().ShouldBe("rain");
        (await club.Owner.Client.Get(HooksOf(club))).Text.ShouldNotContain("whsec_");
        (await Database.Ask("select count(*) from webhooks.hook where sealed_secret like '%whsec_%'")).ShouldBe(0L);
        (await Log(club, hook)).ShouldAllBe(d => d.GetProperty("status").GetString() == "delivered" && d.GetProperty("answer").GetInt32() == 200);
    }

    [Fact]
    public async Task Only_the_own_organisation_is_told_and_the_platform_of_everything()
    {
        await using var mine = await OtherSystem.Start();
        await using var theirs = await OtherSystem.Start();
        await using var platform = await OtherSystem.Start();
        var (club, other) = (await OpenClub(), await OpenClub());
        await Subscribe(club, mine.Address, "booking.created");
        await Subscribe(other, theirs.Address, "booking.created");
        var admin = await Admin();
        await Settle();
        Clock.Advance(TimeSpan.FromSeconds(1));
        (await admin.Client.Post($"/api/v1/organisations/{Guid.Empty}/webhooks", new { url = platform.Address, events = new[] { "user.registered", "booking.created" } })).Is(HttpStatusCode.Created);
        var guest = await Guest();
        await Hold(club, guest, 2, 10);
        await Settle();
        await Pass(Duration.FromSeconds(2));
        mine.Heard.Count.ShouldBe(1);
        theirs.Heard.ShouldBeEmpty();
        platform.Heard.Select(h => h.Event).Order().ShouldBe(["booking.created", "user.registered"]);
        platform.Heard.ShouldAllBe(h => !h.Body.Contains(guest.Email, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_system_that_is_down_is_told_later_with_the_same_id_and_given_up_after_three_days_until_somebody_replays()
    {
        await using var system = await OtherSystem.Start();
        var (club, guest) = (await OpenClub(), await Guest());
        var (hook, _) = await Subscribe(club, system.Address, "booking.created");
        system.Answers = 503;
        await Hold(club, guest, 2, 10);
        await Settle();
        await Pass(Duration.FromSeconds(1));
        await Pass(Duration.FromSeconds(11));
        system.Heard.Count.ShouldBe(2);
        await Pass(Duration.FromSeconds(5));
        system.Heard.Count.ShouldBe(2);
        for (var hour = 0; hour < 80; hour++) await Pass(Duration.FromHours(1));
        var line = (await Log(club, hook)).ShouldHaveSingleItem();
        line.GetProperty("status").GetString().ShouldBe("failed");
        line.GetProperty("answer").GetInt32().ShouldBe(503);
        line.GetProperty("problem").GetString().ShouldBe("answered 503: later");
        system.Heard.Count.ShouldBeInRange(12, 25);
        var tries = system.Heard.Count;

        system.Answers = 200;
        await Pass(Duration.FromHours(24));
        system.Heard.Count.ShouldBe(tries);
        var owner = await SignIn(club.Owner.Email);
        (await owner.Client.Post($"{HooksOf(club)}/{hook}/replay", new { since = "2026-06-01T00:00:00Z" })).Is(HttpStatusCode.OK).Data.GetProperty("replayed").GetInt32().ShouldBe(1);
        await Pass(Duration.FromSeconds(2));
        system.Heard.Count.ShouldBe(tries + 1);
        system.Heard.Select(h => h.Id).Distinct().ShouldHaveSingleItem();
        system.Heard.Select(h => h.Body).Distinct().ShouldHaveSingleItem();
        // And one that was taken can be sent once more.
        (await owner.Client.Post($"{HooksOf(club)}/{hook}/replay", new { dispatchId = line.GetProperty("id").GetGuid() })).Is(HttpStatusCode.OK);
        await Pass(Duration.FromSeconds(2));
        system.Heard.Count.ShouldBe(tries + 2);
    }

    [Fact]
    public async Task An_address_that_is_gone_is_switched_off_and_a_redirect_is_not_followed()
    {
        await using var gone = await OtherSystem.Start();
        await using var moved = await OtherSystem.Start();
        await using var target = await OtherSystem.Start();
        var (club, guest) = (await OpenClub(), await Guest());
        var (goneId, _) = await Subscribe(club, gone.Address, "booking.created");
        var (movedId, _) = await Subscribe(club, moved.Address, "booking.created");
        (gone.Answers, moved.Answers, moved.Location) = (410, 302, target.Address);
        await Hold(club, guest, 2, 10);
        await Settle();
        await Pass(Duration.FromSeconds(2));
        await Hold(club, guest, 2, 12);
        await Settle();
        await Pass(Duration.FromSeconds(2));
        gone.Heard.Count.ShouldBe(1);
        target.Heard.ShouldBeEmpty();
        (await Log(club, movedId)).ShouldAllBe(d => d.GetProperty("answer").GetInt32() == 302 && d.GetProperty("status").GetString() == "waiting");
        var hooks = (await club.Owner.Client.Get(HooksOf(club))).Data.GetProperty("items").EnumerateArray().ToDictionary(h => h.GetProperty("id").GetGuid());
        hooks[goneId].GetProperty("active").GetBoolean().ShouldBeFalse();
        hooks[goneId].GetProperty("disabledReason").GetString().ShouldBe("the address answered 410 Gone");
        hooks[movedId].GetProperty("active").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Two_nodes_that_send_at_once_send_each_event_once()
    {
        await using var system = await OtherSystem.Start();
        var (club, guest) = (await OpenClub(), await Guest());
        var (hook, _) = await Subscribe(club, system.Address, "booking.created");
        for (var i = 0; i < 20; i++) (await club.Owner.Client.Post($"{HooksOf(club)}/{hook}/ping")).Is(HttpStatusCode.OK);
        await using var second = AddNode();
        await Task.WhenAll(new[] { App, second, App, second }.Select(node => node.Services.GetRequiredService<JobRunner>().RunAll(TestContext.Current.CancellationToken)));
        await Pass(Duration.FromSeconds(2));
        system.Heard.Count.ShouldBe(20);
        system.Heard.Select(h => h.Id).Distinct().Count().ShouldBe(20);
        _ = guest;
    }

    [Fact]
    public async Task A_new_secret_signs_from_then_on_and_the_trial_can_be_checked_with_it()
    {
        await using var system = await OtherSystem.Start();
        var club = await OpenClub();
        var (hook, old) = await Subscribe(club, system.Address, "booking.created");
        var secret = (await club.Owner.Client.Post($"{HooksOf(club)}/{hook}/secret")).Is(HttpStatusCode.OK).Data.GetProperty("secret").GetString()!;
        secret.ShouldNotBe(old);
        (await club.Owner.Client.Post($"{HooksOf(club)}/{hook}/ping")).Is(HttpStatusCode.OK);
        await Pass(Duration.FromSeconds(2));
        var heard = system.Heard.ShouldHaveSingleItem();
        heard.Event.ShouldBe("ping");
        var time = heard.Signature.Split(',')[0]["t=".Length..];
        heard.Signature.ShouldEndWith(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{heard.Body}"))));
    }

    [Fact]
    public async Task The_owner_adds_one_on_a_page_and_sees_there_what_was_sent()
    {
        await using var system = await OtherSystem.Start();
        var club = await OpenClub();
        var desk = await Colleague(club, "staff");
        var page = $"/desk/organisations/{club.OrganisationId}/webhooks";
        var (hook, _) = await Subscribe(club, system.Address, "booking.created");
        (await club.Owner.Client.Post($"{HooksOf(club)}/{hook}/ping")).Is(HttpStatusCode.OK);
        await Pass(Duration.FromSeconds(2));
        var shown = (await club.Owner.Client.Get($"{page}?hook={hook}")).Is(HttpStatusCode.OK).Text;
        shown.ShouldContain(system.Address);
        shown.ShouldContain("<td>ping</td>");
        shown.ShouldContain("payment.completed");
        shown.ShouldNotContain("user.registered");
        shown.ShouldNotContain("whsec_");
        (await (await SignIn(desk.Email)).Client.Get(page)).Status.ShouldBe(HttpStatusCode.Redirect);
        (await Visitor.Get(page)).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Webhooks_are_the_owners_business()
    {
        var (club, stranger) = (await OpenClub(), await OpenClub());
        var desk = await Colleague(club, "staff");
        desk = await SignIn(desk.Email);
        var (hook, _) = await Subscribe(club, "https://example.com/hooks", "booking.created");
        var wish = new { url = "https://example.com/hooks", events = new[] { "booking.created" } };
        (await Visitor.Get(HooksOf(club))).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await Visitor.Post(HooksOf(club), wish)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await desk.Client.Post(HooksOf(club), wish)).Status.ShouldBe(HttpStatusCode.Forbidden);
        foreach (var reply in new[]
        {
            await stranger.Owner.Client.Get(HooksOf(club)), await stranger.Owner.Client.Post(HooksOf(club), wish), await stranger.Owner.Client.Put($"{HooksOf(club)}/{hook}", wish),
            await stranger.Owner.Client.Delete($"{HooksOf(club)}/{hook}"), await stranger.Owner.Client.Delete($"{HooksOf(stranger)}/{hook}"), await stranger.Owner.Client.Post($"{HooksOf(stranger)}/{hook}/secret"),
            await stranger.Owner.Client.Get($"{HooksOf(stranger)}/{hook}/deliveries"), await stranger.Owner.Client.Post($"{HooksOf(stranger)}/{hook}/ping"), await stranger.Owner.Client.Post($"{HooksOf(stranger)}/{hook}/replay", new { }),
            await club.Owner.Client.Post($"{HooksOf(club)}/{hook}/replay", new { dispatchId = Guid.NewGuid() }),
        }) reply.Refuses(HttpStatusCode.NotFound, "not_found");
        foreach (var (field, body) in new (string, object)[]
        {
            ("url", new { events = new[] { "booking.created" } }), ("url", new { url = "example", events = new[] { "booking.created" } }), ("url", new { url = "ftp://example.com", events = new[] { "booking.created" } }),
            ("url", new { url = "https://user:word@example.com", events = new[] { "booking.created" } }), ("events", new { url = "https://example.com" }), ("events", new { url = "https://example.com", events = Array.Empty<string>() }),
            ("events", new { url = "https://example.com", events = new[] { "booking.stolen" } }), ("events", new { url = "https://example.com", events = new[] { "user.registered" } }),
        })
        {
            var reply = await club.Owner.Client.Post(HooksOf(club), body);
            reply.Refuses(HttpStatusCode.BadRequest, "validation_failed");
            reply.Names(field).ShouldBeTrue(reply.Text);
        }
        for (var i = 1; i < 10; i++) (await club.Owner.Client.Post(HooksOf(club), wish)).Is(HttpStatusCode.Created);
        (await club.Owner.Client.Post(HooksOf(club), wish)).Refuses(HttpStatusCode.Conflict, "too_many_webhooks");
        (await club.Owner.Client.Delete($"{HooksOf(club)}/{hook}")).Is(HttpStatusCode.OK);
        (await Database.Ask("select count(*) from webhooks.audit where action = 'manage:webhooks'")).ShouldBe(11L);
        (await Database.Ask("select count(*) from webhooks.audit where after::text like '%whsec%'")).ShouldBe(0L);
    }
}

/// <summary>Outside Development nobody can make us knock at doors inside.</summary>
public sealed class TellingNobodyInside(StoryPostgres postgres) : WebhookWorld(postgres)
{
    protected override void Configure(IDictionary<string, string?> settings) => settings["Sarai:Outbound:Anywhere"] = "false";

    [Theory]
    [InlineData("http://example.com/hooks")]
    [InlineData("https://127.0.0.1/hooks")]
    [InlineData("https://10.1.2.3")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[::1]:8443/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://localhost/")]
    [InlineData("https://postgres:5432/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f.1/")]
    public async Task An_address_inside_is_refused(string url)
    {
        var club = await OpenClub();
        var reply = await club.Owner.Client.Post(HooksOf(club), new { url, events = new[] { "booking.created" } });
        reply.Refuses(HttpStatusCode.BadRequest, "validation_failed");
        reply.Names("url").ShouldBeTrue();
    }

    [Fact]
    public async Task A_name_that_leads_inside_later_is_not_connected_to()
    {
        await using var system = await OtherSystem.Start();
        var (club, guest) = (await OpenClub(), await Guest());
        var (hook, _) = await Subscribe(club, "https://example.com/hooks", "booking.created");
        // As if the name service had changed its mind.
        await Database.Ask($"update webhooks.hook set url = 'http://localhost:{new Uri(system.Address).Port}/'");
        await Hold(club, guest, 2, 10);
        await Settle();
        await Pass(Duration.FromSeconds(2));
        system.Heard.ShouldBeEmpty();
        (await Log(club, hook)).ShouldHaveSingleItem().GetProperty("problem").GetString()!.ShouldStartWith("localhost does not lead to a public address.");
    }
}

/// <summary>A system of an organisation, elsewhere.</summary>
public sealed class OtherSystem : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Telling> _heard = new();

    private OtherSystem(WebApplication app) => _app = app;

    public sealed record Telling(string Event, string Id, string Signature, string Body);

    public string Address => $"{_app.Urls.First()}/hooks";

    public IReadOnlyList<Telling> Heard => [.. _heard];

    public int Answers { get; set; } = 200;

    public string? Location { get; set; }

    public static async Task<OtherSystem> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var system = new OtherSystem(builder.Build());
        system._app.MapPost("/hooks", async (HttpContext http) =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var headers = http.Request.Headers;
            system._heard.Enqueue(new Telling(headers["Sarai-Event"].ToString(), headers["Sarai-Event-Id"].ToString(), headers["Sarai-Signature"].ToString(), await reader.ReadToEndAsync()));
            http.Response.StatusCode = system.Answers;
            if (system.Location is { } location) http.Response.Headers.Location = location;
            if (system.Answers != 200) await http.Response.WriteAsync("later");
        });
        await system._app.StartAsync();
        return system;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
