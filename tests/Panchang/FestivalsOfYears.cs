namespace Sarai.Panchang.Tests;

/// <summary>Festivals against the gazetted holidays of the Government of India and published almanacs, at Delhi.</summary>
public sealed class FestivalsOfYears
{
    private static readonly Almanac Delhi = new(Days.Delhi, Days.India);

    // Source: list of gazetted holidays, Department of Personnel and Training, 2025 and 2026.
    [Theory]
    [InlineData("maha-shivaratri", "2025-02-26")]
    [InlineData("holi", "2025-03-14")]
    [InlineData("buddha-purnima", "2025-05-12")]
    [InlineData("dussehra", "2025-10-02")]
    [InlineData("diwali", "2025-10-20")]
    [InlineData("guru-nanak-jayanti", "2025-11-05")]
    [InlineData("holi", "2026-03-04")]
    [InlineData("rama-navami", "2026-03-26")]
    [InlineData("buddha-purnima", "2026-05-01")]
    [InlineData("janmashtami", "2026-09-04")]
    [InlineData("dussehra", "2026-10-20")]
    [InlineData("diwali", "2026-11-08")]
    [InlineData("guru-nanak-jayanti", "2026-11-24")]
    public void Gazetted_days_are_kept(string id, string date) => Festivals.Of(Delhi, Written.Year(date), id).Single().Date.ShouldBe(Written.Date(date));

    // Source: published almanacs of Delhi, 2024 and 2026.
    [Theory]
    [InlineData("maha-shivaratri", "2026-02-15")]
    [InlineData("nag-panchami", "2026-08-17")]
    [InlineData("raksha-bandhan", "2026-08-28")]
    [InlineData("karwa-chauth", "2026-10-29")]
    [InlineData("dhanteras", "2026-11-06")]
    [InlineData("govardhan-puja", "2026-11-10")]
    [InlineData("bhai-dooj", "2026-11-11")]
    [InlineData("maha-shivaratri", "2024-03-08")]
    [InlineData("holi", "2024-03-25")]
    [InlineData("rama-navami", "2024-04-17")]
    [InlineData("akshaya-tritiya", "2024-05-10")]
    [InlineData("guru-purnima", "2024-07-21")]
    [InlineData("janmashtami", "2024-08-26")]
    [InlineData("ganesh-chaturthi", "2024-09-07")]
    [InlineData("dussehra", "2024-10-12")]
    public void Published_days_are_kept(string id, string date) => Festivals.Of(Delhi, Written.Year(date), id).Single().Date.ShouldBe(Written.Date(date));

    // Wrong in tables that circulate.
    [Theory]
    [InlineData("diwali", "2026-10-09")]
    [InlineData("diwali", "2025-10-21")]
    [InlineData("holi", "2026-03-03")]
    public void Days_of_wrong_tables_are_not_given(string id, string date) =>
        Festivals.Of(Delhi, Written.Year(date), id).ShouldAllBe(x => x.Date != Written.Date(date) && x.Others.All(other => other.Date != Written.Date(date)));

    [Fact]
    public void Diwali_of_2024_is_told_with_both_days_and_reasons()
    {
        var diwali = Festivals.Of(Delhi, 2024, "diwali").Single();

        diwali.Date.ShouldBe(new DateOnly(2024, 10, 31));
        diwali.Reason.ShouldContain("pradosh");
        var other = diwali.Others.Single();
        other.Date.ShouldBe(new DateOnly(2024, 11, 1));
        other.Reason.ShouldContain("both days");
        other.Tradition.ShouldContain("Dharma Sindhu");
    }

    [Fact]
    public void Janmashtami_of_2025_is_told_for_both_traditions()
    {
        var janmashtami = Festivals.Of(Delhi, 2025, "janmashtami").Single();

        (janmashtami.Date, janmashtami.Tradition).ShouldBe((new DateOnly(2025, 8, 15), "Smarta"));
        (janmashtami.Others.Single().Date, janmashtami.Others.Single().Tradition).ShouldBe((new DateOnly(2025, 8, 16), "Vaishnava"));
        Festivals.Of(Delhi, 2026, "janmashtami").Single().Others.ShouldBeEmpty();
    }

