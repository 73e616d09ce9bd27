using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Catalog;

/// <summary>Venues, resources, offerings, prices, policies.</summary>
public sealed class CatalogModule : Module
{
    /// <inheritdoc/>
    public override string Name => "catalog";
}
