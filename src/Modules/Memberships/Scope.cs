using System.ComponentModel.DataAnnotations;

namespace Sarai.Memberships;

/// <summary>For which bookings something counts; what is empty does not limit. It speaks of the venue's local time.</summary>
public sealed record Scope
{
    /// <summary>Only at these venues.</summary>
    [MaxLength(200)] public IReadOnlyList<Guid> VenueIds { get; set; } = [];

    /// <summary>Only for these offerings.</summary>
    [MaxLength(200)] public IReadOnlyList<Guid> OfferingIds { get; set; } = [];

    /// <summary>Only on these weekdays.</summary>
    [MaxLength(7)] public IReadOnlyList<IsoDayOfWeek> Days { get; set; } = [];

    /// <summary>Only when it starts at or after this local time.</summary>
    public LocalTime? From { get; set; }

    /// <summary>Only when it has ended by this local time.</summary>
    public LocalTime? To { get; set; }

    /// <summary>Only up to this length in minutes.</summary>
    [Range(1, 525600)] public int? MaxMinutes { get; set; }

    /// <summary>Whether a booking is among them.</summary>
    public bool Fits(BenefitWish wish)
    {
        if (VenueIds.Count > 0 && !VenueIds.Contains(wish.VenueId)) return false;
        if (OfferingIds.Count > 0 && !OfferingIds.Contains(wish.OfferingId)) return false;
        if (MaxMinutes is { } most && wish.During.Duration > Duration.FromMinutes(most)) return false;
        var zone = Time.Zone(wish.TimeZone);
        var (start, end) = (wish.During.Start.InZone(zone).LocalDateTime, wish.During.End.InZone(zone).LocalDateTime);
        if (Days.Count > 0 && !Days.Contains(start.DayOfWeek)) return false;
        if (From is { } from && start.TimeOfDay < from) return false;
        // Ending at midnight is ending on the day it began.
        return To is not { } to || end <= start.Date + to || (to == LocalTime.Midnight && end <= start.Date.PlusDays(1).AtMidnight());
    }

    /// <summary>Whether the venues, offerings and times make sense for an organisation.</summary>
    public Fault? Check(IReadOnlyList<VenueInfo> venues)
    {
        if (VenueIds.Any(id => venues.All(v => v.Id != id))) return Fault.Invalid("scope.venueIds", "Choose among your own venues.");
        if (OfferingIds.Any(id => venues.All(v => v.Offering(id) is null))) return Fault.Invalid("scope.offeringIds", "Choose among what your own venues offer.");
        return From is { } from && To is { } to && to != LocalTime.Midnight && to <= from ? Fault.Invalid("scope.to", "The end must be after the beginning.") : null;
    }
}
