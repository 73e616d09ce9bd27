using System.Text.Json.Serialization;

namespace Sarai.Contracts;

/// <summary>Questions to Catalog. In-process they are answered from a snapshot in memory that every change replaces; they cost nothing.</summary>
public interface ICatalog
{
    /// <summary>A venue with everything that decides what can be booked there, or null.</summary>
    ValueTask<VenueInfo?> Venue(Guid venueId, CancellationToken cancel = default);

    /// <summary>The venue that sells this offering, or null.</summary>
    ValueTask<VenueInfo?> VenueOfOffering(Guid offeringId, CancellationToken cancel = default);

    /// <summary>The venues of an organisation, whatever their state.</summary>
    ValueTask<IReadOnlyList<VenueInfo>> VenuesOf(Guid organisationId, CancellationToken cancel = default);

    /// <summary>All venues of a trade, whatever their state.</summary>
    ValueTask<IReadOnlyList<VenueInfo>> VenuesIn(string vertical, CancellationToken cancel = default);

    /// <summary>What an interval on a resource costs by the venue's price rules: first match wins for each minute, pro rata across boundaries.</summary>
    /// <param name="offeringId">What is sold.</param>
    /// <param name="resourceId">Where.</param>
    /// <param name="during">When.</param>
    /// <param name="at">When it is booked; rules may depend on lead time.</param>
    /// <param name="tier">The guest's membership tier, or null.</param>
    /// <param name="cancel">Stops the question.</param>
    /// <returns>The price lines, or a fault when a part of the interval has no price.</returns>
    ValueTask<Answer<Quote>> Price(Guid offeringId, Guid resourceId, Interval during, Instant at, string? tier = null, CancellationToken cancel = default);

    /// <summary>What nights in one unit cost: first match wins for each night, and the rule of the first night may ask for a minimum stay or be closed to arrival.</summary>
    /// <param name="venueId">Where.</param>
    /// <param name="unit">What, and who sleeps there.</param>
    /// <param name="nights">The local dates of the first and of the last night.</param>
    /// <param name="at">When it is booked.</param>
    /// <param name="byDesk">True when staff book: restrictions on arrival do not bind the desk.</param>
    /// <param name="cancel">Stops the question.</param>
    /// <returns>The price lines, or a fault: no price, <c>minimum_stay</c>, <c>closed_to_arrival</c>.</returns>
    ValueTask<Answer<Quote>> PriceNights(Guid venueId, UnitWish unit, DateInterval nights, Instant at, bool byDesk, CancellationToken cancel = default);
}

/// <summary>What pages of verticals change in the rates of nights: the same feature the API has, which checks the actor itself.</summary>
public interface INightRates
{
    /// <summary>Sets what nights cost, or what they ask of a stay.</summary>
    Task<Answer<Done>> Set(Guid venueId, NightRates rates, Actor actor, CancellationToken cancel = default);
}

/// <summary>Nights of an offering and what is to be so on them; what is null stays as it is.</summary>
/// <param name="OfferingId">The room type.</param>
/// <param name="First">The local date of the first night.</param>
/// <param name="Last">The local date of the last night.</param>
public sealed record NightRates(Guid OfferingId, LocalDate First, LocalDate Last)
{
    /// <summary>Only these weekdays, or empty for all.</summary>
    public IReadOnlyList<IsoDayOfWeek> Days { get; init; } = [];

    /// <summary>Minor units a night.</summary>
    public long? Amount { get; init; }

    /// <summary>Who arrives stays at least so many nights.</summary>
    public int? MinStay { get; init; }

    /// <summary>Whether nobody may arrive.</summary>
    public bool? ClosedToArrival { get; init; }
}

/// <summary>A question to Catalog by pages of verticals: the venues guests may choose from.</summary>
public interface IVenueList
{
    /// <summary>Active venues of a trade, by words that may have typos, at most 60.</summary>
    Task<IReadOnlyList<VenueCard>> Find(string vertical, string? words, CancellationToken cancel = default);

    /// <summary>The venue of this name in addresses, or null.</summary>
    Task<VenueInfo?> BySlug(string slug, CancellationToken cancel = default);
}

/// <summary>A venue in a list.</summary>
public sealed record VenueCard(Guid Id, string Name, string Slug, string City, string Address, IReadOnlyList<string> Amenities, Money? PriceFrom, double? Latitude = null, double? Longitude = null);

/// <summary>How an offering is sold; see the design, section 4.</summary>
public enum Shape
{
    /// <summary>A start on a grid and a length.</summary>
    Slots,

    /// <summary>Check-in and check-out dates.</summary>
    Nights,

    /// <summary>A scheduled session with places.</summary>
    Sessions,

