namespace Sarai.Panchang.Tests;

/// <summary>Months, years and sankrantis.</summary>
public sealed class Calendars
{
    private static readonly Almanac Delhi = new(Days.Delhi, Days.India);

    // Source: Rashtriya Panchang of the Positional Astronomy Centre, Kolkata; Indian Standard Time, whole minutes.
    [Theory]
    [InlineData(2026, "Mesha", "04-14 09:33")]
    [InlineData(2026, "Vrishabha", "05-15 06:22")]
    [InlineData(2026, "Mithuna", "06-15 12:53")]
    [InlineData(2026, "Karka", "07-16 23:39")]
    [InlineData(2026, "Simha", "08-17 07:59")]
    [InlineData(2026, "Kanya", "09-17 07:53")]
    [InlineData(2026, "Tula", "10-17 19:52")]
    [InlineData(2026, "Vrishchika", "11-16 19:43")]
    [InlineData(2026, "Dhanu", "12-16 10:25")]
    [InlineData(2027, "Makara", "01-14 21:10")]
    [InlineData(2027, "Kumbha", "02-13 10:09")]
    [InlineData(2027, "Meena", "03-15 07:00")]
    [InlineData(2027, "Mesha", "04-14 15:28")]
    public void The_sun_enters_signs_when_the_Rashtriya_Panchang_says(int year, string sign, string at)
    {
        var sankranti = HinduCalendar.Sankrantis(Delhi, year).Single(x => x.Name.English == sign);

        sankranti.At.ShouldBe(Written.Instant($"{year}-{at.Replace(" ", "T")}:00+05:30"), TimeSpan.FromSeconds(60));
    }

    // Source: as above. The first opens Adhika Jyeshtha.
    [Theory]
    [InlineData("2026-05-17T01:31:00+05:30", "Adhika Jyeshtha")]
    [InlineData("2026-06-15T08:24:00+05:30", "Jyeshtha")]
    [InlineData("2026-07-14T15:14:00+05:30", "Ashadha")]
    public void New_moons_open_the_months_of_2026(string at, string name)
    {
        var moment = Written.Instant(at);
        var month = Delhi.MonthAt(moment.AddDays(1));

        month.StartsAt.ShouldBe(moment, TimeSpan.FromSeconds(60));
        month.Name.English.ShouldBe(name);
    }

    // Source: almanac of Delhi, 2026: amanta, purnimanta.
    [Theory]
    [InlineData(2026, 2, 17, "Magha", "Phalguna", false)]
    [InlineData(2026, 6, 5, "Jyeshtha", "Jyeshtha", true)]
    [InlineData(2026, 7, 14, "Jyeshtha", "Ashadha", false)]
    public void Both_reckonings_name_the_month(int year, int month, int day, string amanta, string purnimanta, bool adhika)
    {
        var panchang = Delhi.Day(new DateOnly(year, month, day));

        MonthNames.Of(panchang.Month.Number).English.ShouldBe(amanta);
        MonthNames.Of(panchang.Purnimanta).English.ShouldBe(purnimanta);
        panchang.Month.IsAdhika.ShouldBe(adhika);
    }

    // Source: the Calendar Reform Committee's list of intercalary months, continued by the Positional Astronomy Centre.
    [Theory]
    [InlineData(2012, "Adhika Bhadrapada")]
    [InlineData(2015, "Adhika Ashadha")]
    [InlineData(2018, "Adhika Jyeshtha")]
    [InlineData(2020, "Adhika Ashvina")]
    [InlineData(2023, "Adhika Shravana")]
    [InlineData(2026, "Adhika Jyeshtha")]
    public void Years_with_thirteen_months_have_the_added_one(int year, string name) =>
        HinduCalendar.LunarMonths(Delhi, year).Single(x => x.IsAdhika).Name.English.ShouldBe(name);

    [Theory]
    [InlineData(2022)]
    [InlineData(2024)]
    [InlineData(2025)]
    public void Other_years_have_none(int year) => HinduCalendar.LunarMonths(Delhi, year).ShouldAllBe(x => !x.IsAdhika && x.Swallowed == null);

    // Source: the lost month of 1983, Magha within Pausha, between added Ashvina (1982) and added Phalguna (1983).
    [Fact]
    public void The_year_1983_lost_a_month_between_two_added_ones()
    {
        var months = HinduCalendar.LunarMonths(Delhi, 1982).Concat(HinduCalendar.LunarMonths(Delhi, 1983)).ToList();

        months.Where(x => x.IsAdhika).Select(x => x.Name.English).ShouldBe(["Adhika Ashvina", "Adhika Phalguna"]);
        var lost = months.Single(x => x.Swallowed is not null);
        MonthNames.Of(lost.Number).English.ShouldBe("Pausha");
        MonthNames.Of(lost.Swallowed!.Value).English.ShouldBe("Magha");
        lost.Holds(10).ShouldBeTrue();
        lost.Holds(11).ShouldBeTrue();
        // Maha Shivaratri hangs on Magha and is kept all the same.
        Festivals.Of(Delhi, 1983, "maha-shivaratri").Single().Date.ShouldBe(new DateOnly(1983, 2, 11));
    }

