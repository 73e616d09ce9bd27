using System.Buffers.Binary;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;

namespace Sarai.Stories;

public sealed class Photos(StoryPostgres postgres) : HotelWorld(postgres)
{
    [Fact]
    public async Task A_photo_is_kept_without_what_only_tells_about_it_and_served_as_a_picture_and_nothing_else()
    {
        var hotel = await OpenHotel();
        var picture = Png(200, 120, ("tEXt", "Comment\0GPS 6.43 3.42"), ("eXIf", "secret camera"));
        var added = (await Upload(hotel.Owner.Client, hotel, [.. picture, .. Encoding.ASCII.GetBytes("<script>alert(1)</script>")], "evil.html", "text/html", small: Png(64, 64))).Is(HttpStatusCode.Created).Data;
        (added.GetProperty("width").GetInt32(), added.GetProperty("height").GetInt32()).ShouldBe((200, 120));
        var address = added.GetProperty("address").GetString()!;
        address.ShouldEndWith(".png");
        using var served = await Visitor.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
        var bytes = await served.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        served.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        served.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        served.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("sandbox");
        var text = Encoding.Latin1.GetString(bytes);
        foreach (var secret in new[] { "GPS", "secret", "script" }) text.ShouldNotContain(secret);
        bytes.ShouldBe(Png(200, 120));
        (await Visitor.Get($"/api/v1/venues/{hotel.Id}/photos")).Is(HttpStatusCode.OK).Data.GetProperty("items")[0].GetProperty("alt").GetString().ShouldBe("The lagoon");
        await Settle();
        (await Visitor.Get("/api/v1/search/stays?lat=6.43&lng=3.42")).Data.GetProperty("items")[0].GetProperty("photo").GetString().ShouldBe(added.GetProperty("smallAddress").GetString());
    }

