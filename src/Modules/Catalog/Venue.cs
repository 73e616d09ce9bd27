namespace Sarai.Catalog;

/// <summary>
/// A place that sells something: a club, a hotel, a temple. All rules of its approval and of what makes a sensible venue are here.
/// Every change raises its version.
/// </summary>
public sealed class Venue : IOwned
{
    /// <summary>The venue.</summary>
    public Guid Id { get; init; }

    /// <inheritdoc/>
    public Guid OrganisationId { get; init; }

    /// <summary>The trade.</summary>
    public string Vertical { get; init; } = "";

    /// <summary>The name guests see.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The name in addresses, unique.</summary>
    public string Slug { get; init; } = "";

    /// <summary>Where it is in its approval.</summary>
    public VenueState State { get; private set; }

    /// <summary>IANA zone.</summary>
    public string TimeZone { get; private set; } = "";

    /// <summary>ISO 4217.</summary>
    public string Currency { get; private set; } = "";

    /// <summary>What guests read.</summary>
    public string Description { get; private set; } = "";

    /// <summary>The city.</summary>
    public string City { get; private set; } = "";

    /// <summary>The street address.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The desk's phone, or null.</summary>
    public string? Phone { get; private set; }

    /// <summary>Degrees north.</summary>
    public double Latitude { get; private set; }

    /// <summary>Degrees east.</summary>
    public double Longitude { get; private set; }

    /// <summary>Words such as <c>parking</c>.</summary>
    public string[] Amenities { get; private set; } = [];

    /// <summary>Weekly opening hours.</summary>
    public IReadOnlyList<OpeningHours> Hours { get; private set; } = [];

    /// <summary>Days that differ.</summary>
    public IReadOnlyList<Closure> Closures { get; private set; } = [];

    /// <summary>The rules for booking.</summary>
    public Policy Policy { get; private set; } = new();

    /// <summary>Courts, rooms; retired ones stay.</summary>
    public IReadOnlyList<ResourceInfo> Resources { get; private set; } = [];

    /// <summary>What is sold.</summary>
    public IReadOnlyList<OfferingInfo> Offerings { get; private set; } = [];

    /// <summary>The price rules in order.</summary>
    public IReadOnlyList<PriceRule> Prices { get; private set; } = [];

    /// <summary>The lowest price for an hour, in minor units, for lists; null without prices.</summary>
    public long? PriceFrom { get; private set; }

    /// <summary>Every step of the approval, oldest first.</summary>
    public IReadOnlyList<Approval> History { get; private set; } = [];

    /// <summary>Rises with every change.</summary>
    public long Version { get; private set; }

    /// <summary>When it was made.</summary>
    public Instant CreatedAt { get; init; }

    /// <summary>A new venue in draft.</summary>
    public static Venue Open(Guid organisationId, string vertical, Details details, Actor actor, Instant at)
    {
        var id = Guid.CreateVersion7();
        var venue = new Venue { Id = id, OrganisationId = organisationId, Vertical = vertical, Slug = SlugOf(details.Name!, id), CreatedAt = at };
        venue.Describe(details);
        venue.Step(VenueState.Draft, actor, null, at);
        return venue;
    }

    /// <summary>Changes its texts and place. The zone and the currency are part of what guests have booked; callers check that first.</summary>
    public void Describe(Details details)
    {
        (Name, Description, City, Address) = (details.Name!.Trim(), details.Description.Trim(), details.City!.Trim(), details.Address.Trim());
        (TimeZone, Currency, Phone) = (details.TimeZone!, details.Currency!, string.IsNullOrWhiteSpace(details.Phone) ? null : details.Phone.Trim());
        (Latitude, Longitude) = (details.Latitude!.Value, details.Longitude!.Value);
        Amenities = [.. details.Amenities.Select(a => a.Trim().ToLowerInvariant()).Where(a => a.Length > 0).Distinct()];
        Version++;
    }

    /// <summary>Sets the weekly hours.</summary>
    /// <returns>A fault when two of them overlap.</returns>
    public Fault? SetHours(IReadOnlyList<OpeningHours> hours)
    {
        if (CheckHours(hours) is { } fault) return fault;
        Hours = [.. hours.OrderBy(h => h.Day).ThenBy(h => h.Opens)];
        Version++;
        return null;
    }