    // Source: the Shaka and Vikram years and samvatsaras printed by almanacs of 2026 (Parabhava south, Raudra north).
    [Fact]
    public void Eras_and_samvatsaras_change_with_Chaitra()
    {
        var before = Delhi.Day(new DateOnly(2026, 3, 18)).Month;
        var after = Delhi.Day(new DateOnly(2026, 3, 20)).Month;

        (before.Shaka, before.Vikram).ShouldBe((1947, 2082));
        (after.Shaka, after.Vikram, after.VikramKartikadi).ShouldBe((1948, 2083, 2082));
        SamvatsaraNames.Of(before.SamvatsaraSouth).English.ShouldBe("Vishvavasu");
        SamvatsaraNames.Of(after.SamvatsaraSouth).English.ShouldBe("Parabhava");
        SamvatsaraNames.Of(after.SamvatsaraNorth).English.ShouldBe("Raudra");
        Delhi.Day(new DateOnly(2026, 11, 10)).Month.VikramKartikadi.ShouldBe(2083);
    }

    [Fact]
    public void Months_follow_each_other_for_five_centuries_and_the_added_ones_keep_the_year()
    {
        var reckoning = new Reckoning(Delhi);
        var first = reckoning.MonthAt(TimeScale.ToTt(JulianDate.FromDate(new DateOnly(1600, 1, 15)))).Lunation;
        LunarMonth? previous = null;
        for (var lunation = first; lunation < first + 12 * 500; lunation++)
        {
            var month = reckoning.Month(lunation);
            month.Holds(month.Number).ShouldBe(!month.IsAdhika);
            if (previous is not null)
            {
                month.Number.ShouldBe(previous.Next);
                (month.Shaka - previous.Shaka).ShouldBe(month.Number < previous.Number ? 1 : 0);
            }
            previous = month;
        }
    }

    [Fact]
    public void Ritu_and_ayana_follow_the_months_and_the_sun()
    {
        var january = Delhi.Day(new DateOnly(2026, 1, 5));

        (january.Month.Ritu, january.RituOfSun).ShouldBe((Ritu.Hemanta, Ritu.Shishira));
        (january.Ayana, january.AyanaOfSun).ShouldBe((Ayana.Dakshinayana, Ayana.Uttarayana));
        Delhi.Day(new DateOnly(2026, 1, 15)).Ayana.ShouldBe(Ayana.Uttarayana);
        Delhi.Day(new DateOnly(2026, 7, 18)).Ayana.ShouldBe(Ayana.Dakshinayana);
    }

    [Fact]
    public void A_month_view_carries_days_festivals_and_fasts()
    {
        var november = HinduCalendar.Month(Delhi, 2026, 11);

        november.Days.Count.ShouldBe(30);
        november.Days[7].Festivals.Select(x => x.Id).ShouldContain("diwali");
        november.Days[19].Ekadashi!.Name.English.ShouldBe("Devutthana");
        november.Days[20].Ekadashi!.Name.English.ShouldBe("Devutthana"); // the Vaishnava day
        Should.Throw<ArgumentOutOfRangeException>(() => HinduCalendar.Month(Delhi, 2026, 13)).Message.ShouldContain("1 to 12");
        Should.Throw<ArgumentOutOfRangeException>(() => HinduCalendar.Month(Delhi, 900, 1)).Message.ShouldContain("1001 to 2998");
    }

    // Source: the definition; the ends of tithis here equal the library's crossings of 12°.
    [Fact]
    public void Ends_are_the_crossings_of_the_angle()
    {
        var (from, to) = (new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var ends = Delhi.Ends(Limb.Tithi, from, to).ToList();
        var crossings = Events.Crossings(
            Angle.Elongation, 12, TimeScale.ToTt(JulianDate.FromInstant(from)), TimeScale.ToTt(JulianDate.FromInstant(to))).ToList();

        ends.Count.ShouldBe(crossings.Count);
        foreach (var (end, crossing) in ends.Zip(crossings))
        {
            end.EndsAt.ShouldBe(JulianDate.ToInstant(TimeScale.ToUt(crossing.JdTt)), TimeSpan.FromMilliseconds(2));
            (end.Number % 30).ShouldBe(crossing.Index);
        }
    }
}
