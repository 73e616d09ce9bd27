namespace Sarai.Panchang;

/// <summary>An ekadashi, the eleventh of a half month, with the fasts of both traditions and the times to break them.</summary>
/// <param name="Name">Its own name: Nirjala, Mokshada, in an added month Padmini or Parama.</param>
/// <param name="Month">The amanta month it belongs to.</param>
/// <param name="Paksha">Which half.</param>
/// <param name="StartsAt">When the tithi begins.</param>
/// <param name="EndsAt">When the tithi ends.</param>
/// <param name="Smarta">The fast of householders.</param>
/// <param name="Vaishnava">The fast of Vaishnavas, who want the tithi free of the tenth from four ghatis before sunrise.</param>
public sealed record Ekadashi(
    Name Name, LunarMonth Month, Paksha Paksha, DateTimeOffset StartsAt, DateTimeOffset EndsAt, EkadashiFast Smarta, EkadashiFast Vaishnava)
{
    private const double FourGhatis = 96.0 / 1440;

    /// <summary>Whether the two traditions fast on different days.</summary>
    public bool IsDisputed => Smarta.Date != Vaishnava.Date;

    /// <summary>The ekadashis whose fasts fall in a Gregorian year, in order; twenty-four, or more with an added month.</summary>
    /// <param name="almanac">Whose sunrise decides.</param>
    /// <param name="year">1001 to 2998.</param>
    /// <exception cref="ArgumentOutOfRangeException">The year is outside that range.</exception>
    public static IReadOnlyList<Ekadashi> Of(Almanac almanac, int year)
    {
        ArgumentNullException.ThrowIfNull(almanac);
        Festivals.Checked(year);
        return Of(new Reckoning(almanac), year);
    }

    internal static IReadOnlyList<Ekadashi> Of(Reckoning reckoning, int year)
    {
        var found = new List<Ekadashi>(26);
        var (first, last) = reckoning.Lunations(year);
        for (var lunation = first; lunation <= last; lunation++)
        {
            foreach (var paksha in new[] { Paksha.Shukla, Paksha.Krishna })
            {
                if (Find(reckoning, lunation, paksha) is { } ekadashi && ekadashi.Smarta.Date.Year == year)
                {
                    found.Add(ekadashi);
                }
            }
        }
        return found;
    }

    private static Ekadashi? Find(Reckoning reckoning, int lunation, Paksha paksha)
    {
        var tithi = paksha == Paksha.Shukla ? 11 : 26;
        var month = reckoning.Month(lunation);
        var (startTt, endTt) = reckoning.Tithi(lunation, tithi);
        double start = TimeScale.ToUt(startTt), end = TimeScale.ToUt(endTt);
        double dwadashiEnd = TimeScale.ToUt(reckoning.Tithi(lunation, tithi + 1).End);

        // The days whose sunrise falls in the tithi, and the day in which it begins.
        var rises = new List<DateOnly>(2);
        DateOnly? begins = null;
        var from = DateOnly.FromDateTime(reckoning.LocalOfTt(startTt).DateTime).AddDays(-1);
        for (var i = 0; i < 5; i++)
        {
            var date = from.AddDays(i);
            var day = reckoning.Daylight(date);
            if (day.Sunrise is not { } sunrise)
            {
                continue;
            }
            if (start <= sunrise && sunrise < end)
            {
                rises.Add(date);
            }
            if (sunrise <= start && start < (day.NextSunrise ?? sunrise + 1))
            {
                begins = date;
            }
        }
        if (begins is not { } beginning)
        {
            return null;
        }

        var (smarta, why) = rises.Count switch
        {
            0 => (beginning, "The tithi touches no sunrise; it is kept on the day in which it falls."),
            1 => (rises[0], "The tithi prevails at sunrise."),
            _ => (rises[0], "The tithi prevails at two sunrises; householders keep the first."),
        };
        var (vaishnava, whyVaishnava) = Pure(reckoning, rises, beginning, start, dwadashiEnd);
        return new Ekadashi(
            NameOf(month, paksha),
            month,
            paksha,
            reckoning.LocalOfTt(startTt),
            reckoning.LocalOfTt(endTt),
            Fast(reckoning, smarta, why, end, dwadashiEnd),
            Fast(reckoning, vaishnava, whyVaishnava, end, dwadashiEnd));
    }

    private static (DateOnly Date, string Reason) Pure(Reckoning reckoning, List<DateOnly> rises, DateOnly beginning, double start, double dwadashiEnd)
    {
        if (rises.Count == 0)
        {
            return (beginning.AddDays(1), "The tithi touches no sunrise; Vaishnavas fast on the twelfth.");
        }
        if (rises.Count > 1)
        {
            return (rises[^1], "The tithi prevails at two sunrises; Vaishnavas keep the second.");
        }
        var day = rises[0];
        if (start > reckoning.Daylight(day).Sunrise!.Value - FourGhatis)
        {
            return (day.AddDays(1), "The tenth still prevails in the four ghatis before sunrise; Vaishnavas fast on the next day.");
        }
        if (reckoning.Daylight(day).NextSunrise is { } next && reckoning.Daylight(day.AddDays(1)).NextSunrise is { } afterNext
            && next < dwadashiEnd && afterNext < dwadashiEnd)
        {
            return (day.AddDays(1), "The twelfth prevails at two sunrises (Vyanjuli); Vaishnavas fast on the first of them.");
        }
        return (day, "The tithi prevails at sunrise, free of the tenth.");
    }

    // The fast is broken on the next day: after sunrise and after Hari Vasara, the first quarter of the twelfth; before
    // the twelfth ends; in the first fifth of the daytime where that can be, else after the midday fifth.
    private static EkadashiFast Fast(Reckoning reckoning, DateOnly date, string reason, double end, double dwadashiEnd)
    {
        var next = reckoning.Daylight(date.AddDays(1));
        if (!next.IsWhole)
        {
            return new EkadashiFast(date, reason, null, null, "The next day has no sunrise and sunset; the fast is broken by the custom of the place.");
        }
        var sunrise = next.Sunrise!.Value;
        if (dwadashiEnd <= sunrise)
        {
            return new EkadashiFast(
                date, reason, Local(sunrise), Local(next.OfDay(1, 5).End), "The twelfth ends before sunrise; the fast is broken after sunrise.");
        }
        var hariVasara = end + (dwadashiEnd - end) / 4;
        var morning = next.OfDay(1, 5).End;
        var from = Math.Max(sunrise, hariVasara);
        if (from < morning)
        {
            return new EkadashiFast(
                date, reason, Local(from), Local(Math.Min(morning, dwadashiEnd)), hariVasara > sunrise ? "After Hari Vasara, in the morning." : "In the morning.");
        }
        var afternoon = next.OfDay(4, 5);
        return dwadashiEnd <= afternoon.Start || hariVasara >= afternoon.End
            ? new EkadashiFast(date, reason, Local(from), Local(dwadashiEnd), "After Hari Vasara, before the twelfth ends.")
            : new EkadashiFast(
                date, reason, Local(Math.Max(afternoon.Start, from)), Local(Math.Min(afternoon.End, dwadashiEnd)), "Hari Vasara lasts beyond the morning; after midday.");

        DateTimeOffset Local(double jdUt) => reckoning.Almanac.Local(jdUt);
    }

    private static Name NameOf(LunarMonth month, Paksha paksha) => month.IsAdhika
        ? EkadashiNames.OfAdhika(paksha)
        : EkadashiNames.Of(month.Number, paksha);
}
