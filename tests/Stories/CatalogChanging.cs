namespace Sarai.Stories;

/// <summary>An owner sets up a club, changes it, and is not undone by a colleague.</summary>
public sealed class CatalogChanging(StoryPostgres postgres) : World(postgres)
{
    [Fact]
    public async Task A_week_of_prices_is_seen_before_it_is_saved()
    {
        var club = await OpenClub();
        var saved = (await club.Owner.Client.Post($"/api/v1/venues/{club.Id}/prices/preview", new { week = "2026-06-03" })).Is(HttpStatusCode.OK).Data;
        (saved.GetProperty("monday").GetString(), saved.GetProperty("changedMinutes").GetInt32(), saved.GetProperty("openMinutes").GetInt32()).ShouldBe(("2026-06-01", 0, 7 * 16 * 60));
        var monday = saved.GetProperty("days")[0].GetProperty("stretches").EnumerateArray().Select(s => (s.GetProperty("from").GetString(), s.GetProperty("label").GetString(), s.GetProperty("perHour").GetProperty("amount").GetInt64())).ToList();
        monday.ShouldBe([("2026-06-01T07:00:00+05:00", "Off-peak", 350000), ("2026-06-01T17:00:00+05:00", "Peak", 600000)]);

        var draft = new { week = "2026-06-03", prices = new object[] { new { label = "Weekend", days = new[] { "saturday" }, from = "17:00", to = "23:00", perHour = 750000 }, new { label = "Usual", from = "07:00", to = "22:00", perHour = 350000 } } };
        var week = (await club.Owner.Client.Post($"/api/v1/venues/{club.Id}/prices/preview", draft)).Is(HttpStatusCode.OK).Data;
        // Six evenings of six hours change, of which the last hour loses its price, and Saturday's six hours change.
        (week.GetProperty("changedMinutes").GetInt32(), week.GetProperty("unpricedMinutes").GetInt32()).ShouldBe((7 * 6 * 60, 6 * 60));
        var saturday = week.GetProperty("days")[5].GetProperty("stretches")[1];
        (saturday.GetProperty("label").GetString(), saturday.GetProperty("perHour").GetProperty("amount").GetInt64(), saturday.GetProperty("before").GetProperty("amount").GetInt64()).ShouldBe(("Weekend", 750000, 600000));
        (await Price(club, "2026-06-06", "2026-06-06T18:00:00+05:00")).ShouldBe(600000, "a preview changes nothing");

        (await club.Owner.Client.Put($"/api/v1/venues/{club.Id}/prices", new { draft.prices })).Is(HttpStatusCode.OK);
        (await Price(club, "2026-06-06", "2026-06-06T18:00:00+05:00")).ShouldBe(750000);
    }

