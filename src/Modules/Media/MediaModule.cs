using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sarai.Ui;

namespace Sarai.Media;

/// <summary>Photos: checked, cleaned, kept on disk or in a bucket, served as nothing but pictures. Papers for the approval of a venue: kept there too, for few.</summary>
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
        services.AddSingleton(provider => Store.Of(configuration, provider.GetRequiredService<ILogger<Store>>()));
        if (configuration["Sarai:Media:S3:Bucket"] is { Length: > 0 }) services.AddSingleton(provider => new ImageSource(provider.GetRequiredService<Store>().Link("any", "image/png")));
        services.AddScoped<IMedia, ArrangePhotos.Question>();
    }

    /// <inheritdoc/>
    public override void MapApi(IEndpointRouteBuilder api)
    {
        AddPhoto.Map(api);
        ArrangePhotos.Map(api);
        Papers.Map(api);
    }

    /// <inheritdoc/>
    public override void MapRoot(IEndpointRouteBuilder root) => ServePhoto.Map(root);
}
