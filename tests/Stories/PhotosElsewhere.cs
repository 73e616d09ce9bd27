using Sarai.Testing.Gateways;

namespace Sarai.Stories;

/// <summary>Photos in a bucket. What our requests are signed with is judged by the bucket and by a library of somebody else.</summary>
public sealed class PhotosElsewhere(StoryPostgres postgres) : HotelWorld(postgres)
{
    private readonly BucketStub _bucket = new();
    private string _secret = BucketStub.Secret;
    private bool _encrypt = true;
    private bool _links;
    private double _seconds = 15;

    [Fact]
    public async Task Photos_lie_encrypted_in_the_bucket_and_every_request_is_signed()
    {
        var hotel = await OpenHotel();
        _bucket.Busy = 1;
        var added = (await Photos.Upload(hotel.Owner.Client, hotel, Photos.Png(200, 120), "a.png", "image/png", small: Photos.Png(64, 64))).Is(HttpStatusCode.Created).Data;
        var address = added.GetProperty("address").GetString()!;
        (await Visitor.GetByteArrayAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken)).ShouldBe(Photos.Png(200, 120));
        (await hotel.Owner.Client.Delete($"/api/v1/venues/{hotel.Id}/photos/{added.GetProperty("id").GetGuid()}")).Is(HttpStatusCode.OK);
        _bucket.Files.ShouldBeEmpty();
        _bucket.Calls.Select(c => (c.Method, c.Status)).ShouldBe([("PUT", 503), ("PUT", 200), ("PUT", 200), ("GET", 200), ("DELETE", 204), ("DELETE", 204)]);
        foreach (var call in _bucket.Calls.Where(c => c.Status < 300).DistinctBy(c => c.Method))
        {
            if (call.Method == "PUT") call.Headers["x-amz-server-side-encryption"].ShouldBe("AES256");
            var authorization = call.Headers["authorization"];
            var signed = authorization.Split("SignedHeaders=")[1].Split(',')[0].Split(';');
            signed.ShouldContain("host");
            var theirs = await VendorSignatures.Vendors(new { secret = BucketStub.Secret, s3 = new { key = BucketStub.Key, region = BucketStub.Region, method = call.Method, path = call.Path + call.Query, headers = signed.ToDictionary(h => h, h => call.Headers[h]) } });
            theirs.GetProperty("s3").GetString()!.Split("Signature=")[1].ShouldBe(authorization.Split("Signature=")[1]);
        }
    }

    [Fact]
    public async Task A_bucket_that_refuses_or_does_not_answer_is_told_and_leaves_nothing_half_done()
    {
        var hotel = await OpenHotel();
        var path = $"/api/v1/venues/{hotel.Id}/photos";
        await Refused(() => _secret = "another/secret");
        (_secret, _encrypt) = (BucketStub.Secret, false);
        await Refused(() => { });
        _bucket.Calls.Select(c => c.Status).Distinct().ShouldBe([403]);
        _bucket.Files.ShouldBeEmpty();
        var added = (await Photos.Upload(hotel.Owner.Client, hotel, Photos.Png(200, 120), "a.png", "image/png")).Is(HttpStatusCode.Created).Data;
        (_encrypt, _seconds, _bucket.Silent) = (true, 0.2, true);
        await using var hasty = AddNode();
        (await Photos.Upload(Client(hotel.Owner.AccessToken, hasty), hotel, Photos.Png(200, 120), "a.png", "image/png")).Refuses(HttpStatusCode.ServiceUnavailable, "storage_unavailable");
        using var shown = await Client(null, hasty).GetAsync(new Uri(added.GetProperty("address").GetString()!, UriKind.Relative), TestContext.Current.CancellationToken);
        shown.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await Client(hotel.Owner.AccessToken, hasty).Delete($"{path}/{added.GetProperty("id").GetGuid()}")).Is(HttpStatusCode.OK);
        (await Visitor.Get(path)).Data.GetProperty("items").GetArrayLength().ShouldBe(0);

        async Task Refused(Action change)
        {
            change();
            await using var node = AddNode();
            (await Photos.Upload(Client(hotel.Owner.AccessToken, node), hotel, Photos.Png(200, 120), "a.png", "image/png")).Refuses(HttpStatusCode.ServiceUnavailable, "storage_unavailable");
            (await Visitor.Get(path)).Data.GetProperty("items").GetArrayLength().ShouldBe(0);
        }
    }

    [Fact]
    public async Task With_signed_addresses_browsers_fetch_photos_from_the_bucket_for_a_while_and_only_those_they_were_given()
    {
        _links = true;
        await using var node = AddNode();
        var hotel = await OpenHotel();
        var added = (await Photos.Upload(Client(hotel.Owner.AccessToken, node), hotel, Photos.Png(200, 120), "a.png", "image/png")).Is(HttpStatusCode.Created).Data;
        var visitor = Client(null, node);
        using var sent = await visitor.GetAsync(new Uri(added.GetProperty("address").GetString()!, UriKind.Relative), TestContext.Current.CancellationToken);
        (sent.StatusCode, sent.Headers.CacheControl!.ToString()).ShouldBe((HttpStatusCode.Redirect, "max-age=300, private"));
        var elsewhere = sent.Headers.Location!;
        using var picture = await visitor.GetAsync(elsewhere, TestContext.Current.CancellationToken);
        (picture.StatusCode, picture.Content.Headers.ContentType!.MediaType, picture.Content.Headers.ContentDisposition!.DispositionType).ShouldBe((HttpStatusCode.OK, "image/png", "inline"));
        var query = elsewhere.Query[1..].Split('&').Where(p => !p.StartsWith("X-Amz-Signature=", StringComparison.Ordinal));
        var theirs = await VendorSignatures.Vendors(new { secret = BucketStub.Secret, s3 = new { key = BucketStub.Key, region = BucketStub.Region, method = "GET", signQuery = true, path = $"{elsewhere.AbsolutePath}?{string.Join('&', query)}", headers = new { host = elsewhere.Authority } } });
        theirs.GetProperty("s3").GetString()!.Split("X-Amz-Signature=")[1].ShouldBe(elsewhere.Query.Split("X-Amz-Signature=")[1].Split('&')[0]);
        foreach (var altered in new[] { elsewhere.OriginalString.Replace("X-Amz-Expires=", "X-Amz-Expires=9"), elsewhere.OriginalString.Replace("image%2Fpng", "text%2Fhtml"), elsewhere.GetLeftPart(UriPartial.Path) })
        {
            using var refused = await visitor.GetAsync(new Uri(altered), TestContext.Current.CancellationToken);
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden, altered);
        }
        (await visitor.Get("/stays")).Headers["Content-Security-Policy"].ShouldContain($"img-src 'self' data: {_bucket.Address};");
        (await Visitor.Get("/stays")).Headers["Content-Security-Policy"].ShouldContain("img-src 'self' data:;");
    }

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        foreach (var (name, value) in new[]
        {
            ("Bucket", BucketStub.Bucket), ("Region", BucketStub.Region), ("Endpoint", _bucket.Address), ("AccessKey", BucketStub.Key), ("SecretKey", _secret), ("Encrypt", _encrypt ? "true" : "false"),
            ("SignedUrls", _links ? "true" : "false"), ("TimeoutSeconds", _seconds.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        }) settings[$"Sarai:Media:S3:{name}"] = value;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _bucket.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