    /// <summary>A date of delivery.</summary>
    Orders,
}

/// <summary>Where a venue is in its approval: only active venues are shown to guests and can be booked.</summary>
public enum VenueState
{
    /// <summary>Being set up.</summary>
    Draft,

    /// <summary>Waiting for the platform's decision.</summary>
    Submitted,

    /// <summary>Open for booking.</summary>
    Active,

    /// <summary>Turned down, with a reason.</summary>
    Rejected,

    /// <summary>Taken offline, with a reason.</summary>
    Suspended,
}

/// <summary>A venue as it is at one moment. Never changed: a new one replaces it, with a higher version.</summary>
/// <param name="Id">The venue.</param>
/// <param name="OrganisationId">The tenant that owns it.</param>
/// <param name="Vertical">The trade: courts, stays, temples, journeys.</param>
/// <param name="Name">The name guests see.</param>
/// <param name="Slug">The name in addresses, unique.</param>
/// <param name="State">Where it is in its approval.</param>
/// <param name="TimeZone">IANA zone; all its rules speak local time.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Description">What guests read.</param>
/// <param name="City">The city.</param>
/// <param name="Address">The street address.</param>
/// <param name="Phone">The desk's phone, or null.</param>
/// <param name="Latitude">Degrees north.</param>
/// <param name="Longitude">Degrees east.</param>
/// <param name="Amenities">Words such as <c>parking</c>, <c>showers</c>.</param>
/// <param name="Hours">Weekly opening hours in local time.</param>
/// <param name="Closures">Days or parts of days with other hours or none.</param>
/// <param name="Policy">The rules for booking and cancelling.</param>
/// <param name="Resources">Courts, rooms; also retired ones, so that old bookings keep their names.</param>
/// <param name="Offerings">What is sold.</param>
/// <param name="Prices">The price rules in order; the first that matches decides.</param>
/// <param name="Version">Rises with every change.</param>
public sealed record VenueInfo(
    Guid Id, Guid OrganisationId, string Vertical, string Name, string Slug, VenueState State, string TimeZone, string Currency, string Description,
    string City, string Address, string? Phone, double Latitude, double Longitude, IReadOnlyList<string> Amenities, IReadOnlyList<OpeningHours> Hours,
    IReadOnlyList<Closure> Closures, Policy Policy, IReadOnlyList<ResourceInfo> Resources, IReadOnlyList<OfferingInfo> Offerings,
    IReadOnlyList<PriceRule> Prices, long Version)
{
    /// <summary>The zone's rules.</summary>
    public DateTimeZone Zone => Time.Zone(TimeZone);

    /// <summary>The offering of this id, or null.</summary>
    public OfferingInfo? Offering(Guid id) => Offerings.FirstOrDefault(o => o.Id == id);

    /// <summary>The resource of this id, or null.</summary>
    public ResourceInfo? Resource(Guid id) => Resources.FirstOrDefault(r => r.Id == id);

    /// <summary>
    /// When the venue is open on a local date, as instants, in order and without overlap. Hours that end at or before their start run past midnight
    /// and belong to the day they start on. A closure replaces the hours of its day.
    /// </summary>
    public IReadOnlyList<Interval> OpenOn(LocalDate date)
    {
        var closure = Closures.FirstOrDefault(c => c.Date == date);
        var hours = closure is null
            ? Hours.Where(h => h.Day == date.DayOfWeek).Select(h => (h.Opens, h.Closes))
            : closure.Opens is { } opens && closure.Closes is { } closes ? [(opens, closes)] : [];
        var zone = Zone;
        return [.. hours.OrderBy(h => h.Item1).Select(h => Between(zone, date, h.Item1, h.Item2)).Where(i => i.Duration > Duration.Zero)];
    }

    private static Interval Between(DateTimeZone zone, LocalDate date, LocalTime opens, LocalTime closes)
    {
        // Opening inside a missing hour means opening when the clocks have moved on.
        var start = zone.AtLeniently(date + opens).ToInstant();
        var end = zone.AtLeniently((closes <= opens ? date.PlusDays(1) : date) + closes).ToInstant();
        return end > start ? new Interval(start, end) : new Interval(start, start);
    }
}

/// <summary>Opening hours of one weekday; a day may have several.</summary>
/// <param name="Day">The local weekday on which they start.</param>
/// <param name="Opens">Local time.</param>
/// <param name="Closes">Local time; at or before <paramref name="Opens"/> it is the next day.</param>
public sealed record OpeningHours(IsoDayOfWeek Day, LocalTime Opens, LocalTime Closes);

