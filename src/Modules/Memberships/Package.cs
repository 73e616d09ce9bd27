namespace Sarai.Memberships;

/// <summary>A number of bookings a guest has paid for.</summary>
public sealed class Package : IOwned
{
    /// <summary>The package.</summary>
    public Guid Id { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>Whose it is.</summary>
    public Guid GuestId { get; init; }

    /// <summary>What was bought.</summary>
    public Guid PlanId { get; init; }

    /// <summary>How it was bought.</summary>
    public Guid PurchaseId { get; init; }

    /// <summary>Its name when it was bought.</summary>
    public string Name { get; init; } = "";

    /// <summary>How many bookings it was good for.</summary>
    public int Sessions { get; init; }

    /// <summary>How many it is still good for; moved by conditional updates.</summary>
    public int Remaining { get; init; }

    /// <summary>For which bookings.</summary>
    public Scope Scope { get; init; } = new();

    /// <summary>When it was bought.</summary>
    public Instant BoughtAt { get; init; }

    /// <summary>Until when it may be used.</summary>
    public Instant ExpiresAt { get; init; }

    /// <summary>What the line of a booking that it pays is known by, and what guests give as a code to use it.</summary>
    public string Key => $"package:{Id}";

    /// <summary>What a guest gets who has paid for a plan.</summary>
    public static Package Of(Plan plan, PlanPurchase purchase, Instant at) => new()
    {
        Id = Guid.CreateVersion7(), OrganisationId = plan.OrganisationId, GuestId = purchase.GuestId, PlanId = plan.Id, PurchaseId = purchase.Id, Name = plan.Name, Sessions = plan.Sessions!.Value,
        Remaining = plan.Sessions.Value, Scope = plan.Scope, BoughtAt = at, ExpiresAt = at + Duration.FromDays(plan.ValidDays!.Value),
    };

    /// <summary>Why it cannot pay for a booking, apart from being used up; or null.</summary>
    public Fault? Refuses(BenefitWish wish)
    {
        if (GuestId != wish.GuestId || OrganisationId != wish.OrganisationId) return Fault.NotFound("package");
        if (wish.At >= ExpiresAt) return Fault.Refused("package_over", "This package has run out of time.");
        return Scope.Fits(wish) ? null : Fault.Refused("package_elsewhere", "This package is not for this booking: it counts for other places, times or lengths.");
    }

    /// <summary>The line of a booking that it pays.</summary>
    public PriceLine Line(Money price) => new("discount", Name, -price.Amount) { Key = Key };
}

/// <summary>What a purchase pays for.</summary>
public enum PurchaseKind
{
    /// <summary>A package.</summary>
    Package,

    /// <summary>The first month of a membership.</summary>
    Join,

    /// <summary>A further month.</summary>
    Renewal,

    /// <summary>What a dearer plan costs for the rest of the month.</summary>
    Change,
}

/// <summary>The states of a purchase.</summary>
public enum PurchaseStatus
{
    /// <summary>Not paid.</summary>
    Open,

    /// <summary>Paid, and what it was for is the guest's.</summary>
    Paid,

    /// <summary>Called off.</summary>
    Closed,
}

/// <summary>A guest is about to buy something, or has.</summary>
public sealed class PlanPurchase : IOwned
{
    /// <summary>The purchase.</summary>
    public Guid Id { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>Where it was bought, or null.</summary>
    public Guid? VenueId { get; init; }

    /// <summary>Who buys.</summary>
    public Guid GuestId { get; init; }

    /// <summary>What it pays for.</summary>
    public PurchaseKind Kind { get; init; }

    /// <summary>What is bought.</summary>
    public Guid PlanId { get; init; }

    /// <summary>The membership it began, renews or changes, or null.</summary>
    public Guid? MembershipId { get; set; }

    /// <summary>What it is called on the way to paying.</summary>
    public string Text { get; init; } = "";

    /// <summary>What it costs, in minor units.</summary>
    public long Price { get; init; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; init; } = "";

    /// <summary>Whether the membership shall be renewed from the wallet.</summary>
    public bool FromWallet { get; init; }

    /// <summary>For a renewal: the period it pays.</summary>
    public Instant? PeriodStart { get; init; }

    /// <summary>The state.</summary>
    public PurchaseStatus Status { get; private set; }

    /// <summary>What paid it, or null.</summary>
    public Guid? PaymentId { get; private set; }

    /// <summary>When it was begun.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>Until when it waits.</summary>
    public Instant ExpiresAt { get; init; }

    /// <summary>What it costs.</summary>
    public Money Sum => new(Price, Currency);

    /// <summary>Money for it is there.</summary>
    public void Pay(Guid paymentId) => (Status, PaymentId) = (PurchaseStatus.Paid, paymentId);

    /// <summary>How much of its money was given back, in minor units.</summary>
    public long Returned { get; private set; }

    /// <summary>Some of its money was given back.</summary>
    /// <returns>Whether all of it is back now.</returns>
    public bool GiveBack(Money amount)
    {
        var before = Returned;
        Returned = Math.Min(Price, Returned + amount.Amount);
        return before < Price && Returned == Price;
    }

    /// <summary>Nobody waits for it any more.</summary>
    public void Close() => Status = Status == PurchaseStatus.Open ? PurchaseStatus.Closed : Status;

    /// <summary>As whoever takes the money may know it.</summary>
    public Purchase Info(Instant at) => new(Id, GuestId, OrganisationId, VenueId, Text, Sum, Status == PurchaseStatus.Open && at < ExpiresAt, ExpiresAt);
}
