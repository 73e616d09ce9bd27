using System.Collections.Concurrent;
using Sarai.Contracts;
using Sarai.Stays;

namespace Sarai.Host.Replay;

/// <summary>
/// The days of a file, one after the other. In the morning bookings are made and changed, before noon guests leave and housekeeping follows, then come
/// cancellations, in the afternoon guests arrive, and at two at night the audit notes who did not come.
/// </summary>
internal sealed class Days(IServiceProvider services, SimulatedClock clock, House house, IReadOnlyList<StayRow> rows)
{
    private const int AtOnce = 4;
    private const int GuestAccounts = 40;
    private static readonly Actor Desk = Actor.System("replay");
    private readonly ConcurrentDictionary<StayRow, Guid> _bookings = new();
    private DateTimeZone _zone = DateTimeZone.Utc;
    private Job? _audit;
    private int _done;

    /// <summary>Steps that were refused, with the reason.</summary>
    public ConcurrentQueue<string> Problems { get; } = [];

    /// <summary>Lives through all of them.</summary>
    public async Task Live(Action<string> progress, CancellationToken cancel)
    {
        _zone = (await services.GetRequiredService<ICatalog>().Venue(house.VenueId, cancel))!.Zone;
        _audit = services.GetServices<Job>().Single(j => j.Name == "night audit");
        var (booked, changed, ended, arrived) = (rows.ToLookup(r => r.Booked), rows.SelectMany(r => ChangesOf(r).Select(day => (day, r))).ToLookup(c => c.day, c => c.r), rows.ToLookup(EndOf), rows.Where(r => r.Ending == Ending.CheckedOut).ToLookup(r => r.Arrival));
        var (first, last) = (rows.Min(r => r.Booked), rows.Max(r => r.Departure).PlusDays(2));
        for (var day = first; day <= last; day = day.PlusDays(1))
        {
            await Audit(day, cancel);
            await Each(day, 8, booked[day], Book, cancel);
            await Each(day, 9, changed[day], Alter, cancel);
            await Each(day, 11, ended[day].Where(r => r.Ending == Ending.CheckedOut && r.Left > r.Arrival), Leave, cancel);
            await Each(day, 13, ended[day].Where(r => r.Ending == Ending.Cancelled), Cancel, cancel);
            await CleanUp(day, cancel);
            await Each(day, 15, arrived[day], Arrive, cancel);
            await Each(day, 20, ended[day].Where(r => r.Ending == Ending.CheckedOut && r.Left == r.Arrival), Leave, cancel);
            if (day.Day == 1 || day == last) progress($"{day:uuuu-MM-dd}  {100.0 * _done / (rows.Count * 2):0} %  {_bookings.Count} booked, {house.Rooms} rooms");
        }
        await services.GetRequiredService<OutboxDispatcher>().Drain(cancel);
    }

    private static LocalDate EndOf(StayRow row) => row.Ending == Ending.Cancelled ? row.CalledOff : row.Left;

    // The file says how often, not when: spread over the time between booking and arrival or cancellation.
    private static IEnumerable<LocalDate> ChangesOf(StayRow row)
    {
        var end = row.Ending == Ending.Cancelled ? row.CalledOff : row.Arrival;
        var days = Period.DaysBetween(row.Booked, end);
        return Enumerable.Range(1, row.Changes).Select(i => row.Booked.PlusDays(days * i / (row.Changes + 1)));
    }

    private async Task Each(LocalDate day, int hour, IEnumerable<StayRow> due, Func<StayRow, INights, CancellationToken, Task<Fault?>> step, CancellationToken cancel)
    {
        clock.MoveTo(_zone.AtLeniently(day + new LocalTime(hour, 0)).ToInstant());
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (row, token) =>
        {
            await using var scope = services.CreateAsyncScope();
            if (await step(row, scope.ServiceProvider.GetRequiredService<INights>(), token) is { } refused) Problems.Enqueue($"line {row.Line}, {day:uuuu-MM-dd} {step.Method.Name}: {refused.Message}");
        });
    }

    private async Task<Fault?> Book(StayRow row, INights nights, CancellationToken cancel)
    {
        Interlocked.Increment(ref _done);
        var guest = new DeskGuest($"Guest of line {row.Line}", null, $"guest{row.Line % GuestAccounts}@replay.example");
        while (true)
        {
            var seen = house.Rooms;
            var booked = await nights.BookAtDesk(Wish(row, row.Reserved), guest, Desk, cancel);
            if (booked.Ok) _bookings[row] = booked.Value.Id;
            if (booked.Fault is not { Code: "slot_taken" }) return booked.Fault;
            await house.Grow(row.Reserved, seen, cancel);
        }
    }

    private async Task<Fault?> Alter(StayRow row, INights nights, CancellationToken cancel) =>
        _bookings.TryGetValue(row, out var id) ? (await nights.Change(id, Wish(row, row.Reserved), "changed by the guest", Desk, cancel)).Fault : null;

    private async Task<Fault?> Arrive(StayRow row, INights nights, CancellationToken cancel)
    {
        if (!_bookings.TryGetValue(row, out var id)) return null;
        if (row.Assigned != row.Reserved)
        {
            while (true)
            {
                var seen = house.Rooms;
                var moved = await nights.Change(id, Wish(row, row.Assigned), $"given a room of type {row.Assigned}", Desk, cancel);
                if (moved.Ok) break;
                if (moved.Fault!.Code != "slot_taken") return moved.Fault;
                await house.Grow(row.Assigned, seen, cancel);
            }
        }
        return (await nights.CheckIn(id, Desk, cancel)).Fault;
    }

    private async Task<Fault?> Leave(StayRow row, INights nights, CancellationToken cancel)
    {
        Interlocked.Increment(ref _done);
        return _bookings.TryGetValue(row, out var id) ? (await nights.CheckOut(id, Desk, cancel)).Fault : null;
    }

    private async Task<Fault?> Cancel(StayRow row, INights nights, CancellationToken cancel)
    {
        Interlocked.Increment(ref _done);
        return _bookings.TryGetValue(row, out var id) ? (await nights.Cancel(id, "cancelled by the guest", Desk, cancel)).Fault : null;
    }

    private async Task CleanUp(LocalDate day, CancellationToken cancel)
    {
        clock.MoveTo(_zone.AtLeniently(day + new LocalTime(14, 0)).ToInstant());
        // The rooms of those who left are dirty as soon as the events have been delivered.
        await services.GetRequiredService<OutboxDispatcher>().Drain(cancel);
        await using var scope = services.CreateAsyncScope();
        await InspectRooms.Handle(house.VenueId, new InspectRooms.Request(), Desk, scope.ServiceProvider.GetRequiredService<StaysDb>(), services.GetRequiredService<ICatalog>(), services.GetRequiredService<Live>(), clock, cancel);
    }

    private async Task Audit(LocalDate day, CancellationToken cancel)
    {
        clock.MoveTo(_zone.AtLeniently(day + new LocalTime(2, 0)).ToInstant());
        for (var again = true; again;)
        {
            await using var scope = services.CreateAsyncScope();
            again = await _audit!.Run(scope.ServiceProvider, cancel);
        }
    }

    private StayWish Wish(StayRow row, string type) => new(house.VenueId, row.Arrival, row.Departure, [new UnitWish(house.Type(type), null, row.Adults, row.Children, null)], null) { AgreedPerNight = row.Rate };
}
