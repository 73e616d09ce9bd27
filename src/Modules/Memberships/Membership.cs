namespace Sarai.Memberships;

/// <summary>The states of a membership.</summary>
public enum MembershipStatus
{
    /// <summary>Paid for.</summary>
    Active,

    /// <summary>The month is over and the next one is not paid; it is asked for again on the days of <see cref="Membership.RetryDays"/>.</summary>
    Due,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>A guest pays by the month and gets a tier, a discount, free bookings, a longer window. All rules of its months are here.</summary>
public sealed class Membership : IOwned
{
    /// <summary>The days after the end of a month on which an unpaid renewal is tried again.</summary>
    public static readonly IReadOnlyList<int> RetryDays = [1, 3, 5];

    /// <summary>How long a member keeps tier and discount while the next month is not paid.</summary>
    public static readonly Duration Grace = Duration.FromDays(6);

    /// <summary>The membership.</summary>
    public Guid Id { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>Whose it is.</summary>
    public Guid GuestId { get; init; }

    /// <summary>The plan.</summary>
    public Guid PlanId { get; private set; }

    /// <summary>Its name when it was chosen.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The tier price rules may ask for.</summary>
    public string Tier { get; private set; } = "";

    /// <summary>Minor units a month.</summary>
    public long Price { get; private set; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; private set; } = "";

    /// <summary>What comes off every price.</summary>
    public decimal DiscountPercent { get; private set; }

    /// <summary>How many bookings a month cost nothing.</summary>
    public int FreeBookings { get; private set; }

    /// <summary>How many days ahead the member may book, or null.</summary>
    public int? WindowDays { get; private set; }

    /// <summary>For which bookings discount and free bookings count.</summary>
    public Scope Scope { get; private set; } = new();

    /// <summary>The state.</summary>
    public MembershipStatus Status { get; private set; }

    /// <summary>When the first month began.</summary>
    public Instant StartedAt { get; private set; }

    /// <summary>How many months were paid for.</summary>
    public int Periods { get; private set; }

    /// <summary>When the month began.</summary>
    public Instant PeriodStart { get; private set; }

    /// <summary>When it ends.</summary>
    public Instant PeriodEnd { get; private set; }

    /// <summary>How many free bookings are left of it.</summary>
    public int FreeLeft { get; private set; }

    /// <summary>Whether the next month is taken from the wallet; otherwise the member is asked to pay.</summary>
    public bool FromWallet { get; set; }

    /// <summary>Whether it ends with the month.</summary>
    public bool Ends { get; set; }

    /// <summary>What a change to a cheaper plan left over, in minor units; the next months take it.</summary>
    public long Credit { get; private set; }

    /// <summary>How often the next month was asked for.</summary>
    public int Attempts { get; private set; }

    /// <summary>When it is looked at next.</summary>
    public Instant? LookAt { get; private set; }

    /// <summary>When it ended, or null.</summary>
    public Instant? EndedAt { get; private set; }

    /// <summary>What the lines of a member's bookings are known by.</summary>
    public string Key => $"member:{Id}";

    /// <summary>What the next month costs.</summary>
    public Money NextPrice => new(Math.Max(0, Price - Credit), Currency);

    /// <summary>Until when the member has tier and discount, if nothing is paid.</summary>
    public Instant Until => Ends ? PeriodEnd : PeriodEnd + Grace;

    /// <summary>Who has paid for a first month.</summary>
    public static Membership Join(Plan plan, PlanPurchase purchase, Instant at)
    {
        var membership = new Membership { Id = Guid.CreateVersion7(), OrganisationId = plan.OrganisationId, GuestId = purchase.GuestId, StartedAt = at, Periods = 1, PeriodStart = at, FromWallet = purchase.FromWallet };
        membership.Become(plan);
        (membership.PeriodEnd, membership.FreeLeft) = (membership.MonthsOn(1), plan.FreeBookings);
        membership.LookAt = membership.PeriodEnd;
        return membership;
    }

    /// <summary>The next month is paid for, or needs no money.</summary>
    public void Renew()
    {
        Credit = Math.Max(0, Credit - Price);
        Periods++;
        (PeriodStart, PeriodEnd) = (PeriodEnd, MonthsOn(Periods));
        (Status, FreeLeft, Attempts, LookAt) = (MembershipStatus.Active, FreeBookings, 0, PeriodEnd);
    }

    /// <summary>The next month was asked for and is not paid yet.</summary>
    public void Ask()
    {
        Status = MembershipStatus.Due;
        LookAt = Attempts < RetryDays.Count ? PeriodEnd + Duration.FromDays(RetryDays[Attempts]) : PeriodEnd + Grace;
        Attempts++;
    }

    /// <summary>Whether it was asked for as often as it is.</summary>
    public bool Lapsed(Instant at) => Attempts > RetryDays.Count && at >= PeriodEnd + Grace;

    /// <summary>It is over.</summary>
    public void End(Instant at) => (Status, EndedAt, LookAt) = (MembershipStatus.Ended, at, null);

    /// <summary>
    /// What another plan costs for the rest of this month: the difference of the prices, by the share of the month that is left. Below zero it is what is left over.
    /// </summary>
    public Money Difference(Plan plan, Instant at)
    {
        var (whole, left) = ((PeriodEnd - PeriodStart).TotalSeconds, Math.Clamp((PeriodEnd - at).TotalSeconds, 0, (PeriodEnd - PeriodStart).TotalSeconds));
        return new Money((long)Math.Round((plan.Price - Price) * (decimal)left / (decimal)whole, MidpointRounding.AwayFromZero), Currency);
    }

    /// <summary>Why it cannot change to a plan, or null.</summary>
    public Fault? Refuses(Plan plan, Instant at)
    {
        if (Status != MembershipStatus.Active || at >= PeriodEnd) return Fault.Conflict("not_paid", "Pay for the month first; then you can change the plan.");
        if (plan is not { Kind: PlanKind.Membership, Active: true } || plan.OrganisationId != OrganisationId || plan.Currency != Currency) return Fault.NotFound("plan");
        return plan.Id == PlanId ? Fault.Conflict("same_plan", "You have this plan already.") : null;
    }

    /// <summary>Changes the plan for the rest of the month and those after it. What a cheaper one leaves over is kept; what was used of the free bookings stays used.</summary>
    public void Change(Plan plan, long leftOver)
    {
        var used = FreeBookings - FreeLeft;
        Credit += leftOver;
        Become(plan);
        FreeLeft = Math.Max(0, FreeBookings - used);
    }

    private void Become(Plan plan) => (PlanId, Name, Tier, Price, Currency, DiscountPercent, FreeBookings, WindowDays, Scope) =
        (plan.Id, plan.Name, plan.Tier!, plan.Price, plan.Currency, plan.DiscountPercent, plan.FreeBookings, plan.WindowDays, plan.Scope);

    private Instant MonthsOn(int months) => StartedAt.InUtc().LocalDateTime.PlusMonths(months).InUtc().ToInstant();
}
