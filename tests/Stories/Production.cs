using System.Text.RegularExpressions;

namespace Sarai.Stories;

/// <summary>The application as an operator starts it: a process, in Production.</summary>
public sealed class Production(StoryPostgres postgres) : Story(postgres)
{
    protected override void Configure(IDictionary<string, string?> settings)
    {
        settings.Remove("Sarai:RateLimits");
        settings.Remove("Sarai:Demo");
        settings.Remove("Sarai:Passwords:Iterations");
        settings.Remove("Logging:LogLevel:Default");
        settings["Sarai:Secrets:Key"] = Convert.ToBase64String([.. Enumerable.Range(7, 32).Select(i => (byte)(i * 37))]);
    }

    public override async ValueTask InitializeAsync() => Database = await Postgres.CreateDatabase();

    [Theory]
    [InlineData("Sarai:RateLimits", "off", "Sarai__RateLimits=off is refused in Production")]
    [InlineData("Sarai:Demo", "true", "Sarai__Demo=true is refused in Production")]
    [InlineData("Sarai:Secrets:Key", "", "Sarai__Secrets__Key is missing")]
    [InlineData("Sarai:Secrets:Key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "Sarai__Secrets__Key is not random")]
    [InlineData("Sarai:Passwords:Iterations", "1000", "Sarai__Passwords__Iterations is below")]
    [InlineData("Sarai:Metrics:Token", "prometheus", "Sarai__Metrics__Token is shorter than")]
    [InlineData("Sarai:Admin:Email", "the boss", "Sarai__Admin__Email is not an e-mail address")]
    public async Task What_would_be_a_hole_is_refused_in_one_sentence(string setting, string value, string sentence)
    {
        var (code, said) = await AppProcess.Refused(new Dictionary<string, string?>(Settings()) { [setting] = value }, "Production");
        code.ShouldBe(1, said);
        said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('{')).ShouldHaveSingleItem().ShouldStartWith(sentence);
    }

    [Fact]
    public async Task The_first_administrator_gets_in_by_a_link_that_is_printed_once_and_metrics_and_logs_keep_to_their_readers()
    {
        const string token = "a-token-for-prometheus-and-nobody-else";
        var settings = new Dictionary<string, string?>(Settings()) { ["Sarai:Admin:Email"] = "boss@example.com", ["Sarai:Metrics:Token"] = token };
        string link;
        await using (var app = await AppProcess.Start(settings, "Production"))
        {
            await app.Eventually(_ => Task.FromResult(app.Log.Contains("/reset-password", StringComparison.Ordinal)));
            link = Regex.Match(app.Log, @"http://\S+/reset-password\?email=boss%40example\.com&code=([0-9a-f]{20})").Groups[1].Value;
            link.Length.ShouldBe(20, app.Log);
            using var visitor = new HttpClient { BaseAddress = app.Address };
            (await visitor.Post("/api/v1/auth/reset-password", new { email = "boss@example.com", code = "00000000000000000000", password = World.Password })).Refuses(HttpStatusCode.UnprocessableEntity, "code_invalid");
            (await visitor.Post("/api/v1/auth/reset-password", new { email = "boss@example.com", code = link, password = World.Password })).Is(HttpStatusCode.OK);
            (await visitor.Post("/api/v1/auth/reset-password", new { email = "boss@example.com", code = link, password = World.Password })).Refuses(HttpStatusCode.UnprocessableEntity, "code_invalid");
            var signed = (await visitor.Post("/api/v1/auth/login", new { email = "boss@example.com", password = World.Password })).Is(HttpStatusCode.OK);
            signed.Data.GetProperty("user").GetProperty("role").GetString().ShouldBe("admin");

            (await visitor.Get("/metrics")).Status.ShouldBe(HttpStatusCode.Unauthorized);
            visitor.DefaultRequestHeaders.Add("Authorization", $"Bearer {token}");
            Exposition.Read((await visitor.Get("/metrics")).Is(HttpStatusCode.OK).Text).Families.ShouldContainKey("http_requests_total");
            visitor.DefaultRequestHeaders.Remove("Authorization");
            (await visitor.Get("/sandbox/pay/" + Guid.NewGuid())).Status.ShouldBe(HttpStatusCode.NotFound);
            (await visitor.Get("/api/v1/dev/messages")).Status.ShouldBe(HttpStatusCode.NotFound);

            visitor.DefaultRequestHeaders.Add("Authorization", $"Bearer {signed.Data.GetProperty("accessToken").GetString()}");
            var asked = await visitor.Get("/api/v1/users/sessions");
            await app.Eventually(_ => Task.FromResult(app.Log.Contains("users/sessions", StringComparison.Ordinal)));
            var line = Lines(app).Single(l => l.GetProperty("message").GetString()!.Contains("users/sessions", StringComparison.Ordinal));
            line.GetProperty("level").GetString().ShouldBe("info");
            line.GetProperty("logger").GetString().ShouldBe("Sarai.Requests");
            line.GetProperty("actor").GetGuid().ShouldBe(signed.Data.GetProperty("user").GetProperty("id").GetGuid());
            line.GetProperty("requestId").GetString().ShouldBe(asked.Root.GetProperty("requestId").GetString());
            line.GetProperty("values").GetProperty("Status").GetInt32().ShouldBe((int)asked.Status);
            Lines(app).ShouldAllBe(l => !l.ToString().Contains("boss@example.com", StringComparison.Ordinal));
        }
        // With an administrator who can sign in, nothing is printed any more.
        await using var again = await AppProcess.Start(settings, "Production");
        using var probe = new HttpClient { BaseAddress = again.Address };
        (await probe.Get("/health/live")).Is(HttpStatusCode.OK);
        again.Log.ShouldNotContain("reset-password");
    }

    private static IReadOnlyList<JsonElement> Lines(AppProcess app) =>
        [.. app.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.StartsWith('{') && l.EndsWith('}')).Select(l => JsonDocument.Parse(l).RootElement)];
}
