using System.Globalization;
using Sarai.Bookings;

namespace Sarai.Host.Replay;

/// <summary>Holds the dashboard's figures against those of the file.</summary>
internal static class Comparison
{
    /// <summary>Prints both side by side.</summary>
    /// <returns>Whether all are equal.</returns>
    public static bool Print(Reckoning file, NightFigures.Response shown, TextWriter output)
    {
        var (sold, occupied) = (file.Sold.Values.Sum(), file.Occupied.Values.Sum());
        var there = shown.Rooms * shown.Nights.Count;
        var equal = true;
        output.WriteLine($"\n{"",-34}{"dashboard",16}{"file",16}");
        Line("nights", shown.Nights.Count, Period.DaysBetween(file.First, file.Last) + 1);
        Line("bookings", shown.Arrivals, file.Bookings);
        Line("room nights sold", shown.SoldNights, sold);
        Line("room nights occupied", shown.OccupiedNights, occupied);
        Line("occupancy", shown.Occupancy, Share(occupied, there));
        Line("room revenue", shown.Revenue.Amount / 100m, file.Revenue / 100m);
        Line("ADR (revenue by night sold)", shown.Adr.Amount / 100m, Cents(file.Revenue, sold));
        Line("RevPAR (revenue by room night)", shown.RevPar.Amount / 100m, Cents(file.Revenue, there));
        Line("cancellation rate", shown.CancellationRate, Share(file.Cancelled, file.Bookings));
        Line("no-show rate", shown.NoShowRate, Share(file.NoShows, file.Bookings));
        foreach (var lead in shown.LeadTimes) Line($"booked {lead.FromDays}{(lead.ToDays is { } to ? $" to {to}" : " or more")} days ahead", lead.Bookings, file.Lead(lead.FromDays, lead.ToDays));
        var differ = shown.Nights.Count(n => n.Sold != file.Sold.GetValueOrDefault(n.Date) || n.Occupied != file.Occupied.GetValueOrDefault(n.Date));
        Line("nights with another occupancy", differ, 0);
        output.WriteLine(equal ? "\nThe dashboard says what the file says." : "\nThe dashboard and the file differ.");
        return equal;

        void Line(string what, IFormattable dashboard, IFormattable computed)
        {
            var (a, b) = (Text(dashboard), Text(computed));
            equal &= a == b;
            output.WriteLine($"{what,-34}{a,16}{b,16}{(a == b ? "" : "   differs")}");
        }
    }

    private static string Text(IFormattable value) => value.ToString(value is double ? "0.000000" : value is decimal ? "0.00" : null, CultureInfo.InvariantCulture);

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;

    private static decimal Cents(long amount, int count) => count == 0 ? 0 : Math.Round((decimal)amount / count, MidpointRounding.AwayFromZero) / 100;
}
