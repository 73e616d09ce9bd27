using System.Globalization;
using QRCoder;
using Sarai.Ui;

namespace Sarai.Payments.Pages;

/// <summary>How pages speak of payments.</summary>
internal static class PaymentWords
{
    public static string Of(PaymentStatus status) => status switch
    {
        PaymentStatus.Pending => Wording.Of("Waiting"),
        PaymentStatus.Captured => Wording.Of("Paid"),
        PaymentStatus.Failed => Wording.Of("Declined"),
        _ => Wording.Of("Closed"),
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
        "wallet" => Wording.Of("From the wallet"),
        "cash" => Wording.Of("Cash at the desk"),
        "credit" => Wording.Of("From credit"),
        "sandbox" => Wording.Of("Sandbox card"),
        "stripe" => "Stripe",
        "razorpay" => "Razorpay",
        "paystack" => "Paystack",
        "jazzcash" => "JazzCash",
        "easypaisa" => "EasyPaisa",
        "bank_transfer" => Wording.Of("Bank transfer"),
        _ => name,
    };

    public static string Problem(string? code) => code switch
    {
        null or "card_declined" or "declined" or "generic_decline" => Wording.Of("The card was declined."),
        "insufficient_funds" or "004 low balance" => Wording.Of("There was not enough money on it."),
        "expired_card" => Wording.Of("The card has expired."),
        "incorrect_cvc" => Wording.Of("The security code was wrong."),
        "cancelled" => Wording.Of("It was called off."),
        "not_arrived" => Wording.Of("The desk could not find the transfer on its account."),
        _ => Wording.Of(code),
    };

    public static string Refund(GetPayment.RefundLine refund) => (refund.Status, refund.To) switch
    {
        (RefundStatus.Done, Destination.Wallet) => Wording.Of("Into the wallet"),
        (RefundStatus.Done, _) => Wording.Of("Back to where it came from"),
        (RefundStatus.Pending or RefundStatus.Sent, _) => Wording.Of("On its way back to where it came from"),
        (RefundStatus.ByHand, _) => Wording.Of("The club sends it back by hand"),
        _ => Wording.Of("The gateway refuses it; the club is looking at it"),
    };

    public static string Movement(ShowWallet.Line line) => line.Kind switch
    {
        "top_up" => Wording.Of("Put in"),
        "payment" => Wording.Of(line.BookingId is null ? "Paid for a package or a membership" : "Paid for a booking"),
        "refund" => line.Memo switch
        {
            "cancelled" => Wording.Of("A booking was cancelled"),
            "rescheduled" => Wording.Of("A booking moved to a cheaper time"),
            "slot_taken" => Wording.Of("The slot was gone when the money came"),
            "overpaid" => Wording.Of("Paid twice"),
            "expired" => Wording.Of("The hold ran out half paid"),
            _ => Wording.Of("The club gave it back"),
        },
        _ => Wording.Of("A payment that did not fit"),
    };

    public static string Case(string reason) => reason switch
    {
        "wrong_amount" => Wording.Of("Not the amount that was asked for"),
        "wrong_currency" => Wording.Of("Another currency than asked for"),
        "unknown_payment" => Wording.Of("Nobody knows this payment"),
        "disputed" => Wording.Of("The guest's bank wants it back"),
        "settlement_missing" => Wording.Of("The gateway's statement does not show it"),
        "settlement_unknown" => Wording.Of("Only the gateway's statement shows it"),
        "settlement_differs" => Wording.Of("The gateway's statement shows another amount"),
        _ => Wording.Of("More was to be given back than is there"),
    };

    public static string Payout(string status, string? reference) => status switch
    {
        "Sent" => Wording.Of("sent, {0}").Replace("{0}", reference, StringComparison.Ordinal),
        "Made" => Wording.Of("on its way"),
        _ => Wording.Of("carried into the next"),
    };

    public static string Line(string kind) => kind switch
    {
        "payment" => Wording.Of("Received for a booking"),
        "refund" => Wording.Of("Given back"),
        "review_decided" => Wording.Of("A payment that did not fit"),
        "commission" => Wording.Of("Commission"),
        "payout" or "payee_paid" => Wording.Of("Paid out"),
        "held" => Wording.Of("You had it already"),
        "carried" => Wording.Of("Carried over"),
        "earned" => Wording.Of("Share of a booking"),
        _ => kind,
    };

    public static string Policy(SplitPolicy policy) => policy switch
    {
        SplitPolicy.OwnerLiable => Wording.Of("Whoever booked pays them from the wallet; what is not in it stays due"),
        SplitPolicy.AutoCancel => Wording.Of("The booking is called off, and everybody gets their money back"),
        _ => Wording.Of("The places open for anybody with the link until the start"),
    };

    public static string Of(ShareStatus status) => status switch
    {
        ShareStatus.Paid => Wording.Of("Paid"),
        ShareStatus.Charged => Wording.Of("You have stood in"),
        ShareStatus.Waived => Wording.Of("Nothing due"),
        ShareStatus.Open => Wording.Of("Open for anybody"),
        _ => Wording.Of("Waiting"),
    };

    public static string Tone(ShareStatus status) => status is ShareStatus.Paid or ShareStatus.Waived ? "good" : status == ShareStatus.Charged ? "bad" : "warn";

    /// <summary>The number of an invoice as people write it.</summary>
    public static string Number(long number) => number.ToString("000000", CultureInfo.InvariantCulture);

    public static string Amount(Money money) => money.Shown();

    // In a narrow column the time goes below the day, and neither is torn apart.
    public static string At(Instant at, string zone = "UTC") =>
        $"{at.InZone(Time.Zone(zone)).ToString("d MMM yyyy", CultureInfo.CurrentCulture).Replace(' ', '\u00a0')} {at.InZone(Time.Zone(zone)).ToString("HH:mm", CultureInfo.CurrentCulture)}";

    public static string When(BookingInfo b)
    {
        if (b.Stay is { } stay)
            return Show.List([Show.Nights(stay.CheckIn, stay.CheckOut), .. b.Resources.Select(r => r.Name).Distinct()]);
        var zone = Time.Zone(b.TimeZone);
        var (start, end) = (b.StartsAt.InZone(zone), b.EndsAt.InZone(zone));
        return Show.List([Show.When(start, end), .. b.Resources.Select(r => r.Name)]);
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
