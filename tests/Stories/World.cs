namespace Sarai.Stories;

/// <summary>The people and places most stories need, made through the public API.</summary>
public abstract class World(StoryPostgres postgres) : Story(postgres)
{
    public const string Password = "Correct-Horse-42!";

    private int _people;

    /// <summary>Somebody with an account, and a client signed in as them.</summary>
    public sealed record Person(Guid Id, string Email, HttpClient Client, string AccessToken, string RefreshToken);

    /// <summary>A club with courts, open 07:00 to 23:00 in Karachi's zone, at 3,500 an hour and 6,000 from 17:00.</summary>
    public sealed record Club(Guid Id, Guid OrganisationId, Guid OfferingId, IReadOnlyList<Guid> Courts, Person Owner);

    public async Task<Person> Guest(string? name = null, RunningApp? node = null)
    {
        var email = $"person{Interlocked.Increment(ref _people)}@example.com";
        var reply = (await Client(null, node).Post("/api/v1/auth/register", new { email, name = name ?? "Ayesha Khan", password = Password })).Is(HttpStatusCode.Created);
        return Signed(reply, email, node);
    }

    public async Task<Person> SignIn(string email, string password = Password) =>
        Signed((await Visitor.Post("/api/v1/auth/login", new { email, password })).Is(HttpStatusCode.OK), email, null);

    public async Task<Club> OpenClub(int courts = 4, string zone = "Asia/Karachi", object? policy = null, (string Opens, string Closes)? hours = null, string currency = "PKR")
    {
        var owner = await Guest("Sana Malik");
        var organisation = (await owner.Client.Post("/api/v1/organisations", new { name = "Margalla Padel", vertical = "courts" })).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        var details = new { name = "Margalla Padel Club", city = "Islamabad", address = "F-7", latitude = 33.7215, longitude = 73.057, timeZone = zone, currency };
        var venue = (await owner.Client.Post("/api/v1/venues", new { organisationId = organisation, vertical = "courts", details })).Is(HttpStatusCode.Created).Data.GetProperty("venue").GetProperty("id").GetGuid();
        var days = new[] { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" };
        await Put("hours", new { hours = days.Select(day => new { day, opens = hours?.Opens ?? "07:00:00", closes = hours?.Closes ?? "23:00:00" }) });
        await Put("policy", policy ?? new { payAtDesk = true });
        var furnished = await Put("resources", new { resources = Enumerable.Range(1, courts).Select(n => new { name = $"Court {n}" }) });
        var ids = furnished.Data.GetProperty("venue").GetProperty("resources").EnumerateArray().Select(r => r.GetProperty("id").GetGuid()).ToList();
        var offered = await Put("offerings", new { offerings = new[] { new { name = "Padel court", durations = new[] { 60, 90, 120 }, stepMinutes = 30, maxParticipants = 4 } } });
        await Put("prices", new
        {
            prices = new object[] { new { label = "Peak", from = "17:00:00", to = "23:00:00", perHour = 600000, peak = true }, new { label = "Off-peak", from = "00:00:00", to = "00:00:00", perHour = 350000 } },
        });
        (await owner.Client.Post($"/api/v1/venues/{venue}/submit")).Is(HttpStatusCode.OK);
        (await (await Admin()).Client.Post($"/api/v1/admin/venues/{venue}/approve")).Is(HttpStatusCode.OK);
        return new Club(venue, organisation, offered.Data.GetProperty("venue").GetProperty("offerings")[0].GetProperty("id").GetGuid(), ids, owner);

        async Task<Reply> Put(string part, object body) => (await owner.Client.Put($"/api/v1/venues/{venue}/{part}", body)).Is(HttpStatusCode.OK);
    }

    /// <summary>A colleague of the club with this role.</summary>
    public async Task<Person> Colleague(Club club, string role)
    {
        var person = await Guest(role);
        (await club.Owner.Client.Post($"/api/v1/organisations/{club.OrganisationId}/members", new { email = person.Email, role })).Is(HttpStatusCode.Created);
        return person;
    }

    /// <summary>The platform's administrator. The first one of an installation is made outside the API.</summary>
    public async Task<Person> Admin()
    {
        var person = await Guest("Administrator");
        await Database.Ask($"update identity.account set role = 'admin' where id = '{person.Id}'");
        return await SignIn(person.Email);
    }

    /// <summary>A start on a local day of June 2026 in Karachi.</summary>
    public static string At(int day, int hour, int minute = 0) => $"2026-06-{day:00}T{hour:00}:{minute:00}:00+05:00";

    public static object Wish(Club club, string startsAt, int minutes = 60, Guid? court = null) => new { offeringId = club.OfferingId, resourceId = court, startsAt, minutes };

    private Person Signed(Reply reply, string email, RunningApp? node)
    {
        var token = reply.Data.GetProperty("accessToken").GetString()!;
        var refresh = reply.Data.GetProperty("refreshToken").GetString()!;
        return new Person(reply.Data.GetProperty("user").GetProperty("id").GetGuid(), email, Client(token, node, refresh), token, refresh);
    }
}
