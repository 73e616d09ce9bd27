using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Npgsql;
using Sarai.Payments;
using Sarai.Payments.Sandbox;

namespace Sarai.Rules;

public sealed class PaymentRules
{
    private static readonly Instant Now = Instant.FromUtc(2026, 6, 1, 7, 0);

    private sealed class Standing : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now.ToDateTimeOffset();
    }

    [Fact]
    public void Production_has_no_sandbox()
    {
        IProvider[] all = [new WalletProvider(), new CashProvider(), Sandbox()];
        new Providers(all, new HostingEnvironment { EnvironmentName = Environments.Production }).Names.ShouldBe(["wallet", "cash"]);
        new Providers(all, new HostingEnvironment { EnvironmentName = Environments.Development }).Names.ShouldBe(["wallet", "cash", "sandbox"]);
    }

    [Fact]
    public void A_signature_holds_for_its_body_and_no_other()
    {
        var sandbox = Sandbox();
        Prop.ForAll(ArbMap.Default.ArbFor<PositiveInt>(), ArbMap.Default.ArbFor<NonNegativeInt>(), (amount, at) =>
        {
            var body = $$"""{"type":"paid","reference":"sb_1","amount":{{amount.Get}},"currency":"PKR"}""";
            var signature = sandbox.Sign(body, Now);
            var altered = Encoding.UTF8.GetBytes(body);
            altered[at.Get % altered.Length] ^= 1;
            return Read(sandbox, signature, Encoding.UTF8.GetBytes(body)).Value.Money!.Amount == new Money(amount.Get, "PKR")
                && Read(sandbox, signature, altered).Fault?.Code == "bad_signature";
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(-301, "stale_signature")]
    [InlineData(301, "stale_signature")]
    [InlineData(-300, null)]
    [InlineData(300, null)]
    public void A_signature_is_good_for_five_minutes(int seconds, string? refused)
    {
        const string body = """{"type":"failed","reference":"sb_1","amount":5,"currency":"PKR"}""";
        var sandbox = Sandbox();
        Read(sandbox, sandbox.Sign(body, Now + Duration.FromSeconds(seconds)), Encoding.UTF8.GetBytes(body)).Fault?.Code.ShouldBe(refused);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("1780297200,")]
    [InlineData("1780297200,zz")]
    [InlineData("-1,0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("1780297200,0000000000000000000000000000000000000000000000000000000000000000,x")]
    [InlineData("1780297200,éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé")]
    public void Rubbish_is_no_signature(string header) => Read(Sandbox(), header, "{}"u8.ToArray()).Fault!.Code.ShouldBe("bad_signature");

    [Fact]
    public void A_refund_is_tried_ever_more_slowly_and_then_shown_to_a_person()
    {
        var refund = new Refund();
        refund.Await(Now);
        var waits = new List<Duration>();
        while (refund.Status == RefundStatus.Pending)
        {
            refund.Postpone("down", Now);
            if (refund.RetryAt is { } next) waits.Add(next - Now);
        }
        refund.Status.ShouldBe(RefundStatus.Failed);
        waits.Count.ShouldBe(Refund.MaxAttempts - 1);
        waits[0].ShouldBe(Duration.FromMinutes(1));
        waits.ShouldBe(waits.Order());
        waits[^1].ShouldBe(Duration.FromHours(6));
    }

    [Fact]
    public void A_case_is_decided_once()
    {
        var review = new Review();
        review.Decide(ReviewStatus.Accepted, Guid.NewGuid(), "fine", Now).ShouldBeNull();
        review.Decide(ReviewStatus.Returned, Guid.NewGuid(), "no", Now)!.Code.ShouldBe("already_decided");
        review.Status.ShouldBe(ReviewStatus.Accepted);
    }

    [Fact]
    public void Accounts_of_different_owners_kinds_and_currencies_never_meet()
    {
        var (one, other) = (Guid.NewGuid(), Guid.NewGuid());
        LedgerAccount[] accounts =
        [
            LedgerAccount.Wallet(one, "PKR"), LedgerAccount.Wallet(one, "INR"), LedgerAccount.Wallet(other, "PKR"), LedgerAccount.Organisation(one, "PKR"),
            LedgerAccount.Cash(one, "PKR"), LedgerAccount.Clearing("sandbox", "PKR"), LedgerAccount.Clearing("stripe", "PKR"), LedgerAccount.UnderReview("PKR"), LedgerAccount.RefundsDue("PKR"),
        ];
        accounts.Select(a => a.Id).Distinct().Count().ShouldBe(accounts.Length);
        LedgerAccount.Wallet(one, "PKR").Id.ShouldBe(accounts[0].Id);
        LedgerAccount.Wallet(one, "PKR").Stripes.ShouldBe(1);
    }

    private static SandboxProvider Sandbox()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Sarai:Secrets:Key"] = Convert.ToBase64String(new byte[32]) }).Build();
        return new SandboxProvider(configuration, new Sealed(configuration), NpgsqlDataSource.Create("Host=nowhere"), new Standing());
    }

    private static Answer<Heard> Read(SandboxProvider sandbox, string signature, byte[] body) =>
        sandbox.Read(new GatewayMessage(new HeaderDictionary { [SandboxProvider.SignatureHeader] = signature }, new QueryCollection(), body), Merchant.None("sandbox"), CancellationToken.None).Result;
}
