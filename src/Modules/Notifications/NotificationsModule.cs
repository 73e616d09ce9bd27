using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Notifications;

/// <summary>The in-app centre, e-mail, templates and preferences.</summary>
public sealed class NotificationsModule : Module
{
    /// <inheritdoc/>
    public override string Name => "notifications";

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        Wording.Add(typeof(Words));
        services.AddValidation();
        services.AddModuleDb<NotificationsDb>(Name);
        TellPeople.Register(services);
        services.AddSingleton(new Job("send messages", TimeSpan.FromSeconds(2), SendMessages.Run));
    }

    /// <inheritdoc/>
    public override void MapApi(IEndpointRouteBuilder api) => ReadNotifications.Map(api);

    /// <inheritdoc/>
    public override void MapRoot(IEndpointRouteBuilder root) => ReadNotifications.MapMail(root);
}
