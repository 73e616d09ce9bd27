using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Media;

/// <summary>Photos: checked, cleaned, kept on disk or in a bucket, served as nothing but pictures.</summary>
public sealed class MediaModule : Module
{
    /// <inheritdoc/>
    public override string Name => "media";

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        Wording.Add(typeof(Words));
        services.AddValidation();
        services.AddModuleDb<MediaDb>(Name);
        services.AddSingleton(_ => Store.Of(configuration));
        services.AddScoped<IMedia, ArrangePhotos.Question>();
    }

    /// <inheritdoc/>
    public override void MapApi(IEndpointRouteBuilder api)
    {
        AddPhoto.Map(api);
        ArrangePhotos.Map(api);
    }

    /// <inheritdoc/>
    public override void MapRoot(IEndpointRouteBuilder root) => ServePhoto.Map(root);
}
