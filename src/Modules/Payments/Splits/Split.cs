namespace Sarai.Payments;

/// <summary>What becomes of shares nobody has paid when the time has come; the club chooses.</summary>
public enum SplitPolicy
{
    /// <summary>The owner's wallet pays them, as far as it reaches; the rest stays due.</summary>
    OwnerLiable,

    /// <summary>The booking is cancelled and everybody gets everything back.</summary>
    AutoCancel,

    /// <summary>The places open for anybody with the link until the start; then the owner is liable.</summary>
    OpenPlaces,
}

/// <summary>The states of a split.</summary>
public enum SplitStatus
{
    /// <summary>Shares are being paid.</summary>
    Open,

    /// <summary>Nothing is expected any more.</summary>
    Settled,

    /// <summary>The booking was called off because shares were missing.</summary>
    Failed,
}

/// <summary>The states of a share.</summary>
public enum ShareStatus
{
    /// <summary>Not paid.</summary>
    Due,

    /// <summary>Not paid, and open for anybody.</summary>
    Open,

    /// <summary>Paid.</summary>
    Paid,

    /// <summary>The owner has paid it in the other one's place; if the other one pays after all, the owner gets it back.</summary>
    Charged,

    /// <summary>Nothing was due any more.</summary>
    Waived,
}

/// <summary>A booking several people pay for: shares, a deadline, and what happens then.</summary>
public sealed class Split : IOwned
{
    /// <summary>The split.</summary>
    public Guid Id { get; init; }

    /// <summary>The booking.</summary>
    public Guid BookingId { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>The venue.</summary>
    public Guid VenueId { get; init; }

    /// <summary>Who answers for what nobody pays.</summary>
    public Guid OwnerId { get; set; }

    /// <summary>What happens at the deadline.</summary>
    public SplitPolicy Policy { get; init; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; init; } = "";

    /// <summary>When the shares must be there.</summary>
    public Instant Deadline { get; init; }

    /// <summary>When the slot begins.</summary>
    public Instant StartsAt { get; init; }

    /// <summary>When the slot ends.</summary>
    public Instant EndsAt { get; init; }

    /// <summary>The state.</summary>
    public SplitStatus Status { get; set; }

    /// <summary>When it is looked at next: the deadline, the start for open places, the end for cash; null when nothing is left to do.</summary>
    public Instant? LookAt { get; set; }

    /// <summary>When it was made.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>Which shares the owner answers for at this moment: those that are due, cash only when the slot is over, open places only when it has begun.</summary>
    public IReadOnlyList<Share> Overdue(IEnumerable<Share> shares, Instant now) =>
    [
        .. shares.Where(s => s.Status is ShareStatus.Due or ShareStatus.Open && now >= (s.Cash ? EndsAt : Policy == SplitPolicy.OpenPlaces ? StartsAt : Deadline)),
    ];

    /// <summary>When to look again after this moment; null when nothing is left.</summary>
    public Instant? NextLook(IEnumerable<Share> shares, Instant now)
    {
        var left = shares.Where(s => s.Status is ShareStatus.Due or ShareStatus.Open).ToList();
        if (left.Count == 0) return null;
        var moments = new[] { Deadline, StartsAt, EndsAt }.Where(m => m > now).ToList();
        return moments.Count == 0 ? null : moments.Min();
    }

    /// <summary>The shares of a sum: as given, or equal ones that differ by at most one minor unit.</summary>
    /// <returns>A fault when given amounts do not sum to what is due.</returns>
    public static Answer<long[]> Amounts(Money due, IReadOnlyList<long?> wished)
    {
        if (wished.All(w => w is null)) return Answers([.. due.Split(wished.Count).Select(m => m.Amount)]);
        if (wished.Any(w => w is null)) return Fault.Invalid("shares", "Give an amount for every share, or for none.");
        return wished.Sum(w => w!.Value) == due.Amount ? Answers([.. wished.Select(w => w!.Value)]) : Fault.Invalid("shares", $"The shares must sum to what is due: {due}.");

        static Answer<long[]> Answers(long[] amounts) => amounts.Min() < 1 ? Fault.Invalid("shares", "A share is at least one.") : amounts;
    }
}

/// <summary>One person's part of a split.</summary>
public sealed class Share
{
    /// <summary>The share.</summary>
    public Guid Id { get; init; }

    /// <summary>The split.</summary>
    public Guid SplitId { get; init; }

    /// <summary>The order; the first one is the owner's.</summary>
    public int Position { get; init; }

    /// <summary>Whose, as the owner calls them.</summary>
    public string Name { get; init; } = "";

    /// <summary>Who took it, or null.</summary>
    public Guid? UserId { get; set; }

    /// <summary>The secret in its link.</summary>
    public string Token { get; init; } = "";

    /// <summary>Minor units.</summary>
    public long Amount { get; init; }

    /// <summary>It is paid in cash at the desk.</summary>
    public bool Cash { get; set; }

    /// <summary>The state.</summary>
    public ShareStatus Status { get; set; }

    /// <summary>The payment that brought it, or null.</summary>
    public Guid? PaidBy { get; set; }
}
