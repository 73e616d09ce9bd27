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

    public static string Guests(int adults, int children) =>
        (adults == 1 ? Wording.Of("1 adult") : Wording.Of("{0} adults", adults)) + (children == 0 ? "" : ", " + (children == 1 ? Wording.Of("1 child") : Wording.Of("{0} children", children)));

    public static string Of(RoomState state) => state == RoomState.Maintenance ? "Out of order" : state.ToString();

    public static string Tone(RoomState state) => state switch { RoomState.Available => "good", RoomState.Occupied or RoomState.Booked => "", RoomState.Maintenance => "bad", _ => "warn" };

    public static string Of(BookingStatus status) => status switch
    {
        BookingStatus.CheckedIn => "In house", BookingStatus.NoShow => "Did not come", BookingStatus.Completed => "Left", _ => status.ToString(),
    };

    public static string Amenity(string word) => word.Length == 0 ? word : Wording.Find(word) is { } known ? known : char.ToUpper(word[0], CultureInfo.CurrentCulture) + word[1..].Replace('-', ' ');
}
