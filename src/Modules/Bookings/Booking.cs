namespace Sarai.Bookings;

/// <summary>
/// A guest's claim on something at a time, from the hold to the end. All rules of its states are here; every transition records actor, reason and
/// time, and says what happened as an event for the caller to publish.
/// </summary>
public sealed partial class Booking : IOwned
{
    /// <summary>The booking.</summary>
    public Guid Id { get; init; }

    /// <summary>The short code people say at the desk, unique: eight letters and digits without look-alikes.</summary>
    public string Code { get; init; } = "";

    /// <summary>The state.</summary>
    public BookingStatus Status { get; private set; }

    /// <summary>Whose it is.</summary>
    public Guid GuestId { get; init; }

    /// <summary>The guest's name when it was booked.</summary>
    public string GuestName { get; init; } = "";

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>Where.</summary>
    public Guid VenueId { get; init; }

    /// <summary>The venue's name when it was booked.</summary>
    public string VenueName { get; init; } = "";

    /// <summary>The trade.</summary>
    public string Vertical { get; init; } = "";

    /// <summary>What.</summary>
    public Guid OfferingId { get; init; }

    /// <summary>Its name when it was booked.</summary>
    public string OfferingName { get; init; } = "";

    /// <summary>The resources it claims or claimed.</summary>
    public IReadOnlyList<ClaimedResource> Resources { get; private set; } = [];

    /// <summary>Start, UTC.</summary>
    public Instant StartsAt { get; private set; }

    /// <summary>End, UTC.</summary>
    public Instant EndsAt { get; private set; }

    /// <summary>The venue's local date of the start; quotas count by it.</summary>
    public LocalDate LocalDate { get; private set; }

    /// <summary>The venue's IANA zone when it was booked.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>The price as it was shown.</summary>
    public IReadOnlyList<PriceLine> Lines { get; private set; } = [];

    /// <summary>ISO 4217.</summary>
    public string Currency { get; init; } = "";

    /// <summary>What it costs, in minor units.</summary>
    public long Total { get; private set; }

    /// <summary>What was paid and not given back, in minor units.</summary>
    public long Paid { get; private set; }

    /// <summary>The venue's rules when it was booked.</summary>
    public Policy Policy { get; init; } = new();

    /// <summary>How many people come.</summary>
    public int Participants { get; init; } = 1;

    /// <summary>What the guest wrote, or null.</summary>
    public string? Notes { get; init; }

    /// <summary>When the hold lapses; null unless held.</summary>
    public Instant? ExpiresAt { get; private set; }

    /// <summary>The weekly series it belongs to, or null.</summary>
    public Guid? SeriesId { get; init; }

    /// <summary>The waitlist entry it was offered to, or null.</summary>
    public Guid? WaitlistId { get; init; }

    /// <summary>Every transition, oldest first.</summary>
    public IReadOnlyList<Transition> History { get; private set; } = [];

    /// <summary>When it was made.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>When the guest was reminded of the balance after a deposit, or null.</summary>
    public Instant? BalanceToldAt { get; private set; }

    /// <summary>The lapsed booking whose money, which came late, this one was offered for; null for any other.</summary>
    public Guid? InsteadOf { get; init; }

    /// <summary>The interval it occupies.</summary>
    public Interval During => new(StartsAt, EndsAt);

    private static readonly char[] CodeAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ".ToCharArray();

    /// <summary>A new hold for a wish, at this price, until the venue's hold time is over.</summary>
    public static Booking Hold(Wish wish, Alternative alternative, Quote quote, string guestName, string? notes, Actor actor, Guid? seriesId = null, Guid? waitlistId = null, Duration? holdFor = null, Guid? insteadOf = null)
    {
        var booking = new Booking
        {
            Id = Guid.CreateVersion7(),
            Code = System.Security.Cryptography.RandomNumberGenerator.GetString(CodeAlphabet, 8),
            Status = BookingStatus.Held,
            GuestId = wish.GuestId,
            GuestName = guestName,
            OrganisationId = wish.Venue.OrganisationId,
            VenueId = wish.Venue.Id,
            VenueName = wish.Venue.Name,
            Vertical = wish.Venue.Vertical,
            OfferingId = wish.Offering.Id,
            OfferingName = wish.Offering.Name,
            TimeZone = wish.Venue.TimeZone,
            Currency = wish.Venue.Currency,
            Policy = wish.Venue.Policy,
            Participants = wish.Participants,
            Notes = notes,
            ExpiresAt = wish.At + (holdFor ?? Duration.FromMinutes(wish.Venue.Policy.HoldMinutes)),
            SeriesId = seriesId,
            WaitlistId = waitlistId,
            InsteadOf = insteadOf,
            CreatedAt = wish.At,
        };
        booking.Place(alternative, quote, wish);
        booking.Record(null, BookingStatus.Held, actor, null, wish.At);
        return booking;
    }

