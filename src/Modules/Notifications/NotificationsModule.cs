using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Notifications;

/// <summary>The in-app centre, e-mail, text messages, templates and preferences.</summary>
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
        services.On<UserErased, NotificationsDb>(async (e, db, _, cancel) =>
        {
            await db.Messages.Where(m => m.UserId == e.UserId).ExecuteDeleteAsync(cancel);
            await db.Notifications.Where(n => n.UserId == e.UserId).ExecuteDeleteAsync(cancel);
            await db.Preferences.Where(p => p.UserId == e.UserId).ExecuteDeleteAsync(cancel);
        });
        services.AddSingleton(new PersonalData(Name, "notifications", "select to_jsonb(n) from notifications.notification n where user_id = $1 order by id"));
        services.AddSingleton(new PersonalData(Name, "messages", "select to_jsonb(m) from notifications.message m where user_id = $1 order by id"));
        services.AddHttpClient("twilio", client => client.Timeout = TimeSpan.FromSeconds(20));
        services.AddSingleton(new Job("send messages", TimeSpan.FromSeconds(2), SendMessages.Run));
    }

    /// <inheritdoc/>
    public override void MapApi(IEndpointRouteBuilder api)
    {
        ReadNotifications.Map(api);
        Twilio.Map(api);
    }

    /// <inheritdoc/>
    public override void MapRoot(IEndpointRouteBuilder root) => ReadNotifications.MapMail(root);
}
