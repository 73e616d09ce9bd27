namespace Sarai.Kernel;

/// <summary>Bridges the framework's <see cref="TimeProvider"/>, which tests can turn, and NodaTime.</summary>
public static class Time
{
    /// <summary>The current instant in UTC, cut to the microsecond, so that a value read back from PostgreSQL equals the one written.</summary>
    public static Instant Now(this TimeProvider clock)
    {
        var ticks = clock.GetUtcNow().UtcTicks;
        return Instant.FromDateTimeUtc(new DateTime(ticks - (ticks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc));
    }

    /// <summary>The IANA zone of this name, from the tzdb inside NodaTime.</summary>
    /// <exception cref="NodaTime.TimeZones.DateTimeZoneNotFoundException">The name is not in the database; check names at the border with <see cref="IsZone"/>.</exception>
    public static DateTimeZone Zone(string name) => DateTimeZoneProviders.Tzdb[name];

    /// <summary>Whether the tzdb knows a zone of this name.</summary>
    public static bool IsZone(string? name) => name is not null && DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is not null;

    /// <summary>
    /// The instant of a local time: an ambiguous one (clocks went back) takes the earlier instant, a missing one (clocks went forward) gives null.
    /// </summary>
    public static Instant? At(this DateTimeZone zone, LocalDateTime local)
    {
        var map = zone.MapLocal(local);
        return map.Count == 0 ? null : map.First().ToInstant();
    }
}
