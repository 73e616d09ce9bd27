using System.Globalization;

namespace Sarai.Ui;

/// <summary>How pages write amounts and times, in the request's language.</summary>
public static class Show
{
    /// <summary>An amount in minor units of a currency, with its code: <c>PKR 6,000</c>. Digits after the point are left out when they are zero.</summary>
    /// <param name="amount">Minor units.</param>
    /// <param name="currency">ISO 4217.</param>
    /// <param name="decimals">How many digits the currency has after the point.</param>
    public static string Money(long amount, string currency, int decimals)
    {
        var value = amount / (decimal)Math.Pow(10, decimals);
        return $"{currency}\u00a0{value.ToString(value == Math.Truncate(value) ? "N0" : "N" + decimals, CultureInfo.CurrentCulture)}";
    }
}
