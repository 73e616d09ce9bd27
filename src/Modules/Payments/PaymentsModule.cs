using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Sarai.Payments;

/// <summary>Intents, providers, the double-entry ledger, wallets, refunds.</summary>
public sealed class PaymentsModule : Module
{
    /// <inheritdoc/>
    public override string Name => "payments";

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidation();
        services.AddModuleDb<PaymentsDb>(Name);
        services.AddSingleton(sp => new PaymentsSource(sp.GetRequiredService<Databases>().Of(Name)));
        services.AddScoped<IPayments, PaymentQuestions>();
        services.On<BookingCancelled, PaymentsDb>(RefundPayment.On);
        services.On<BookingRescheduled, PaymentsDb>(RefundPayment.On);
        services.On<BookingPaymentRefused, PaymentsDb>(RefundPayment.On);
        services.AddSingleton(new Job("ask providers about open payments", TimeSpan.FromSeconds(30), ReceiveWebhook.Reconcile));
        services.AddHttpClient("sandbox", client => client.Timeout = TimeSpan.FromSeconds(10));
        if (HasSandbox(configuration))
        {
            services.AddSingleton<Sandbox>();
            services.AddSingleton<IProvider>(sp => sp.GetRequiredService<Sandbox>());
            services.AddSingleton(new Job("deliver the sandbox's webhooks", TimeSpan.FromSeconds(5), Sandbox.DeliverDue));
        }
    }

    /// <inheritdoc/>
    public override void MapApi(IEndpointRouteBuilder api)
    {
        CreateOrder.Map(api);
        ShowPayment.Map(api);
        RefundPayment.Map(api);
        ShowWallet.Map(api);
        ReceiveWebhook.Map(api);
        if (api.ServiceProvider.GetService<Sandbox>() is not null)
        {
            api.MapPost("/sandbox/payments/{paymentId:guid}", Sandbox.Drive).AllowAnonymous().Limited(RateLimits.Write)
                .WithTags("Sandbox").WithSummary("Let a sandbox payment succeed, fail, come late, twice or wrong (not in Production)");
        }
    }

    private static bool HasSandbox(IConfiguration configuration) =>
        configuration[HostDefaults.EnvironmentKey] is not "Production" && configuration.GetValue("Sarai:Sandbox", true);
}
