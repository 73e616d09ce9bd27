using System.ComponentModel.DataAnnotations;

namespace Sarai.Catalog;

/// <summary>A venue's texts and place, as its staff enter them.</summary>
public sealed record Details : IValidatableObject
{
    /// <summary>The name guests see.</summary>
    [Required, StringLength(120, MinimumLength = 1)] public string? Name { get; set; }

    /// <summary>What guests read.</summary>
    [StringLength(5000)] public string Description { get; set; } = "";

    /// <summary>The city.</summary>
    [Required, StringLength(100, MinimumLength = 1)] public string? City { get; set; }

    /// <summary>The street address.</summary>
    [StringLength(300)] public string Address { get; set; } = "";

    /// <summary>The desk's phone.</summary>
    [StringLength(30)] public string? Phone { get; set; }

    /// <summary>Degrees north.</summary>
    [Required, Range(-90.0, 90.0)] public double? Latitude { get; set; }

    /// <summary>Degrees east.</summary>
    [Required, Range(-180.0, 180.0)] public double? Longitude { get; set; }

    /// <summary>IANA zone, such as Asia/Karachi.</summary>
    [Required] public string? TimeZone { get; set; }

    /// <summary>ISO 4217, such as PKR.</summary>
    [Required] public string? Currency { get; set; }

    /// <summary>Words such as parking, showers.</summary>
    [MaxLength(40)] public string[] Amenities { get; set; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TimeZone is not null && !Time.IsZone(TimeZone)) yield return new ValidationResult("Choose a time zone by its IANA name, such as Asia/Karachi.", [nameof(TimeZone)]);
        if (Currency is not null && !Money.IsCurrency(Currency)) yield return new ValidationResult("Give the currency as three capital letters, such as PKR.", [nameof(Currency)]);
    }
}
