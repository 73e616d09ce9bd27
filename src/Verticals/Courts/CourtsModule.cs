using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Courts;

/// <summary>The padel vertical: what a court booking claims, costs and allows; the guests' and the club's pages.</summary>
public sealed class CourtsModule : Module
{
    /// <inheritdoc/>
    public override string Name => "courts";

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        Wording.Add(typeof(Words));
        services.AddSingleton<IVertical, Courts>();
    }
}
