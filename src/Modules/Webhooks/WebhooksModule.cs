using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Sarai.Webhooks;

/// <summary>Where hooks may lead: anywhere in Development, to public addresses by https elsewhere. <c>Sarai:Webhooks:Anywhere</c> decides otherwise.</summary>
/// <param name="Anywhere">Whether private addresses and plain http are allowed.</param>
public sealed record OutboundRules(bool Anywhere);

/// <summary>Tells other systems of organisations what happened here.</summary>
public sealed class WebhooksModule : Module
{
    /// <inheritdoc/>
    public override string Name => "webhooks";

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidation();
        services.AddModuleDb<WebhooksDb>(Name);
        services.AddSingleton(sp => new OutboundRules(configuration.GetValue("Sarai:Webhooks:Anywhere", sp.GetRequiredService<IHostEnvironment>().IsDevelopment())));
        services.AddHttpClient(Outbound.Client).ConfigurePrimaryHttpMessageHandler(sp => Outbound.Handler(sp.GetRequiredService<OutboundRules>().Anywhere));
        CollectEvents.Register(services);
        services.AddSingleton(new Job("send webhooks", TimeSpan.FromSeconds(2), SendDispatches.Run));
        services.AddSingleton(new Job("forget old webhooks", TimeSpan.FromHours(6), SendDispatches.TidyUp));
    }

    /// <inheritdoc/>
    public override void MapApi(IEndpointRouteBuilder api)
    {
        ManageHooks.Map(api);
        ReplayDispatches.Map(api);
    }
}
