using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sarai.Payments;

/// <summary>Intents, providers, the double-entry ledger, wallets, refunds.</summary>
public sealed class PaymentsModule : Module
{
    /// <inheritdoc/>
    public override string Name => "payments";
}