    // Bhadra (Vishti karana) covers every evening or afternoon Purnima has: the rule's third step decides.
    [Theory]
    [InlineData("raksha-bandhan", "2023-08-30", "after Bhadra")]
    [InlineData("raksha-bandhan", "2025-08-09", "three muhurtas")]
    [InlineData("raksha-bandhan", "2024-08-19", "on this day alone")]
    [InlineData("holika-dahan", "2025-03-13", "after Bhadra")]
    [InlineData("holika-dahan", "2026-03-03", "three and a half praharas")]
    public void Bhadra_is_avoided(string id, string date, string reason)
    {
        var festival = Festivals.Of(Delhi, Written.Year(date), id).Single();

        festival.Date.ShouldBe(Written.Date(date));
        festival.Reason.ShouldContain(reason);
    }

    [Fact]
    public void A_festival_decided_within_a_minute_of_sunrise_is_called_ambiguous()
    {
        Festivals.Of(Delhi, 2026, "vat-purnima").Single().Ambiguous.ShouldBeTrue();
        Festivals.Of(Delhi, 2026, "diwali").Single().Ambiguous.ShouldBeFalse();
    }

    [Fact]
    public void An_added_month_keeps_no_yearly_festival_but_the_one_that_asks_for_it()
    {
        var inAdhika = Festivals.Of(Delhi, 2026).Where(x => x.Date >= new DateOnly(2026, 5, 17) && x.Date < new DateOnly(2026, 6, 15)).ToList();

        inAdhika.Select(x => x.Id).ShouldBe(["ganga-dussehra"]);
        Festivals.Of(Delhi, 2023, "nag-panchami").Single().Date.ShouldBe(new DateOnly(2023, 8, 21));
    }

    // Source: solar reckoning of the south; Vishu follows sunrise, Puthandu sunset, Onam the Moon in Shravana in Simha.
    [Theory]
    [InlineData("vishu", "2026-04-15")]
    [InlineData("vishu", "2025-04-14")]
    [InlineData("puthandu", "2026-04-14")]
    [InlineData("onam", "2024-09-15")]
    [InlineData("onam", "2025-09-05")]
    [InlineData("karthigai-deepam", "2025-12-03")]
    [InlineData("makara-sankranti", "2024-01-15")]
    public void Solar_festivals_follow_the_sun(string id, string date) => Festivals.Of(Delhi, Written.Year(date), id).Single().Date.ShouldBe(Written.Date(date));

    [Fact]
    public void Every_festival_has_one_day_or_more_in_every_three_years_and_a_reason()
    {
        foreach (var festival in Festivals.All)
        {
            var days = Enumerable.Range(2024, 3).SelectMany(year => Festivals.Of(Delhi, year, festival.Id)).ToList();
            days.Count.ShouldBe(3, festival.Id);
            days.ShouldAllBe(x => x.Reason.EndsWith('.'));
        }
        Festivals.All.Select(x => x.Id).ShouldBeUnique();
    }

    [Fact]
    public void Every_name_is_written_in_every_script()
    {
        var names = Festivals.All.Select(x => x.Name)
            .Concat(Enumerable.Range(1, 30).Select(TithiNames.Of)).Concat(Enumerable.Range(1, 27).Select(NakshatraNames.Of))
            .Concat(Enumerable.Range(1, 27).Select(YogaNames.Of)).Concat(Enumerable.Range(0, 60).Select(KaranaNames.Of))
            .Concat(Enumerable.Range(1, 12).Select(MonthNames.Of)).Concat(Enumerable.Range(1, 60).Select(SamvatsaraNames.Of))
            .Concat(Enumerable.Range(1, 12).Select(RashiNames.Of)).Concat(Enum.GetValues<Graha>().Select(PlanetNames.Of))
            .Concat(Enum.GetValues<DayOfWeek>().Select(VaraNames.Of)).Concat(Enum.GetValues<Ritu>().Select(MonthNames.Of))
            .Concat(Enumerable.Range(0, 7).Select(PeriodNames.OfChoghadiya))
            .Concat(Enumerable.Range(1, 12).SelectMany(x => new[] { EkadashiNames.Of(x, Paksha.Shukla), EkadashiNames.Of(x, Paksha.Krishna) }));

        foreach (var name in names)
        {
            ShouldBeIn(name.Hindi, 0x0900);
            ShouldBeIn(name.Tamil, 0x0B80);
            ShouldBeIn(name.Telugu, 0x0C00);
            ShouldBeIn(name.Kannada, 0x0C80);
            foreach (var language in Enum.GetValues<Language>())
            {
                name.Transliterated(language).All(x => x is < (char)0x0900 or >= (char)0x0D00).ShouldBeTrue(name.English);
            }
        }

        static void ShouldBeIn(string text, int block) =>
            text.Where(char.IsLetter).All(x => x >= block && x < block + 0x80).ShouldBeTrue(text);
    }

