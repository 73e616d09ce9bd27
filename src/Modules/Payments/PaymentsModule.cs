using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sarai.Payments.Sandbox;

namespace Sarai.Payments;

/// <summary>Intents, providers, the double-entry ledger, wallets, refunds.</summary>
public sealed class PaymentsModule : Module
{
    /// <inheritdoc/>
    public override string Name => "payments";

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        Wording.Add(typeof(Words));
        services.AddValidation();
        services.AddModuleDb<PaymentsDb>(Name);
        services.AddSingleton(sp => new Ledger(sp.GetRequiredService<Databases>().Of(Name), sp.GetRequiredService<FaultPoints>()));
        services.AddSingleton<Providers>();
        services.AddSingleton<IProvider, WalletProvider>();
        services.AddSingleton<IProvider, CashProvider>();
        services.AddSingleton<IProvider, CreditProvider>();
        services.On<PurchasePaymentRefused, PaymentsDb>(PayPurchase.On);
        services.AddSingleton(new Job("expire credit", TimeSpan.FromMinutes(5), SpendCredit.Expire));
        services.AddSingleton(new PersonalData(Name, "credit", "select to_jsonb(c) from payments.credit c where user_id = $1 order by id"));
        AddGateways(services);
        services.AddScoped<IPayments, PaymentQuestions>();
        services.AddSingleton(new PersonalData(Name, "payments", "select to_jsonb(p) from payments.payment p where guest_id = $1 order by id"));
        ReactToBookings.Register(services);
        AnnouncePayments.Register(services);
        var pace = TimeSpan.FromSeconds(configuration.GetValue("Sarai:Payments:LookSeconds", 30));
        services.AddSingleton(new Job("reconcile payments", pace, Reconcile.Run));
        services.AddSingleton(new Job("settle splits", pace, SettleSplits.Run));
        services.AddSingleton(new Job("issue invoices", TimeSpan.FromSeconds(15), IssueInvoices.Run));
        services.AddSingleton(new Job("prove the books", TimeSpan.FromMinutes(15), ProveBooks.Run));
        services.AddSingleton(new Job("send refunds", TimeSpan.FromSeconds(5), SendRefunds.Run));
        AddSandbox(services);
    }

    /// <inheritdoc/>
    public override void MapApi(IEndpointRouteBuilder api)
    {
        CreateOrder.Map(api);
        PayPurchase.Map(api);
        GiveCredit.Map(api);
        GetPayment.Map(api);
        RefundPayment.Map(api);
        ReceiveWebhook.Map(api);
        ShowWallet.Map(api);
        TopUpWallet.Map(api);
        ListPayments.Map(api);
        DecideReview.Map(api);
        MindRefund.Map(api);
        KeepGateways.Map(api);
        IssueInvoices.Map(api);
        KeepSeller.Map(api);
        ListTaxes.Map(api);
        ProveBooks.Map(api);
        KeepShift.Map(api);
        MakePayout.Map(api);
        KeepPayees.Map(api);
        PayPayee.Map(api);
        ImportSettlement.Map(api);
        SplitBooking.Map(api);
        PayShare.Map(api);
        SettleSplits.Map(api);
        OfferWays.Map(api);
        PayByPhone.Map(api);
        ConfirmCard.Map(api);
        ShowTransfer.Map(api);
        if (!api.ServiceProvider.GetRequiredService<IHostEnvironment>().IsProduction()) PlaySandbox.Map(api);
    }

    private void AddGateways(IServiceCollection services)
    {
        services.AddHttpClient("gateway").ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
        services.AddSingleton<Wire>();
        services.AddSingleton<FaultPoints>();
        services.AddSingleton(sp => ActivatorUtilities.CreateInstance<Merchants>(sp, sp.GetRequiredService<Databases>().Of(Name)));
        Add<StripeGateway>();
        Add<RazorpayGateway>();
        Add<PaystackGateway>();
        Add<JazzCashGateway>();
        Add<EasyPaisaGateway>();
        Add<BankTransferGateway>();

        void Add<T>() where T : class, IGateway => services.AddSingleton<T>().AddSingleton<IProvider>(sp => sp.GetRequiredService<T>());
    }

    // No real money moves in it: Providers leaves it out in Production, and its endpoints and pages are not there.
    private void AddSandbox(IServiceCollection services)
    {
        services.AddHttpClient("sandbox");
        services.AddSingleton(sp => ActivatorUtilities.CreateInstance<SandboxProvider>(sp, sp.GetRequiredService<Databases>().Of(Name)));
        services.AddSingleton<IProvider>(sp => sp.GetRequiredService<SandboxProvider>());
        services.AddSingleton(sp => ActivatorUtilities.CreateInstance<SandboxWebhooks>(sp, sp.GetRequiredService<Databases>().Of(Name)));
        services.AddSingleton(new Job("send sandbox webhooks", TimeSpan.FromSeconds(2), SandboxWebhooks.Run));
    }

    /// <inheritdoc/>
    public override Task AddDemo(IServiceProvider services, CancellationToken cancel) => DemoPayments.Add(services, cancel);
}
