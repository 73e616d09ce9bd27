using System.Globalization;

namespace Sarai.Stays.Pages;

/// <summary>How the hotel's pages speak.</summary>
internal static class StayWords
{
    public static string Amount(long amount, string currency) => Sarai.Ui.Show.Money(amount, currency, Money.Decimals(currency));

    public static string Amount(Money money) => Amount(money.Amount, money.Currency);

    public static string Day(LocalDate date) => date.ToString("ddd d MMM", CultureInfo.CurrentCulture);

    public static string Iso(LocalDate date) => date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);

    public static LocalDate? Date(string? text) => NodaTime.Text.LocalDatePattern.Iso.Parse(text ?? "") is { Success: true, Value: var date } ? date : null;

    public static string Nights(int count) => count == 1 ? Wording.Of("1 night") : Wording.Of("{0} nights", count);

    public static string Dates(StayInfo stay) => Wording.Of("{0} to {1}, {2}", Day(stay.CheckIn), Day(stay.CheckOut), Nights(stay.Nights));

    /// <summary>A line of a price or folio: "Standard, Weekend, 2 nights" keeps the hotel's words, its count of nights is said as each language does.</summary>
    public static string Line(string text)
    {
        if (text.StartsWith("Paid by ", StringComparison.Ordinal)) return Wording.Of("Paid by {0}", Wording.Of(text[8..]));
        var at = text.LastIndexOf(", ", StringComparison.Ordinal);
        var last = at < 0 ? [] : text[(at + 2)..].Split(' ');
        return last is [var count, "night" or "nights"] && int.TryParse(count, CultureInfo.InvariantCulture, out var nights) ? $"{text[..at]}, {Nights(nights)}" : Wording.Of(text);
    }

    public static string Guests(int adults, int children) =>
        (adults == 1 ? Wording.Of("1 adult") : Wording.Of("{0} adults", adults)) + (children == 0 ? "" : ", " + (children == 1 ? Wording.Of("1 child") : Wording.Of("{0} children", children)));

    public static string Of(RoomState state) => state switch
    {
        RoomState.Available => Wording.Of("Available"),
        RoomState.Locked => Wording.Of("Held"),
        RoomState.Booked => Wording.Of("Booked"),
        RoomState.Occupied => Wording.Of("Occupied"),
        RoomState.Cleaning => Wording.Of("Housekeeping"),
        _ => Wording.Of("Out of order"),
    };

    public static string Of(Condition condition) => condition switch
    {
        Condition.Ready => Wording.Of("Ready"),
        Condition.Dirty => Wording.Of("Dirty"),
        Condition.Cleaning => Wording.Of("Being cleaned"),
        Condition.Inspection => Wording.Of("To be inspected"),
        _ => Wording.Of("Out of order"),
    };

    public static string Tone(RoomState state) => state switch { RoomState.Available => "good", RoomState.Occupied or RoomState.Booked => "", RoomState.Maintenance => "bad", _ => "warn" };

    public static string Of(BookingStatus status) => status switch
    {
        BookingStatus.Held => Wording.Of("Held"),
        BookingStatus.Confirmed => Wording.Of("Confirmed"),
        BookingStatus.CheckedIn => Wording.Of("In the house"),
        BookingStatus.NoShow => Wording.Of("Did not come"),
        BookingStatus.Completed => Wording.Of("Left"),
        _ => Wording.Of("Cancelled"),
    };

    public static string Amenity(string word) => word.Length == 0 ? word : Wording.Find(word) is { } known ? known : char.ToUpper(word[0], CultureInfo.CurrentCulture) + word[1..].Replace('-', ' ');
}