/// <summary>A day that differs: a holiday, a special event.</summary>
/// <param name="Date">The local date.</param>
/// <param name="Reason">What guests are told.</param>
/// <param name="Opens">Other hours, or null when closed all day.</param>
/// <param name="Closes">Other hours, or null when closed all day.</param>
public sealed record Closure(LocalDate Date, string Reason, LocalTime? Opens, LocalTime? Closes);

/// <summary>A venue's rules for booking; a copy goes with each booking, so that later changes do not touch it.</summary>
public sealed record Policy
{
    /// <summary>Minutes a hold lasts before it must be paid: 1 to 1440.</summary>
    public int HoldMinutes { get; init; } = 15;

    /// <summary>How many days ahead guests may book: 1 to 730.</summary>
    public int WindowDays { get; init; } = 30;

    /// <summary>How many minutes before the start booking ends: 0 or more.</summary>
    public int LeadMinutes { get; init; }

    /// <summary>Holds one guest may have unpaid at once, across all venues: 1 to 5.</summary>
    public int MaxUnpaidHolds { get; init; } = 5;

    /// <summary>Future bookings one guest may have at this venue, or null for no limit.</summary>
    public int? MaxUpcoming { get; init; }

    /// <summary>Bookings one guest may have at this venue on one local date, or null for no limit.</summary>
    public int? MaxPerDay { get; init; }

    /// <summary>What is paid back on cancellation: the first tier whose hours are still ahead decides; none means nothing.</summary>
    public IReadOnlyList<CancellationTier> Cancellation { get; init; } = [new(24, 100), new(12, 50)];

    /// <summary>Until how many hours before the start a guest may reschedule.</summary>
    public int RescheduleHours { get; init; } = 12;

    /// <summary>Minutes after the start before the desk may mark a no-show.</summary>
    public int NoShowMinutes { get; init; } = 15;

    /// <summary>Whether guests may choose to pay at the desk.</summary>
    public bool PayAtDesk { get; init; }

    /// <summary>Which share of the price guests pay to make a hold firm, in percent; the rest is due later. 0 is all of it at once.</summary>
    public decimal DepositPercent { get; init; }

    /// <summary>With a deposit: by how many hours before the start the rest is to be paid; 0 is at the desk.</summary>
    public int BalanceHours { get; init; } = 24;

    /// <summary>Tax included in prices, in percent.</summary>
    public decimal TaxPercent { get; init; }

    /// <summary>For nights: from this local time on the guests may have their rooms.</summary>
    public LocalTime CheckIn { get; init; } = new(14, 0);

    /// <summary>For nights: by this local time they have left, which is not after <see cref="CheckIn"/>.</summary>
    public LocalTime CheckOut { get; init; } = new(12, 0);

    /// <summary>For nights: at this local time after the first night's midnight, who has not come is a no-show.</summary>
    public LocalTime NoShowAt { get; init; } = new(2, 0);

    /// <summary>For nights: the share of the price, in percent, that who does not come is charged; null is the price of one night.</summary>
    public decimal? NoShowPercent { get; init; }

    /// <summary>For nights: the longest stay guests may book themselves: 1 to 365.</summary>
    public int MaxNights { get; init; } = 30;

    /// <summary>What a stay costs whose guest does not come. One night is the price in equal parts; what does not divide falls on the first night.</summary>
    /// <param name="price">The price of the whole stay.</param>
    /// <param name="nights">How many nights it had.</param>
    public Money NoShowFee(Money price, int nights) => NoShowPercent is { } share ? price.Percent(share) : new Money((price.Amount / nights) + (price.Amount % nights), price.Currency);
}

/// <summary>A tier of the cancellation policy.</summary>
/// <param name="HoursBefore">At least this many hours before the start …</param>
/// <param name="RefundPercent">… this share comes back: 0 to 100.</param>
public sealed record CancellationTier(int HoursBefore, decimal RefundPercent);

/// <summary>A court, a room, a hall, a coach.</summary>
/// <param name="Id">The resource.</param>
/// <param name="Name">The name guests see.</param>
/// <param name="Kind">What it is: court, room, coach …</param>
/// <param name="Position">The order in lists.</param>
/// <param name="Retired">No longer bookable.</param>
/// <param name="Tags">Words such as <c>indoor</c>, <c>generator-backed</c>, <c>surface:turf</c>.</param>
public sealed record ResourceInfo(Guid Id, string Name, string Kind, int Position, bool Retired, IReadOnlyList<string> Tags);

/// <summary>Something sold.</summary>
/// <param name="Id">The offering.</param>
/// <param name="Name">The name guests see.</param>
/// <param name="Shape">How it is sold.</param>
/// <param name="Durations">For slots: the lengths in minutes.</param>
/// <param name="StepMinutes">For slots: starts lie on this grid, counted from the opening.</param>
/// <param name="ResourceIds">The resources it can be had on.</param>
/// <param name="MaxParticipants">How many people may come.</param>
/// <param name="Active">Whether it is on sale.</param>
public sealed record OfferingInfo(
    Guid Id, string Name, Shape Shape, IReadOnlyList<int> Durations, int StepMinutes, IReadOnlyList<Guid> ResourceIds, int MaxParticipants, bool Active);

