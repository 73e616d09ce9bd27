namespace Sarai.Stories;

public sealed class Series(StoryPostgres postgres) : World(postgres)
{
    [Fact]
    public async Task A_series_with_conflicts_in_week_3_and_20_leaves_nothing_half_made()
    {
        var (club, guest, other) = (await OpenClub(courts: 1), await Guest(), await Guest());
        await Block(club, At(16, 18), At(16, 19));
        await Block(club, "2026-10-13T18:00:00+05:00", "2026-10-13T19:00:00+05:00");
        var reply = await guest.Client.Post("/api/v1/bookings/series", Season(club, At(2, 18), 24, "abort"));
        reply.Refuses(HttpStatusCode.Conflict, "series_conflict");
        reply.Root.GetProperty("error").GetProperty("details").GetProperty("conflicts").EnumerateArray().Select(c => c.GetProperty("week").GetInt32()).ShouldBe([3, 20]);
        (await Database.Ask("select count(*) from bookings.booking")).ShouldBe(0L);
        (await Database.Ask("select count(*) from bookings.claim where booking_id is not null")).ShouldBe(0L);
        (await other.Client.Post("/api/v1/bookings", Wish(club, At(2, 18)))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Conflicts_can_be_skipped()
    {
        var (club, guest) = (await OpenClub(courts: 1), await Guest());
        await Block(club, At(16, 18), At(16, 19));
        var made = (await guest.Client.Post("/api/v1/bookings/series", Season(club, At(2, 18), 4, "skip"))).Is(HttpStatusCode.Created).Data;
        Weeks(made).ShouldBe([(1, At(2, 18)), (2, At(9, 18)), (3, null), (4, At(23, 18))]);
        made.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(3 * 600000);
    }

    [Fact]
    public async Task Or_moved_to_the_nearest_free_time_of_that_day()
    {
        var (club, guest) = (await OpenClub(courts: 1), await Guest());
        await Block(club, At(16, 18), At(16, 19));
        var made = (await guest.Client.Post("/api/v1/bookings/series", Season(club, At(2, 18), 4, "nearest"))).Is(HttpStatusCode.Created).Data;
        Weeks(made).ShouldBe([(1, At(2, 18)), (2, At(9, 18)), (3, At(16, 17)), (4, At(23, 18))]);
    }

    [Fact]
    public async Task A_preview_tells_the_conflicts_and_takes_nothing()
    {
        var (club, guest) = (await OpenClub(courts: 1), await Guest());
        await Block(club, At(16, 18), At(16, 19));
        var seen = (await guest.Client.Post("/api/v1/bookings/series", new { offeringId = club.OfferingId, startsAt = At(2, 18), minutes = 60, weeks = 4, preview = true })).Is(HttpStatusCode.Created).Data;
        Weeks(seen).Select(w => w.StartsAt is null).ShouldBe([false, false, true, false]);
        (await Database.Ask("select count(*) from bookings.booking")).ShouldBe(0L);
    }

    [Fact]
    public async Task Cancelling_the_series_frees_every_coming_week()
    {
        var (club, guest) = (await OpenClub(courts: 1), await Guest());
        var made = (await guest.Client.Post("/api/v1/bookings/series", Season(club, At(2, 18), 4, "abort"))).Is(HttpStatusCode.Created).Data;
        var second = made.GetProperty("occurrences")[1].GetProperty("booking").GetProperty("id").GetGuid();
        (await guest.Client.Put($"/api/v1/bookings/{second}/cancel", new { wholeSeries = true })).Is(HttpStatusCode.OK);
        (await Database.Ask("select string_agg(status, ' ' order by starts_at) from bookings.booking")).ShouldBe("Confirmed Cancelled Cancelled Cancelled");
        (await Database.Ask("select count(*) from bookings.claim")).ShouldBe(1L);
    }

    [Fact]
    public async Task Two_series_race_for_the_same_evenings_and_one_gets_them_all()
    {
        var (club, a, b) = (await OpenClub(courts: 1), await Guest(), await Guest());
        var replies = await Task.WhenAll(new[] { a, b, a, b }.Select(g => g.Client.Post("/api/v1/bookings/series", Season(club, At(2, 18), 8, "abort"))));
        replies.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(1);
        replies.Where(r => r.Status != HttpStatusCode.Created).ShouldAllBe(r => r.Code == "series_conflict");
        (await Database.Ask("select count(*) from bookings.booking")).ShouldBe(8L);
    }

    internal static object Season(Club club, string startsAt, int weeks, string onConflict) => new { offeringId = club.OfferingId, startsAt, minutes = 60, weeks, onConflict };

    private static async Task Block(Club club, string from, string to) =>
        (await club.Owner.Client.Post($"/api/v1/venues/{club.Id}/blocks", new { resourceIds = club.Courts, startsAt = from, endsAt = to, reason = "new lights" })).Is(HttpStatusCode.Created);

    internal static List<(int Week, string? StartsAt)> Weeks(JsonElement made) =>
        [.. made.GetProperty("occurrences").EnumerateArray().Select(o => (o.GetProperty("week").GetInt32(), o.GetProperty("booking").ValueKind == JsonValueKind.Null ? null : o.GetProperty("booking").GetProperty("startsAt").GetString()))];
}

public sealed class SeriesInAutumn(StoryPostgres postgres) : World(postgres)
{
    protected override DateTimeOffset Start => new(2026, 10, 14, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Weeks_keep_their_wall_time_when_the_clocks_go_back()
    {
        var (club, guest) = (await OpenClub(courts: 1, zone: "Europe/London"), await Guest());
        var made = (await guest.Client.Post("/api/v1/bookings/series", Series.Season(club, "2026-10-15T19:00:00+01:00", 4, "abort"))).Is(HttpStatusCode.Created).Data;
        Series.Weeks(made).Select(w => w.StartsAt).ShouldBe(["2026-10-15T19:00:00+01:00", "2026-10-22T19:00:00+01:00", "2026-10-29T19:00:00Z", "2026-11-05T19:00:00Z"]);
    }

    [Fact]
    public async Task A_time_that_comes_twice_takes_the_earlier()
    {
        var (club, guest) = (await OpenClub(courts: 1, zone: "Europe/London", hours: ("00:00:00", "06:00:00")), await Guest());
        var made = (await guest.Client.Post("/api/v1/bookings/series", Series.Season(club, "2026-10-18T01:00:00+01:00", 2, "abort"))).Is(HttpStatusCode.Created).Data;
        Series.Weeks(made).Select(w => w.StartsAt).ShouldBe(["2026-10-18T01:00:00+01:00", "2026-10-25T01:00:00+01:00"]);
    }

    [Fact]
    public async Task The_repeated_hour_can_be_sold_twice_because_it_happens_twice()
    {
        var (club, guest) = (await OpenClub(courts: 1, zone: "Europe/London", hours: ("00:00:00", "06:00:00")), await Guest());
        (await guest.Client.Post("/api/v1/bookings", Wish(club, "2026-10-25T01:00:00+01:00"))).Is(HttpStatusCode.Created);
        (await guest.Client.Post("/api/v1/bookings", Wish(club, "2026-10-25T01:30:00+01:00"))).Refuses(HttpStatusCode.Conflict, "slot_taken");
        (await guest.Client.Post("/api/v1/bookings", Wish(club, "2026-10-25T01:00:00+00:00"))).Is(HttpStatusCode.Created);
    }
}

public sealed class SeriesInSpring(StoryPostgres postgres) : World(postgres)
{
    protected override DateTimeOffset Start => new(2027, 3, 14, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_week_whose_time_does_not_exist_is_refused_with_a_sentence()
    {
        var (club, guest) = (await OpenClub(courts: 1, zone: "Europe/London", hours: ("00:00:00", "06:00:00")), await Guest());
        var made = (await guest.Client.Post("/api/v1/bookings/series", Series.Season(club, "2027-03-21T01:00:00Z", 3, "skip"))).Is(HttpStatusCode.Created).Data;
        made.GetProperty("occurrences")[1].GetProperty("conflict").GetString().ShouldBe("On 2027-03-28 the clocks go forward and 01:00 does not exist.");
        Series.Weeks(made).Select(w => w.StartsAt).ShouldBe(["2027-03-21T01:00:00Z", null, "2027-04-04T01:00:00+01:00"]);
    }
}
