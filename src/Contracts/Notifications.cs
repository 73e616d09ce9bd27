namespace Sarai.Contracts;

/// <summary>Values of a <see cref="NotificationRequested"/> that are written out in the reader's language.</summary>
public static class Told
{
    /// <summary>An amount.</summary>
    public static string Money(Money money) => $"money:{money.Amount}:{money.Currency}";

    /// <summary>The day of an instant, in a zone.</summary>
    public static string Day(Instant at, string zone) => $"day:{at.InZone(Time.Zone(zone)).Date:uuuu-MM-dd}";

    /// <summary>The value as the reader of this language sees it.</summary>
    public static string Shown(string value) => value.Split(':') switch
    {
        ["money", var amount, var currency] when long.TryParse(amount, out var minor) => new Money(minor, currency).Shown(),
        ["day", var day] when NodaTime.Text.LocalDatePattern.Iso.Parse(day) is { Success: true, Value: var date } => date.ToString("d MMMM uuuu", System.Globalization.CultureInfo.CurrentCulture),
        _ => value,
    };
}

/// <summary>A module asks for a message that no domain event of its own stands for: a broadcast, a note to a customer.</summary>
/// <param name="UserId">Whom.</param>
/// <param name="Type">The kind, which is also the template's name and what preferences are set by.</param>
/// <param name="Data">What the template needs.</param>
/// <param name="Link">Where the message leads, as a path, or null.</param>
[EventName("notification.requested")]
public sealed record NotificationRequested(Guid UserId, string Type, IReadOnlyDictionary<string, string> Data, string? Link) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => UserId;
}
