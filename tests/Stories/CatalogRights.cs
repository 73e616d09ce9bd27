namespace Sarai.Stories;

/// <summary>Every endpoint of the catalogue that changes or shows what is the staff's own: who may, and what rubbish is told.</summary>
public sealed class CatalogRights(StoryPostgres postgres) : World(postgres)
{
    private static readonly Guid Nowhere = Guid.Parse("00000000-0000-7000-8000-000000000001");

    private static readonly object Details = new { name = "Club", city = "Lahore", latitude = 31.5, longitude = 74.3, timeZone = "Asia/Karachi", currency = "PKR" };

    // Every staff endpoint with a request that would be right.
    private static IEnumerable<(HttpMethod Method, string Path, object? Body)> Endpoints(Guid venue) =>
    [
        (HttpMethod.Get, $"/api/v1/venues/{venue}/settings", null),
        (HttpMethod.Put, $"/api/v1/venues/{venue}/details", Details),
        (HttpMethod.Put, $"/api/v1/venues/{venue}/hours", new { hours = new[] { new { day = "monday", opens = "07:00", closes = "23:00" } } }),
        (HttpMethod.Post, $"/api/v1/venues/{venue}/hours/preview", new { }),
        (HttpMethod.Put, $"/api/v1/venues/{venue}/closures", new { closures = Array.Empty<object>() }),
        (HttpMethod.Post, $"/api/v1/venues/{venue}/closures", new { from = "2026-06-10", reason = "Eid" }),
        (HttpMethod.Delete, $"/api/v1/venues/{venue}/closures/2026-06-10", null),
        (HttpMethod.Put, $"/api/v1/venues/{venue}/policy", new { holdMinutes = 20 }),
        (HttpMethod.Put, $"/api/v1/venues/{venue}/resources", new { resources = Array.Empty<object>() }),
        (HttpMethod.Put, $"/api/v1/venues/{venue}/offerings", new { offerings = Array.Empty<object>() }),
        (HttpMethod.Put, $"/api/v1/venues/{venue}/prices", new { prices = Array.Empty<object>() }),
        (HttpMethod.Post, $"/api/v1/venues/{venue}/prices/preview", new { }),
        (HttpMethod.Post, $"/api/v1/venues/{venue}/submit", null),
    ];

