namespace Sarai.Stories;

public sealed class Healthy(StoryPostgres postgres) : Story(postgres)
{
    [Fact]
    public async Task The_house_says_how_it_is()
    {
        (await Visitor.Get("/health/live")).Is(HttpStatusCode.OK);
        (await Visitor.Get("/health/ready")).Is(HttpStatusCode.OK);
        var health = (await Visitor.Get("/health")).Is(HttpStatusCode.OK).Root;
        health.GetProperty("status").GetString().ShouldBe("healthy");
        health.GetProperty("modules").GetProperty("bookings").GetProperty("outboxParked").GetInt64().ShouldBe(0);
    }
}
