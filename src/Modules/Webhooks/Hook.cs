using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sarai.Webhooks;

/// <summary>An address where an organisation wants to be told of events.</summary>
public sealed class Hook : IOwned
{
    /// <summary>How many an organisation may have.</summary>
    public const int MostPerOrganisation = 10;

    private const string Purpose = "webhook";

    /// <summary>The organisation of hooks that hear of everything: the platform itself.</summary>
    public static readonly Guid Platform = Guid.Empty;

    /// <summary>What can be heard of, by the names the owner's documents give.</summary>
    public static IReadOnlyList<string> Events { get; } =
    [
        "booking.created", "booking.confirmed", "booking.cancelled", "booking.expired", "booking.rescheduled", "booking.checked_in", "booking.completed", "booking.no_show",
        "payment.completed", "payment.failed", "payment.refunded", "court.maintenance", "user.registered",
    ];

    /// <summary>What only the platform may hear of, because it belongs to no organisation.</summary>
    public static IReadOnlyList<string> PlatformEvents { get; } = ["user.registered"];

    /// <summary>The hook.</summary>
    public Guid Id { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>Where to.</summary>
    public string Url { get; private set; } = "";

    /// <summary>What it is for, in its owner's words.</summary>
    public string Description { get; private set; } = "";

    /// <summary>Of what.</summary>
    public string[] Wanted { get; private set; } = [];

    /// <summary>The secret that signs, sealed.</summary>
    public string SealedSecret { get; private set; } = "";

    /// <summary>Since when it hears nothing, or null.</summary>
    public Instant? DisabledAt { get; private set; }

    /// <summary>Why, or null.</summary>
    public string? DisabledReason { get; private set; }

    /// <summary>Who added it.</summary>
    public Guid? CreatedBy { get; init; }

    /// <summary>When.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>Sets address, wishes and words.</summary>
    /// <returns>What is wrong with them, or null.</returns>
    public Fault? Describe(string url, IReadOnlyCollection<string> events, string description, bool insecure)
    {
        if (Refused(url, insecure) is { } problem) return Fault.Invalid("url", problem);
        if (events.Count == 0) return Fault.Invalid("events", "Choose at least one event.");
        if (events.FirstOrDefault(e => !Events.Contains(e)) is { } unknown) return Fault.Invalid("events", $"There is no event {unknown}. Choose from: {string.Join(", ", Events)}.");
        if (OrganisationId != Platform && events.FirstOrDefault(e => PlatformEvents.Contains(e)) is { } foreign) return Fault.Invalid("events", $"{foreign} is told to the platform only: people sign up with it, not with one organisation.");
        (Url, Wanted, Description) = (url, [.. Events.Where(events.Contains)], description.Trim());
        return null;
    }

    /// <summary>Gives it a new secret. What is sent from now on is signed with it.</summary>
    /// <returns>The secret, which can never be read again.</returns>
    public string Resecret(Sealed sealer)
    {
        var secret = $"whsec_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
        SealedSecret = sealer.Seal(secret, Purpose);
        return secret;
    }

    /// <summary>Stops it.</summary>
    public void Disable(string reason, Instant at)
    {
        if (DisabledAt is null) (DisabledAt, DisabledReason) = (at, reason);
    }

    /// <summary>Lets it hear again.</summary>
    public void Enable() => (DisabledAt, DisabledReason) = (null, null);

    /// <summary>The value of the signature header for a body: <c>t={unix seconds},v1={hex of HMAC-SHA256 over "{t}.{body}"}</c>.</summary>
    public string Sign(string body, Instant at, Sealed sealer)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(sealer.Open(SealedSecret, Purpose)), Encoding.UTF8.GetBytes($"{time}.{body}"));
        return $"t={time},v1={Convert.ToHexStringLower(mac)}";
    }

    private static string? Refused(string url, bool insecure)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http")) return "Give a full address, such as https://example.com/hooks.";
        if (address.Scheme == "http" && !insecure) return "The address must begin with https://, because the events say who books what.";
        if (address.UserInfo.Length > 0) return "Leave name and password out of the address; check the signature instead.";
        if (address.Fragment.Length > 0) return "Leave out what follows the #.";
        return !insecure && Outbound.IsNamedPrivate(address) ? "The address must be reachable from the internet." : null;
    }
}
