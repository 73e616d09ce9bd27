using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Search;

/// <summary>Finding a place to stay: near a point, free on the dates, with filters and their counts.</summary>
public sealed class SearchModule : Module
{
    /// <inheritdoc/>
    public override string Name => "search";

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidation();
        services.AddModuleDb<SearchDb>(Name);
        services.AddSingleton<Places>();
        services.AddHostedService(provider => provider.GetRequiredService<Places>());
        services.AddSingleton<Roads>();
        services.AddHttpClient(Roads.Client, client => client.Timeout = Roads.Patience);
        services.AddScoped<ISearch, FindStays.Question>();
        Feed.Register(services);
        services.AddSingleton(new Job("forget past nights", TimeSpan.FromHours(6), Feed.ForgetPast));
    }

    /// <inheritdoc/>
    public override void MapApi(IEndpointRouteBuilder api)
    {
        FindStays.Map(api);
        RebuildSearch.Map(api);
    }
}
