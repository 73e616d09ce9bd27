using NodaTime.TimeZones;

namespace Sarai.Stays;

/// <summary>What all hotels of the platform sold together, by country and currency. Only the platform's administrators see it.</summary>
public static class PlatformFigures
{
    private static readonly IReadOnlyDictionary<string, string> Countries = TzdbDateTimeZoneSource.Default.ZoneLocations!.ToDictionary(l => l.ZoneId, l => l.CountryCode);

    /// <summary>The figures.</summary>
    /// <param name="From">The first night.</param>
    /// <param name="To">The last night.</param>
    /// <param name="States">How many hotels are in each state of their approval.</param>
    /// <param name="Markets">By country and currency, the largest first.</param>
    /// <param name="Nights">Rooms occupied by night, in order.</param>
    public sealed record Response(LocalDate From, LocalDate To, IReadOnlyDictionary<VenueState, int> States, IReadOnlyList<Market> Markets, IReadOnlyList<NightRooms> Nights);

    /// <summary>The hotels of a country that sell in a currency.</summary>
    /// <param name="Country">ISO 3166, from the hotels' time zones; empty for a zone of no country.</param>
    /// <param name="Currency">ISO 4217.</param>
    /// <param name="Hotels">How many are open.</param>
    /// <param name="Rooms">How many rooms those have.</param>
    /// <param name="SoldNights">Room nights sold, by any hotel.</param>
    /// <param name="Occupancy">Occupied room nights as a share of those the open hotels have, 0 to 1.</param>
    /// <param name="Gross">What the sold nights cost.</param>
    /// <param name="Adr">Gross by sold room night.</param>
    /// <param name="RevPar">Gross by room night there was.</param>
    /// <param name="Commission">What the platform's commission of that comes to; it is taken with each payout.</param>
    public sealed record Market(string Country, string Currency, int Hotels, int Rooms, int SoldNights, double Occupancy, Money Gross, Money Adr, Money RevPar, Money Commission);

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/admin/hotels/figures", (
            string? from, string? to, Actor actor, ICatalog catalog, INights nights, IPayments payments, TimeProvider clock, CancellationToken cancel) => Handle(from, to, actor, catalog, nights, payments, clock, cancel))
        .Needs("approve:venues").Limited(RateLimits.Read).WithTags("Admin").WithSummary("What the platform's hotels sold");

    /// <summary>The figures; the last 30 nights when no range is given.</summary>
    public static async Task<Answer<Response>> Handle(string? from, string? to, Actor actor, ICatalog catalog, INights nights, IPayments payments, TimeProvider clock, CancellationToken cancel)
    {
        if (!actor.IsAdmin) return Fault.Forbidden();
        var today = clock.Now().InUtc().Date;
        if (Date(from, today.PlusDays(-29)) is not { } first) return Fault.Invalid("from", "Give a date such as 2026-12-31.");
        if (Date(to, today) is not { } last) return Fault.Invalid("to", "Give a date such as 2026-12-31.");
        if (last < first) return Fault.Invalid("to", "The end must not lie before the start.");
        if (Period.DaysBetween(first, last) > 366) return Fault.Invalid("from", "Choose 366 days at most.");

        var hotels = await catalog.VenuesIn("stays", cancel);
        var sold = await nights.Sold([.. hotels.Select(h => h.Id)], first, last, cancel);
        var (of, percents, days) = (sold.Venues.ToDictionary(v => v.VenueId), await payments.Commissions(cancel), Period.DaysBetween(first, last) + 1);
        var markets = hotels.GroupBy(h => (Country: Countries.GetValueOrDefault(CanonicalZone(h.TimeZone), ""), h.Currency)).Select(g => Sum(g.Key.Country, g.Key.Currency, [.. g])).Where(m => m.Hotels > 0 || m.SoldNights > 0);
        var slept = sold.Nights.ToDictionary(n => n.Date, n => n.Occupied);
        return new Response(first, last, hotels.GroupBy(h => h.State).OrderBy(g => g.Key).ToDictionary(g => g.Key, g => g.Count()),
            [.. markets.OrderByDescending(m => m.SoldNights).ThenBy(m => m.Country, StringComparer.Ordinal).ThenBy(m => m.Currency, StringComparer.Ordinal)],
            [.. Enumerable.Range(0, days).Select(first.PlusDays).Select(d => new NightRooms(d, slept.GetValueOrDefault(d)))]);

        Market Sum(string country, string currency, List<VenueInfo> there)
        {
            var (open, all) = (there.FindAll(h => h.State == VenueState.Active), there.FindAll(h => of.ContainsKey(h.Id)).ConvertAll(h => (Hotel: h, Nights: of[h.Id])));
            var rooms = open.Sum(Rooms);
            var (count, gross) = (all.Sum(h => h.Nights.Sold), all.Sum(h => h.Nights.Revenue));
            // A hotel that is closed meanwhile has no rooms to fill; what it sold is still money.
            var occupied = all.Where(h => h.Hotel.State == VenueState.Active).Sum(h => h.Nights.Occupied);
            var commission = all.Sum(h => new Money(h.Nights.Revenue, currency).Percent(percents.GetValueOrDefault(h.Hotel.OrganisationId)).Amount);
            return new Market(country, currency, open.Count, rooms, count, rooms == 0 ? 0 : (double)occupied / (rooms * days), new Money(gross, currency), Each(gross, count), Each(gross, rooms * days), new Money(commission, currency));

            Money Each(long amount, int by) => new(by == 0 ? 0 : (long)Math.Round((decimal)amount / by, MidpointRounding.AwayFromZero), currency);
        }
    }

    private static LocalDate? Date(string? text, LocalDate otherwise) => string.IsNullOrEmpty(text) ? otherwise : NodaTime.Text.LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var date } ? date : null;

    private static int Rooms(VenueInfo hotel) => hotel.Resources.Count(r => !r.Retired && hotel.Offerings.Any(o => o.Shape == Shape.Nights && o.ResourceIds.Contains(r.Id)));

    private static string CanonicalZone(string zone) => TzdbDateTimeZoneSource.Default.CanonicalIdMap.TryGetValue(zone, out var canonical) ? canonical : zone;
}