    /// <summary>What has to be paid to make it firm, in minor units: the deposit of the policy it was booked under, or all of it.</summary>
    public long ToConfirm() => Policy.DepositPercent > 0 ? Math.Min(Total, new Money(Total, Currency).Percent(Policy.DepositPercent).Amount) : Total;

    /// <summary>By when the rest after a deposit is to be paid, or null when there is no deposit.</summary>
    public Instant? BalanceDueAt() => Policy.DepositPercent > 0 ? StartsAt - Duration.FromHours(Policy.BalanceHours) : null;

    /// <summary>The guest is reminded of the balance.</summary>
    public BookingBalanceDue RemindOfBalance(Instant at)
    {
        BalanceToldAt = at;
        return new BookingBalanceDue(Info());
    }

    /// <summary>What it costs before benefits come off.</summary>
    public Money PriceBefore() => new(Lines.Where(l => l.Key is null).Sum(l => l.Amount), Currency);

    /// <summary>Takes off what benefits give, in place of what they gave before; never below zero.</summary>
    public void Grant(IReadOnlyList<PriceLine> benefits)
    {
        var own = Lines.Where(l => l.Key is null).ToList();
        (Lines, Total) = Less([.. own.Where(l => l.Kind != "extra")], benefits, [.. own.Where(l => l.Kind == "extra")]);
    }

    /// <summary>Whether a code may still change what it costs.</summary>
    public Fault? MayReprice(Instant at)
    {
        if (Status == BookingStatus.Confirmed) return Fault.Conflict("already_confirmed", "The booking is confirmed; its price stays as it is.");
        if (Status != BookingStatus.Held || ExpiresAt <= at) return Wrong("repriced");
        return Paid > 0 ? Fault.Conflict("already_paid", "Something was paid for this booking already; its price stays as it is.") : null;
    }

    /// <summary>Makes the booking firm.</summary>
    /// <returns>The event, or a fault when its state does not allow it.</returns>
    public Answer<BookingConfirmed> Confirm(Actor actor, string? reason, Instant at)
    {
        if (Status is not (BookingStatus.Held or BookingStatus.Expired)) return Wrong("confirmed");
        Become(BookingStatus.Confirmed, actor, reason, at);
        return new BookingConfirmed(Info(), actor.Name);
    }

    /// <summary>Counts money that came in for it.</summary>
    public void Receive(long amount) => Paid += amount;

    /// <summary>
    /// Counts money that went back by hand. Never below zero: a cancellation may have promised the same money while the refund was on its way here,
    /// and Payments, which cannot give more than came in, has then given back less.
    /// </summary>
    public void GiveBack(long amount) => Paid = Math.Max(0, Paid - amount);

    /// <summary>Lets the hold lapse.</summary>
    /// <returns>The event, or a fault when it is no longer a hold or its time is not over.</returns>
    public Answer<BookingExpired> Expire(Actor actor, Instant at)
    {
        if (Status != BookingStatus.Held || ExpiresAt > at) return Wrong("expired");
        Become(BookingStatus.Expired, actor, "not paid in time", at);
        var lapsed = new BookingExpired(Info());
        // A part that was paid goes back; the event says how much it is.
        Paid = 0;
        return lapsed;
    }

    /// <summary>What comes back if it were cancelled at this instant, by the policy it was booked under. The desk and the venue's own fault give everything.</summary>
    public Money RefundAt(Instant at, bool full = false)
    {
        var percent = RefundPercentAt(at, full);
        if (Policy.DepositPercent == 0) return new Money(Paid, Currency).Percent(percent);
        // The policy keeps a share of the price; a deposit counts towards it, and only what it exceeds that share by comes back.
        var kept = Total - new Money(Total, Currency).Percent(percent).Amount;
        return new Money(Math.Max(0, Paid - kept), Currency);
    }

    private decimal RefundPercentAt(Instant at, bool full)
    {
        if (full || Status == BookingStatus.Held) return 100;
        var tier = Policy.Cancellation.OrderByDescending(t => t.HoursBefore).FirstOrDefault(t => StartsAt - at >= Duration.FromHours(t.HoursBefore));
        return tier is null ? 0 : Math.Clamp(tier.RefundPercent, 0, 100);
    }

