using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Courts;

/// <summary>The padel vertical: what a court booking claims, costs and allows; the club's desk.</summary>
public sealed class CourtsModule : Module
{
    /// <inheritdoc/>
    public override string Name => "courts";
}