    /// <summary>What is wrong with weekly hours: two that overlap, also past midnight and from Sunday into Monday.</summary>
    public static Fault? CheckHours(IReadOnlyList<OpeningHours> hours)
    {
        const int Week = 7 * 1440;
        if (hours.Any(h => h.Day is < IsoDayOfWeek.Monday or > IsoDayOfWeek.Sunday)) return Fault.Invalid("hours", "Name the weekday of each of the hours.");
        var spans = hours.Select((h, i) => (Index: i, h.Day, From: Minute(h.Day, h.Opens), To: Minute(h.Day, h.Closes) + (h.Closes <= h.Opens ? 1440 : 0))).OrderBy(s => s.From).ToList();
        // Sunday night runs into Monday.
        if (spans.Count > 1) spans.Add((spans[0].Index, spans[0].Day, spans[0].From + Week, spans[0].To + Week));
        foreach (var (first, second) in spans.Zip(spans.Skip(1)))
        {
            if (second.From < first.To) return Fault.Invalid($"hours[{second.Index}].opens", first.Day == second.Day ? $"The hours of {first.Day} overlap." : $"{first.Day} is still open when {second.Day} opens.");
        }
        return null;

        static int Minute(IsoDayOfWeek day, LocalTime time) => (((int)day - 1) * 1440) + (time.Hour * 60) + time.Minute;
    }

    /// <summary>Sets the days that differ.</summary>
    /// <returns>A fault when a date comes twice or has only one of its hours.</returns>
    public Fault? SetClosures(IReadOnlyList<Closure> closures)
    {
        if (CheckClosures(closures) is { } fault) return fault;
        Closures = [.. closures.OrderBy(c => c.Date)];
        Version++;
        return null;
    }

    /// <summary>What is wrong with days that differ.</summary>
    public static Fault? CheckClosures(IReadOnlyList<Closure> closures)
    {
        if (closures.GroupBy(c => c.Date).FirstOrDefault(g => g.Count() > 1) is { } twice) return Fault.Invalid("closures", $"{twice.Key:uuuu-MM-dd} is listed twice.");
        if (closures.Any(c => c.Opens is null != c.Closes is null)) return Fault.Invalid("closures", "Give both hours, or none when closed all day.");
        if (closures.Any(c => string.IsNullOrWhiteSpace(c.Reason) || c.Reason.Length > 200)) return Fault.Invalid("closures", "Say in 1 to 200 letters why; guests read it.");
        return null;
    }

    /// <summary>Sets the rules for booking.</summary>
    /// <returns>A fault when a value is out of range.</returns>
    public Fault? SetPolicy(Policy policy)
    {
        if (policy.Cancellation is null) return Fault.Invalid("cancellation", "Give the tiers, or an empty list for nothing.");
        var fault = policy switch
        {
            { HoldMinutes: < 1 or > 1440 } => Fault.Invalid("holdMinutes", "A hold lasts 1 to 1440 minutes."),
            { WindowDays: < 1 or > 730 } => Fault.Invalid("windowDays", "Guests may book 1 to 730 days ahead."),
            { LeadMinutes: < 0 or > 10080 } => Fault.Invalid("leadMinutes", "Booking ends 0 minutes to 7 days before the start."),
            { MaxUnpaidHolds: < 1 or > 5 } => Fault.Invalid("maxUnpaidHolds", "A guest may have 1 to 5 unpaid holds."),
            { MaxUpcoming: < 1 } => Fault.Invalid("maxUpcoming", "Allow at least one booking, or leave it empty."),
            { MaxPerDay: < 1 } => Fault.Invalid("maxPerDay", "Allow at least one booking, or leave it empty."),
            { RescheduleHours: < 0 or > 720 } => Fault.Invalid("rescheduleHours", "Guests may reschedule until 0 to 720 hours before the start."),
            { NoShowMinutes: < 0 or > 240 } => Fault.Invalid("noShowMinutes", "A no-show is noted 0 to 240 minutes after the start."),
            { NoShowPercent: < 0 or > 100 } => Fault.Invalid("noShowPercent", "Who does not come is charged 0 to 100 percent; empty is one night."),
            { MaxNights: < 1 or > 365 } => Fault.Invalid("maxNights", "The longest stay is 1 to 365 nights."),
            _ when policy.CheckOut > policy.CheckIn => Fault.Invalid("checkOut", "Guests must have left before the next ones may have the room."),
            { DepositPercent: < 0 or >= 100 } => Fault.Invalid("depositPercent", "A deposit is 0 to 99 percent; 0 is the whole price at once."),
            { BalanceHours: < 0 or > 8760 } => Fault.Invalid("balanceHours", "The rest is due 0 to 8760 hours before the start."),
            { TaxPercent: < 0 or > 100 } => Fault.Invalid("taxPercent", "The tax is 0 to 100 percent."),
            { Cancellation.Count: > 20 } => Fault.Invalid("cancellation", "Twenty tiers at most."),
            _ => policy.Cancellation.Select((t, i) => CheckTier(t, i, policy.Cancellation)).FirstOrDefault(f => f is not null),
        };
        if (fault is not null) return fault;
        Policy = policy with { Cancellation = [.. policy.Cancellation.OrderByDescending(t => t.HoursBefore)] };
        Version++;
        return null;
    }

