using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Catalog;

/// <summary>Venues, resources, offerings, prices, policies.</summary>
public sealed class CatalogModule : Module
{
    /// <inheritdoc/>
    public override string Name => "catalog";

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        Wording.Add(typeof(Words));
        services.AddValidation();
        services.AddModuleDb<CatalogDb>(Name);
        services.AddSingleton<VenueSnapshots>();
        services.AddSingleton<ICatalog>(sp => sp.GetRequiredService<VenueSnapshots>());
        services.AddScoped<IVenueList, VenueList>();
        services.AddScoped<INightRates, SetNightRates.ForVerticals>();
        services.AddHostedService(sp => sp.GetRequiredService<VenueSnapshots>());
    }

    /// <inheritdoc/>
    public override void MapApi(IEndpointRouteBuilder api)
    {
        FindVenues.Map(api);
        GetVenue.Map(api);
        ChangeVenue.Map(api);
        SetNightRates.Map(api);
        StartVenue.Map(api);
        PreviewPrices.Map(api);
        PreviewHours.Map(api);
        CloseDays.Map(api);
        ApproveVenue.Map(api);
    }

    /// <inheritdoc/>
    public override async Task AddDemo(IServiceProvider services, CancellationToken cancel)
    {
        await DemoVenues.Add(services, cancel);
        await DemoHotel.Add(services, cancel);
    }
}
