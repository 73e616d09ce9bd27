using System.Globalization;
using NodaTime;

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

    /// <summary>A day and the times between which something is: <c>Tuesday, 2 June, 18:00–19:00</c>.</summary>
    /// <param name="start">The start, in the zone of the place.</param>
    /// <param name="end">The end, in the same zone.</param>
    /// <param name="day">How the day is written.</param>
    public static string When(ZonedDateTime start, ZonedDateTime end, string day = "dddd, d MMMM")
    {
        var culture = CultureInfo.CurrentCulture;
        var times = $"{start.ToString("HH:mm", CultureInfo.InvariantCulture)}–{end.ToString("HH:mm", CultureInfo.InvariantCulture)}";
        var text = start.ToString(day, culture) + ", ";
        // From right to left the comma looks the other way, and the earlier time still stands on the left.
        return culture.TextInfo.IsRightToLeft ? $"{text.Replace(", ", "، ", StringComparison.Ordinal)}\u2066{times}\u2069" : text + times;
    }

    /// <summary>The days of a stay: <c>Tue 2 June to Thu 4 June, 2 nights</c>.</summary>
    public static string Nights(LocalDate checkIn, LocalDate checkOut)
    {
        var (culture, nights) = (CultureInfo.CurrentCulture, Period.DaysBetween(checkIn, checkOut));
        return List([Kernel.Wording.Of("{0} to {1}", checkIn.ToString("ddd d MMMM", culture), checkOut.ToString("ddd d MMMM", culture)), nights == 1 ? Kernel.Wording.Of("1 night") : Kernel.Wording.Of("{0} nights", nights)]);
    }

    /// <summary>Several things one after another, as the language separates them.</summary>
    public static string List(IEnumerable<string> things) => string.Join(CultureInfo.CurrentCulture.TextInfo.IsRightToLeft ? "، " : ", ", things);
}