/// <summary>A price rule; all its conditions must hold. Rules speak local wall time.</summary>
/// <param name="Id">The rule.</param>
/// <param name="Label">What guests see on the line: Peak, Off-peak, Early bird.</param>
/// <param name="OfferingId">Only this offering, or null for all.</param>
/// <param name="ResourceIds">Only these resources, or empty for all.</param>
/// <param name="Days">Only these weekdays, or empty for all.</param>
/// <param name="From">From this local time of day.</param>
/// <param name="To">To this local time of day; midnight means the day's end, and a time before <paramref name="From"/> wraps around.</param>
/// <param name="FirstDate">From this local date, or null.</param>
/// <param name="LastDate">To this local date inclusive, or null.</param>
/// <param name="LeadHoursAtLeast">Booked at least so many hours ahead, or null.</param>
/// <param name="LeadHoursAtMost">Booked at most so many hours ahead, or null.</param>
/// <param name="Tier">Only for this membership tier, or null.</param>
/// <param name="PerHour">Minor units for 60 minutes.</param>
/// <param name="Peak">Shown as peak.</param>
public sealed record PriceRule(
    Guid Id, string Label, Guid? OfferingId, IReadOnlyList<Guid> ResourceIds, IReadOnlyList<IsoDayOfWeek> Days, LocalTime From, LocalTime To,
    LocalDate? FirstDate, LocalDate? LastDate, int? LeadHoursAtLeast, int? LeadHoursAtMost, string? Tier, long PerHour, bool Peak)
{
    /// <summary>For offerings sold by the night: what a night costs; null for a rule of hours.</summary>
    public NightPrice? Night { get; init; }
}

/// <summary>The price of a night and what its rule demands of a stay.</summary>
/// <param name="Amount">Minor units a night, with <paramref name="GuestsIncluded"/> guests.</param>
/// <param name="GuestsIncluded">How many guests that covers; adults are counted first.</param>
/// <param name="ExtraAdult">Minor units a night for each further adult.</param>
/// <param name="ExtraChild">Minor units a night for each further child.</param>
public sealed record NightPrice(long Amount, int GuestsIncluded = 2, long ExtraAdult = 0, long ExtraChild = 0)
{
    /// <summary>The rule applies only to stays of at least so many nights: 1 or more.</summary>
    public int NightsAtLeast { get; init; } = 1;

    /// <summary>Who arrives on a night of this rule stays at least so many nights: 1 or more.</summary>
    public int MinStay { get; init; } = 1;

    /// <summary>Nobody may arrive on a night of this rule; staying over is fine.</summary>
    public bool ClosedToArrival { get; init; }
}

/// <summary>A price with its parts. It is stored with the booking: the price shown is the price paid.</summary>
/// <param name="Lines">The parts; they sum to the total.</param>
/// <param name="Total">What is to be paid.</param>
/// <param name="Peak">Whether any part is at peak price.</param>
public sealed record Quote(IReadOnlyList<PriceLine> Lines, Money Total, bool Peak);

/// <summary>A line of a price.</summary>
/// <param name="Kind"><c>base</c>, <c>tax</c> (included, information only, amount 0), <c>fee</c>, <c>discount</c>, <c>extra</c>.</param>
/// <param name="Text">What the guest reads.</param>
/// <param name="Amount">Minor units; discounts are negative.</param>
public sealed record PriceLine(string Kind, string Text, long Amount)
{
    /// <summary>What gave a discount and keeps it reserved for the booking; null for the lines of the price itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Key { get; init; }

    /// <summary>For a discount that is a share of the price: its percentage, so that it stays one when the booking moves.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public decimal? Percent { get; init; }
}

/// <summary>A venue was added or anything about it changed: its text, hours, courts, prices, policies, state.</summary>
/// <param name="VenueId">Which.</param>
/// <param name="OrganisationId">Whose.</param>
/// <param name="Vertical">Its trade.</param>
/// <param name="State">Its approval state now.</param>
/// <param name="What">What changed: created, text, hours, closures, policy, resources, offerings, prices, state.</param>
/// <param name="Version">The venue's new version.</param>
[EventName("venue.changed")]
public sealed record VenueChanged(Guid VenueId, Guid OrganisationId, string Vertical, VenueState State, string What, long Version) : IEvent
{
    /// <inheritdoc/>
    public Guid Key => VenueId;
}
