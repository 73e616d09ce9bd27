using System.Globalization;
using QRCoder;

namespace Sarai.Bookings.Pages;

/// <summary>How pages speak of bookings.</summary>
internal static class BookingWords
{
    public static string Of(BookingStatus status) => status switch
    {
        BookingStatus.Held => Wording.Of("Held"),
        BookingStatus.Confirmed => Wording.Of("Confirmed"),
        BookingStatus.CheckedIn => Wording.Of("Checked in"),
        BookingStatus.Completed => Wording.Of("Over"),
        BookingStatus.Cancelled => Wording.Of("Cancelled"),
        BookingStatus.Expired => Wording.Of("Not paid in time"),
        _ => Wording.Of("Did not come"),
    };

    public static string Tone(BookingStatus status) => status switch
    {
        BookingStatus.Held => "warn",
        BookingStatus.Confirmed or BookingStatus.CheckedIn or BookingStatus.Completed => "good",
        _ => "bad",
    };

    public static string When(Booking b)
    {
        if (b.UntilDate is { } until)
            return $"{b.LocalDate.ToString("ddd d MMMM", CultureInfo.CurrentCulture)} to {until.ToString("ddd d MMMM", CultureInfo.CurrentCulture)}, {(b.Nights == 1 ? "1 night" : $"{b.Nights} nights")}, {string.Join(", ", b.Resources.Select(r => r.Name).Distinct())}";
        var zone = Time.Zone(b.TimeZone);
        var (start, end) = (b.StartsAt.InZone(zone), b.EndsAt.InZone(zone));
        return $"{start.ToString("dddd, d MMMM", CultureInfo.CurrentCulture)}, {start.ToString("HH:mm", CultureInfo.InvariantCulture)}–{end.ToString("HH:mm", CultureInfo.InvariantCulture)}, {string.Join(", ", b.Resources.Select(r => r.Name))}";
    }

    /// <summary>A QR code as a data address.</summary>
    public static string Qr(string text)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var svg = new SvgQRCode(data);
        return "data:image/svg+xml;base64," + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(svg.GetGraphic(4)));
    }
}
