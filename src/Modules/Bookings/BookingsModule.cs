using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Bookings;

/// <summary>The claim ledger and everything that takes or frees a place in it.</summary>
public sealed class BookingsModule : Module
{
    /// <inheritdoc/>
    public override string Name => "bookings";
}
