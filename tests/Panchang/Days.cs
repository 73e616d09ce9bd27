namespace Sarai.Panchang.Tests;

/// <summary>The almanac of single days against printed and published values; each row names its source.</summary>
public sealed class Days
{
    internal static readonly TimeZoneInfo India = Almanac.FixedZone(TimeSpan.FromHours(5.5));
    internal static readonly Place Delhi = new(28.6139, 77.2090), Bangalore = new(12.972, 77.594), Shillong = new(25.569, 91.883);

    // Hours above 24 belong to the next day. Source: the worked examples of the open drik-panchanga calculator (Bangalore,
    // Shillong), Swiss Ephemeris positions, within 30 s.
    [Theory]
    [InlineData("2009-07-15", 12.972, 77.594, Limb.Tithi, 23, "27:07:09")]
    [InlineData("2009-07-15", 12.972, 77.594, Limb.Nakshatra, 27, "17:06:24")]
    [InlineData("2013-01-18", 12.972, 77.594, Limb.Tithi, 7, "16:24:04")]
    [InlineData("2013-01-18", 12.972, 77.594, Limb.Nakshatra, 27, "19:22:54")]
    [InlineData("2013-01-18", 12.972, 77.594, Limb.Yoga, 21, "29:10:40")]
    [InlineData("1985-06-09", 12.972, 77.594, Limb.Tithi, 22, "25:03:22")]
    [InlineData("1985-06-09", 12.972, 77.594, Limb.Nakshatra, 24, "26:32:36")]
    [InlineData("1985-06-09", 12.972, 77.594, Limb.Yoga, 1, "22:59:38")]
    [InlineData("2010-04-24", 12.972, 77.594, Limb.Tithi, 10, "06:09:18")]
    [InlineData("2010-04-24", 12.972, 77.594, Limb.Tithi, 11, "27:33:50")]
    [InlineData("2013-02-03", 12.972, 77.594, Limb.Tithi, 22, "08:13:52")]
    [InlineData("2013-02-03", 12.972, 77.594, Limb.Tithi, 23, "30:33:06")]
    [InlineData("2009-06-21", 25.569, 91.883, Limb.Nakshatra, 3, "05:00:59")]
    [InlineData("2009-06-21", 25.569, 91.883, Limb.Nakshatra, 4, "26:31:00")]
    public void Limbs_end_when_the_worked_examples_say(string date, double latitude, double longitude, Limb limb, int number, string end)
    {
        var day = new Almanac(new Place(latitude, longitude), India).Day(Written.Date(date));
        var spans = limb switch { Limb.Tithi => day.Tithis, Limb.Nakshatra => day.Nakshatras, _ => day.Yogas };

        spans.Single(x => x.Number == number).EndsAt.ShouldBe(At(date, end), TimeSpan.FromSeconds(30));
    }

    // Source: drik-panchanga, Bangalore, centre of the disc on the refracted horizon.
    [Fact]
    public void The_sun_rises_by_its_centre_in_Bangalore()
    {
        var day = new Almanac(Bangalore, India, new(RiseConvention.Centre)).Day(new DateOnly(2013, 1, 18));

        day.Sunrise!.Value.ShouldBe(At("2013-01-18", "06:47:20"), TimeSpan.FromSeconds(30));
        day.Sunset!.Value.ShouldBe(At("2013-01-18", "18:12:58"), TimeSpan.FromSeconds(30));
    }

    // Source: published almanac of Delhi for 2026-04-02 and 2026-04-16, whole minutes.
    [Fact]
    public void Delhi_in_April_2026_is_as_published()
    {
        var almanac = new Almanac(Delhi, India);
        var second = almanac.Day(new DateOnly(2026, 4, 2));
        second.Sunrise!.Value.ShouldBe(At("2026-04-02", "06:10:00"), TimeSpan.FromMinutes(2));
        second.Sunset!.Value.ShouldBe(At("2026-04-02", "18:39:00"), TimeSpan.FromMinutes(2));
        second.Tithis[0].Number.ShouldBe(15);
        second.Tithis[0].EndsAt.ShouldBe(At("2026-04-02", "07:41:00"), TimeSpan.FromMinutes(2));
        second.Nakshatras[0].Name.English.ShouldBe("Hasta");
        second.Nakshatras[0].EndsAt.ShouldBe(At("2026-04-02", "17:38:00"), TimeSpan.FromMinutes(2));

        var sixteenth = almanac.Day(new DateOnly(2026, 4, 16));
        sixteenth.Sunrise!.Value.ShouldBe(At("2026-04-16", "05:55:00"), TimeSpan.FromMinutes(2));
        sixteenth.Sunset!.Value.ShouldBe(At("2026-04-16", "18:47:00"), TimeSpan.FromMinutes(2));
        ShouldSpan(sixteenth.Parts!.RahuKaal, "2026-04-16", "13:58:00", "15:34:00");
        ShouldSpan(sixteenth.Parts.Yamaganda, "2026-04-16", "05:55:00", "07:31:00");
        ShouldSpan(sixteenth.Parts.GulikaKaal, "2026-04-16", "09:08:00", "10:45:00");
    }