    /// <summary>Sets courts or rooms. One that was sold before is retired, not removed.</summary>
    /// <returns>A fault when two have one name or a known one is missing.</returns>
    public Fault? SetResources(IReadOnlyList<ResourceInfo> resources)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < resources.Count; i++)
        {
            if (!resources[i].Retired && !names.Add(resources[i].Name.Trim())) return Fault.Invalid($"resources[{i}].name", $"Two are called {resources[i].Name.Trim()}.");
        }
        if (resources.GroupBy(r => r.Id).Any(g => g.Count() > 1)) return Fault.Invalid("resources", "One of them is listed twice.");
        if (Resources.Any(known => resources.All(r => r.Id != known.Id))) return Fault.Invalid("resources", "Retire what you no longer use instead of removing it: old bookings refer to it.");
        Resources = [.. resources.OrderBy(r => r.Position)];
        Version++;
        return null;
    }

    /// <summary>Sets what is sold.</summary>
    /// <returns>A fault when an offering makes no sense.</returns>
    public Fault? SetOfferings(IReadOnlyList<OfferingInfo> offerings)
    {
        for (var i = 0; i < offerings.Count; i++)
        {
            var offering = offerings[i];
            if (offering.Shape == Shape.Slots && (offering.Durations.Count == 0 || offering.Durations.Any(d => d is < 5 or > 1440))) return Fault.Invalid($"offerings[{i}].durations", $"{offering.Name} needs lengths of 5 to 1440 minutes.");
            if (offering.Shape == Shape.Slots && offering.StepMinutes is < 5 or > 240) return Fault.Invalid($"offerings[{i}].stepMinutes", $"{offering.Name} needs a grid of 5 to 240 minutes.");
            if (offering.ResourceIds.Any(id => Resources.All(r => r.Id != id))) return Fault.Invalid($"offerings[{i}].resourceIds", $"{offering.Name} names a court that this venue does not have.");
            if (offering.MaxParticipants is < 1 or > 1000) return Fault.Invalid($"offerings[{i}].maxParticipants", $"{offering.Name} takes 1 to 1000 people.");
        }
        if (offerings.GroupBy(o => o.Id).Any(g => g.Count() > 1)) return Fault.Invalid("offerings", "One of them is listed twice.");
        if (Offerings.Any(known => offerings.All(o => o.Id != known.Id))) return Fault.Invalid("offerings", "Take an offering off sale instead of removing it: old bookings refer to it.");
        Offerings = [.. offerings];
        Version++;
        return null;
    }

    /// <summary>Sets the price rules; the order decides.</summary>
    /// <returns>A fault when a rule makes no sense.</returns>
    public Fault? SetPrices(IReadOnlyList<PriceRule> prices)
    {
        if (CheckPrices(prices, Offerings, Resources) is { } fault) return fault;
        Prices = [.. prices];
        PriceFrom = prices.Count == 0 ? null : prices.Min(p => p.Night?.Amount ?? p.PerHour);
        Version++;
        return null;
    }

    /// <summary>What is wrong with a list of price rules; the field names the rule.</summary>
    public static Fault? CheckPrices(IReadOnlyList<PriceRule> prices, IReadOnlyList<OfferingInfo> offerings, IReadOnlyList<ResourceInfo> resources)
    {
        for (var i = 0; i < prices.Count; i++)
        {
            var rule = prices[i];
            if (rule.PerHour is < 0 or > 1_000_000_000_000) return Fault.Invalid($"prices[{i}].perHour", "The price of an hour is zero or more.");
            if (string.IsNullOrWhiteSpace(rule.Label) || rule.Label.Length > 60) return Fault.Invalid($"prices[{i}].label", "Each rule needs a label of at most 60 characters.");
            if (rule.Days.Any(d => d is < IsoDayOfWeek.Monday or > IsoDayOfWeek.Sunday)) return Fault.Invalid($"prices[{i}].days", "Choose from Monday to Sunday.");
            if (rule.Night is { } night && NightFault(i, rule.Label, night) is { } fault) return fault;
            if (rule.LastDate < rule.FirstDate) return Fault.Invalid($"prices[{i}].lastDate", $"{rule.Label} ends before it begins.");
            if (rule.LeadHoursAtMost < rule.LeadHoursAtLeast) return Fault.Invalid($"prices[{i}].leadHoursAtMost", "At most must not be less than at least.");
            if (rule.OfferingId is { } offering && offerings.All(o => o.Id != offering)) return Fault.Invalid($"prices[{i}].offeringId", $"{rule.Label} is for an offering that this venue does not have.");
            if (rule.ResourceIds.Any(id => resources.All(r => r.Id != id))) return Fault.Invalid($"prices[{i}].resourceIds", $"{rule.Label} is for a court that this venue does not have.");
        }
        return null;
    }

    private static Fault? NightFault(int i, string label, NightPrice night) => night switch
    {
        { Amount: < 0 or > 1_000_000_000_000 } or { ExtraAdult: < 0 or > 1_000_000_000_000 } or { ExtraChild: < 0 or > 1_000_000_000_000 } => Fault.Invalid($"prices[{i}].night", $"The prices of {label} must be zero or more."),
        { GuestsIncluded: < 1 or > 1000 } => Fault.Invalid($"prices[{i}].night", $"{label} covers 1 to 1000 guests."),
        { MinStay: < 1 or > 365 } or { NightsAtLeast: < 1 or > 365 } => Fault.Invalid($"prices[{i}].night", $"{label} asks for 1 to 365 nights."),
        _ => null,
    };

    /// <summary>Moves along the approval.</summary>
    /// <param name="next">Where to.</param>
    /// <param name="actor">Who; the caller has checked the right.</param>
    /// <param name="reason">Why; needed for a rejection and a suspension.</param>
    /// <param name="at">When.</param>
    /// <returns>A fault when that move is not allowed from where it is.</returns>
    public Fault? Move(VenueState next, Actor actor, string? reason, Instant at)
    {
        var allowed = (State, next) is (VenueState.Draft or VenueState.Rejected, VenueState.Submitted) or (VenueState.Submitted, VenueState.Active or VenueState.Rejected)
            or (VenueState.Active, VenueState.Suspended) or (VenueState.Suspended, VenueState.Active);
        if (!allowed) return Fault.Conflict("wrong_state", $"A venue that is {State.ToString().ToLowerInvariant()} cannot become {next.ToString().ToLowerInvariant()}.");
        if (next is VenueState.Rejected or VenueState.Suspended && string.IsNullOrWhiteSpace(reason)) return Fault.Invalid("reason", "Say why; the owner will read it.");
        if (next is VenueState.Submitted && Offerings.All(o => !o.Active)) return Fault.Refused("incomplete", "Add a court, an offering, opening hours and prices before submitting.");
        // Hours of the day matter to what is sold by the hour; nights have their check-in and check-out times.
        if (next is VenueState.Submitted && ((Hours.Count == 0 && Offerings.Any(o => o is { Active: true, Shape: Shape.Slots })) || Prices.Count == 0)) return Fault.Refused("incomplete", "Add opening hours and prices before submitting.");
        Step(next, actor, reason, at);
        return null;
    }

    /// <summary>The venue as the rest of the house knows it.</summary>
    public VenueInfo Info() => new(
        Id, OrganisationId, Vertical, Name, Slug, State, TimeZone, Currency, Description, City, Address, Phone, Latitude, Longitude, Amenities, Hours, Closures, Policy, Resources,
        Offerings, Prices, Version);

    private static Fault? CheckTier(CancellationTier tier, int index, IReadOnlyList<CancellationTier> all)
    {
        if (tier.HoursBefore is < 0 or > 8760) return Fault.Invalid($"cancellation[{index}].hoursBefore", "A tier begins 0 hours to a year before the start.");
        if (tier.RefundPercent is < 0 or > 100) return Fault.Invalid($"cancellation[{index}].refundPercent", "A tier gives back 0 to 100 percent.");
        return all.Take(index).Any(t => t.HoursBefore == tier.HoursBefore) ? Fault.Invalid($"cancellation[{index}].hoursBefore", $"Two tiers begin {tier.HoursBefore} hours before.") : null;
    }

    private void Step(VenueState next, Actor actor, string? reason, Instant at)
    {
        History = [.. History, new Approval(next, actor.UserId, actor.Name, reason, at)];
        State = next;
        Version++;
    }

    private static string SlugOf(string name, Guid id)
    {
        var letters = new string([.. name.Normalize(System.Text.NormalizationForm.FormD).ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ').Take(60)]);
        return string.Join('-', [.. letters.Split(' ', StringSplitOptions.RemoveEmptyEntries), id.ToString("n")[^6..]]);
    }
}

/// <summary>A step of the approval.</summary>
public sealed record Approval(VenueState State, Guid? ActorId, string ActorName, string? Reason, Instant At);
