using System.Collections.Concurrent;

namespace Sarai.Storms;

/// <summary>
/// Guests who hold, pay and cancel without pause and write down what they were told. Who gets no answer, or hears that the house is in trouble, asks the same
/// thing again under the same key until somebody answers, like any good client.
/// </summary>
public sealed class Crowd(World.Club club, IReadOnlyList<World.Person> guests, IReadOnlyList<DateOnly> days, int seed)
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    private int _doubts;

    /// <summary>Bookings that were answered with 201, by the key they were asked for with.</summary>
    public ConcurrentDictionary<string, Guid> Booked { get; } = new();

    /// <summary>Payments the application said to have captured, with their booking.</summary>
    public ConcurrentDictionary<Guid, Guid> Paid { get; } = new();

    /// <summary>Bookings whose cancellation was answered with 200.</summary>
    public ConcurrentDictionary<Guid, bool> Cancelled { get; } = new();

    /// <summary>Answers no guest should ever get.</summary>
    public ConcurrentBag<string> Surprises { get; } = [];

    /// <summary>How often a guest did not know what had become of a request.</summary>
    public int Doubts => _doubts;

    /// <summary>Lets them go on until told to stop; each finishes what they began.</summary>
    public Task Run(CancellationToken stop) => Task.WhenAll(guests.Select((guest, i) => Task.Run(() => Live(guest, new Random(seed + i), stop), CancellationToken.None)));

    private async Task Live(World.Person guest, Random dice, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var (key, wish) = (Guid.NewGuid().ToString(), Wish(dice));
            var held = await Ask(guest, HttpMethod.Post, "/api/v1/bookings", wish, key, "slot_taken", "too_many_holds", "closed");
            if (held is null) continue;
            var booking = held.Value.GetProperty("id").GetGuid();
            Booked[key] = booking;
            var mood = dice.Next(100);
            if (mood < 65) await Pay(guest, booking, dice);
            if (mood is < 15 or > 75) await Cancel(guest, booking);
        }
    }

    private object Wish(Random dice)
    {
        var start = $"{days[dice.Next(days.Count)]:yyyy-MM-dd}T{dice.Next(7, 22):00}:{dice.Next(2) * 30:00}:00+05:00";
        return new { offeringId = club.OfferingId, resourceId = dice.Next(2) == 0 ? (Guid?)null : club.Courts[dice.Next(club.Courts.Count)], startsAt = start, minutes = 60 + (30 * dice.Next(3)) };
    }

    private async Task Pay(World.Person guest, Guid booking, Random dice)
    {
        var order = await Ask(guest, HttpMethod.Post, "/api/v1/payments/create-order", new { bookingId = booking, method = "sandbox" }, Guid.NewGuid().ToString(), "hold_expired", "nothing_due", "booking_cancelled");
        if (order is null) return;
        var payment = order.Value.GetProperty("paymentId").GetGuid();
        var outcome = dice.Next(10) switch { 0 => "wrong_amount", 1 => "duplicate", 2 => "fail", _ => "succeed" };
        var played = await Ask(guest, HttpMethod.Post, $"/api/v1/sandbox/payments/{payment}", new { outcome }, null);
        if (outcome is "succeed" or "duplicate" && played?.GetProperty("status").GetString() == "captured") Paid[payment] = booking;
    }

    private async Task Cancel(World.Person guest, Guid booking)
    {
        if (await Ask(guest, HttpMethod.Put, $"/api/v1/bookings/{booking}/cancel", new { reason = "rain" }, null, "already_cancelled", "hold_expired") is not null) Cancelled[booking] = true;
    }

    private async Task<JsonElement?> Ask(World.Person guest, HttpMethod method, string path, object body, string? key, params string[] refusals)
    {
        while (true)
        {
            try
            {
                var reply = await guest.Client.Send(method, path, body, key);
                if (reply.Status is HttpStatusCode.OK or HttpStatusCode.Created) return reply.Data;
                if (refusals.Contains(reply.Code)) return null;
                if (reply.Status != HttpStatusCode.ServiceUnavailable && reply.Code != "request_in_progress")
                {
                    Surprises.Add($"{method} {path}: {(int)reply.Status} {reply.Text}");
                    return null;
                }
            }
            catch (Exception silence) when (silence is HttpRequestException or IOException or TaskCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                // Nobody answered; whether it was done is not known.
            }
            Interlocked.Increment(ref _doubts);
            await Task.Delay(Breath);
        }
    }
}