    [Theory]
    [InlineData("एकादशी", "ekādaśī")]
    [InlineData("हुण्णिमे", "huṇṇime")]
    [InlineData("ಹುಣ್ಣಿಮೆ", "huṇṇime")]
    [InlineData("திருவாதிரை", "tiruvātirai")]
    [InlineData("సంక్రాంతి", "saṁkrāṁti")]
    [InlineData("आषाढ़", "āṣāḍha")]
    public void Scripts_are_transliterated_letter_by_letter(string text, string latin) => Transliteration.Of(text).ShouldBe(latin);

    // Source: almanac of Delhi, 2026: names and days of the fasts; Smarta and Vaishnava differ where said.
    [Theory]
    [InlineData("Nirjala", "2026-06-25", "2026-06-25")]
    [InlineData("Parama", "2026-06-11", "2026-06-11")]
    [InlineData("Padmini", "2026-05-26", "2026-05-27")]
    [InlineData("Yogini", "2026-07-10", "2026-07-11")]
    [InlineData("Devshayani", "2026-07-25", "2026-07-25")]
    [InlineData("Devutthana", "2026-11-20", "2026-11-21")]
    [InlineData("Mokshada", "2026-12-20", "2026-12-20")]
    public void Ekadashis_are_named_and_dated(string name, string smarta, string vaishnava)
    {
        var ekadashi = Ekadashi.Of(Delhi, 2026).Single(x => x.Name.English == name);

        ekadashi.Smarta.Date.ShouldBe(Written.Date(smarta));
        ekadashi.Vaishnava.Date.ShouldBe(Written.Date(vaishnava));
    }

    [Fact]
    public void A_fast_is_broken_the_next_day_after_Hari_Vasara_and_before_the_twelfth_ends()
    {
        foreach (var year in new[] { 2023, 2024, 2025, 2026 })
        {
            var ekadashis = Ekadashi.Of(Delhi, year);
            ekadashis.Count.ShouldBeInRange(23, 27);
            foreach (var ekadashi in ekadashis)
            {
                foreach (var fast in new[] { ekadashi.Smarta, ekadashi.Vaishnava })
                {
                    var day = Delhi.Day(fast.Date.AddDays(1));
                    (fast.ParanaFrom!.Value - day.Sunrise!.Value).TotalMilliseconds.ShouldBeGreaterThan(-2);
                    fast.ParanaTo!.Value.ShouldBeGreaterThan(fast.ParanaFrom.Value);
                    fast.ParanaTo.Value.ShouldBeLessThan(day.Sunset!.Value);
                }
            }
        }
    }

    [Fact]
    public void A_festival_nobody_knows_is_refused() => Should.Throw<ArgumentException>(() => Festivals.Of(Delhi, 2026, "xmas")).Message.ShouldContain("xmas");

    [Fact]
    public void Places_without_a_sunrise_still_have_a_calendar()
    {
        var tromso = new Almanac(new Place(69.65, 18.96), Almanac.FixedZone(TimeSpan.FromHours(1)));

        Festivals.Of(tromso, 2026).Count.ShouldBeGreaterThan(40);
        Festivals.Of(tromso, 2026, "diwali").Single().Date.ShouldBe(new DateOnly(2026, 11, 8));
        Ekadashi.Of(tromso, 2026).ShouldNotBeEmpty();
    }
}
