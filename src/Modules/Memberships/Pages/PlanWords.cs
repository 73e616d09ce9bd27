using System.Globalization;

namespace Sarai.Memberships.Pages;

/// <summary>How pages speak of plans.</summary>
internal static class PlanWords
{
    public static IEnumerable<string> Points(KeepPlans.View plan)
    {
        if (plan.Sessions is { } sessions) yield return Wording.Of("{0} bookings", sessions);
        if (plan.ValidDays is { } days) yield return Wording.Of("good for {0} days", days);
        if (plan.FreeBookings > 0) yield return Wording.Of("{0} free bookings a month", plan.FreeBookings);
        if (plan.DiscountPercent > 0) yield return Wording.Of("{0} % off every booking", Percent(plan.DiscountPercent));
        if (plan.WindowDays is { } window) yield return Wording.Of("book {0} days ahead", window);
        if (plan.Scope.MaxMinutes is { } minutes) yield return Wording.Of("up to {0} minutes each", minutes);
        switch (plan.Scope)
        {
            case { From: { } from, To: { } to }: yield return Wording.Of("between {0} and {1}", Clock(from), Clock(to)); break;
            case { From: { } first }: yield return Wording.Of("from {0} on", Clock(first)); break;
            case { To: { } last }: yield return Wording.Of("until {0}", Clock(last)); break;
        }
    }

    public static string Percent(decimal percent) => percent.ToString("0.##", CultureInfo.CurrentCulture);

    public static string Day(Instant at) => at.InUtc().Date.ToString("d MMM yyyy", CultureInfo.CurrentCulture);

    private static string Clock(LocalTime time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
}
