using System.Text.RegularExpressions;

namespace Sarai.Stories;

/// <summary>What a browser without JavaScript does: it opens pages and sends their forms.</summary>
public static partial class Browsing
{
    /// <summary>Opens a page; entities are read.</summary>
    public static async Task<string> Page(this HttpClient client, string address)
    {
        using var response = await client.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return WebUtility.HtmlDecode(text);
    }

    /// <summary>Sends a form that is accepted; answers with where it leads.</summary>
    public static async Task<string> Fill(this HttpClient client, string address, string form, params (string Name, string Value)[] fields)
    {
        using var response = await Submit(client, address, form, fields);
        response.StatusCode.ShouldBe(HttpStatusCode.Found, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return response.Headers.Location is { IsAbsoluteUri: true } absolute ? absolute.PathAndQuery : response.Headers.Location?.OriginalString ?? "";
    }

    /// <summary>Sends a form that is refused; answers with the page as it then is.</summary>
    public static async Task<string> FillInVain(this HttpClient client, string address, string form, params (string Name, string Value)[] fields)
    {
        using var response = await Submit(client, address, form, fields);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    // The page's cookie and hidden token go with the fields.
    private static async Task<HttpResponseMessage> Submit(HttpClient client, string address, string form, (string Name, string Value)[] fields)
    {
        using var page = await client.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
        var text = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        page.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new FormUrlEncodedContent([new("_handler", form), new("__RequestVerificationToken", WebUtility.HtmlDecode(Token().Match(text).Groups[1].Value)), .. fields.Select(f => KeyValuePair.Create(f.Name, f.Value))]),
        };
        request.Headers.Add("Cookie", string.Join("; ", page.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Select(c => c.Split(';')[0]) : []));
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
