namespace Sarai.Stories;

public sealed class PlatformHotels(StoryPostgres postgres) : HotelWorld(postgres)
{
    private const string Path = "/api/v1/admin/hotels/figures?from=2026-06-01&to=2026-06-10";

    [Fact]
    public async Task The_platform_sees_what_its_hotels_sold_by_country_and_currency()
    {
        var (lagos, abuja, admin) = (await OpenHotel(rooms: 2, suites: 0), await OpenHotel(rooms: 3, suites: 0, name: "Hill House"), await Admin());
        await Booked(lagos, 1, 3, Room(lagos.Standard));
        await Booked(lagos, 8, 12, Room(lagos.Standard));
        var off = await Booked(abuja, 2, 4, Room(abuja.Standard));
        await Booked(abuja, 9, 10, Room(abuja.Standard));
        (await abuja.Owner.Client.Put($"/api/v1/bookings/{off}/cancel", new { reason = "plans" })).Is(HttpStatusCode.OK);
        (await admin.Client.Put($"/api/v1/admin/organisations/{lagos.OrganisationId}/commission", new { percent = 10 })).Is(HttpStatusCode.OK);
        (await admin.Client.Post($"/api/v1/admin/venues/{abuja.Id}/suspend", new { reason = "fire safety" })).Is(HttpStatusCode.OK);
        await Settle();
        var figures = (await admin.Client.Get(Path)).Is(HttpStatusCode.OK).Data;
        var market = figures.GetProperty("markets").EnumerateArray().ShouldHaveSingleItem();
        (Text("country"), Text("currency"), Number("hotels"), Number("rooms"), Number("soldNights")).ShouldBe(("NG", "NGN", 1, 2, 6));
        market.GetProperty("occupancy").GetDouble().ShouldBe(5 / 20.0, 1e-9);
        (Amount("gross"), Amount("adr"), Amount("revPar"), Amount("commission")).ShouldBe((27_000_000, 4_500_000, 1_350_000, 2_250_000));
        (figures.GetProperty("states").GetProperty("active").GetInt32(), figures.GetProperty("states").GetProperty("suspended").GetInt32()).ShouldBe((1, 1));
        figures.GetProperty("nights").EnumerateArray().Select(n => n.GetProperty("occupied").GetInt32()).ShouldBe([1, 1, 0, 0, 0, 0, 0, 1, 2, 1]);

        string? Text(string name) => market.GetProperty(name).GetString();
        int Number(string name) => market.GetProperty(name).GetInt32();
        long Amount(string name) => market.GetProperty(name).GetProperty("amount").GetInt64();
    }

    [Fact]
    public async Task Only_the_platforms_administrators_see_it()
    {
        var (hotel, admin) = (await OpenHotel(), await Admin());
        (await hotel.Owner.Client.Get(Path)).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await (await Guest()).Client.Get(Path)).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await Visitor.Get(Path)).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        foreach (var (query, field) in new[] { ("from=soon", "from"), ("from=2026-06-02&to=2026-06-01", "to"), ("from=2020-01-01&to=2026-06-01", "from") })
            (await admin.Client.Get($"/api/v1/admin/hotels/figures?{query}")).Names(field).ShouldBeTrue();
    }
}
