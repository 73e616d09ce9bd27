using System.Text.RegularExpressions;

namespace Sarai.Stories;

/// <summary>What a browser without JavaScript does with pages.</summary>
public static partial class Browsing
{
    /// <summary>The page's text; fails unless it is there.</summary>
    public static async Task<string> Page(this HttpClient client, string address)
    {
        using var response = await client.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return WebUtility.HtmlDecode(text);
    }

    /// <summary>Where a page sends the browser on to.</summary>
    public static async Task<string> Location(this HttpClient client, string address)
    {
        using var response = await client.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
        return PathOf(response);
    }

    /// <summary>Fills a form in and sends it; fails unless it is taken.</summary>
    /// <returns>Where the browser is sent on to.</returns>
    public static async Task<string> Fill(this HttpClient client, string address, string form, params (string Name, string Value)[] fields)
    {
        using var response = await client.Submit(address, form, fields);
        response.StatusCode.ShouldBe(HttpStatusCode.Found, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return PathOf(response);
    }

    /// <summary>Fills a form in and sends it.</summary>
    /// <returns>The page that is shown again.</returns>
    public static async Task<string> Refused(this HttpClient client, string address, string form, params (string Name, string Value)[] fields)
    {
        using var response = await client.Submit(address, form, fields);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Sends a form with a file; fails unless it is taken.</summary>
    /// <returns>Where the browser is sent on to.</returns>
    public static async Task<string> Upload(this HttpClient client, string address, string form, (string Name, string Text) file, params (string Name, string Value)[] fields)
    {
        using var response = await client.Submit(address, form, token =>
        {
            var content = new MultipartFormDataContent { { new StringContent(form), "_handler" }, { new StringContent(token), "__RequestVerificationToken" }, { new StringContent(file.Text), file.Name, $"{file.Name}.csv" } };
            foreach (var (name, value) in fields) content.Add(new StringContent(value), name);
            return content;
        });
        response.StatusCode.ShouldBe(HttpStatusCode.Found, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return PathOf(response);
    }

    private static Task<HttpResponseMessage> Submit(this HttpClient client, string address, string form, (string Name, string Value)[] fields) => client.Submit(address, form, token =>
        new FormUrlEncodedContent([new("_handler", form), new("__RequestVerificationToken", token), .. fields.Select(f => KeyValuePair.Create(f.Name, f.Value))]));

    // It takes the page's cookie and hidden token and sends both with the fields.
    private static async Task<HttpResponseMessage> Submit(this HttpClient client, string address, string form, Func<string, HttpContent> fill)
    {
        using var page = await client.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
        var text = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        page.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        text.ShouldContain($"value=\"{form}\"");
        var token = WebUtility.HtmlDecode(Token().Match(text).Groups[1].Value);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = fill(token) };
        request.Headers.Add("Cookie", string.Join("; ", page.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Select(c => c.Split(';')[0]) : []));
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static string PathOf(HttpResponseMessage response) => response.Headers.Location is { IsAbsoluteUri: true } absolute ? absolute.PathAndQuery : response.Headers.Location?.OriginalString ?? "";

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