    [Fact]
    public async Task A_jpeg_loses_its_notes_and_keeps_its_way_up()
    {
        var hotel = await OpenHotel();
        byte[] exif = [.. "Exif\0\0"u8, .. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, .. "Lagos 6.43"u8];
        byte[] frame = [8, 0, 100, 0, 150, 1, 1, 0x11, 0];
        byte[] file = [0xFF, 0xD8, .. Part(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]), .. Part(0xE1, exif), .. Part(0xFE, [.. "shot at home"u8]), .. Part(0xC0, frame), .. Part(0xDA, [1, 1, 0, 0, 63, 0]), 1, 2, 0xFF, 0, 3, 0xFF, 0xD9, .. "trailing"u8];
        var address = (await Upload(hotel.Owner.Client, hotel, file, "a.jpg", "image/jpeg")).Is(HttpStatusCode.Created).Data.GetProperty("address").GetString()!;
        var bytes = await Visitor.GetByteArrayAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
        var text = Encoding.Latin1.GetString(bytes);
        foreach (var note in new[] { "Lagos", "shot at home", "trailing" }) text.ShouldNotContain(note);
        text.ShouldContain("Exif\0\0MM");
        bytes[^2..].ShouldBe([0xFF, 0xD9]);
        static byte[] Part(byte marker, byte[] data) => [0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data];
    }

    [Fact]
    public async Task What_is_no_picture_too_large_or_too_small_is_refused_by_content()
    {
        var hotel = await OpenHotel();
        foreach (var bad in new[] { "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"u8.ToArray(), "GIF89a"u8.ToArray(), [0xFF, 0xD8, 0xFF, 0xE0, 0, 4], Png(200, 120)[..60], Png(20, 20), Png(200, 9000), [0xFF, 0xD8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [.. "RIFF"u8, 255, 255, 255, 127, .. "WEBPVP8X"u8, 255, 255, 255, 127] })
            (await Upload(hotel.Owner.Client, hotel, bad, "a.png", "image/png")).Names("photo").ShouldBeTrue(Convert.ToHexString(bad.AsSpan(0, 6)));
        var broken = Png(200, 120);
        broken[20] ^= 1;
        (await Upload(hotel.Owner.Client, hotel, broken, "a.png", "image/png")).Names("photo").ShouldBeTrue();
        (await Upload(hotel.Owner.Client, hotel, Png(200, 120), "a.png", "image/png", alt: "")).Names("alt").ShouldBeTrue();
        (await hotel.Owner.Client.Post($"/api/v1/venues/{hotel.Id}/photos", new { })).Names("photo").ShouldBeTrue();
        foreach (var path in new[] { "/media/..%2f..%2fmaster.key", "/media/nothing.png", $"/media/{Guid.NewGuid():n}.png", "/media/a.html" }) (await Visitor.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Photos_are_ordered_and_removed_by_their_own_staff_only()
    {
        var (hotel, other, guest) = (await OpenHotel(), await OpenHotel(name: "Other"), await Guest());
        var ids = new List<Guid>();
        for (var i = 0; i < 3; i++) ids.Add((await Upload(hotel.Owner.Client, hotel, Png(100, 100), "a.png", "image/png")).Data.GetProperty("id").GetGuid());
        var path = $"/api/v1/venues/{hotel.Id}/photos";
        (await hotel.Owner.Client.Put(path, new { photos = new[] { ids[2], ids[0], ids[1] } })).Is(HttpStatusCode.OK);
        (await Visitor.Get(path)).Data.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("id").GetGuid()).ShouldBe([ids[2], ids[0], ids[1]]);
        (await hotel.Owner.Client.Put(path, new { photos = new[] { ids[0] } })).Names("photos").ShouldBeTrue();
        foreach (var (client, status) in new[] { (other.Owner.Client, HttpStatusCode.NotFound), (guest.Client, HttpStatusCode.Forbidden), (Visitor, HttpStatusCode.Unauthorized) })
        {
            (await Upload(client, hotel, Png(100, 100), "a.png", "image/png")).Status.ShouldBe(status);
            (await client.Put(path, new { photos = ids })).Status.ShouldBe(status);
            (await client.Delete($"{path}/{ids[0]}")).Status.ShouldBe(status);
        }
        (await hotel.Owner.Client.Delete($"{path}/{ids[2]}")).Is(HttpStatusCode.OK);
        (await hotel.Owner.Client.Delete($"{path}/{ids[2]}")).Refuses(HttpStatusCode.NotFound, "not_found");
        (await Visitor.GetAsync(new Uri($"/media/{ids[2]:n}.png", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    internal static async Task<Reply> Upload(HttpClient client, Hotel hotel, byte[] file, string name, string type, string alt = "The lagoon", byte[]? small = null)
    {
        using var form = new MultipartFormDataContent();
        Add("photo", file);
        if (small is not null) Add("small", small);
        form.Add(new StringContent(alt), "alt");
        using var response = await client.PostAsync(new Uri($"/api/v1/venues/{hotel.Id}/photos", UriKind.Relative), form, TestContext.Current.CancellationToken);
        return new Reply(response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), new Dictionary<string, string>());

        void Add(string field, byte[] bytes)
        {
            var content = new ByteArrayContent(bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue(type);
            form.Add(content, field, name);
        }
    }

    /// <summary>A grey picture with whatever else is put into it.</summary>
    internal static byte[] Png(int width, int height, params (string Name, string Text)[] notes)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        head[8] = 8;
        Part("IHDR", head);
        foreach (var (name, text) in notes) Part(name, Encoding.Latin1.GetBytes(text));
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Fastest, true)) zip.Write(new byte[(width + 1) * height]);
        Part("IDAT", packed.ToArray());
        Part("IEND", []);
        return file.ToArray();

        void Part(string name, byte[] data)
        {
            byte[] named = [.. Encoding.ASCII.GetBytes(name), .. data];
            Span<byte> number = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
            file.Write(number);
            file.Write(named);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc(named));
            file.Write(number);
        }

        static uint Crc(byte[] data)
        {
            var crc = uint.MaxValue;
            foreach (var b in data)
            {
                crc ^= b;
                for (var i = 0; i < 8; i++) crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
            return ~crc;
        }
    }
}
