using FsCheck;
using FsCheck.Fluent;

namespace Sarai.Rules;

public sealed class MoneyRules
{
    [Fact]
    public void Splitting_never_loses_a_minor_unit() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<PositiveInt>(), (amount, parts) =>
    {
        var split = new Money(amount, "PKR").Split(Math.Min(parts.Get, 500));
        return split.Sum(p => p.Amount) == amount && split.Max(p => p.Amount) - split.Min(p => p.Amount) <= 1;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Different_currencies_do_not_add() =>
        Should.Throw<InvalidOperationException>(() => new Money(1, "PKR") + new Money(1, "NGN"));

    [Theory]
    [InlineData(150000, "PKR", "1500.00 PKR")]
    [InlineData(1500, "JPY", "1500 JPY")]
    [InlineData(1500, "KWD", "1.500 KWD")]
    public void An_amount_is_written_with_the_digits_of_its_currency(long amount, string currency, string text) =>
        new Money(amount, currency).ToString().ShouldBe(text);

    [Theory]
    [InlineData(999, 50, 500)]
    [InlineData(1, 50, 1)]
    [InlineData(1000, 33.3, 333)]
    public void A_share_is_rounded_half_up(long amount, double percent, long share) =>
        new Money(amount, "PKR").Percent((decimal)percent).Amount.ShouldBe(share);
}
