using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Sarai.Stories;

/// <summary>Papers for the approval of a venue: whose they are, who reads them, what is none.</summary>
public sealed partial class Papers(StoryPostgres postgres) : HotelWorld(postgres)
{
    private static readonly byte[] Pdf = [.. "%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF"u8];

    public override async ValueTask DisposeAsync()
    {
        foreach (var file in await Files()) File.Delete(file);
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_paper_is_kept_under_its_name_saved_by_the_browser_removed_and_recorded()
    {
        var hotel = await Hotelier();
        var path = PathOf(hotel);
        var added = (await Upload(hotel.Owner.Client, hotel, Pdf, "C:\\scans\\../\u202Eلائسنس\u200C 2026.PDF", "ownership")).Is(HttpStatusCode.Created).Data;
        added.GetProperty("name").GetString().ShouldBe("لائسنس\u200C 2026.pdf");
        (await Upload(hotel.Owner.Client, hotel, Photos.Png(200, 120, ("tEXt", "Comment\0GPS 6.43 3.42")), $"{new string('x', 300)}.exe", "tax")).Is(HttpStatusCode.Created).Data.GetProperty("name").GetString().ShouldBe($"{new string('x', 116)}.png");
        var listed = (await hotel.Owner.Client.Get(path)).Is(HttpStatusCode.OK).Data.GetProperty("items");
        listed.EnumerateArray().Select(p => (p.GetProperty("kind").GetString(), p.GetProperty("format").GetString())).ShouldBe([("ownership", "pdf"), ("tax", "png")]);

        using var saved = await hotel.Owner.Client.GetAsync(new Uri($"{path}/{added.GetProperty("id").GetGuid()}", UriKind.Relative), TestContext.Current.CancellationToken);
        (await saved.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBe(Pdf);
        saved.Content.Headers.ContentType!.ToString().ShouldBe("application/pdf");
        saved.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        saved.Content.Headers.ContentDisposition.FileNameStar.ShouldBe("لائسنس\u200C 2026.pdf");
        saved.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        (saved.Headers.CacheControl!.Private, saved.Headers.CacheControl.NoStore).ShouldBe((true, true));

        var files = await Files();
        files.Count(File.Exists).ShouldBe(2);
        foreach (var name in files.Select(Path.GetFileName).Append($"{added.GetProperty("id").GetGuid():n}.png"))
            (await hotel.Owner.Client.GetAsync(new Uri($"/media/{name}", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        foreach (var paper in listed.EnumerateArray()) (await hotel.Owner.Client.Delete($"{path}/{paper.GetProperty("id").GetGuid()}")).Is(HttpStatusCode.OK);
        (await hotel.Owner.Client.Delete($"{path}/{added.GetProperty("id").GetGuid()}")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await hotel.Owner.Client.Get($"{path}/{added.GetProperty("id").GetGuid()}")).Refuses(HttpStatusCode.NotFound, "not_found");
        files.Count(File.Exists).ShouldBe(0);
        (await Audited(hotel)).ShouldBe("create:papers,create:papers,delete:papers,delete:papers");
    }

    [Fact]
    public async Task What_is_no_paper_too_large_or_one_too_many_is_refused()
    {
        var hotel = await Hotelier();
        foreach (var bad in new[] { [.. "MZ\x90\0"u8, .. Pdf], "<html><script>alert(1)</script></html>"u8.ToArray(), Photos.Png(200, 120)[..60], [] })
            (await Upload(hotel.Owner.Client, hotel, bad, "licence.pdf")).Names("paper").ShouldBeTrue();
        (await Upload(hotel.Owner.Client, hotel, [.. Pdf, .. new byte[11 * 1024 * 1024]], "licence.pdf")).Names("paper").ShouldBeTrue();
        foreach (var kind in new[] { "", "passport", "3" }) (await Upload(hotel.Owner.Client, hotel, Pdf, "licence.pdf", kind)).Names("kind").ShouldBeTrue();
        (await hotel.Owner.Client.Post(PathOf(hotel), new { })).Names("paper").ShouldBeTrue();
        (await Upload(hotel.Owner.Client, hotel, [.. Pdf, .. new byte[(10 * 1024 * 1024) - Pdf.Length]], "licence.pdf")).Is(HttpStatusCode.Created);

        var sent = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Upload(hotel.Owner.Client, hotel, Pdf, $"{n}.pdf")));
        sent.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(11);
        foreach (var late in sent.Where(r => r.Status != HttpStatusCode.Created)) late.Refuses(HttpStatusCode.UnprocessableEntity, "too_many_papers");
        (await hotel.Owner.Client.Get(PathOf(hotel))).Data.GetProperty("items").GetArrayLength().ShouldBe(12);
    }

    [Fact]
    public async Task Papers_are_nobodys_but_the_staffs_who_may_change_the_venue()
    {
        var (hotel, other) = (await Hotelier(), await Hotelier("Other"));
        var (path, desk, guest) = (PathOf(hotel), await Colleague(hotel, "staff"), await Guest());
        var paper = (await Upload((await Colleague(hotel, "manager")).Client, hotel, Pdf, "licence.pdf")).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        foreach (var (client, status) in new[] { (other.Owner.Client, HttpStatusCode.NotFound), (desk.Client, HttpStatusCode.Forbidden), (guest.Client, HttpStatusCode.Forbidden), (Visitor, HttpStatusCode.Unauthorized) })
        {
            (await client.Get(path)).Status.ShouldBe(status);
            (await Upload(client, hotel, Pdf, "licence.pdf")).Status.ShouldBe(status);
            (await client.Get($"{path}/{paper}")).Status.ShouldBe(status);
            (await client.Delete($"{path}/{paper}")).Status.ShouldBe(status);
            (await client.Get($"/desk/{hotel.Id}/papers")).Status.ShouldNotBe(HttpStatusCode.OK);
        }
        (await other.Owner.Client.Get($"{PathOf(other)}/{paper}")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await other.Owner.Client.Delete($"{PathOf(other)}/{paper}")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await hotel.Owner.Client.Get(path)).Data.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task An_administrator_reads_what_the_owner_sent_by_the_page_and_changes_nothing()
    {
        var (hotel, admin) = (await Hotelier(), await Admin());
        var (path, page) = (PathOf(hotel), $"/desk/{hotel.Id}/papers");
        (await hotel.Owner.Client.Get($"/desk/{hotel.Id}/details")).Text.ShouldContain($"href=\"{page}\"");
        (await SendByPage("setup.exe", [.. "MZ"u8])).Text.ShouldContain("This is neither.");
        (await SendByPage("licence.pdf", Pdf)).Status.ShouldBe(HttpStatusCode.Found);
        (await admin.Client.Get("/admin/venues?state=Draft")).Text.ShouldContain($"href=\"{page}\"");
        var seen = (await admin.Client.Get(page)).Is(HttpStatusCode.OK).Text;
        seen.ShouldContain("licence.pdf");
        seen.ShouldNotContain("type=\"file\"");
        var paper = (await admin.Client.Get(path)).Is(HttpStatusCode.OK).Data.GetProperty("items")[0].GetProperty("id").GetGuid();
        (await admin.Client.Get($"{path}/{paper}")).Is(HttpStatusCode.OK).Text.ShouldStartWith("%PDF-");
        (await admin.Client.Delete($"{path}/{paper}")).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await Upload(admin.Client, hotel, Pdf, "licence.pdf")).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await hotel.Owner.Client.Get($"{path}/{paper}")).Is(HttpStatusCode.OK);
        (await Audited(hotel)).ShouldBe("create:papers,read:papers,read:papers,read:papers");

        async Task<Reply> SendByPage(string name, byte[] file)
        {
            using var asked = await hotel.Owner.Client.GetAsync(new Uri(page, UriKind.Relative), TestContext.Current.CancellationToken);
            var form = AddForm().Match(await asked.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Value;
            using var content = Form(file, name, "licence");
            foreach (Match hidden in Hidden().Matches(form)) content.Add(new StringContent(Value().Match(hidden.Value).Groups[1].Value), Named().Match(hidden.Value).Groups[1].Value);
            using var request = new HttpRequestMessage(HttpMethod.Post, page) { Content = content };
            if (asked.Headers.TryGetValues("Set-Cookie", out var cookies)) request.Headers.Add("Cookie", string.Join("; ", cookies.Select(c => c.Split(';')[0])));
            using var response = await hotel.Owner.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return new Reply(response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), new Dictionary<string, string>());
        }
    }

    // A hotel that is not open yet.
    private async Task<Hotel> Hotelier(string name = "Lagoon House")
    {
        var owner = await Guest("Ngozi Okafor");
        var organisation = (await owner.Client.Post("/api/v1/organisations", new { name, vertical = "stays" })).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        var details = new { name, city = "Lagos", latitude = 6.4281, longitude = 3.4219, timeZone = "Africa/Lagos", currency = "NGN" };
        var venue = (await owner.Client.Post("/api/v1/venues", new { organisationId = organisation, vertical = "stays", details })).Is(HttpStatusCode.Created).Data.GetProperty("venue").GetProperty("id").GetGuid();
        return new Hotel(venue, organisation, default, default, [], [], owner);
    }

    private static string PathOf(Hotel hotel) => $"/api/v1/venues/{hotel.Id}/papers";

    private async Task<string> Audited(Hotel hotel) => (string)(await Database.Ask($"select string_agg(action, ',' order by at, id) from media.audit where subject = '{hotel.Id}' and action like '%:papers'"))!;

    private async Task<IReadOnlyList<string>> Files() => [.. ((string[])(await Database.Ask("select coalesce(array_agg(file), '{}') from media.paper"))!).Select(f => Path.Combine(Path.GetTempPath(), "sarai-stories", "media", f))];

    private static MultipartFormDataContent Form(byte[] file, string name, string kind)
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        return new MultipartFormDataContent { { content, "paper", name }, { new StringContent(kind), "kind" } };
    }

    private static async Task<Reply> Upload(HttpClient client, Hotel hotel, byte[] file, string name, string kind = "licence")
    {
        using var form = Form(file, name, kind);
        using var response = await client.PostAsync(new Uri(PathOf(hotel), UriKind.Relative), form, TestContext.Current.CancellationToken);
        return new Reply(response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), new Dictionary<string, string>());
    }

    [GeneratedRegex("<form [^>]*multipart[\\s\\S]*?</form>")] private static partial Regex AddForm();

    [GeneratedRegex("<input [^>]*type=\"hidden\"[^>]*>")] private static partial Regex Hidden();

    [GeneratedRegex("\\sname=\"([^\"]*)\"")] private static partial Regex Named();

    [GeneratedRegex("\\svalue=\"([^\"]*)\"")] private static partial Regex Value();
}
