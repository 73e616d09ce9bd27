using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Payments;

/// <summary>Cash for most of the demo bookings that took place, taken at the desk as it would be.</summary>
internal static class DemoPayments
{
    public static async Task Add(IServiceProvider services, CancellationToken cancel)
    {
        var desk = await services.GetRequiredService<IIdentity>().FindByEmail("desk@sarai.example", cancel);
        if (desk?.Organisations is not [var organisation, ..]) return;
        var now = services.GetRequiredService<TimeProvider>().Now();
        var actor = Actor.Of(desk.Id, desk.Name, new Dictionary<Guid, string> { [organisation] = Roles.Staff });
        foreach (var venue in await services.GetRequiredService<ICatalog>().VenuesOf(organisation, cancel))
        {
            var past = await services.GetRequiredService<IBookings>().At(venue.Id, new Interval(now - Duration.FromDays(40), now), cancel);
            foreach (var booking in past.Where(b => b.Due.Amount > 0 && b.StartsAt < now))
            {
                await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
                var s = scope.ServiceProvider;
                await CreateOrder.Handle(
                    new CreateOrder.Request { BookingId = booking.Id, Method = "cash" }, new DefaultHttpContext { RequestServices = s }, actor, s.GetRequiredService<PaymentsDb>(),
                    s.GetRequiredService<IBookings>(), s.GetRequiredService<Ledger>(), s.GetRequiredService<Providers>(), s.GetRequiredService<TimeProvider>(), cancel);
            }
        }
    }
}
