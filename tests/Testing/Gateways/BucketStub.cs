using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Testing.Gateways;

/// <summary>A request to the bucket as it came.</summary>
public sealed record BucketCall(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, int Status);

/// <summary>
/// A server that speaks S3: one bucket, Signature Version 4 in the header or in the address, and nothing is kept unless it is to be encrypted.
/// </summary>
public sealed class BucketStub : IAsyncDisposable
{
    public const string Bucket = "sarai-photos";
    public const string Region = "af-south-1";
    public const string Key = "AKIASTUBSTUBSTUB";
    public const string Secret = "stub/secret+key";
    private readonly ConcurrentQueue<BucketCall> calls = new();
    private readonly WebApplication app;

    public BucketStub()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(Serve);
        app.StartAsync().GetAwaiter().GetResult();
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    public string Address { get; }

    public IReadOnlyList<BucketCall> Calls => [.. calls];

    public ConcurrentDictionary<string, (byte[] Bytes, string Type)> Files { get; } = new();

    /// <summary>So many requests to come are answered with 503.</summary>
    public int Busy { get; set; }

    /// <summary>Requests are taken and never answered.</summary>
    public bool Silent { get; set; }

    private async Task Serve(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        if (Silent) await Task.Delay(Timeout.Infinite, http.RequestAborted);
        var headers = http.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString());
        if (Busy > 0)
        {
            Busy--;
            await Refuse(503, "SlowDown");
            return;
        }
        var name = http.Request.Path.Value![(Bucket.Length + 2)..];
        if (Refusal(http.Request, headers, body.ToArray()) is { } refusal) await Refuse(403, refusal);
        else if (http.Request.Method == "PUT" && headers.GetValueOrDefault("x-amz-server-side-encryption") != "AES256") await Refuse(403, "AccessDenied");
        else if (http.Request.Method == "PUT") Files[name] = (body.ToArray(), headers["content-type"]);
        else if (http.Request.Method == "DELETE")
        {
            Files.TryRemove(name, out _);
            http.Response.StatusCode = 204;
        }
        else if (!Files.TryGetValue(name, out var file)) await Refuse(404, "NoSuchKey");
        else
        {
            http.Response.ContentType = http.Request.Query["response-content-type"].FirstOrDefault() ?? file.Type;
            if (http.Request.Query["response-content-disposition"].FirstOrDefault() is { } disposition) http.Response.Headers.ContentDisposition = disposition;
            await http.Response.Body.WriteAsync(file.Bytes);
        }
        Note();

        async Task Refuse(int status, string code)
        {
            (http.Response.StatusCode, http.Response.ContentType) = (status, "application/xml");
            if (status == 503) Note();
            await http.Response.WriteAsync($"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>");
        }

        void Note() => calls.Enqueue(new(http.Request.Method, http.Request.Path.Value!, http.Request.QueryString.Value ?? "", headers, http.Response.StatusCode));
    }

    // Signature Version 4 as it is described: what was signed is put together anew from what arrived.
    private static string? Refusal(HttpRequest request, Dictionary<string, string> headers, byte[] body)
    {
        var query = request.Query.SelectMany(q => q.Value.Select(v => (q.Key, Value: v ?? ""))).ToList();
        string credential, signedHeaders, signature, date, content;
        if (request.Query.ContainsKey("X-Amz-Signature"))
        {
            (credential, signedHeaders, signature, date) = (request.Query["X-Amz-Credential"]!, request.Query["X-Amz-SignedHeaders"]!, request.Query["X-Amz-Signature"]!, request.Query["X-Amz-Date"]!);
            query.RemoveAll(q => q.Key == "X-Amz-Signature");
            content = "UNSIGNED-PAYLOAD";
            var made = DateTimeOffset.ParseExact(date, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            if (made.AddSeconds(int.Parse(request.Query["X-Amz-Expires"]!, CultureInfo.InvariantCulture)) < DateTimeOffset.UtcNow) return "AccessDenied";
        }
        else
        {
            if (!headers.TryGetValue("authorization", out var authorization)) return "AccessDenied";
            var parts = authorization["AWS4-HMAC-SHA256 ".Length..].Split(',', StringSplitOptions.TrimEntries).Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
            (credential, signedHeaders, signature, date, content) = (parts["Credential"], parts["SignedHeaders"], parts["Signature"], headers["x-amz-date"], headers["x-amz-content-sha256"]);
            if (content != Convert.ToHexStringLower(SHA256.HashData(body))) return "XAmzContentSHA256Mismatch";
        }
        var scope = $"{date[..8]}/{Region}/s3/aws4_request";
        if (credential != $"{Key}/{scope}") return "InvalidAccessKeyId";
        var canonical = string.Join('\n', request.Method, request.Path.Value,
            string.Join('&', query.Select(q => $"{Uri.EscapeDataString(q.Key)}={Uri.EscapeDataString(q.Value)}").Order(StringComparer.Ordinal)),
            string.Concat(signedHeaders.Split(';').Select(h => $"{h}:{headers[h].Trim()}\n")), signedHeaders, content);
        var text = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + Secret), (k, part) => HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(part)));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text))) == signature ? null : "SignatureDoesNotMatch";
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(true));
        await app.DisposeAsync();
    }
}
