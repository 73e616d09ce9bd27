using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Stays;

/// <summary>The hotel vertical: what a stay claims, costs and allows; rooms and housekeeping; the hotel's pages.</summary>
public sealed class StaysModule : Module
{
    /// <inheritdoc/>
    public override string Name => "stays";

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidation();
        Wording.Add(typeof(Words));
        services.AddModuleDb<StaysDb>(Name);
        services.AddSingleton<IVertical, Stays>();
        FollowBookings.Register(services);
        Folio.Register(services);
        services.AddOutbound(FollowCalendars.Client, redirects: 3);
        services.AddSingleton(new Job("follow calendars", TimeSpan.FromMinutes(1), FollowCalendars.Run));
    }

    /// <inheritdoc/>
    public override void MapApi(IEndpointRouteBuilder api)
    {
        ShowRooms.Map(api);
        ChangeRoomState.Map(api);
        InspectRooms.Map(api);
        ReviewStays.Map(api);
        ServeCalendar.Map(api);
        FollowCalendars.Map(api);
        Folio.Map(api);
        CompareRoomsWithMoney.Map(api);
        PlatformFigures.Map(api);
    }

    /// <inheritdoc/>
    public override Task AddDemo(IServiceProvider services, CancellationToken cancel) => DemoStays.Add(services, cancel);
}
