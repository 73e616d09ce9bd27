using System.ComponentModel.DataAnnotations;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Sarai.Bookings;

/// <summary>
/// A guest takes a slot and has some minutes to pay. Everything it writes (idempotency key, guest's quota, claims, booking, event) goes to
/// PostgreSQL in one batch, which is one transaction and one round trip; the database decides who wins.
/// </summary>
public static class PlaceHold
{
    private static readonly Meter Meter = new("Sarai");
    private static readonly Counter<long> Conflicts = Meter.CreateCounter<long>("hold_conflicts_total", description: "Holds refused because somebody else had the slot.");

    /// <summary>What a guest asks for.</summary>
    public sealed record Request
    {
        /// <summary>What to book.</summary>
        [Required] public Guid? OfferingId { get; set; }

        /// <summary>A certain court, or nothing for any that is free.</summary>
        public Guid? ResourceId { get; set; }

        /// <summary>The start, with its offset.</summary>
        [Required] public Instant? StartsAt { get; set; }

        /// <summary>How long; one of the offering's lengths.</summary>
        [Required, Range(1, 1440)] public int? Minutes { get; set; }

        /// <summary>How many people come.</summary>
        [Range(1, 1000)] public int Participants { get; set; } = 1;

        /// <summary>Anything the club should know.</summary>
        [StringLength(1000)] public string? Notes { get; set; }
    }

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/bookings", async (
            Request request, HttpContext http, Actor actor, BookingsDb db, Planner planner, Availability availability, TimeProvider clock, CancellationToken cancel) =>
        {
            var key = Idempotency.KeyOf(http);
            if (key is not null && Idempotency.Malformed(key) is { } fault) return (Answer<BookingView>)fault;
            return await Handle(request, key, actor, db, planner, availability, clock, cancel);
        })
        .Needs("create:booking").Limited(RateLimits.Write).WithTags("Bookings").WithSummary("Hold a slot")
        .Produces<Envelope<BookingView>>(StatusCodes.Status201Created).Produces<ErrorEnvelope>(StatusCodes.Status409Conflict);

    /// <summary>Takes the first alternative that can be had.</summary>
    /// <param name="request">What.</param>
    /// <param name="key">The idempotency key, or null.</param>
    /// <param name="actor">For whom.</param>
    /// <param name="db">The database.</param>
    /// <param name="planner">Finds what can be taken.</param>
    /// <param name="availability">Is told of the change before the answer goes out; says which alternatives look free.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<Answer<BookingView>> Handle(
        Request request, string? key, Actor actor, BookingsDb db, Planner planner, Availability availability, TimeProvider clock, CancellationToken cancel)
    {
        var hash = key is null ? null : Idempotency.HashOf("POST", "/bookings", request);
        // A repeated key is found by its constraint; but by then the time may have passed or the venue closed, so a refusal looks for it first.
        var wish = await planner.Wish(request.OfferingId!.Value, request.StartsAt!.Value, request.Minutes!.Value, request.ResourceId, actor.Id, request.Participants, clock.Now(), false, cancel);
        if (wish.Fault is { } unknown) return await Replay(db, actor, key, hash, cancel) ?? unknown;
        var alternatives = await planner.Alternatives(wish.Value, cancel);
        if (alternatives.Fault is { } no) return await Replay(db, actor, key, hash, cancel) ?? no;
        // A cache may advise in which order to try, never what to refuse.
        var untried = availability.LikelyFirst(wish.Value.Venue, alternatives.Value);
        while (untried.Count > 0)
        {
            foreach (var alternative in untried)
            {
                var quote = await planner.Price(wish.Value, alternative, cancel);
                if (quote.Fault is { } unpriced) return unpriced;
                var booking = Booking.Hold(wish.Value, alternative, quote.Value, actor.Name, request.Notes, actor);
                var (refused, lost) = await Take(db, booking, alternative, key, hash, actor, cancel);
                if (lost) continue;
                if (refused is null) availability.Changed(booking.VenueId);
                if (refused == Idempotency.Running) return await Replay(db, actor, key, hash, cancel) ?? (Answer<BookingView>)Idempotency.Running;
                return refused is null ? Answer<BookingView>.Created(BookingView.Of(booking)) : refused;
            }
            // With several to choose from, one tried early may have come free while the later ones were lost.
            untried = alternatives.Value.Count == 1 ? [] : await Free(db, alternatives.Value, wish.Value.At, cancel);
        }
        Conflicts.Add(1);
        return Claims.TakenFault;
    }

    private static async Task<(Fault? Refused, bool Lost)> Take(
        BookingsDb db, Booking booking, Alternative alternative, string? key, byte[]? hash, Actor actor, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await db.Source.OpenConnectionAsync(cancel);
                await using var batch = new NpgsqlBatch(connection);
                if (key is not null) batch.BatchCommands.Add(Remember(booking, key, hash!, actor));
                batch.BatchCommands.Add(Guard(booking));
                batch.BatchCommands.Add(Claims.Take(booking.Id, alternative, booking.ExpiresAt, booking.CreatedAt));
                batch.BatchCommands.Add(Insert(booking));
                batch.BatchCommands.Add(Publish(new BookingHeld(booking.Info()), booking.CreatedAt));
                await batch.ExecuteNonQueryAsync(cancel);
                db.Announce();
                return (null, false);
            }
            catch (PostgresException problem) when (problem.SqlState == Claims.SlotTaken)
            {
                return (null, true);
            }
            catch (PostgresException problem) when (problem is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "idempotency_pkey" })
            {
                return (Idempotency.Running, false);
            }
            catch (PostgresException problem) when (Quota.Refusal(problem.SqlState, booking.Policy) is { } refusal)
            {
                return (refusal, false);
            }
            catch (PostgresException problem) when (attempt == 1 && ModuleDb.IsTransient(problem))
            {
                // Two batches met in a way PostgreSQL resolved by ending this one; once more is enough.
            }
        }
    }

    private static NpgsqlBatchCommand Remember(Booking booking, string key, byte[] hash, Actor actor) =>
        new("insert into bookings.idempotency (actor, key, request, status, answer, at) values ($1, $2, $3, 201, $4, $5)")
        {
            Parameters = { new() { Value = actor.Id }, new() { Value = key }, new() { Value = hash }, Document(BookingView.Of(booking)), new() { Value = booking.CreatedAt.ToDateTimeUtc() } },
        };

    internal static NpgsqlBatchCommand Guard(Booking booking) => Quota.Command(
        booking.GuestId, booking.OrganisationId, booking.VenueId, booking.LocalDate, booking.CreatedAt, booking.Policy.MaxUnpaidHolds, booking.Policy.MaxUpcoming, booking.Policy.MaxPerDay, null);

    private static NpgsqlBatchCommand Insert(Booking b) => new("""
        insert into bookings.booking (id, code, status, guest_id, guest_name, organisation_id, venue_id, venue_name, vertical, offering_id, offering_name, resources, starts_at, ends_at,
          local_date, time_zone, lines, currency, total, policy, participants, notes, expires_at, history, created_at)
        values ($1, $2, 'Held', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
        """)
    {
        Parameters =
        {
            new() { Value = b.Id }, new() { Value = b.Code }, new() { Value = b.GuestId }, new() { Value = b.GuestName }, new() { Value = b.OrganisationId }, new() { Value = b.VenueId },
            new() { Value = b.VenueName }, new() { Value = b.Vertical }, new() { Value = b.OfferingId }, new() { Value = b.OfferingName }, Document(b.Resources),
            new() { Value = b.StartsAt.ToDateTimeUtc() }, new() { Value = b.EndsAt.ToDateTimeUtc() }, new() { Value = b.LocalDate.ToDateOnly() }, new() { Value = b.TimeZone },
            Document(b.Lines), new() { Value = b.Currency }, new() { Value = b.Total }, Document(b.Policy), new() { Value = b.Participants },
            new() { Value = (object?)b.Notes ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = b.ExpiresAt!.Value.ToDateTimeUtc() },
            Document(b.History), new() { Value = b.CreatedAt.ToDateTimeUtc() },
        },
    };

    private static NpgsqlBatchCommand Publish(BookingHeld held, Instant at)
    {
        var row = OutboxRow.Of(held, at);
        return new NpgsqlBatchCommand("insert into bookings.outbox (at, event_id, key, name, body, trace) values ($1, $2, $3, $4, $5, $6)")
        {
            Parameters =
            {
                new() { Value = row.At.ToDateTimeUtc() }, new() { Value = row.EventId }, new() { Value = row.Key }, new() { Value = row.Name },
                new() { Value = row.Body, NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = (object?)row.Trace ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };
    }

    private static NpgsqlParameter Document<T>(T value) => new() { Value = JsonSerializer.SerializeToUtf8Bytes(value, Json.Options), NpgsqlDbType = NpgsqlDbType.Jsonb };

    private static async Task<Answer<BookingView>?> Replay(BookingsDb db, Actor actor, string? key, byte[]? hash, CancellationToken cancel)
    {
        if (key is null) return null;
        await using var command = db.Source.CreateCommand("select request, answer::text from bookings.idempotency where actor = $1 and key = $2");
        command.Parameters.Add(new() { Value = actor.Id });
        command.Parameters.Add(new() { Value = key });
        await using var row = await command.ExecuteReaderAsync(cancel);
        if (!await row.ReadAsync(cancel)) return null;
        if (!row.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(hash)) return Idempotency.Reused;
        return Answer<BookingView>.Created(JsonSerializer.Deserialize<BookingView>(row.GetString(1), Json.Options)!);
    }

    private static async Task<IReadOnlyList<Alternative>> Free(BookingsDb db, IReadOnlyList<Alternative> alternatives, Instant at, CancellationToken cancel)
    {
        var free = new List<Alternative>();
        foreach (var alternative in alternatives)
        {
            await using var command = db.Source.CreateCommand("""
                select not exists (select 1 from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) as need(resource_id, s, e)
                  join bookings.claim c on c.resource_id = need.resource_id and c.during && tstzrange(need.s, need.e) and (c.expires_at is null or c.expires_at > $4))
                """);
            command.Parameters.Add(new() { Value = alternative.Claims.Select(c => c.ResourceId).ToArray() });
            command.Parameters.Add(new() { Value = alternative.Claims.Select(c => c.During.Start.ToDateTimeUtc()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
            command.Parameters.Add(new() { Value = alternative.Claims.Select(c => c.During.End.ToDateTimeUtc()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
            command.Parameters.Add(new() { Value = at.ToDateTimeUtc() });
            if ((bool)(await command.ExecuteScalarAsync(cancel))!) free.Add(alternative);
        }
        return free;
    }
}
