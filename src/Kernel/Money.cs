using System.Globalization;

namespace Sarai.Kernel;

/// <summary>An amount of money: a whole number of minor units (paisa, kobo, cents) in an ISO 4217 currency.</summary>
/// <param name="Amount">Minor units; negative for what is owed back.</param>
/// <param name="Currency">ISO 4217 code in upper case, such as <c>PKR</c>.</param>
public readonly record struct Money(long Amount, string Currency)
{
    /// <summary>Nothing, in this currency.</summary>
    public static Money Zero(string currency) => new(0, currency);

    /// <summary>The sum.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ: that is a mistake in the calling code, never bad input.</exception>
    public static Money operator +(Money a, Money b) => new(checked(a.Amount + b.Amount), Same(a, b));

    /// <summary>The difference.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static Money operator -(Money a, Money b) => new(checked(a.Amount - b.Amount), Same(a, b));

    /// <summary>The same amount with the other sign.</summary>
    public static Money operator -(Money a) => new(-a.Amount, a.Currency);

    /// <summary>This share of the amount, rounded half up (away from zero) to a whole minor unit.</summary>
    /// <param name="percent">0 to 100, or more.</param>
    public Money Percent(decimal percent) =>
        new((long)Math.Round(Amount * percent / 100m, MidpointRounding.AwayFromZero), Currency);

    /// <summary>Splits into parts that differ by at most one minor unit and sum to the whole.</summary>
    /// <param name="parts">One or more.</param>
    public Money[] Split(int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        var (each, rest) = Math.DivRem(Amount, parts);
        var currency = Currency;
        return [.. Enumerable.Range(0, parts).Select(i => new Money(each + (i < Math.Abs(rest) ? Math.Sign(rest) : 0), currency))];
    }

    /// <summary>How many digits the currency has after the point: 2 for most, 0 for JPY and the like, 3 for KWD and the like (ISO 4217).</summary>
    public static int Decimals(string currency) => currency switch
    {
        "BIF" or "CLP" or "DJF" or "GNF" or "ISK" or "JPY" or "KMF" or "KRW" or "PYG" or "RWF" or "UGX" or "UYI" or "VND" or "VUV" or "XAF" or "XOF" or "XPF" => 0,
        "BHD" or "IQD" or "JOD" or "KWD" or "LYD" or "OMR" or "TND" => 3,
        _ => 2,
    };

    /// <summary>Whether the text has the form of an ISO 4217 code: three letters in upper case.</summary>
    public static bool IsCurrency(string? code) => code is { Length: 3 } && code.All(char.IsAsciiLetterUpper);

    /// <summary>
    /// For people, by the culture of the request: <c>PKR 1,500</c>, without digits after the point when they are zero. In a right-to-left language it is
    /// marked as one piece, so that the code stays before the number.
    /// </summary>
    public string Shown()
    {
        var decimals = Decimals(Currency);
        var value = Amount / (decimal)Math.Pow(10, decimals);
        var culture = CultureInfo.CurrentCulture;
        var text = $"{Currency}\u00a0{value.ToString(value == Math.Truncate(value) ? "N0" : "N" + decimals, culture)}";
        return culture.TextInfo.IsRightToLeft ? $"\u2066{text}\u2069" : text;
    }

    /// <summary>For logs and tests: <c>1500.00 PKR</c>. Pages use <see cref="Shown"/>.</summary>
    public override string ToString()
    {
        var decimals = Decimals(Currency);
        return string.Create(CultureInfo.InvariantCulture, $"{(Amount / (decimal)Math.Pow(10, decimals)).ToString("F" + decimals, CultureInfo.InvariantCulture)} {Currency}");
    }

    private static string Same(Money a, Money b) => a.Currency == b.Currency
        ? a.Currency
        : throw new InvalidOperationException($"{a.Currency} and {b.Currency} cannot be added.");
}
