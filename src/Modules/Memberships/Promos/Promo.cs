namespace Sarai.Memberships;

/// <summary>A code that takes something off a price, for whom and how often.</summary>
public sealed class Promo : IOwned
{
    /// <summary>The promo.</summary>
    public Guid Id { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>What guests type, in capital letters; once in an organisation.</summary>
    public string Code { get; private set; } = "";

    /// <summary>What it is for; only staff see it.</summary>
    public string Description { get; private set; } = "";

    /// <summary>The share of the price that comes off, or null when <see cref="Amount"/> does.</summary>
    public decimal? Percent { get; private set; }

    /// <summary>Minor units that come off, or null.</summary>
    public long? Amount { get; private set; }

    /// <summary>ISO 4217, of the amounts.</summary>
    public string Currency { get; private set; } = "";

    /// <summary>Only for prices of at least so many minor units.</summary>
    public long MinAmount { get; private set; }

    /// <summary>From when on it may be used.</summary>
    public Instant ValidFrom { get; private set; }

    /// <summary>Until when it may be used.</summary>
    public Instant ValidUntil { get; private set; }

    /// <summary>How many bookings it is good for, or null for any number.</summary>
    public int? Quota { get; private set; }

    /// <summary>How many bookings of one guest it is good for, or null for any number.</summary>
    public int? PerGuest { get; private set; }

    /// <summary>Only for a guest's first booking with the organisation.</summary>
    public bool FirstBookingOnly { get; private set; }

    /// <summary>For which bookings.</summary>
    public Scope Scope { get; private set; } = new();

    /// <summary>Whether it can be used at all.</summary>
    public bool Active { get; private set; }

    /// <summary>How many bookings have it now.</summary>
    public int Taken { get; init; }

    /// <summary>When it was made.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>What the line of a booking that has it is known by.</summary>
    public string Key => $"promo:{Id}";

    /// <summary>How often one guest may have it: a first booking happens once.</summary>
    public int? MostPerGuest => FirstBookingOnly ? 1 : PerGuest;

    /// <summary>The form in which codes are kept: what guests type in small letters or with spaces is the same code.</summary>
    public static string Canonical(string typed) => typed.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>Makes it what a manager says.</summary>
    public Fault? Describe(KeepPromos.Request request)
    {
        if (request.Percent is null == request.Amount is null) return Fault.Invalid("percent", "Give either a percentage or an amount.");
        if (request.ValidUntil <= request.ValidFrom) return Fault.Invalid("validUntil", "The end must be after the beginning.");
        if (request.Quota < Taken) return Fault.Invalid("quota", $"{Taken} bookings have it already.");
        (Code, Description, Percent, Amount, Currency, MinAmount) = (Canonical(request.Code!), request.Description, request.Percent, request.Amount, request.Currency!, request.MinAmount);
        (ValidFrom, ValidUntil, Quota, PerGuest, FirstBookingOnly, Scope, Active) = (request.ValidFrom!.Value, request.ValidUntil!.Value, request.Quota, request.PerGuest, request.FirstBookingOnly, request.Scope, request.Active);
        return null;
    }

    /// <summary>Why it cannot be used for this booking, as far as that can be told without counting; or null.</summary>
    public Fault? Refuses(BenefitWish wish)
    {
        if (!Active || wish.At < ValidFrom) return Unknown;
        if (wish.At >= ValidUntil) return Fault.Refused("promo_over", "This code is no longer valid.");
        if (!Scope.Fits(wish)) return Fault.Refused("promo_elsewhere", "This code is not for this booking: it counts for other places or times.");
        if (Amount is not null && Currency != wish.Price.Currency) return Fault.Refused("promo_elsewhere", "This code is not for this booking: it counts for other places or times.");
        return wish.Price.Amount < MinAmount ? Fault.Refused("promo_minimum", $"This code counts from {new Money(MinAmount, Currency)} on.") : null;
    }

    /// <summary>The line that comes off what is left of a price.</summary>
    public PriceLine Line(Money left) => new("discount", $"Promo code {Code}", -(Percent is { } percent ? left.Percent(percent).Amount : Math.Min(left.Amount, Amount!.Value))) { Key = Key, Percent = Percent };

    /// <summary>422 <c>promo_unknown</c>.</summary>
    public static Fault Unknown { get; } = Fault.Refused("promo_unknown", "We do not know this code. Check how it is written.");
}
