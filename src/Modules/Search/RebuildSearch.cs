using Microsoft.EntityFrameworkCore;

namespace Sarai.Search;

/// <summary>Writes an organisation's part of the read model anew from the modules that own the truth: after a restore, or when Search is added to a house that was open before.</summary>
public static class RebuildSearch
{
    private const int Days = 730;

    /// <summary>What was written.</summary>
    public sealed record Response(int Venues, int Bookings);

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/admin/organisations/{id:guid}/search/rebuild", Handle)
        .Needs("approve:venues").Limited(RateLimits.Write).WithTags("Admin").WithSummary("Write an organisation's search entries anew");

    /// <summary>Writes its venues and everything booked from today on.</summary>
    public static async Task<Answer<Response>> Handle(Guid id, SearchDb db, ICatalog catalog, INights nights, TimeProvider clock, CancellationToken cancel)
    {
        var (venues, bookings) = (await catalog.VenuesOf(id, cancel), 0);
        var answer = await db.InTransaction<Response>(async () =>
        {
            foreach (var venue in venues)
            {
                var resources = venue.Resources.Select(r => r.Id).ToArray();
                await db.Database.ExecuteSqlAsync($"delete from search.taken where resource_id = any({resources})", cancel);
                await Feed.Write(venue, db, cancel);
                var today = clock.Now().InZone(venue.Zone).Date;
                foreach (var booking in await nights.Touching(venue.Id, today, today.PlusDays(Days), cancel))
                {
                    if (booking.Status == BookingStatus.NoShow) continue;
                    await Feed.Take(booking, db, cancel);
                    bookings++;
                }
            }
            return new Response(venues.Count, bookings);
        }, cancel);
        return answer;
    }
}
