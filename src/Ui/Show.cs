namespace Sarai.Ui;

/// <summary>How pages write amounts, in the request's language.</summary>
public static class Show
{
    /// <summary>An amount in minor units of a currency, with its code: <c>PKR 6,000</c>. Digits after the point are left out when they are zero.</summary>
    /// <param name="amount">Minor units.</param>
    /// <param name="currency">ISO 4217.</param>
    /// <param name="decimals">How many digits the currency has after the point; <see cref="Kernel.Money"/> knows.</param>
    public static string Money(long amount, string currency, int decimals) =>
        decimals == Kernel.Money.Decimals(currency) ? new Kernel.Money(amount, currency).Shown() : throw new ArgumentException($"{currency} has {Kernel.Money.Decimals(currency)} decimals.", nameof(decimals));

    /// <summary>An amount with its currency.</summary>
    public static string Money(Kernel.Money money) => money.Shown();
}