    // Source: published Rahu Kaal of Delhi at both solstices of 2024.
    [Theory]
    [InlineData("2024-06-21", "10:38:00", "12:23:00")]
    [InlineData("2024-12-21", "09:44:00", "11:01:00")]
    public void Rahu_follows_the_length_of_the_day(string date, string from, string to) =>
        ShouldSpan(new Almanac(Delhi, India).Day(Written.Date(date)).Parts!.RahuKaal, date, from, to);

    // Source: the Indian Astronomical Ephemeris, as the almanac of 2026 applies it: Krishna Chaturthi of 6 January is lost.
    [Fact]
    public void A_tithi_without_a_sunrise_is_lost()
    {
        var day = new Almanac(Delhi, India).Day(new DateOnly(2026, 1, 6));

        day.Tithis.Select(x => x.Number).ShouldBe([18, 19, 20]);
        day.LostTithi!.Value.Number.ShouldBe(15 + 4);
    }

    [Fact]
    public void A_tithi_with_two_sunrises_is_repeated()
    {
        var days = new Almanac(Delhi, India).Days(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31)).ToList();
        var repeated = days.Where(x => x.IsTithiRepeated).ToList();

        repeated.ShouldNotBeEmpty();
        foreach (var day in repeated)
        {
            days[day.Date.DayOfYear - 2].Tithis[0].Number.ShouldBe(day.Tithis[0].Number);
        }
        // Every sunrise has a tithi, every tithi but the lost ones a sunrise: the count closes.
        var lost = days.Count(x => x.LostTithi is not null);
        var passed = days.Zip(days.Skip(1)).Sum(x => (x.Second.Tithis[0].Number - x.First.Tithis[0].Number + 30) % 30);
        passed.ShouldBe(days.Count - 1 - repeated.Count(x => x.Date.DayOfYear > 1) + days.Take(days.Count - 1).Count(x => x.LostTithi is not null));
        lost.ShouldBeGreaterThan(repeated.Count);
    }

    // The tithi at sunrise of this day must not be told without a warning: the full moon is within a minute of it.
    [Fact]
    public void A_boundary_within_a_minute_of_sunrise_is_called_ambiguous()
    {
        var almanac = new Almanac(Delhi, India);

        almanac.Day(new DateOnly(2026, 6, 30)).Tithis[0].Ambiguous.ShouldBeTrue();
        almanac.Day(new DateOnly(2026, 6, 30)).IsAmbiguous.ShouldBeTrue();
        almanac.Day(new DateOnly(2026, 4, 2)).IsAmbiguous.ShouldBeFalse();
    }

    [Fact]
    public void Spans_join_without_gaps_and_cover_the_day()
    {
        foreach (var day in new Almanac(Delhi, India).Days(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31)))
        {
            foreach (var spans in new[] { day.Tithis, day.Nakshatras, day.Yogas, day.Karanas })
            {
                spans[0].StartsAt.ShouldBeLessThanOrEqualTo(day.Sunrise!.Value);
                spans[^1].EndsAt.ShouldBeGreaterThanOrEqualTo(day.NextSunrise!.Value);
                spans.Zip(spans.Skip(1)).All(x => x.First.EndsAt == x.Second.StartsAt).ShouldBeTrue();
            }
            day.Padas[0].Nakshatra.ShouldBe(day.Nakshatras[0].Number);
        }
    }

    // The Moon rises once in 24 h 50 m on average; none may fall between two days.
    [Fact]
    public void No_moonrise_is_lost_between_two_days()
    {
        var rises = new Almanac(Delhi, India).Days(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31)).Where(x => x.Moonrise is not null).Select(x => x.Moonrise!.Value).ToList();

        rises.Count.ShouldBeInRange(350, 355);
        rises.Zip(rises.Skip(1)).ShouldAllBe(x => (x.Second - x.First).TotalHours > 24.2 && (x.Second - x.First).TotalHours < 25.5);
    }

    [Fact]
    public void Karanas_are_halves_of_tithis_with_four_fixed_ones_around_the_new_moon()
    {
        var ends = new Almanac(Delhi, India).Ends(Limb.Karana, At("2026-01-01", "00:00:00"), At("2026-03-15", "00:00:00")).ToList();

        ends.Where(x => x.Number is 57 or 58 or 59 or 0).Select(x => x.Name.English).Take(4)
            .ShouldBe(["Shakuni", "Chatushpada", "Naga", "Kimstughna"]);
        ends.Single(x => x.Number == 28 && x.EndsAt.Month == 2).Name.English.ShouldBe("Vishti");
        ends.First(x => x.Number == 1).Name.English.ShouldBe("Bava");
    }

    [Fact]
    public void The_first_hora_belongs_to_the_lord_of_the_day_and_the_twenty_fifth_to_the_next()
    {
        foreach (var day in new Almanac(Delhi, India).Days(new DateOnly(2026, 11, 8), new DateOnly(2026, 11, 14)))
        {
            var horas = day.Parts!.Horas;
            horas.Count.ShouldBe(24);
            horas[0].Lord.ShouldBe((Graha)(int)day.Vara);
            horas[0].StartsAt.ShouldBe(day.Sunrise!.Value);
            horas[12].StartsAt.ShouldBe(day.Sunset!.Value);
            horas[23].EndsAt.ShouldBe(day.NextSunrise!.Value);
        }
        var sunday = new Almanac(Delhi, India).Day(new DateOnly(2026, 11, 8)).Parts!.Horas;
        sunday.Take(7).Select(x => x.Lord).ShouldBe([Graha.Sun, Graha.Venus, Graha.Mercury, Graha.Moon, Graha.Saturn, Graha.Jupiter, Graha.Mars]);
    }

    // Source: the definitions' cycle and starts, by weekday from Sunday.
    [Theory]
    [InlineData(8, "Udveg", "Char", "Shubh", "Amrit")]
    [InlineData(9, "Amrit", "Kaal", "Char", "Rog")]
    [InlineData(10, "Rog", "Udveg", "Kaal", "Labh")]
    [InlineData(11, "Labh", "Amrit", "Udveg", "Shubh")]
    [InlineData(12, "Shubh", "Rog", "Amrit", "Char")]
    [InlineData(13, "Char", "Labh", "Rog", "Kaal")]
    [InlineData(14, "Kaal", "Shubh", "Labh", "Udveg")]
    public void Choghadiyas_run_their_cycle(int november, string first, string second, string firstOfNight, string secondOfNight)
    {
        var choghadiyas = new Almanac(Delhi, India).Day(new DateOnly(2026, 11, november)).Parts!.Choghadiyas;

        choghadiyas.Select(x => x.Name.English).Where((_, i) => i is 0 or 1 or 8 or 9).ShouldBe([first, second, firstOfNight, secondOfNight]);
        choghadiyas[7].Name.ShouldBe(choghadiyas[0].Name);
        choghadiyas[15].Name.ShouldBe(choghadiyas[8].Name);
    }

    [Fact]
    public void Abhijit_is_around_true_noon_and_on_Wednesday_only_when_asked_for()
    {
        var wednesday = new DateOnly(2026, 11, 11);
        new Almanac(Delhi, India).Day(wednesday).Parts!.Abhijit.ShouldBeNull();
        var day = new Almanac(Delhi, India, new(AbhijitOnWednesday: true)).Day(wednesday);
        var abhijit = day.Parts!.Abhijit!.Value;
        var noon = day.Sunrise!.Value + ((day.Sunset!.Value - day.Sunrise.Value) / 2);

        (abhijit.StartsAt + ((abhijit.EndsAt - abhijit.StartsAt) / 2)).ShouldBe(noon, TimeSpan.FromSeconds(1));
        // It is that day's dur muhurta, which is why many leave it out.
        day.Parts.DurMuhurtas.Single().StartsAt.ShouldBe(abhijit.StartsAt);
    }

    [Fact]
    public void Conventions_of_sunrise_come_in_order()
    {
        var rises = Enum.GetValues<RiseConvention>().Select(x => new Almanac(Delhi, India, new(x)).Day(new DateOnly(2026, 3, 20)).Sunrise!.Value).ToList();

        rises.ShouldBe(rises.Order());
        (rises[^1] - rises[0]).TotalSeconds.ShouldBeInRange(220, 235); // 50′ at the equator of the sky, 3.8 minutes at 28.6°
    }

    [Theory]
    [InlineData(2026, 6, 21, "above")]
    [InlineData(2026, 12, 21, "below")]
    public void Polar_day_and_night_have_no_sunrise_and_say_so(int year, int month, int day, string where)
    {
        var tromso = new Almanac(new Place(69.65, 18.96), Almanac.FixedZone(TimeSpan.FromHours(1))).Day(new DateOnly(year, month, day));

        tromso.Sunrise.ShouldBeNull();
        tromso.Parts.ShouldBeNull();
        tromso.NoSunrise!.ShouldStartWith("There is no sunrise");
        tromso.NoSunrise!.ShouldContain(where);
        tromso.Tithis.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(90, 0)]
    [InlineData(-90, 0)]
    [InlineData(78.22, 15.65)]
    [InlineData(-69.0, 39.6)]
    public void Every_day_of_a_year_near_the_poles_is_answered(double latitude, double longitude)
    {
        foreach (var day in new Almanac(new Place(latitude, longitude), TimeZoneInfo.Utc).Days(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31)))
        {
            (day.Sunrise is null).ShouldBe(day.NoSunrise is not null);
            day.Tithis.Count.ShouldBeInRange(1, 4);
        }
    }

    // The same instants on both sides of the date line, a day apart by the calendar.
    [Fact]
    public void The_date_line_changes_dates_and_nothing_else()
    {
        var east = new Almanac(new Place(-13.8, -171.8), Almanac.FixedZone(TimeSpan.FromHours(13))).Day(new DateOnly(2026, 11, 9));
        var west = new Almanac(new Place(-13.8, -171.8), Almanac.FixedZone(TimeSpan.FromHours(-11))).Day(new DateOnly(2026, 11, 8));

        east.Sunrise!.Value.UtcDateTime.ShouldBe(west.Sunrise!.Value.UtcDateTime);
        east.Tithis[0].Number.ShouldBe(west.Tithis[0].Number);
        east.Vara.ShouldBe(DayOfWeek.Monday);
        west.Vara.ShouldBe(DayOfWeek.Sunday);
    }

    [Fact]
    public void The_western_hemisphere_and_its_clock_changes_are_answered()
    {
        var newYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        var days = new Almanac(new Place(40.7128, -74.0060), newYork).Days(new DateOnly(2026, 10, 31), new DateOnly(2026, 11, 2)).ToList();

        days.Select(x => x.Sunrise!.Value.Offset.TotalHours).ShouldBe([-4, -5, -5]);
        days.ShouldAllBe(x => DateOnly.FromDateTime(x.Sunrise!.Value.DateTime) == x.Date);
        days[0].NextSunrise.ShouldBe(days[1].Sunrise);
        // Source: NOAA solar calculator, New York 2026-11-02: sunrise 6:27 standard time.
        days[2].Sunrise!.Value.TimeOfDay.ShouldBe(new TimeSpan(6, 27, 0), TimeSpan.FromMinutes(1.5));
    }

    [Theory]
    [InlineData(1600)]
    [InlineData(2400)]
    public void Far_years_are_answered(int year)
    {
        var days = new Almanac(Delhi, India).Days(new DateOnly(year, 1, 1), new DateOnly(year, 12, 31)).ToList();

        days.Count.ShouldBe(366);
        days.ShouldAllBe(x => x.Sunrise != null && x.Tithis[0].Number >= 1 && x.Tithis[0].Number <= 30);
    }

    [Theory]
    [InlineData(double.NaN, 0)]
    [InlineData(91, 0)]
    [InlineData(0, 181)]
    [InlineData(0, double.PositiveInfinity)]
    public void Places_off_the_globe_are_refused(double latitude, double longitude) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new Almanac(new Place(latitude, longitude), India));

    [Fact]
    public void Dates_and_offsets_out_of_range_are_refused_with_a_sentence()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new Almanac(Delhi, India).Day(new DateOnly(900, 1, 1))).Message.ShouldContain("1001 to 2998");
        Should.Throw<ArgumentOutOfRangeException>(() => Almanac.FixedZone(TimeSpan.FromHours(15))).Message.ShouldContain("-14:00 to +14:00");
        Should.Throw<ArgumentNullException>(() => new Almanac(Delhi, null!));
    }

    [Fact]
    public void Days_read_one_after_another_are_the_days_read_alone()
    {
        var almanac = new Almanac(Delhi, India);
        foreach (var day in almanac.Days(new DateOnly(2026, 2, 1), new DateOnly(2026, 2, 28)))
        {
            var alone = almanac.Day(day.Date);
            alone.Sunrise!.Value.ShouldBe(day.Sunrise!.Value, TimeSpan.FromMilliseconds(2));
            alone.Tithis.Select(x => x.Number).ShouldBe(day.Tithis.Select(x => x.Number));
            alone.Month.Number.ShouldBe(day.Month.Number);
        }
    }

    internal static DateTimeOffset At(string date, string clock)
    {
        var parts = clock.Split(':').Select(x => int.Parse(x, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        return new DateTimeOffset(Written.Date(date).ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(5.5)) + new TimeSpan(parts[0], parts[1], parts[2]);
    }

    private static void ShouldSpan(Period period, string date, string from, string to)
    {
        period.StartsAt.ShouldBe(At(date, from), TimeSpan.FromMinutes(2));
        period.EndsAt.ShouldBe(At(date, to), TimeSpan.FromMinutes(2));
    }
}
