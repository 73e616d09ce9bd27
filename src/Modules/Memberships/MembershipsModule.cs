using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Memberships;

/// <summary>What guests get: promo codes, packages, memberships.</summary>
public sealed class MembershipsModule : Module
{
    /// <inheritdoc/>
    public override string Name => "memberships";

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        Wording.Add(typeof(Words));
        services.AddValidation();
        services.AddModuleDb<MembershipsDb>(Name);
        services.AddSingleton<Members>();
        services.AddHostedService(sp => sp.GetRequiredService<Members>());
        services.AddSingleton<IBenefits, Benefits>();
        services.AddScoped<IPurchases, PurchaseQuestions>();
        services.AddSingleton(new PersonalData(Name, "packages", "select to_jsonb(p) from memberships.package p where guest_id = $1 order by id"));
        services.AddSingleton(new PersonalData(Name, "memberships", "select to_jsonb(m) from memberships.membership m where guest_id = $1 order by id"));
        services.AddSingleton(new Job("renew memberships", TimeSpan.FromMinutes(1), RenewMemberships.Run));
        FulfilPurchase.Register(services);
        TakeBack.Register(services);
        // Who asked to be forgotten is not charged again; what was paid for runs out.
        services.On<UserErased, MembershipsDb>((e, db, _, cancel) =>
            db.Memberships.Where(m => m.GuestId == e.UserId && m.Status != MembershipStatus.Ended).ExecuteUpdateAsync(set => set.SetProperty(m => m.Ends, true), cancel));
        services.AddSingleton(new PersonalData(Name, "benefits used", "select to_jsonb(r) from memberships.reservation r where guest_id = $1 order by created_at"));
        ReactToBookings.Register(services);
    }

    /// <inheritdoc/>
    public override void MapApi(IEndpointRouteBuilder api)
    {
        KeepPromos.Map(api);
        KeepPlans.Map(api);
        BuyPlan.Map(api);
        KeepMembership.Map(api);
        ListMembers.Map(api);
    }

    /// <inheritdoc/>
    public override Task AddDemo(IServiceProvider services, CancellationToken cancel) => DemoPlans.Add(services, cancel);
}
