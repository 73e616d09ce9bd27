namespace Sarai.Memberships;

/// <summary>What a plan is.</summary>
public enum PlanKind
{
    /// <summary>A number of bookings, paid at once.</summary>
    Package,

    /// <summary>Paid by the month.</summary>
    Membership,
}

/// <summary>What an organisation sells. Whoever buys it keeps it as it was then.</summary>
public sealed class Plan : IOwned
{
    /// <summary>The plan.</summary>
    public Guid Id { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>What it is.</summary>
    public PlanKind Kind { get; init; }

    /// <summary>The name guests see.</summary>
    public string Name { get; private set; } = "";

    /// <summary>What guests read.</summary>
    public string Description { get; private set; } = "";

    /// <summary>Minor units: of the package, or of a month.</summary>
    public long Price { get; private set; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; private set; } = "";

    /// <summary>For a package: how many bookings it is good for.</summary>
    public int? Sessions { get; private set; }

    /// <summary>For a package: for how many days.</summary>
    public int? ValidDays { get; private set; }

    /// <summary>For a membership: the tier price rules may ask for.</summary>
    public string? Tier { get; private set; }

    /// <summary>For a membership: what comes off every price.</summary>
    public decimal DiscountPercent { get; private set; }

    /// <summary>For a membership: how many bookings a month cost nothing.</summary>
    public int FreeBookings { get; private set; }

    /// <summary>For a membership: how many days ahead members may book, or null for as many as others.</summary>
    public int? WindowDays { get; private set; }

    /// <summary>For which bookings the sessions, or the free bookings and the discount, count.</summary>
    public Scope Scope { get; private set; } = new();

    /// <summary>Whether it is on sale.</summary>
    public bool Active { get; private set; }

    /// <summary>When it was made.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>What it costs.</summary>
    public Money Sum => new(Price, Currency);

    /// <summary>Makes it what a manager says.</summary>
    public Fault? Describe(KeepPlans.Request request)
    {
        if (Kind == PlanKind.Package && request.Sessions is null) return Fault.Invalid("sessions", "Give the number of bookings.");
        if (Kind == PlanKind.Package && request.ValidDays is null) return Fault.Invalid("validDays", "Give the number of days.");
        if (Kind == PlanKind.Membership && string.IsNullOrWhiteSpace(request.Tier)) return Fault.Invalid("tier", "Give the tier a name, such as gold.");
        (Name, Description, Price, Currency, Scope, Active) = (request.Name!.Trim(), request.Description, request.Price!.Value, request.Currency!, request.Scope, request.Active);
        if (Kind == PlanKind.Package) (Sessions, ValidDays) = (request.Sessions, request.ValidDays);
        else (Tier, DiscountPercent, FreeBookings, WindowDays) = (request.Tier!.Trim(), request.DiscountPercent, request.FreeBookings, request.WindowDays);
        return null;
    }
}
