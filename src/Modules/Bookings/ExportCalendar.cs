using System.Text;
using Microsoft.EntityFrameworkCore;
using NodaTime.Text;

namespace Sarai.Bookings;

/// <summary>A booking as an iCalendar file (RFC 5545). The UID never changes; SEQUENCE rises with every move, so that calendars update instead of doubling.</summary>
public static class ExportCalendar
{
    private static readonly InstantPattern Utc = InstantPattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss'Z'");

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/bookings/{id:guid}/calendar.ics", async (Guid id, Actor actor, BookingsDb db, ICatalog catalog, TimeProvider clock, CancellationToken cancel) =>
        {
            var booking = await db.Bookings.AsNoTracking().FirstOrDefaultAsync(b => b.Id == id, cancel);
            if (GetBooking.Access(booking, actor) is { } barred) return (Answer<Done>)barred;
            var venue = await catalog.Venue(booking!.VenueId, cancel);
            return Results.File(Encoding.UTF8.GetBytes(Write(booking, venue, clock.Now())), "text/calendar; charset=utf-8", $"{booking.Code}.ics");
        })
        .Needs("read:bookings").Limited(RateLimits.Read).WithTags("Bookings").WithSummary("The booking as a calendar file").Produces(200, contentType: "text/calendar");

    /// <summary>The file's text.</summary>
    public static string Write(Booking booking, VenueInfo? venue, Instant now)
    {
        var text = new StringBuilder();
        Line("BEGIN:VCALENDAR");
        Line("VERSION:2.0");
        Line("PRODID:-//Sarai//Bookings//EN");
        Line("METHOD:PUBLISH");
        Line("BEGIN:VEVENT");
        Line($"UID:{booking.Id}@sarai");
        Line($"SEQUENCE:{booking.History.Count - 1}");
        Line($"DTSTAMP:{Utc.Format(now)}");
        Line($"DTSTART:{Utc.Format(booking.StartsAt)}");
        Line($"DTEND:{Utc.Format(booking.EndsAt)}");
        Line($"SUMMARY:{Escape($"{booking.OfferingName}, {booking.VenueName}")}");
        Line($"DESCRIPTION:{Escape($"{string.Join(", ", booking.Resources.Select(r => r.Name))}\n{booking.Code}")}");
        if (venue is not null)
        {
            Line($"LOCATION:{Escape($"{venue.Name}, {venue.Address}, {venue.City}")}");
            Line(FormattableString.Invariant($"GEO:{venue.Latitude:F6};{venue.Longitude:F6}"));
        }
        Line($"STATUS:{booking.Status switch { BookingStatus.Cancelled or BookingStatus.Expired => "CANCELLED", BookingStatus.Held => "TENTATIVE", _ => "CONFIRMED" }}");
        Line("END:VEVENT");
        Line("END:VCALENDAR");
        return text.ToString();

        void Line(string line)
        {
            // Lines are folded at 75 octets, never inside a character (RFC 5545, 3.1).
            var octets = 0;
            foreach (var rune in line.EnumerateRunes())
            {
                if (octets + rune.Utf8SequenceLength > (octets == 0 ? 75 : 74))
                {
                    text.Append("\r\n ");
                    octets = 0;
                }
                text.Append(rune.ToString());
                octets += rune.Utf8SequenceLength;
            }
            text.Append("\r\n");
        }
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)
        .Replace(",", "\\,", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
