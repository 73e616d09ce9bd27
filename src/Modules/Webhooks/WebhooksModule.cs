using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Webhooks;

/// <summary>Tells other systems of organisations what happened here.</summary>
public sealed class WebhooksModule : Module
{
    /// <inheritdoc/>
    public override string Name => "webhooks";

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        Wording.Add(typeof(Words));
        services.AddValidation();
        services.AddModuleDb<WebhooksDb>(Name);
        services.AddOutbound(SendDispatches.Client);
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
