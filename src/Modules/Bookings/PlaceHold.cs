using System.ComponentModel.DataAnnotations;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Sarai.Bookings;

/// <summary>
/// A guest takes a slot and has some minutes to pay. Everything it writes (idempotency key, guest's quota, claims, booking, event) goes to
/// PostgreSQL in one call, which is one transaction and one round trip; the database decides who wins.
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

        /// <summary>A promo code, or a benefit the guest has; it can also be given later, until something is paid.</summary>
        [StringLength(60)] public string? Code { get; set; }
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
                if (await planner.Grant(booking, request.Code, cancel) is { } unfit) return await Replay(db, actor, key, hash, cancel) ?? unfit;
                var (refused, lost) = await Take(db, booking, alternative, key, hash, actor, cancel);
                if (lost || refused is not null) await planner.Forgo(booking, cancel);
                if (lost) continue;
                if (refused is null) availability.Changed(booking.VenueId);
                if (refused == Idempotency.Running) return await Replay(db, actor, key, hash, cancel) ?? (Answer<BookingView>)Idempotency.Running;
                if (refused is not null) return refused;
                // Where nothing is left to pay, nobody will come to confirm it.
                return Answer<BookingView>.Created(BookingView.Of(booking.Total > 0 ? booking : await ConfirmBooking.Covered(booking.Id, db, availability, clock, cancel) ?? booking));
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
                await using var command = Hold(db, booking, alternative, key, hash, actor);
                await command.ExecuteNonQueryAsync(cancel);
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

    private static NpgsqlCommand Hold(BookingsDb db, Booking b, Alternative alternative, string? key, byte[]? hash, Actor actor)
    {
        var held = OutboxRow.Of(new BookingHeld(b.Info()), b.CreatedAt);
        var command = db.Source.CreateCommand("""
            select bookings.hold($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
              $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37)
            """);
        var parameters = command.Parameters;
        void Give(object? value, NpgsqlDbType type) => parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        void Moment(Instant at) => parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = at.ToDateTimeUtc(), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        void Id(Guid id) => parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        Id(b.Id);
        Give(b.Code, NpgsqlDbType.Text);
        Id(b.GuestId);
        Give(b.GuestName, NpgsqlDbType.Text);
        Id(b.OrganisationId);
        Id(b.VenueId);
        Give(b.VenueName, NpgsqlDbType.Text);
        Give(b.Vertical, NpgsqlDbType.Text);
        Id(b.OfferingId);
        Give(b.OfferingName, NpgsqlDbType.Text);
        parameters.Add(Document(b.Resources));
        Moment(b.StartsAt);
        Moment(b.EndsAt);
        parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = b.LocalDate.ToDateOnly() });
        Give(b.TimeZone, NpgsqlDbType.Text);
        parameters.Add(Document(b.Lines));
        Give(b.Currency, NpgsqlDbType.Text);
        parameters.Add(new NpgsqlParameter<long> { TypedValue = b.Total });
        parameters.Add(Document(b.Policy));
        parameters.Add(new NpgsqlParameter<int> { TypedValue = b.Participants });
        Give(b.Notes, NpgsqlDbType.Text);
        Moment(b.ExpiresAt!.Value);
        parameters.Add(Document(b.History));
        Moment(b.CreatedAt);
        Give(alternative.Claims.Select(c => c.ResourceId).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid);
        Give(alternative.Claims.Select(c => c.During.Start.ToDateTimeUtc()).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);
        Give(alternative.Claims.Select(c => c.During.End.ToDateTimeUtc()).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);
        Give(b.Policy.MaxUnpaidHolds, NpgsqlDbType.Integer);
        Give(b.Policy.MaxUpcoming, NpgsqlDbType.Integer);
        Give(b.Policy.MaxPerDay, NpgsqlDbType.Integer);
        Id(held.EventId);
        Give(held.Name, NpgsqlDbType.Text);
        Give(held.Body, NpgsqlDbType.Jsonb);
        Give(held.Trace, NpgsqlDbType.Text);
        Give(key, NpgsqlDbType.Text);
        Give(hash, NpgsqlDbType.Bytea);
        Give(key is null ? null : JsonSerializer.Serialize(BookingView.Of(b), Json.Options), NpgsqlDbType.Jsonb);
        return command;
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
