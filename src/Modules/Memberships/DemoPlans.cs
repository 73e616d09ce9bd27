using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Memberships;

/// <summary>What the demo club sells beyond bookings, made by its manager as it would be.</summary>
internal static class DemoPlans
{
    public static async Task Add(IServiceProvider services, CancellationToken cancel)
    {
        var desk = await services.GetRequiredService<IIdentity>().FindByEmail("desk@sarai.example", cancel);
        if (desk?.Organisations is not [var organisation, ..]) return;
        var (catalog, clock) = (services.GetRequiredService<ICatalog>(), services.GetRequiredService<TimeProvider>());
        if ((await catalog.VenuesOf(organisation, cancel)).FirstOrDefault(v => v.Vertical == "courts") is not { } venue) return;
        var actor = Actor.Of(desk.Id, desk.Name, new Dictionary<Guid, string> { [organisation] = Roles.Manager });
        KeepPlans.Request[] plans =
        [
            new() { Kind = PlanKind.Package, Name = "Ten mornings", Description = "An hour before five, ten times.", Price = 2_800_000, Currency = venue.Currency, Sessions = 10, ValidDays = 90, Scope = new Scope { To = new LocalTime(17, 0), MaxMinutes = 60 } },
            new() { Kind = PlanKind.Membership, Name = "Silver", Description = "For everybody who plays every week.", Price = 600_000, Currency = venue.Currency, Tier = "silver", DiscountPercent = 10, WindowDays = 45 },
            new() { Kind = PlanKind.Membership, Name = "Gold", Description = "For everybody who plays more than that.", Price = 1_500_000, Currency = venue.Currency, Tier = "gold", DiscountPercent = 20, FreeBookings = 2, WindowDays = 60 },
        ];
        foreach (var plan in plans)
        {
            await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
            await KeepPlans.Add(organisation, plan, actor, scope.ServiceProvider.GetRequiredService<MembershipsDb>(), services.GetRequiredService<Members>(), catalog, clock, cancel);
        }
        await using var last = services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        var welcome = new KeepPromos.Request { Code = "WELCOME", Description = "For new guests", Percent = 20, Currency = venue.Currency, FirstBookingOnly = true, ValidFrom = clock.Now(), ValidUntil = clock.Now() + Duration.FromDays(365) };
        await KeepPromos.Add(organisation, welcome, actor, last.ServiceProvider.GetRequiredService<MembershipsDb>(), catalog, clock, cancel);
    }
}