    [Fact]
    public async Task Two_people_who_change_a_club_at_once_notice_each_other()
    {
        var club = await OpenClub();
        var manager = await Colleague(club, "manager");
        var tag = (await club.Owner.Client.Get($"/api/v1/venues/{club.Id}/settings")).Is(HttpStatusCode.OK).Headers["ETag"];
        var both = await Task.WhenAll(new[] { club.Owner, manager }.Select((who, i) => IfMatch(who, club, tag, new { holdMinutes = 20 + i })));
        both.Select(r => r.Status).Order().ShouldBe([HttpStatusCode.OK, HttpStatusCode.PreconditionFailed]);
        both.Single(r => r.Status != HttpStatusCode.OK).Code.ShouldBe("changed_meanwhile");
        var next = both.Single(r => r.Status == HttpStatusCode.OK).Headers["ETag"];
        (await IfMatch(manager, club, next, new { holdMinutes = 30 })).Is(HttpStatusCode.OK);
        (await IfMatch(manager, club, "\"nonsense\"", new { holdMinutes = 40 })).Refuses(HttpStatusCode.PreconditionFailed, "changed_meanwhile");
        (await IfMatch(manager, club, "*", new { holdMinutes = 50 })).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Bookings_outside_other_hours_are_named_before_anything_is_saved()
    {
        var (club, guest) = (await OpenClub(), await Guest("Ayesha"));
        var late = (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 21), 90))).Is(HttpStatusCode.Created).Data.GetProperty("code").GetString();
        (await guest.Client.Post("/api/v1/bookings", Wish(club, At(2, 10)))).Is(HttpStatusCode.Created);
        var days = new[] { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" };
        var earlier = (await club.Owner.Client.Post($"/api/v1/venues/{club.Id}/hours/preview", new { hours = days.Select(day => new { day, opens = "07:00", closes = "22:00" }) })).Is(HttpStatusCode.OK).Data;
        earlier.GetProperty("bookings").EnumerateArray().Select(b => b.GetProperty("code").GetString()).ShouldBe([late]);
        var closed = (await club.Owner.Client.Post($"/api/v1/venues/{club.Id}/hours/preview", new { closures = new[] { new { date = "2026-06-02", reason = "Eid" } } })).Is(HttpStatusCode.OK).Data;
        closed.GetProperty("bookings").GetArrayLength().ShouldBe(2);
        (await guest.Client.Get($"/api/v1/venues/{club.Id}/availability?date=2026-06-02")).Data.GetProperty("resources")[0].GetProperty("slots").GetArrayLength().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_closed_day_has_no_slots_until_it_is_opened_again()
    {
        var (club, guest) = (await OpenClub(), await Guest());
        (await club.Owner.Client.Post($"/api/v1/venues/{club.Id}/closures", new { from = "2026-06-03", to = "2026-06-05", reason = "Eid ul-Adha" })).Is(HttpStatusCode.OK);
        (await Slots(club, "2026-06-04")).ShouldBe(0);
        (await guest.Client.Post("/api/v1/bookings", Wish(club, At(4, 18)))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await club.Owner.Client.Post($"/api/v1/venues/{club.Id}/closures", new { from = "2026-06-05", reason = "again" })).Names("from").ShouldBeTrue();
        (await club.Owner.Client.Delete($"/api/v1/venues/{club.Id}/closures/2026-06-04")).Is(HttpStatusCode.OK);
        (await Slots(club, "2026-06-04")).ShouldBeGreaterThan(0);
        (await Slots(club, "2026-06-05")).ShouldBe(0);
        (await club.Owner.Client.Post($"/api/v1/venues/{club.Id}/closures", new { from = "2026-06-08", opens = "18:00", closes = "01:00", reason = "Ramadan hours" })).Is(HttpStatusCode.OK);
        var evening = (await Visitor.Get($"/api/v1/venues/{club.Id}/availability?date=2026-06-08&minutes=60")).Data.GetProperty("resources")[0].GetProperty("slots");
        (evening[0].GetProperty("startsAt").GetString(), evening[evening.GetArrayLength() - 1].GetProperty("endsAt").GetString()).ShouldBe(("2026-06-08T18:00:00+05:00", "2026-06-09T01:00:00+05:00"));
    }

    [Fact]
    public async Task Somebody_without_an_organisation_sets_up_a_club_in_one_go()
    {
        var (owner, admin) = (await Guest("Hamza"), await Admin());
        var details = new { name = "DHA Padel", city = "Karachi", latitude = 24.8, longitude = 67.05, timeZone = "Asia/Karachi", currency = "PKR" };
        var wish = new { vertical = "courts", details, courts = 3, opens = "08:00", closes = "01:00", perHour = 400000, peakPerHour = 700000, peakFrom = "17:00", peakTo = "23:00" };
        var key = Guid.NewGuid().ToString();
        var first = (await owner.Client.Post("/api/v1/venues/start", wish, key)).Is(HttpStatusCode.Created).Data.GetProperty("venue");
        var again = (await owner.Client.Post("/api/v1/venues/start", wish, key)).Is(HttpStatusCode.Created).Data.GetProperty("venue");
        again.GetProperty("id").GetGuid().ShouldBe(first.GetProperty("id").GetGuid());
        (first.GetProperty("state").GetString(), first.GetProperty("resources").GetArrayLength(), first.GetProperty("prices").GetArrayLength()).ShouldBe(("draft", 3, 2));
        var id = first.GetProperty("id").GetGuid();
        (await Visitor.Get($"/api/v1/venues/{id}")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await owner.Client.Post($"/api/v1/venues/{id}/submit")).Is(HttpStatusCode.OK);
        (await admin.Client.Get("/api/v1/admin/venues")).Data.GetProperty("items").EnumerateArray().Select(v => v.GetProperty("id").GetGuid()).ShouldContain(id);
        (await admin.Client.Post($"/api/v1/admin/venues/{id}/reject", new { reason = "Add a photo" })).Is(HttpStatusCode.OK);
        (await owner.Client.Post($"/api/v1/venues/{id}/submit")).Is(HttpStatusCode.OK);
        (await admin.Client.Post($"/api/v1/admin/venues/{id}/approve")).Is(HttpStatusCode.OK);
        (await Visitor.Get($"/api/v1/venues/{id}")).Is(HttpStatusCode.OK);
        (await Database.Ask($"select string_agg(action, ',' order by at) from catalog.audit where subject = '{id}'")).ShouldBe("create:venue,update:venue,approve:venues,update:venue,approve:venues");
    }

    private async Task<int> Slots(Club club, string date) => (await Visitor.Get($"/api/v1/venues/{club.Id}/availability?date={date}")).Is(HttpStatusCode.OK).Data.GetProperty("resources")[0].GetProperty("slots").GetArrayLength();

    private async Task<long> Price(Club club, string date, string at) => (await Visitor.Get($"/api/v1/venues/{club.Id}/availability?date={date}&minutes=60")).Data.GetProperty("resources")[0].GetProperty("slots")
        .EnumerateArray().Single(s => s.GetProperty("startsAt").GetString() == at).GetProperty("price").GetProperty("amount").GetInt64();

    private static async Task<Reply> IfMatch(Person who, Club club, string tag, object policy)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/venues/{club.Id}/policy") { Content = JsonContent.Create(policy) };
        request.Headers.TryAddWithoutValidation("If-Match", tag);
        using var response = await who.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return new Reply(response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response.Headers.ToDictionary(h => h.Key, h => string.Join(",", h.Value)));
    }
}