    /// <summary>Calls it off.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="reason">Why, in a person's words.</param>
    /// <param name="at">When.</param>
    /// <param name="full">Give everything back, whatever the policy says.</param>
    /// <param name="toSource">Give it back to where it came from rather than to the wallet.</param>
    public Answer<BookingCancelled> Cancel(Actor actor, string? reason, Instant at, bool full = false, bool toSource = false)
    {
        if (Status is not (BookingStatus.Held or BookingStatus.Confirmed)) return Wrong("cancelled");
        if (Status == BookingStatus.Confirmed && at >= EndsAt) return Fault.Conflict("already_over", "The booking is already over.");
        var (refund, percent) = (RefundAt(at, full), RefundPercentAt(at, full));
        Become(BookingStatus.Cancelled, actor, reason, at);
        Paid -= refund.Amount;
        return new BookingCancelled(Info(), refund, reason ?? "", actor.Name, toSource) { RefundPercent = percent };
    }

    /// <summary>Whether a guest may still move it at this instant.</summary>
    public Fault? MayMove(Instant at, bool byDesk)
    {
        if (Status is not (BookingStatus.Held or BookingStatus.Confirmed) || (Status == BookingStatus.Held && ExpiresAt <= at)) return Wrong("rescheduled");
        if (byDesk) return null;
        if (at >= StartsAt) return Fault.Conflict("already_started", "The booking has already started; ask the desk to change it.");
        return Status == BookingStatus.Confirmed && StartsAt - at < Duration.FromHours(Policy.RescheduleHours)
            ? Fault.Refused("too_late_to_reschedule", $"A booking can be moved until {Policy.RescheduleHours} hours before its start. You can still cancel it.")
            : null;
    }

    /// <summary>Moves it to another time, length or place, at a new price. What was overpaid comes back; what is missing stays due.</summary>
    public BookingRescheduled Move(Alternative alternative, Quote quote, Wish wish, Actor actor, string? reason, Instant at)
    {
        var (start, resources, total) = (StartsAt, Resources, new Money(Total, Currency));
        Place(alternative, quote, wish);
        var refund = new Money(Math.Max(0, Paid - Total), Currency);
        Paid -= refund.Amount;
        Record(Status, Status, actor, reason ?? "rescheduled", at);
        return new BookingRescheduled(Info(), start, resources, total, refund, actor.Name);
    }

    /// <summary>The guest is there. A late guest may still come in after a no-show was noted, as long as the booking is not over.</summary>
    public Answer<BookingCheckedIn> CheckIn(Actor actor, Instant at)
    {
        if (Status is not (BookingStatus.Confirmed or BookingStatus.NoShow)) return Wrong("checked in");
        if (at >= EndsAt) return Fault.Conflict("already_over", "The booking is already over.");
        if (StartsAt - at > Duration.FromHours(12)) return Fault.Conflict("too_early", "Check-in opens 12 hours before the start.");
        Become(BookingStatus.CheckedIn, actor, null, at);
        return new BookingCheckedIn(Info());
    }

    /// <summary>The guest did not come.</summary>
    public Answer<BookingNoShow> MarkNoShow(Actor actor, Instant at, string? reason = null)
    {
        if (Status != BookingStatus.Confirmed) return Wrong("marked as a no-show");
        if (NoShowAt is { } audit && at < audit)
            return Fault.Conflict("too_early", $"The guest may still come: a no-show can be noted from {audit.InZone(Time.Zone(TimeZone)).LocalDateTime:uuuu-MM-dd HH:mm} on.");
        if (NoShowAt is null && at < StartsAt + Duration.FromMinutes(Policy.NoShowMinutes))
            return Fault.Conflict("too_early", $"A no-show can be noted {Policy.NoShowMinutes} minutes after the start.");
        Become(BookingStatus.NoShow, actor, reason, at);
        return new BookingNoShow(Info()) { Fee = Nights > 0 ? Policy.NoShowFee(new Money(Total, Currency), Nights) : null };
    }

    /// <summary>Puts something beside the price on the bill, or takes it off again by a negative amount.</summary>
    public Answer<BookingCharged> Charge(string text, long amount, Actor actor, Instant at)
    {
        if (Status is not (BookingStatus.Confirmed or BookingStatus.CheckedIn)) return Wrong("charged");
        if (Total + amount < 0) return Fault.Refused("below_zero", "A bill cannot fall below zero. Give money back as a refund.");
        var line = new PriceLine("extra", text, amount);
        (Lines, Total) = ([.. Lines, line], Total + amount);
        Record(Status, Status, actor, $"charged: {text}", at);
        return new BookingCharged(Info(), line, actor.Name);
    }

    /// <summary>What it claims, as it was placed.</summary>
    public Alternative Claims() => new([.. Resources.Select(r => new ClaimNeed(r.Id, r.Name, new Interval(r.From ?? StartsAt, r.Until ?? EndsAt)) { Unit = r.Unit })]);

