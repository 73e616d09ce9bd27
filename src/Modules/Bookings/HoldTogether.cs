using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Sarai.Bookings;

/// <summary>
/// Group commit for guests' holds: those that arrive while others are being written wait for them and then go to PostgreSQL together, in one call, which
/// is one round trip and one transaction. Nobody waits for company: with nothing under way a hold goes at once. Each stands or falls by itself.
/// </summary>
public sealed class HoldTogether
{
    /// <summary>The outcome of a hold whose idempotency key was used before.</summary>
    public const string Again = "again";

    // One call at a time: two that want each other's courts would wait for each other until PostgreSQL ends one, a second later.
    private const int Lanes = 1;
    private const int MostAtOnce = 64;
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiting> _waiting = [];
    private int _busy;

    /// <summary>A hold that wants to be written.</summary>
    /// <param name="Booking">The booking, held.</param>
    /// <param name="Claims">What it needs.</param>
    /// <param name="Key">The idempotency key, or null.</param>
    /// <param name="Hash">The hash of the request behind the key.</param>
    public sealed record Hold(Booking Booking, IReadOnlyList<ClaimNeed> Claims, string? Key, byte[]? Hash)
    {
        internal OutboxRow Event { get; } = OutboxRow.Of(new BookingHeld(Booking.Info()), Booking.CreatedAt);
    }

    /// <summary>Writes a hold.</summary>
    /// <returns>Null when it is taken, <see cref="Again"/> when its key was used before, else the code of the refusal (<see cref="Claims.SlotTaken"/>, <see cref="Quota.Refusal"/>).</returns>
    public Task<string?> Take(Hold hold, BookingsDb db)
    {
        var mine = new Waiting(hold, new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            _waiting.AddLast(mine);
            if (_busy == Lanes) return mine.Outcome.Task;
            _busy++;
        }
        _ = Work(db.Source);
        return mine.Outcome.Task;
    }

    private async Task Work(NpgsqlDataSource source)
    {
        while (true)
        {
            List<Waiting> batch;
            lock (_gate)
            {
                batch = Next();
                if (batch.Count == 0)
                {
                    _busy--;
                    return;
                }
            }
            await Settle(batch, source);
        }
    }

    // A guest's second hold waits for the first, whose count it must see.
    private List<Waiting> Next()
    {
        var (batch, guests) = (new List<Waiting>(), new HashSet<Guid>());
        for (var node = _waiting.First; node is not null && batch.Count < MostAtOnce;)
        {
            var next = node.Next;
            if (guests.Add(node.Value.Hold.Booking.GuestId))
            {
                batch.Add(node.Value);
                _waiting.Remove(node);
            }
            node = next;
        }
        return batch;
    }

    private static async Task Settle(List<Waiting> batch, NpgsqlDataSource source)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var outcomes = await Write(batch.ConvertAll(w => w.Hold), source);
                for (var i = 0; i < batch.Count; i++) batch[i].Outcome.SetResult(outcomes[i]);
                return;
            }
            catch (Exception problem) when (batch.Count == 1)
            {
                // Two calls met in a way PostgreSQL resolved by ending this one; once more is enough.
                if (attempt == 1 && ModuleDb.IsTransient(problem)) continue;
                batch[0].Outcome.SetException(problem);
                return;
            }
            catch (Exception)
            {
                // One of them did this to all; by itself each meets only its own trouble.
                foreach (var one in batch) await Settle([one], source);
                return;
            }
        }
    }

    private static async Task<string?[]> Write(List<Hold> holds, NpgsqlDataSource source)
    {
        var bookings = holds.Select(h => h.Booking).ToArray();
        await using var command = source.CreateCommand("""
            select bookings.hold($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
              $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39)
            """);
        void Give(object values, NpgsqlDbType type) => command.Parameters.Add(new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | type });
        T[] Each<T>(Func<Booking, T> of) => Array.ConvertAll(bookings, new Converter<Booking, T>(of));
        void Ids(Func<Booking, Guid> of) => Give(Each(of), NpgsqlDbType.Uuid);
        void Texts(Func<Booking, string?> of) => Give(Each(of), NpgsqlDbType.Text);
        void Moments(Func<Booking, Instant> of) => Give(Each(b => of(b).ToDateTimeUtc()), NpgsqlDbType.TimestampTz);
        void Limits(Func<Policy, int?> of) => Give(Each(b => of(b.Policy)), NpgsqlDbType.Integer);
        void Documents<T>(Func<Booking, T> of) => Give(Each(b => JsonSerializer.Serialize(of(b), Json.Options)), NpgsqlDbType.Jsonb);
        Ids(b => b.Id);
        Texts(b => b.Code);
        Ids(b => b.GuestId);
        Texts(b => b.GuestName);
        Ids(b => b.OrganisationId);
        Ids(b => b.VenueId);
        Texts(b => b.VenueName);
        Texts(b => b.Vertical);
        Ids(b => b.OfferingId);
        Texts(b => b.OfferingName);
        Documents(b => b.Resources);
        Moments(b => b.StartsAt);
        Moments(b => b.EndsAt);
        Give(Each(b => b.LocalDate.ToDateOnly()), NpgsqlDbType.Date);
        Texts(b => b.TimeZone);
        Documents(b => b.Lines);
        Texts(b => b.Currency);
        Give(Each(b => b.Total), NpgsqlDbType.Bigint);
        Documents(b => b.Policy);
        Give(Each(b => b.Participants), NpgsqlDbType.Integer);
        Texts(b => b.Notes);
        Moments(b => b.ExpiresAt!.Value);
        Documents(b => b.History);
        Moments(b => b.CreatedAt);
        var needs = holds.SelectMany(h => h.Claims.Select(c => (h.Booking.Id, c.ResourceId, c.During))).ToArray();
        Give(holds.Select(h => h.Claims.Count).ToArray(), NpgsqlDbType.Integer);
        Give(needs.Select(n => n.Id).ToArray(), NpgsqlDbType.Uuid);
        Give(needs.Select(n => n.ResourceId).ToArray(), NpgsqlDbType.Uuid);
        Give(needs.Select(n => n.During.Start.ToDateTimeUtc()).ToArray(), NpgsqlDbType.TimestampTz);
        Give(needs.Select(n => n.During.End.ToDateTimeUtc()).ToArray(), NpgsqlDbType.TimestampTz);
        Limits(p => p.MaxUnpaidHolds);
        Limits(p => p.MaxUpcoming);
        Limits(p => p.MaxPerDay);
        Give(holds.Select(h => h.Event.EventId).ToArray(), NpgsqlDbType.Uuid);
        command.Parameters.Add(new() { Value = holds[0].Event.Name });
        Give(holds.Select(h => h.Event.Body).ToArray(), NpgsqlDbType.Json);
        Give(holds.Select(h => h.Event.Trace).ToArray(), NpgsqlDbType.Text);
        Give(holds.Select(h => h.Key).ToArray(), NpgsqlDbType.Text);
        Give(holds.Select(h => h.Hash).ToArray(), NpgsqlDbType.Bytea);
        Give(holds.Select(h => h.Key is null ? null : JsonSerializer.Serialize(BookingView.Of(h.Booking), Json.Options)).ToArray(), NpgsqlDbType.Json);
        return (string?[])(await command.ExecuteScalarAsync())!;
    }

    private sealed record Waiting(Hold Hold, TaskCompletionSource<string?> Outcome);
}
