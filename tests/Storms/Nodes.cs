using System.Globalization;
using Npgsql;

namespace Sarai.Storms;

/// <summary>Two processes of the application, the same configuration, one PostgreSQL; a guest may meet either.</summary>
public sealed class Nodes(StoryPostgres postgres) : World(postgres)
{
    private readonly MailServer _mail = new();
    private AppProcess? _first;
    private AppProcess? _second;

    // Processes have the real time.
    protected override DateTimeOffset Start => DateTimeOffset.UtcNow;

    protected override Uri AddressOf(RunningApp? node) => _first!.Address;

    protected override void Configure(IDictionary<string, string?> settings)
    {
        settings["Sarai:Smtp:Host"] = "127.0.0.1";
        settings["Sarai:Smtp:Port"] = $"{_mail.Port}";
        settings["Sarai:Smtp:Tls"] = "false";
    }

    public override async ValueTask InitializeAsync()
    {
        // An empty database, and both at once: the schema, the keys and everything else that is made at the first start is made by one of them.
        var name = $"nodes_{Guid.NewGuid():n}";
        await using (var connection = new NpgsqlConnection(Postgres.Server.AdminConnectionString()))
        {
            await connection.OpenAsync();
            await using var create = new NpgsqlCommand($"create database {name}", connection);
            await create.ExecuteNonQueryAsync();
        }
        Database = new TestDatabase(Postgres.Server, name);
        var processes = await Task.WhenAll(AppProcess.Start(Settings()), AppProcess.Start(Settings()));
        (_first, _second) = (processes[0], processes[1]);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_first is not null) await _first.DisposeAsync();
        if (_second is not null) await _second.DisposeAsync();
        _mail.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_happens_on_one_node_is_known_on_the_other_and_background_work_is_done_once()
    {
        var club = await OpenClub(courts: 2, policy: new { payAtDesk = true, holdMinutes = 1 });
        var guest = await Guest();
        using var there = Elsewhere(guest);

        // A token of one node is good on the other, and so is what the catalog says: the venue was made and approved on the first.
        var day = DateTime.UtcNow.AddDays(3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        (await there.Get("/api/v1/users/profile")).Is(HttpStatusCode.OK).Data.GetProperty("id").GetGuid().ShouldBe(guest.Id);
        await using var watcher = await LiveClient.Connect(new Uri(_second!.Address, "/live"));
        ((bool)(await watcher.Call("Join", $"venue:{club.Id}"))!).ShouldBeTrue();
        (await Free(there, club, day)).ShouldBe(2);

        // A hold on the first is seen by who watches the second, whose own memory of the day is put right as well.
        var held = (await guest.Client.Post("/api/v1/bookings", Wish(club, $"{day}T10:00:00+05:00", 60, club.Courts[0]))).Is(HttpStatusCode.Created).Data;
        var news = (await watcher.Next("event"))[0]!;
        ((string)news["name"]!).ShouldBe("slot_taken");
        await Until(async () => await Free(there, club, day) == 1);
        (await there.Post("/api/v1/bookings", Wish(club, $"{day}T10:00:00+05:00", 60, club.Courts[0]))).Refuses(HttpStatusCode.Conflict, "slot_taken");
        // And the same key of idempotency, asked on the other node, is the same booking.
        var key = Guid.NewGuid().ToString();
        var one = (await guest.Client.Post("/api/v1/bookings", Wish(club, $"{day}T12:00:00+05:00"), key)).Is(HttpStatusCode.Created);
        (await there.Post("/api/v1/bookings", Wish(club, $"{day}T12:00:00+05:00"), key)).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid().ShouldBe(one.Data.GetProperty("id").GetGuid());

        // New prices and a session that was ended count on the other node.
        (await club.Owner.Client.Put($"/api/v1/venues/{club.Id}/prices", new { prices = new object[] { new { label = "Flat", from = "00:00:00", to = "00:00:00", perHour = 100000 } } })).Is(HttpStatusCode.OK);
        await Until(async () => (await Slots(there, club, day)).All(s => s.GetProperty("price").GetProperty("amount").GetInt64() == 100000));

        // Pay on the second; then both holds' minute runs out, the sweepers of both nodes run, and each thing is told once.
        var payment = (await there.Post("/api/v1/payments/create-order", new { bookingId = held.GetProperty("id").GetGuid(), method = "sandbox" })).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        (await there.Post($"/api/v1/sandbox/payments/{payment}", new { outcome = "duplicate" })).Is(HttpStatusCode.OK);
        await Until(async () => (await guest.Client.Get($"/api/v1/bookings/{held.GetProperty("id").GetGuid()}")).Data.GetProperty("status").GetString() == "confirmed");
        await Database.Ask("update bookings.booking set expires_at = now() - interval '1 second' where status = 'Held'; update bookings.claim set expires_at = now() - interval '1 second' where expires_at is not null");
        await Until(async () => (await there.Get($"/api/v1/bookings/{one.Data.GetProperty("id").GetGuid()}")).Data.GetProperty("status").GetString() == "expired");
        await Truth.ComesToRest(Database);
        foreach (var type in new[] { "booking_confirmed", "payment_success", "booking_expired" })
            (await Database.Ask($"select count(*) from notifications.notification where type = '{type}' and user_id = '{guest.Id}'")).ShouldBe(1L, type);
        await Truth.NothingIsSoldTwice(Database);
        await Truth.NoMoneyIsLost(Database);
        await Truth.NobodyHearsTwice(Database, _mail);

        (await guest.Client.Post("/api/v1/auth/logout")).Is(HttpStatusCode.OK);
        await Until(async () => (await there.Get("/api/v1/users/profile")).Status == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task One_node_goes_on_when_the_other_is_killed()
    {
        var club = await OpenClub(courts: 1);
        var guest = await Guest();
        var day = DateTime.UtcNow.AddDays(3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var booking = (await guest.Client.Post("/api/v1/bookings", Wish(club, $"{day}T10:00:00+05:00"))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        _first!.Kill();
        using var there = Elsewhere(guest);
        var payment = (await there.Post("/api/v1/payments/create-order", new { bookingId = booking, method = "sandbox" })).Is(HttpStatusCode.Created).Data.GetProperty("paymentId").GetGuid();
        (await there.Post($"/api/v1/sandbox/payments/{payment}", new { outcome = "succeed" })).Is(HttpStatusCode.OK);
        await Until(async () => (await there.Get($"/api/v1/bookings/{booking}")).Data.GetProperty("status").GetString() == "confirmed");
        await _first.Restart();
        (await guest.Client.Get($"/api/v1/bookings/{booking}")).Data.GetProperty("status").GetString().ShouldBe("confirmed");
    }

    private HttpClient Elsewhere(Person person)
    {
        var client = new HttpClient { BaseAddress = _second!.Address };
        client.DefaultRequestHeaders.Add("Authorization", $"Bearer {person.AccessToken}");
        return client;
    }

    private static async Task<IReadOnlyList<JsonElement>> Slots(HttpClient client, Club club, string day) =>
        [.. (await client.Get($"/api/v1/venues/{club.Id}/availability?date={day}&minutes=60")).Is(HttpStatusCode.OK).Data.GetProperty("resources").EnumerateArray().SelectMany(r => r.GetProperty("slots").EnumerateArray())];

    private static async Task<int> Free(HttpClient client, Club club, string day) =>
        (await Slots(client, club, day)).Count(s => s.GetProperty("startsAt").GetString()!.Contains("T10:00", StringComparison.Ordinal) && s.GetProperty("available").GetBoolean());

    private static async Task Until(Func<Task<bool>> so)
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(20); !await so();)
        {
            if (DateTime.UtcNow > deadline) throw new ShouldAssertException("It never came to that.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
