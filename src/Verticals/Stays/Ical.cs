using System.Globalization;
using System.Text;
using NodaTime.Text;

namespace Sarai.Stays;

/// <summary>As much of iCalendar (RFC 5545) as rooms need: events with a beginning, an end, a name of their own and a state.</summary>
public static class Ical
{
    private static readonly LocalDatePattern Day = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");
    private static readonly LocalDateTimePattern Local = LocalDateTimePattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss");
    private static readonly InstantPattern Stamp = InstantPattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss'Z'");

    /// <summary>An event that was read.</summary>
    /// <param name="Uid">Its name, stable over changes.</param>
    /// <param name="Start">Its beginning.</param>
    /// <param name="End">Its end.</param>
    /// <param name="Summary">What it says.</param>
    /// <param name="Cancelled">Whether it was called off.</param>
    public sealed record Event(string Uid, Instant Start, Instant End, string Summary, bool Cancelled);

    /// <summary>An event to be written, of whole days.</summary>
    public sealed record Stay(string Uid, LocalDate First, LocalDate End, int Sequence, Instant ChangedAt, string Summary, bool Cancelled);

    /// <summary>Reads a calendar. Dates are nights of the house; times without a zone are meant in the house's.</summary>
    /// <param name="text">The file.</param>
    /// <param name="venue">The house.</param>
    /// <returns>The events that could be read, or null when this is no whole calendar.</returns>
    public static IReadOnlyList<Event>? Read(string text, VenueInfo venue)
    {
        var lines = text.ReplaceLineEndings("\n").Replace("\n ", "", StringComparison.Ordinal).Replace("\n\t", "", StringComparison.Ordinal).Split('\n');
        // A file that breaks off is no statement about what it does not hold.
        if (!lines.Any(l => l.Trim() == "BEGIN:VCALENDAR") || !lines.Any(l => l.Trim() == "END:VCALENDAR")) return null;
        var (events, current) = (new Dictionary<string, Event>(), (Dictionary<string, (string Head, string Value)>?)null);
        foreach (var line in lines)
        {
            if (line.Trim() == "BEGIN:VEVENT") current = [];
            else if (line.Trim() == "END:VEVENT")
            {
                if (current is not null && Of(current, venue) is { } found) events[found.Uid] = found;
                current = null;
            }
            else if (current is not null && Colon(line) is var colon and > 0) current.TryAdd(line[..colon].Split(';')[0].ToUpperInvariant(), (line[..colon], line[(colon + 1)..]));
        }
        return [.. events.Values];
    }

    /// <summary>Writes a calendar of whole days.</summary>
    public static string Write(string name, IEnumerable<Stay> stays)
    {
        var text = new StringBuilder();
        foreach (var line in new[] { "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Sarai//Stays//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH", $"X-WR-CALNAME:{Escape(name)}" }) Add(text, line);
        foreach (var stay in stays)
        {
            Add(text, "BEGIN:VEVENT");
            Add(text, $"UID:{stay.Uid}");
            Add(text, $"SEQUENCE:{stay.Sequence}");
            Add(text, $"DTSTAMP:{Stamp.Format(stay.ChangedAt)}");
            Add(text, $"DTSTART;VALUE=DATE:{Day.Format(stay.First)}");
            Add(text, $"DTEND;VALUE=DATE:{Day.Format(stay.End)}");
            Add(text, $"SUMMARY:{Escape(stay.Summary)}");
            Add(text, $"STATUS:{(stay.Cancelled ? "CANCELLED" : "CONFIRMED")}");
            Add(text, "END:VEVENT");
        }
        Add(text, "END:VCALENDAR");
        return text.ToString();
    }

    private static Event? Of(Dictionary<string, (string Head, string Value)> fields, VenueInfo venue)
    {
        if (!fields.TryGetValue("UID", out var uid) || !fields.TryGetValue("DTSTART", out var from) || At(from, venue, venue.Policy.CheckIn) is not { } start) return null;
        var end = fields.TryGetValue("DTEND", out var to) ? At(to, venue, venue.Policy.CheckOut) : Length(fields, from, start, venue);
        if (end is not { } stop || stop <= start) return null;
        var cancelled = fields.TryGetValue("STATUS", out var status) && status.Value.Trim().Equals("CANCELLED", StringComparison.OrdinalIgnoreCase);
        return new Event(uid.Value.Trim(), start, stop, fields.TryGetValue("SUMMARY", out var summary) ? summary.Value.Trim() : "", cancelled);
    }

    private static Instant? At((string Head, string Value) field, VenueInfo venue, LocalTime ofDay)
    {
        var (head, value) = (field.Head.ToUpperInvariant(), field.Value.Trim());
        if (Day.Parse(value) is { Success: true, Value: var date }) return venue.Zone.AtLeniently(date + ofDay).ToInstant();
        if (Stamp.Parse(value) is { Success: true, Value: var instant }) return instant;
        if (Local.Parse(value) is not { Success: true, Value: var local }) return null;
        var name = head.IndexOf("TZID=", StringComparison.Ordinal) is var at and >= 0 ? field.Head[(at + 5)..].Split(';')[0].Trim('"') : null;
        var zone = Time.IsZone(name) ? Time.Zone(name!) : venue.Zone;
        return zone.AtLeniently(local).ToInstant();
    }

    // Without an end an event of a date takes one night; a duration counts from the start.
    private static Instant? Length(Dictionary<string, (string Head, string Value)> fields, (string Head, string Value) from, Instant start, VenueInfo venue)
    {
        if (fields.TryGetValue("DURATION", out var length) && PeriodPattern.NormalizingIso.Parse(length.Value.Trim().TrimStart('+')) is { Success: true, Value: var period })
            return start.InZone(venue.Zone).LocalDateTime.Plus(period).InZoneLeniently(venue.Zone).ToInstant();
        return Day.Parse(from.Value.Trim()) is { Success: true, Value: var date } ? venue.Zone.AtLeniently(date.PlusDays(1) + venue.Policy.CheckOut).ToInstant() : null;
    }

    // The first colon that is not inside a quoted parameter.
    private static int Colon(string line)
    {
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"') quoted = !quoted;
            else if (line[i] == ':' && !quoted) return i;
        }
        return -1;
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).ReplaceLineEndings("\\n");

    private static void Add(StringBuilder text, string line)
    {
        // Lines are folded at 75 octets, never inside a character (RFC 5545, 3.1).
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > (octets == 0 ? 75 : 74))
            {
                text.Append("\r\n ");
                octets = 1;
            }
            text.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }
        text.Append("\r\n");
    }
}
