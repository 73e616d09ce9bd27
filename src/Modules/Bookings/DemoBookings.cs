using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Bookings;

/// <summary>
/// Some weeks of a busy club, made at the desk: bookings that took place, some that were called off or nobody came to, the days ahead, a court closed for
/// repair, notes on customers. Each feature is given the time at which it would have been used.
/// </summary>
internal static class DemoBookings
{
    private static readonly (string Name, string Phone)[] Guests =
    [
        ("Usman Tariq", "+923001110001"), ("Hira Baig", "+923001110002"), ("Zain Abbasi", "+923001110003"), ("Mahnoor Shah", "+923001110004"), ("Ali Raza", "+923001110005"),
        ("Sara Yousaf", "+923001110006"), ("Hamza Qureshi", "+923001110007"), ("Fatima Noor", "+923001110008"), ("Bilal Ahmed", "+923001110009"), ("عائشہ خان", "+923001110010"),
        ("Danish Iqbal", "+923001110011"), ("Rabia Aslam", "+923001110012"),
    ];

    // Evenings are asked for most; guests come at the full and the half hour.
    private static readonly int[] Hours = [8, 10, 12, 16, 17, 18, 18, 19, 19, 20, 20, 21, 21, 22];

    public static async Task Add(IServiceProvider services, CancellationToken cancel)
    {
        var desk = await services.GetRequiredService<IIdentity>().FindByEmail("desk@sarai.example", cancel);
        if (desk?.Organisations is not [var organisation, ..]) return;
        var venue = (await services.GetRequiredService<ICatalog>().VenuesOf(organisation, cancel)).Where(v => v.Vertical == "courts" && v.State == VenueState.Active).MaxBy(v => v.Resources.Count);
        if (venue is null) return;
        var actor = Actor.Of(desk.Id, desk.Name, new Dictionary<Guid, string> { [organisation] = Roles.Manager });
        var now = services.GetRequiredService<TimeProvider>().Now();
        var today = now.InZone(venue.Zone).Date;
        var dice = new Random(7);
        await Close(services, venue, today.PlusDays(1), actor, cancel);
        for (var day = -21; day <= 7; day++)
        {
            var date = today.PlusDays(day);
            var wanted = date.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday ? 9 : 5 + dice.Next(3);
            for (var i = 0; i < wanted; i++)
            {
                var start = venue.Zone.At(date.At(new LocalTime(Hours[dice.Next(Hours.Length)], dice.Next(2) * 30)));
                if (start is { } at) await Book(services, venue, at, now, Guests[dice.Next(Guests.Length)], venue.Resources[dice.Next(venue.Resources.Count)].Id, 60 + (dice.Next(3) * 30), dice.Next(100), actor, cancel);
            }
        }
        await Note(services, venue, actor, cancel);
    }

    private static async Task Book(
        IServiceProvider services, VenueInfo venue, Instant start, Instant now, (string Name, string Phone) guest, Guid court, int minutes, int fate, Actor actor, CancellationToken cancel)
    {
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        var s = scope.ServiceProvider;
        var (db, availability) = (s.GetRequiredService<BookingsDb>(), s.GetRequiredService<Availability>());
        var booked = await BookAtDesk.Handle(
            venue.Id, new BookAtDesk.Request { OfferingId = venue.Offerings[0].Id, ResourceId = court, StartsAt = start, Minutes = minutes, Name = guest.Name, Phone = guest.Phone, Participants = 4 }, actor, db,
            s.GetRequiredService<Planner>(), s.GetRequiredService<ICatalog>(), s.GetRequiredService<IIdentity>(), availability, At(Instant.Min(now, start - Duration.FromHours(36 + fate))), cancel);
        if (!booked.Ok || start > now - Duration.FromHours(3)) return;
        db.ChangeTracker.Clear();
        if (fate < 6) await AttendBooking.MarkNoShow(booked.Value.Id, actor, db, availability, At(start + Duration.FromMinutes(20)), cancel);
        else if (fate < 14) await CancelBooking.Handle(booked.Value.Id, new CancelBooking.Request { Reason = "cannot come" }, actor, db, availability, At(start - Duration.FromHours(30)), cancel);
    }

    private static async Task Close(IServiceProvider services, VenueInfo venue, LocalDate date, Actor actor, CancellationToken cancel)
    {
        var (from, to) = (venue.Zone.At(date.At(new LocalTime(9, 0))), venue.Zone.At(date.At(new LocalTime(13, 0))));
        if (from is null || to is null) return;
        await BlockResources.Handle(
            venue.Id, new BlockResources.Request { ResourceIds = [venue.Resources[^1].Id], StartsAt = from, EndsAt = to, Reason = "New glass" }, actor, services.GetRequiredService<BookingsDb>(),
            services.GetRequiredService<ICatalog>(), services.GetRequiredService<Availability>(), services.GetRequiredService<TimeProvider>(), cancel);
    }

    private static async Task Note(IServiceProvider services, VenueInfo venue, Actor actor, CancellationToken cancel)
    {
        var (db, catalog, clock) = (services.GetRequiredService<BookingsDb>(), services.GetRequiredService<ICatalog>(), services.GetRequiredService<TimeProvider>());
        var customers = (await KeepCustomers.List(venue.Id, null, false, new Paging { Limit = 50 }, actor, db, catalog, clock, cancel)).Value.Items;
        if (customers.MaxBy(c => c.Bookings) is { } regular)
            await KeepCustomers.Write(venue.Id, regular.UserId, new KeepCustomers.Note { Notes = "Plays every week; likes the indoor courts.", Tags = ["regular"] }, actor, db, catalog, cancel);
        db.ChangeTracker.Clear();
        if (customers.MaxBy(c => c.NoShows) is { NoShows: > 1 } absent)
            await KeepCustomers.BlockGuest(venue.Id, absent.UserId, new KeepCustomers.BlockRequest { Until = clock.Now() + Duration.FromDays(14), Reason = "Did not come again and again" }, actor, db, catalog, clock, cancel);
    }

    private static Then At(Instant at) => new(at);

    // The time at which somebody did something.
    private sealed class Then(Instant at) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => at.ToDateTimeOffset();
    }
}
