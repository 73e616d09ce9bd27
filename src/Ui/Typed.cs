using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;

namespace Sarai.Ui;

/// <summary>What people type into inputs, and how a value is written into one. Reading gives null for what is none.</summary>
public static class Typed
{
    private static readonly LocalTimePattern Minutes = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    /// <summary>An amount in major units, as an input wants it: <c>6000</c> or <c>6000.50</c>.</summary>
    public static string Money(long minor, string currency)
    {
        var decimals = Kernel.Money.Decimals(currency);
        var value = minor / (decimal)Math.Pow(10, decimals);
        return value.ToString(value == Math.Truncate(value) ? "0" : "F" + decimals, CultureInfo.InvariantCulture);
    }

    /// <summary>Minor units of an amount of zero or more, with at most the digits the currency has; thousands may be set apart by commas.</summary>
    public static long? Minor(string? typed, string currency)
    {
        var text = typed?.Trim().Replace(",", "", StringComparison.Ordinal);
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || value > 1_000_000_000) return null;
        var minor = value * (decimal)Math.Pow(10, Kernel.Money.Decimals(currency));
        return minor == Math.Truncate(minor) ? (long)minor : null;
    }

    /// <summary>A time of day as an input of type time wants it.</summary>
    public static string Time(LocalTime time) => Minutes.Format(time);

    /// <summary>A time of day.</summary>
    public static LocalTime? Time(string? typed) => Minutes.Parse(typed?.Trim() ?? "") is { Success: true, Value: var time } ? time : null;

    /// <summary>A date as an input of type date wants it.</summary>
    public static string Date(LocalDate date) => LocalDatePattern.Iso.Format(date);

    /// <summary>A date.</summary>
    public static LocalDate? Date(string? typed) => LocalDatePattern.Iso.Parse(typed?.Trim() ?? "") is { Success: true, Value: var date } ? date : null;

    /// <summary>A whole number.</summary>
    public static int? Number(string? typed) => int.TryParse(typed?.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A number that may have a fraction.</summary>
    public static double? Fraction(string? typed) =>
        double.TryParse(typed?.Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>
    /// Holds a request to its annotations as the API does before the handler sees it, and notes what is wrong under <paramref name="prefix"/> and the
    /// field's JSON name.
    /// </summary>
    public static void Check(object request, Errors errors, string prefix = "")
    {
        var wrong = new List<ValidationResult>();
        Validator.TryValidateObject(request, new ValidationContext(request), wrong, validateAllProperties: true);
        foreach (var result in wrong)
        {
            foreach (var member in result.MemberNames) errors.Add(prefix + JsonNamingPolicy.CamelCase.ConvertName(member), result.ErrorMessage ?? "This is not right.");
        }
    }
}
