using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Payments;

/// <summary>Which gateways a guest is offered for a booking, in the organisation's order of preference for the guest's country.</summary>
public static class OfferWays
{
    // The calling codes of the countries the gateways serve; anybody else gets the general order.
    private static readonly (string Code, string Country)[] Countries =
    [
        ("+92", "PK"), ("+91", "IN"), ("+234", "NG"), ("+233", "GH"), ("+254", "KE"), ("+27", "ZA"), ("+971", "AE"), ("+966", "SA"), ("+974", "QA"), ("+44", "GB"), ("+1", "US"),
        ("+61", "AU"), ("+49", "DE"), ("+33", "FR"), ("+65", "SG"), ("+60", "MY"), ("+94", "LK"), ("+880", "BD"), ("+977", "NP"),
    ];

    /// <summary>The ways to pay.</summary>
    /// <param name="Methods">Names, the preferred one first; the wallet and the desk come last.</param>
    public sealed record Response(IReadOnlyList<string> Methods);

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/payments/methods", Handle).Limited(RateLimits.Read).WithTags("Payments").WithSummary("How a booking can be paid");

    /// <summary>For the guest's own booking.</summary>
    public static async Task<Answer<Response>> Handle(Guid bookingId, Actor actor, IBookings bookings, IServiceProvider services, CancellationToken cancel)
    {
        var booking = await bookings.Find(bookingId, cancel);
        if (booking is null || (booking.GuestId != actor.Id && !actor.Can("read:payments", booking.OrganisationId))) return Fault.NotFound("booking");
        var names = (await For(booking.OrganisationId, booking.Total.Currency, booking.GuestId, services, cancel)).Select(g => g.Name).Append(WalletProvider.Method);
        return new Response([.. booking.PayAtDesk ? names.Append(CashProvider.Method) : names]);
    }

    /// <summary>The gateways that take this currency for this organisation, in order.</summary>
    internal static async Task<IReadOnlyList<IGateway>> For(Guid organisationId, string currency, Guid guestId, IServiceProvider services, CancellationToken cancel)
    {
        var merchants = services.GetRequiredService<Merchants>();
        var open = new List<IGateway>();
        foreach (var gateway in services.GetRequiredService<Providers>().Gateways)
        {
            if (await merchants.For(gateway, organisationId, currency, cancel) is not null) open.Add(gateway);
        }
        if (open.Count < 2) return open;
        var orders = await services.GetRequiredService<PaymentsDb>().Read(
            "select country, gateways from payments.gateway_order where organisation_id = $1", row => (Country: row.GetString(0), Names: row.GetFieldValue<string[]>(1)), cancel, organisationId);
        if (orders.Count == 0) return open;
        var country = CountryOf((await services.GetRequiredService<IIdentity>().Find(guestId, cancel))?.Phone);
        var names = (orders.FirstOrDefault(o => o.Country == country).Names ?? orders.FirstOrDefault(o => o.Country == "*").Names ?? []).ToList();
        return [.. open.OrderBy(g => names.IndexOf(g.Name) is var at and >= 0 ? at : int.MaxValue)];
    }

    private static string? CountryOf(string? phone) => phone is null ? null : Countries.FirstOrDefault(c => phone.StartsWith(c.Code, StringComparison.Ordinal)).Country;
}
