using Microsoft.EntityFrameworkCore;

namespace Sarai.Stays;

/// <summary>
/// Holds what happened to rooms against what happened to money, for the owner who is not at the desk: a room that was slept in and not sold, a guest who left
/// without paying, a stay called off when it had begun, a room that was out of order. Each is a question to a person by name, not a verdict.
/// </summary>
public static class CompareRoomsWithMoney
{
    private const int MostDays = 92;
    private static readonly Duration OneNight = Duration.FromHours(24);

    /// <summary>What does not agree.</summary>
    public enum Kind
    {
        /// <summary>Housekeeping found a ready room not clean, and nobody had booked it in the day before.</summary>
        UsedUnbooked,

        /// <summary>A guest left and the folio was not paid.</summary>
        LeftUnpaid,

        /// <summary>A stay was called off after it had begun.</summary>
        CalledOffLate,

        /// <summary>A room was put out of order: it earned nothing.</summary>
        OutOfOrder,
    }

    /// <summary>The report.</summary>
    /// <param name="From">The first local day.</param>
    /// <param name="To">The last local day.</param>
    /// <param name="Charged">What folios were charged in these days, less what was taken off them.</param>
    /// <param name="Received">What was paid on folios, less what was given back.</param>
    /// <param name="Open">What guests who left in these days still owe.</param>
    /// <param name="Findings">What does not agree, newest first.</param>
    public sealed record Response(LocalDate From, LocalDate To, Money Charged, Money Received, Money Open, IReadOnlyList<Finding> Findings);

