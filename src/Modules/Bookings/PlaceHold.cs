using System.ComponentModel.DataAnnotations;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Sarai.Bookings;

/// <summary>
/// A guest takes a slot and has some minutes to pay. Everything it writes (idempotency key, guest's quota, claims, booking, event) is written whole or not
/// at all; the database decides who wins.
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
            Request request, HttpContext http, Actor actor, BookingsDb db, Planner planner, HoldTogether together, Availability availability, TimeProvider clock, CancellationToken cancel) =>
        {
            var key = Idempotency.KeyOf(http);
            if (key is not null && Idempotency.Malformed(key) is { } fault) return (Answer<BookingView>)fault;
            return await Handle(request, key, actor, db, planner, together, availability, clock, cancel);
        })
        .Needs("create:booking").Limited(RateLimits.Write).WithTags("Bookings").WithSummary("Hold a slot")
        .Produces<Envelope<BookingView>>(StatusCodes.Status201Created).Produces<ErrorEnvelope>(StatusCodes.Status409Conflict);

    /// <summary>Takes the first alternative that can be had.</summary>
    /// <param name="request">What.</param>
    /// <param name="key">The idempotency key, or null.</param>
    /// <param name="actor">For whom.</param>
    /// <param name="db">The database.</param>
    /// <param name="planner">Finds what can be taken.</param>
    /// <param name="together">Writes it, with others that come at the same moment.</param>
    /// <param name="availability">Is told of the change before the answer goes out; says which alternatives look free.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<Answer<BookingView>> Handle(
        Request request, string? key, Actor actor, BookingsDb db, Planner planner, HoldTogether together, Availability availability, TimeProvider clock, CancellationToken cancel)
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
                var refused = await together.Take(new(booking, alternative.Claims, key, hash), db);
                if (refused is not null) await planner.Forgo(booking, cancel);
                if (refused == Claims.SlotTaken) continue;
                if (refused == HoldTogether.Again) return await Replay(db, actor, key, hash, cancel) ?? (Answer<BookingView>)Idempotency.Running;
                if (refused is not null) return Quota.Refusal(refused, booking.Policy)!;
                availability.Changed(booking.VenueId);
                db.Announce();
                // Where nothing is left to pay, nobody will come to confirm it.
                return Answer<BookingView>.Created(BookingView.Of(booking.Total > 0 ? booking : await ConfirmBooking.Covered(booking.Id, db, availability, clock, cancel) ?? booking));
            }
            // With several to choose from, one tried early may have come free while the later ones were lost.
            untried = alternatives.Value.Count == 1 ? [] : await Free(db, alternatives.Value, wish.Value.At, cancel);
        }
        Conflicts.Add(1);
        return Claims.TakenFault;
    }

    private static async Task<Answer<BookingView>?> Replay(BookingsDb db, Actor actor, string? key, byte[]? hash, CancellationToken cancel)
    {
        if (key is null) return null;
        await using var command = db.Source.CreateCommand("select request, answer::text from bookings.idempotency where actor = $1 and key = $2");
        command.Parameters.Add(new() { Value = actor.Id });
        command.Parameters.Add(new() { Value = key });
        await using var row = await command.ExecuteReaderAsync(cancel);
        if (!await row.ReadAsync(cancel)) return null;
        if (await row.IsDBNullAsync(1, cancel)) return Idempotency.Running;
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