    /// <summary>It is over.</summary>
    public Answer<BookingCompleted> Complete(Actor actor, Instant at)
    {
        if (Status is not (BookingStatus.CheckedIn or BookingStatus.Confirmed) || at < EndsAt) return Wrong("completed");
        Become(BookingStatus.Completed, actor, null, at);
        return new BookingCompleted(Info()) { Actor = actor.Name };
    }

    /// <summary>The booking as other modules may know it.</summary>
    public BookingInfo Info() => new(
        Id, Code, Status, GuestId, GuestName, OrganisationId, VenueId, VenueName, Vertical, OfferingId, OfferingName, Resources, StartsAt, EndsAt,
        TimeZone, Lines, new Money(Total, Currency), new Money(Paid, Currency), ExpiresAt, Policy.PayAtDesk, SeriesId)
    {
        Deposit = ToConfirm() is var deposit && deposit < Total ? new Money(deposit, Currency) : null,
        BalanceDueAt = BalanceDueAt(),
        InsteadOf = InsteadOf,
        Stay = UntilDate is { } until ? new StayInfo(LocalDate, until, Nights, Units, LeftAt) : null,
    };

    private void Place(Alternative alternative, Quote quote, Wish wish)
    {
        (StartsAt, EndsAt) = (wish.During.Start, wish.During.End);
        // What was taken from the minibar stays on the bill when the dates change.
        (Lines, Total) = Less(quote.Lines, Lines.Where(l => l.Key is not null), [.. Lines.Where(l => l.Kind == "extra")]);
        LocalDate = wish.Nights?.Start ?? wish.During.Start.InZone(Time.Zone(TimeZone)).Date;
        if (wish.Nights is { } nights) PlaceNights(nights, wish);
        Resources = Parts(alternative);
    }

    // What benefits took off stays off when it moves: a share of the new price, or a sum as far as the new price reaches.
    private static (IReadOnlyList<PriceLine> Lines, long Total) Less(IReadOnlyList<PriceLine> price, IEnumerable<PriceLine> benefits, IReadOnlyList<PriceLine> extras)
    {
        var left = price.Sum(l => l.Amount);
        var lines = price.ToList();
        foreach (var benefit in benefits)
        {
            var off = Math.Min(left, benefit.Percent is { } percent ? new Money(left, "").Percent(percent).Amount : -benefit.Amount);
            left -= off;
            lines.Add(benefit with { Amount = -off });
        }
        return ([.. lines, .. extras], left + extras.Sum(l => l.Amount));
    }

    private IReadOnlyList<ClaimedResource> Parts(Alternative alternative) => UntilDate is null
        ? [.. alternative.Claims.Select(c => new ClaimedResource(c.ResourceId, c.ResourceName)).Distinct()]
        : [.. alternative.Claims.Select(c => new ClaimedResource(c.ResourceId, c.ResourceName) { From = c.During.Start, Until = c.During.End, Unit = c.Unit })];

    private void Become(BookingStatus next, Actor actor, string? reason, Instant at)
    {
        var before = Status;
        Status = next;
        ExpiresAt = null;
        Record(before, next, actor, reason, at);
    }

    private void Record(BookingStatus? from, BookingStatus to, Actor actor, string? reason, Instant at) =>
        History = [.. History, new Transition(from, to, actor.UserId, actor.Name, reason, at)];

    private Fault Wrong(string wish) => Status switch
    {
        BookingStatus.Expired => Fault.Conflict("hold_expired", "The hold has run out. Book again."),
        BookingStatus.Held when wish is "rescheduled" or "repriced" => Fault.Conflict("hold_expired", "The hold has run out. Book again."),
        BookingStatus.Cancelled => Fault.Conflict("already_cancelled", "The booking is already cancelled."),
        BookingStatus.Confirmed when wish is "confirmed" => Fault.Conflict("already_confirmed", "The booking is already confirmed."),
        _ => Fault.Conflict("wrong_state", $"A booking that is {Words(Status)} cannot be {wish}."),
    };

    private static string Words(BookingStatus status) => status switch
    {
        BookingStatus.CheckedIn => "checked in",
        BookingStatus.NoShow => "a no-show",
        _ => status.ToString().ToLowerInvariant(),
    };
}

/// <summary>A step in a booking's life.</summary>
/// <param name="From">The state before, or null at the beginning.</param>
/// <param name="To">The state after; the same when it was only moved.</param>
/// <param name="ActorId">Who, or null for the system.</param>
/// <param name="ActorName">The name at the time.</param>
/// <param name="Reason">Why, or null.</param>
/// <param name="At">When.</param>
public sealed record Transition(BookingStatus? From, BookingStatus To, Guid? ActorId, string ActorName, string? Reason, Instant At);
