namespace Sarai.Stories;

public sealed class Reviews(StoryPostgres postgres) : HotelWorld(postgres)
{
    [Fact]
    public async Task Only_whoever_has_stayed_reviews_once_the_hotel_answers_and_search_orders_by_what_it_rests_on()
    {
        var (hotel, guest, stranger) = (await OpenHotel(), await Guest("Ayesha"), await Guest());
        var path = $"/api/v1/venues/{hotel.Id}/reviews";
        var booking = await Stayed(hotel, guest, false);
        (await guest.Client.Post(path, new { bookingId = booking, overall = 5 })).Refuses(HttpStatusCode.UnprocessableEntity, "stay_not_over");
        ItIs(2, 10);
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/check-out")).Is(HttpStatusCode.OK);
        (await stranger.Client.Post(path, new { bookingId = booking, overall = 1 })).Refuses(HttpStatusCode.NotFound, "not_found");
        (await guest.Client.Post(path, new { bookingId = booking, overall = 9 })).Names("overall").ShouldBeTrue();
        (await guest.Client.Post(path, new { })).Names("bookingId").ShouldBeTrue();
        (await Visitor.Post(path, new { bookingId = booking, overall = 5 })).Refuses(HttpStatusCode.Unauthorized, "unauthenticated");
        var replies = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => guest.Client.Post(path, new { bookingId = booking, overall = 5, cleanliness = 4, text = "Quiet and kind." })));
        replies.Count(r => r.Status == HttpStatusCode.Created).ShouldBe(1);
        replies.Where(r => r.Status != HttpStatusCode.Created).ShouldAllBe(r => r.Code == "already_reviewed");
        var review = replies.Single(r => r.Status == HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        (await hotel.Owner.Client.Put($"/api/v1/reviews/{review}/reply", new { text = "Come again." })).Is(HttpStatusCode.OK);
        (await stranger.Client.Put($"/api/v1/reviews/{review}/reply", new { text = "Mine." })).Refuses(HttpStatusCode.Forbidden, "forbidden");
        (await (await OpenHotel(name: "Other")).Owner.Client.Put($"/api/v1/reviews/{review}/reply", new { text = "Mine." })).Refuses(HttpStatusCode.NotFound, "not_found");
        var shown = (await Visitor.Get(path)).Is(HttpStatusCode.OK).Data;
        (shown.GetProperty("count").GetInt32(), shown.GetProperty("mean").GetDouble(), shown.GetProperty("reviews").GetProperty("items")[0].GetProperty("reply").GetString()).ShouldBe((1, 5.0, "Come again."));
        await Settle();
        var found = (await Visitor.Get("/api/v1/search/stays?lat=6.43&lng=3.42&sort=rating")).Data.GetProperty("items")[0];
        // One voice of five among five that stand in the middle: (3.5 × 5 + 5) / 6.
        (found.GetProperty("rating").GetDouble(), found.GetProperty("reviews").GetInt32()).ShouldBe((3.75, 1));
        (await (await Admin()).Client.Put($"/api/v1/admin/reviews/{review}/hide", new { text = "written by a competitor" })).Is(HttpStatusCode.OK);
        (await Visitor.Get(path)).Data.GetProperty("count").GetInt32().ShouldBe(0);
        (await hotel.Owner.Client.Put($"/api/v1/admin/reviews/{review}/hide", new { text = "I do not like it" })).Refuses(HttpStatusCode.Forbidden, "forbidden");
    }

    private async Task<Guid> Stayed(Hotel hotel, Person guest, bool left)
    {
        var booking = (await guest.Client.Post(Nights(hotel), Stay(1, 2, Room(hotel.Standard)))).Is(HttpStatusCode.Created).Data.GetProperty("id").GetGuid();
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/confirm")).Is(HttpStatusCode.OK);
        ItIs(1, 15);
        (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/check-in")).Is(HttpStatusCode.OK);
        if (left) (await hotel.Owner.Client.Post($"/api/v1/bookings/{booking}/check-out")).Is(HttpStatusCode.OK);
        return booking;
    }
}
