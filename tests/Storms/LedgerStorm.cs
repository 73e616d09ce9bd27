using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sarai.Storms;

/// <summary>Guests hold, move, cancel and are confirmed, the desk closes and opens courts, and holds run out, all at once and over the same few courts.</summary>
public sealed class LedgerStorm(StoryPostgres postgres) : World(postgres)
{
    private static readonly string[] Expected =
    [
        "slot_taken", "too_many_holds", "hold_expired", "already_cancelled", "already_confirmed", "already_over", "already_started", "bookings_in_the_way", "closed", "too_late_to_reschedule", "wrong_state",
    ];

    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly ConcurrentQueue<Guid> _bookings = new();
    private readonly ConcurrentBag<string> _surprises = [];

    [Fact]
    public async Task No_court_is_ever_taken_twice_in_a_storm_of_holds_moves_cancellations_blocks_and_expiries()
    {
        var club = await OpenClub(courts: 4, policy: new { payAtDesk = true, holdMinutes = 2 });
        var guests = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Guest()));
        using var over = new CancellationTokenSource(Weather.Length);
        var watch = Stopwatch.StartNew();
        var people = guests.Select((guest, i) => Guest(guest, club, new Random(Weather.Seed + i), over.Token))
            .Append(Desk(club, new Random(Weather.Seed + 100), over.Token)).Append(Desk(club, new Random(Weather.Seed + 101), over.Token)).ToList();
        var (looks, overlaps) = (0, 0L);
        while (!over.IsCancellationRequested)
        {
            // The sweeper is a job of the application, driven by this clock.
            Clock.Advance(TimeSpan.FromSeconds(10));
            overlaps += (long)(await Database.Ask("select count(*) from bookings.claim a join bookings.claim b on a.resource_id = b.resource_id and a.during && b.during and a.ctid < b.ctid"))!;
            looks++;
            await Task.Delay(20, CancellationToken.None);
        }
        await Task.WhenAll(people);
        Weather.Report($"{nameof(LedgerStorm)}: {watch.Elapsed.TotalSeconds:F0} s, {looks} looks at the ledger, {string.Join(", ", _answers.OrderByDescending(a => a.Value).Select(a => $"{a.Value} {a.Key}"))}");
        await Pass(Duration.FromMinutes(10));

        _surprises.ShouldBeEmpty($"seed {Weather.Seed}");
        overlaps.ShouldBe(0);
        foreach (var happened in new[] { "held", "moved", "cancelled", "confirmed", "blocked", "slot_taken", "bookings_in_the_way" }) _answers.ShouldContainKey(happened, $"seed {Weather.Seed}");
        (await Database.Ask("select count(*) from bookings.booking where status = 'Expired'")).ShouldNotBe(0L);
        (await Database.Ask("select count(*) from bookings.booking where status = 'Held'")).ShouldBe(0L);
        await Truth.NothingIsSoldTwice(Database, Clock);
    }

    private async Task Guest(Person guest, Club club, Random dice, CancellationToken over)
    {
        var mine = new List<Guid>();
        while (!over.IsCancellationRequested)
        {
            var mood = dice.Next(100);
            if (mine.Count == 0 || mood < 50)
            {
                var court = dice.Next(2) == 0 ? (Guid?)null : club.Courts[dice.Next(club.Courts.Count)];
                if (await Ask(guest, "held", HttpMethod.Post, "/api/v1/bookings", Wish(club, Sometime(dice), Length(dice), court)) is { } held)
                {
                    mine.Add(held.GetProperty("id").GetGuid());
                    _bookings.Enqueue(mine[^1]);
                }
                continue;
            }
            var booking = mine[dice.Next(mine.Count)];
            if (mood < 75)
            {
                await Ask(guest, "moved", HttpMethod.Post, $"/api/v1/bookings/{booking}/reschedule", new { startsAt = Sometime(dice), minutes = Length(dice) });
            }
            else if (mood < 85)
            {
                await Ask(club.Owner, "confirmed", HttpMethod.Post, $"/api/v1/bookings/{booking}/confirm", null);
            }
            else
            {
                await Ask(guest, "cancelled", HttpMethod.Put, $"/api/v1/bookings/{booking}/cancel", new { reason = "rain" });
                mine.Remove(booking);
            }
        }
    }

    private async Task Desk(Club club, Random dice, CancellationToken over)
    {
        var blocks = new Queue<Guid>();
        while (!over.IsCancellationRequested)
        {
            var courts = club.Courts.OrderBy(_ => dice.Next()).Take(dice.Next(1, 3)).ToArray();
            var start = DateTimeOffset.Parse(Sometime(dice), System.Globalization.CultureInfo.InvariantCulture);
            if (await Ask(club.Owner, "blocked", HttpMethod.Post, $"/api/v1/venues/{club.Id}/blocks", new { resourceIds = courts, startsAt = start.ToString("O"), endsAt = start.AddMinutes(Length(dice)).ToString("O"), reason = "rain" }) is { } block)
                blocks.Enqueue(block.GetProperty("id").GetGuid());
            if (blocks.Count > 4) await Ask(club.Owner, "opened", HttpMethod.Delete, $"/api/v1/venues/{club.Id}/blocks/{blocks.Dequeue()}", null);
            // Somebody at the desk cancels for somebody else, maybe at the same moment as the guest.
            if (dice.Next(4) == 0 && _bookings.TryDequeue(out var booking)) await Ask(club.Owner, "cancelled", HttpMethod.Put, $"/api/v1/bookings/{booking}/cancel", new { reason = "rain", fullRefund = true });
        }
    }

    private async Task<JsonElement?> Ask(Person person, string done, HttpMethod method, string path, object? body)
    {
        var reply = await person.Client.Send(method, path, body);
        var success = reply.Status is HttpStatusCode.OK or HttpStatusCode.Created;
        if (!success && !Expected.Contains(reply.Code)) _surprises.Add($"{method} {path}: {(int)reply.Status} {reply.Text}");
        _answers.AddOrUpdate(success ? done : reply.Code!, 1, (_, n) => n + 1);
        return success ? reply.Data : null;
    }

    private static string Sometime(Random dice) => At(dice.Next(2, 4), dice.Next(8, 21), dice.Next(2) * 30);

    private static int Length(Random dice) => 60 + (30 * dice.Next(3));
}