    [Fact]
    public async Task Without_a_token_nothing_of_the_staff_is_answered()
    {
        var club = await OpenClub();
        foreach (var (method, path, body) in Endpoints(club.Id)) (await Visitor.Send(method, path, body)).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await Visitor.Post("/api/v1/venues", new { })).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await Visitor.Post("/api/v1/venues/start", new { })).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        (await Visitor.Get("/api/v1/admin/venues")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        foreach (var step in new[] { "approve", "reject", "suspend", "reinstate" }) (await Visitor.Post($"/api/v1/admin/venues/{club.Id}/{step}")).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task Another_clubs_owner_is_told_that_there_is_no_such_club()
    {
        var (club, other) = (await OpenClub(), await OpenClub());
        foreach (var (method, path, body) in Endpoints(club.Id)) (await other.Owner.Client.Send(method, path, body)).Refuses(HttpStatusCode.NotFound, "not_found");
        foreach (var (method, path, body) in Endpoints(Nowhere)) (await other.Owner.Client.Send(method, path, body)).Refuses(HttpStatusCode.NotFound, "not_found");
        (await other.Owner.Client.Post("/api/v1/venues", new { organisationId = club.OrganisationId, vertical = "courts", details = Details })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await Database.Ask($"select version from catalog.venue where id = '{club.Id}'")).ShouldBe(await Database.Ask($"select version from catalog.venue where id = '{other.Id}'"), "nothing was changed");
    }

    [Fact]
    public async Task A_colleague_without_the_right_is_told_so()
    {
        var club = await OpenClub();
        var (staff, coach) = (await Colleague(club, "staff"), await Colleague(club, "coach"));
        foreach (var (method, path, body) in Endpoints(club.Id))
        {
            if (!path.EndsWith("settings", StringComparison.Ordinal)) (await staff.Client.Send(method, path, body)).Refuses(HttpStatusCode.Forbidden, "forbidden");
            (await coach.Client.Send(method, path, body)).Refuses(HttpStatusCode.Forbidden, "forbidden");
        }
        (await staff.Client.Get($"/api/v1/venues/{club.Id}/settings")).Is(HttpStatusCode.OK);
        (await club.Owner.Client.Get("/api/v1/admin/venues")).Refuses(HttpStatusCode.Forbidden, "forbidden");
        foreach (var step in new[] { "approve", "reject", "suspend", "reinstate" }) (await club.Owner.Client.Post($"/api/v1/admin/venues/{club.Id}/{step}", new { reason = "no" })).Refuses(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task A_manager_may_run_the_club_but_not_approve_it()
    {
        var club = await OpenClub();
        var manager = await Colleague(club, "manager");
        (await manager.Client.Put($"/api/v1/venues/{club.Id}/policy", new { holdMinutes = 20, payAtDesk = true })).Is(HttpStatusCode.OK);
        (await manager.Client.Post($"/api/v1/venues/{club.Id}/closures", new { from = "2026-06-10", reason = "Eid" })).Is(HttpStatusCode.OK);
        (await manager.Client.Post($"/api/v1/admin/venues/{club.Id}/suspend", new { reason = "no" })).Refuses(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task What_is_wrong_is_named_by_its_field()
    {
        var club = await OpenClub();
        var venue = $"/api/v1/venues/{club.Id}";
        var (put, post) = (HttpMethod.Put, HttpMethod.Post);
        foreach (var (method, path, body, field) in new (HttpMethod, string, object, string)[]
        {
            (put, "details", new { city = "Lahore" }, "name"),
            (put, "details", new { name = "Club", city = "Lahore", latitude = 200, longitude = 74, timeZone = "Asia/Karachi", currency = "PKR" }, "latitude"),
            (put, "details", new { name = "Club", city = "Lahore", latitude = 31, longitude = 74, timeZone = "Lahore", currency = "PKR" }, "timeZone"),
            (put, "details", new { name = "Club", city = "Lahore", latitude = 31, longitude = 74, timeZone = "Asia/Karachi", currency = "rupees" }, "currency"),
            (put, "details", new { name = new string('x', 121), city = "Lahore", latitude = 31, longitude = 74, timeZone = "Asia/Karachi", currency = "PKR" }, "name"),
            (put, "hours", new { }, "hours"),
            (put, "hours", new { hours = new[] { new { day = "monday", opens = "7 o'clock", closes = "23:00" } } }, "hours[0].opens"),
            (put, "hours", new { hours = new[] { new { day = "monday", opens = "07:00", closes = "23:00" }, new { day = "monday", opens = "22:00", closes = "23:30" } } }, "hours[1].opens"),
            (put, "hours", new { hours = new[] { new { day = "sunday", opens = "20:00", closes = "03:00" }, new { day = "monday", opens = "02:00", closes = "10:00" } } }, "hours[1].opens"),
            (put, "closures", new { closures = new[] { new { date = "2026-06-10", reason = "a" }, new { date = "2026-06-10", reason = "b" } } }, "closures"),
            (put, "closures", new { closures = new[] { new { date = "soon", reason = "a" } } }, "closures[0].date"),
            (post, "closures", new { reason = "Eid" }, "from"),
            (post, "closures", new { from = "2026-06-10" }, "reason"),
            (post, "closures", new { from = "2026-06-10", to = "2026-06-09", reason = "Eid" }, "to"),
            (post, "closures", new { from = "2026-06-10", to = "2028-06-10", reason = "Eid" }, "to"),
            (post, "closures", new { from = "2026-06-10", opens = "10:00", reason = "Eid" }, "closes"),
            (put, "policy", new { holdMinutes = 0 }, "holdMinutes"),
            (put, "policy", new { windowDays = 5000 }, "windowDays"),
            (put, "policy", new { maxUnpaidHolds = 6 }, "maxUnpaidHolds"),
            (put, "policy", new { maxPerDay = 0 }, "maxPerDay"),
            (put, "policy", new { taxPercent = 101 }, "taxPercent"),
            (put, "policy", new { cancellation = new[] { new { hoursBefore = 24, refundPercent = 100 }, new { hoursBefore = 12, refundPercent = 150 } } }, "cancellation[1].refundPercent"),
            (put, "policy", new { cancellation = new[] { new { hoursBefore = 24, refundPercent = 100 }, new { hoursBefore = 24, refundPercent = 50 } } }, "cancellation[1].hoursBefore"),
            (put, "resources", new { resources = new[] { new { name = "A" }, new { name = " a " } } }, "resources[1].name"),
            (put, "resources", new { resources = new[] { new { name = "" } } }, "resources[0].name"),
            (put, "resources", new { resources = Array.Empty<object>() }, "resources"),
            (put, "offerings", new { offerings = new[] { new { id = club.OfferingId, name = "Padel", durations = Array.Empty<int>() } } }, "offerings[0].durations"),
            (put, "offerings", new { offerings = new[] { new { id = club.OfferingId, name = "Padel", durations = new[] { 60 }, stepMinutes = 1 } } }, "offerings[0].stepMinutes"),
            (put, "offerings", new { offerings = new[] { new { id = club.OfferingId, name = "Padel", durations = new[] { 60 }, resourceIds = new[] { Nowhere } } } }, "offerings[0].resourceIds"),
            (put, "offerings", new { offerings = new[] { new { id = club.OfferingId, name = "Padel", durations = new[] { 60 }, maxParticipants = 0 } } }, "offerings[0].maxParticipants"),
            (put, "offerings", new { offerings = new[] { new { id = club.OfferingId, name = "Padel", shape = "round" } } }, "offerings[0].shape"),
            (put, "prices", new { prices = new[] { new { label = "Peak", perHour = -1 } } }, "prices[0].perHour"),
            (put, "prices", new { prices = new[] { new { label = "", perHour = 1 } } }, "prices[0].label"),
            (put, "prices", new { prices = new[] { new { label = "Peak" } } }, "prices[0].perHour"),
            (put, "prices", new { prices = new[] { new { label = "Peak", perHour = "much" } } }, "prices[0].perHour"),
            (put, "prices", new { prices = new object[] { new { label = "A", perHour = 1 }, new { label = "Eid", perHour = 1, firstDate = "2026-06-10", lastDate = "2026-06-01" } } }, "prices[1].lastDate"),
            (put, "prices", new { prices = new[] { new { label = "A", perHour = 1, offeringId = Nowhere } } }, "prices[0].offeringId"),
            (put, "prices", new { prices = new[] { new { label = "A", perHour = 1, resourceIds = new[] { Nowhere } } } }, "prices[0].resourceIds"),
            (put, "prices", new { prices = new[] { new { label = "A", perHour = 1, leadHoursAtLeast = 10, leadHoursAtMost = 5 } } }, "prices[0].leadHoursAtMost"),
            (post, "prices/preview", new { week = "next" }, "week"),
            (post, "prices/preview", new { week = "9999-01-01" }, "week"),
            (post, "prices/preview", new { offeringId = Nowhere }, "offeringId"),
            (post, "prices/preview", new { resourceId = Nowhere }, "resourceId"),
            (post, "prices/preview", new { leadHours = -1 }, "leadHours"),
            (post, "prices/preview", new { prices = new[] { new { label = "Peak", perHour = -1 } } }, "prices[0].perHour"),
        })
        {
            var reply = await club.Owner.Client.Send(method, $"{venue}/{path}", body);
            reply.Status.ShouldBe(HttpStatusCode.BadRequest, $"{path} {field}: {reply.Text}");
            reply.Names(field).ShouldBeTrue($"{path} should name {field}: {reply.Text}");
        }
        (await club.Owner.Client.Delete($"{venue}/closures/soon")).Names("date").ShouldBeTrue();
        (await club.Owner.Client.Delete($"{venue}/closures/2026-06-10")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await club.Owner.Client.Put($"{venue}/prices", "{")).Refuses(HttpStatusCode.BadRequest, "malformed_request");
        (await club.Owner.Client.Post("/api/v1/venues", new { organisationId = club.OrganisationId, vertical = "ships", details = Details })).Names("vertical").ShouldBeTrue();
        (await club.Owner.Client.Post("/api/v1/venues", new { vertical = "courts", details = Details })).Names("organisationId").ShouldBeTrue();
        var start = new { vertical = "courts", details = Details, courts = 4, opens = "07:00", closes = "23:00", perHour = 350000 };
        (await club.Owner.Client.Post("/api/v1/venues/start", new { start.vertical, start.details, start.opens, start.closes, start.perHour, courts = 99 })).Names("courts").ShouldBeTrue();
        (await club.Owner.Client.Post("/api/v1/venues/start", new { start.vertical, start.details, start.courts, start.closes, start.perHour })).Names("opens").ShouldBeTrue();
        (await club.Owner.Client.Post("/api/v1/venues/start", new { start.vertical, start.details, start.courts, start.opens, start.closes, start.perHour, peakPerHour = 600000 })).Names("peakFrom").ShouldBeTrue();
        (await club.Owner.Client.Post("/api/v1/venues/start", new { start.vertical, start.details, start.courts, start.opens, start.closes, start.perHour, organisationId = Nowhere })).Refuses(HttpStatusCode.NotFound, "not_found");
        var admin = await Admin();
        (await admin.Client.Get("/api/v1/admin/venues?state=sleeping")).Names("state").ShouldBeTrue();
        (await admin.Client.Post($"/api/v1/admin/venues/{club.Id}/suspend", new { })).Names("reason").ShouldBeTrue();
        (await admin.Client.Post($"/api/v1/admin/venues/{club.Id}/approve")).Refuses(HttpStatusCode.Conflict, "wrong_state");
        (await admin.Client.Post($"/api/v1/admin/venues/{Nowhere}/approve")).Refuses(HttpStatusCode.NotFound, "not_found");
    }
}
