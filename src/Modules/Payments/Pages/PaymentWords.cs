using System.Globalization;
using QRCoder;
using Sarai.Ui;

namespace Sarai.Payments.Pages;

/// <summary>How pages speak of payments.</summary>
internal static class PaymentWords
{
    public static string Of(PaymentStatus status) => status switch
    {
        PaymentStatus.Pending => "Waiting",
        PaymentStatus.Captured => "Paid",
        PaymentStatus.Failed => "Declined",
        _ => "Closed",
    };

    public static string Tone(PaymentStatus status) => status switch
    {
        PaymentStatus.Captured => "good",
        PaymentStatus.Failed => "bad",
        PaymentStatus.Pending => "warn",
        _ => "",
    };

    public static string Method(string name) => name switch
    {
        "wallet" => "From the wallet",
        "cash" => "Cash at the desk",
        "sandbox" => "Sandbox card",
        "stripe" => "Card (Stripe)",
        "razorpay" => "Razorpay",
        "paystack" => "Paystack",
        "jazzcash" => "JazzCash",
        "easypaisa" => "EasyPaisa",
        "bank_transfer" => "Bank transfer",
        _ => name,
    };

    public static string Problem(string? code) => code switch
    {
        null or "card_declined" or "declined" or "generic_decline" => "The card was declined.",
        "insufficient_funds" or "004 low balance" => "There was not enough money on it.",
        "expired_card" => "The card has expired.",
        "incorrect_cvc" => "The security code was wrong.",
        "cancelled" => "It was called off.",
        "not_arrived" => "The desk could not find the transfer on its account.",
        _ => code,
    };

    public static string Refund(GetPayment.RefundLine refund) => (refund.Status, refund.To) switch
    {
        (RefundStatus.Done, Destination.Wallet) => "Into the wallet",
        (RefundStatus.Done, _) => "Back to where it came from",
        (RefundStatus.Pending or RefundStatus.Sent, _) => "On its way back to where it came from",
        (RefundStatus.ByHand, _) => "The club sends it back by hand",
        _ => "The gateway refuses it; the club is looking at it",
    };

    public static string Movement(ShowWallet.Line line) => line.Kind switch
    {
        "top_up" => "Put in",
        "payment" => "Paid for a booking",
        "refund" => line.Memo switch
        {
            "cancelled" => "A booking was cancelled",
            "rescheduled" => "A booking moved to a cheaper time",
            "slot_taken" => "The slot was gone when the money came",
            "overpaid" => "Paid twice",
            "expired" => "The hold ran out half paid",
            _ => "The club gave it back",
        },
        _ => "A payment that did not fit",
    };

    public static string Case(string reason) => reason switch
    {
        "wrong_amount" => "Not the amount that was asked for",
        "wrong_currency" => "Another currency than asked for",
        "unknown_payment" => "Nobody knows this payment",
        "disputed" => "The guest's bank wants it back",
        "settlement_missing" => "The gateway's statement does not show it",
        "settlement_unknown" => "Only the gateway's statement shows it",
        "settlement_differs" => "The gateway's statement shows another amount",
        _ => "More was to be given back than is there",
    };

    public static string Amount(Money money) => Show.Money(money.Amount, money.Currency, Money.Decimals(money.Currency));

    public static string At(Instant at, string zone = "UTC") => at.InZone(Time.Zone(zone)).ToString("d MMM yyyy HH:mm", CultureInfo.CurrentCulture);

    public static string When(BookingInfo b)
    {
        var zone = Time.Zone(b.TimeZone);
        var (start, end) = (b.StartsAt.InZone(zone), b.EndsAt.InZone(zone));
        return $"{start.ToString("dddd, d MMMM", CultureInfo.CurrentCulture)}, {start.ToString("HH:mm", CultureInfo.InvariantCulture)}–{end.ToString("HH:mm", CultureInfo.InvariantCulture)}, {string.Join(", ", b.Resources.Select(r => r.Name))}";
    }

    /// <summary>What somebody typed, in minor units; null when it is no amount of this currency above zero.</summary>
    public static long? Minor(string? typed, string currency)
    {
        if (!decimal.TryParse(typed, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || value is <= 0 or > 1_000_000_000) return null;
        var minor = value * (decimal)Math.Pow(10, Money.Decimals(currency));
        return minor == Math.Truncate(minor) ? (long)minor : null;
    }

    /// <summary>An amount as an input of type number wants it.</summary>
    public static string Typed(Money money) => (money.Amount / (decimal)Math.Pow(10, Money.Decimals(money.Currency))).ToString(CultureInfo.InvariantCulture);

    /// <summary>A QR code as a data address.</summary>
    public static string Qr(string text)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var svg = new SvgQRCode(data);
        return "data:image/svg+xml;base64," + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(svg.GetGraphic(4)));
    }
}