    /// <summary>Something a person should be asked about.</summary>
    /// <param name="Kind">What it is.</param>
    /// <param name="At">When.</param>
    /// <param name="Rooms">The rooms.</param>
    /// <param name="BookingId">The stay, or null when there is none.</param>
    /// <param name="Code">Its code.</param>
    /// <param name="Guest">Its guest.</param>
    /// <param name="Amount">The money it is about, or null.</param>
    /// <param name="Actor">Who did it.</param>
    /// <param name="Reason">The reason given then.</param>
    public sealed record Finding(Kind Kind, Instant At, IReadOnlyList<string> Rooms, Guid? BookingId, string? Code, string? Guest, Money? Amount, string Actor, string Reason);

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/venues/{id:guid}/rooms-and-money", (
            Guid id, DateOnly? from, DateOnly? to, Actor actor, StaysDb db, ICatalog catalog, INights nights, IBookings bookings, TimeProvider clock, CancellationToken cancel) =>
            Handle(id, from, to, actor, db, catalog, nights, bookings, clock, cancel))
        .Needs("read:reports").Limited(RateLimits.Read).WithTags("Hotel").WithSummary("Where rooms and money do not agree");

    /// <summary>The report; the last seven days when no range is given.</summary>
    public static async Task<Answer<Response>> Handle(
        Guid id, DateOnly? from, DateOnly? to, Actor actor, StaysDb db, ICatalog catalog, INights nights, IBookings bookings, TimeProvider clock, CancellationToken cancel)
    {
        var venue = await Hotel.Of(id, catalog, cancel);
        if (venue is null) return Fault.NotFound("hotel");
        if (actor.Barred("read:reports", venue.OrganisationId, "hotel") is { } barred) return barred;
        var last = to is { } end ? LocalDate.FromDateOnly(end) : clock.Now().InZone(venue.Zone).Date;
        var first = from is { } start ? LocalDate.FromDateOnly(start) : last.PlusDays(-6);
        if (last < first) return Fault.Invalid("to", "The end must not lie before the start.");
        if (Period.DaysBetween(first, last) >= MostDays) return Fault.Invalid("from", $"Choose {MostDays} days at most.");

        var days = new Interval(venue.Zone.AtStartOfDay(first).ToInstant(), venue.Zone.AtStartOfDay(last.PlusDays(1)).ToInstant());
        var stays = await nights.Touching(id, first.PlusDays(-1), last, cancel);
        var moves = await db.Moves.AsNoTracking().Where(m => m.VenueId == id && m.At >= days.Start && m.At < days.End).OrderBy(m => m.At).ToListAsync(cancel);
        var lines = await db.FolioLines.AsNoTracking().Where(l => l.VenueId == id && l.At >= days.Start && l.At < days.End).ToListAsync(cancel);
        var unpaid = await Unpaid([.. stays.Where(s => s.Status == BookingStatus.Completed && days.Contains(Left(s)))], moves, db, cancel);
        var findings = Unbooked(venue, moves, stays).Concat(unpaid).Concat(await CalledOff(lines, bookings, cancel)).Concat(OutOfOrder(venue, moves));
        return new Response(
            first, last, new Money(lines.Where(l => !IsMoney(l)).Sum(l => l.Amount), venue.Currency), new Money(-lines.Where(IsMoney).Sum(l => l.Amount), venue.Currency),
            new Money(unpaid.Sum(f => f.Amount!.Value.Amount), venue.Currency), [.. findings.OrderByDescending(f => f.At)]);
    }

    private static IEnumerable<Finding> Unbooked(VenueInfo venue, List<RoomMove> moves, IReadOnlyList<BookingInfo> stays) =>
        from move in moves
        where move.Reason == ChangeRoomState.FoundNotClean && !stays.Any(s => Slept(s, move))
        select new Finding(Kind.UsedUnbooked, move.At, [venue.Resource(move.ResourceId)?.Name ?? ""], null, null, null, null, move.Actor, move.Reason);

    private static bool Slept(BookingInfo stay, RoomMove move) => stay.Status is BookingStatus.CheckedIn or BookingStatus.Completed
        && stay.Resources.Any(r => r.Id == move.ResourceId && (r.From ?? stay.StartsAt) <= move.At && Instant.Min(r.Until ?? Left(stay), Left(stay)) >= move.At - OneNight);

    private static async Task<List<Finding>> Unpaid(List<BookingInfo> left, List<RoomMove> moves, StaysDb db, CancellationToken cancel)
    {
        var ids = left.ConvertAll(s => s.Id);
        var owed = await db.FolioLines.Where(l => ids.Contains(l.BookingId)).GroupBy(l => l.BookingId).Select(g => new { g.Key, Sum = g.Sum(l => l.Amount) }).Where(g => g.Sum > 0).ToDictionaryAsync(g => g.Key, g => g.Sum, cancel);
        return [.. left.Where(s => owed.ContainsKey(s.Id)).Select(s =>
        {
            var leaving = moves.Find(m => m is { FromState: RoomState.Occupied } && s.Resources.Any(r => r.Id == m.ResourceId) && m.At >= Left(s));
            return new Finding(Kind.LeftUnpaid, Left(s), Rooms(s), s.Id, s.Code, s.GuestName, new Money(owed[s.Id], s.Total.Currency), leaving?.Actor ?? "", leaving?.Reason ?? "");
        })];
    }

    private static async Task<IEnumerable<Finding>> CalledOff(List<FolioLine> lines, IBookings bookings, CancellationToken cancel)
    {
        var off = lines.FindAll(l => l is { Kind: "reversal", Text: Folio.Cancelled });
        var stays = (await bookings.FindMany([.. off.Select(l => l.BookingId).Distinct()], cancel)).ToDictionary(b => b.Id);
        return from line in off
               let stay = stays.GetValueOrDefault(line.BookingId)
               where stay is not null && line.At >= stay.StartsAt
               select new Finding(Kind.CalledOffLate, line.At, Rooms(stay), stay.Id, stay.Code, stay.GuestName, new Money(-line.Amount, line.Currency), line.Actor, line.Text);
    }

    private static IEnumerable<Finding> OutOfOrder(VenueInfo venue, List<RoomMove> moves) =>
        from move in moves
        where move.ToState == RoomState.Maintenance
        select new Finding(Kind.OutOfOrder, move.At, [venue.Resource(move.ResourceId)?.Name ?? ""], null, null, null, null, move.Actor, move.Reason);

    private static bool IsMoney(FolioLine line) => line.Kind is "payment" or "refund";

    private static Instant Left(BookingInfo stay) => stay.Stay?.LeftAt ?? stay.EndsAt;

    private static List<string> Rooms(BookingInfo stay) => [.. stay.Resources.Select(r => r.Name).Distinct()];
}
