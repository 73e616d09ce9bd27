namespace Sarai.Panchang.Tests;

/// <summary>Birth charts against published ones, and the arithmetic of houses, dashas and matching.</summary>
public sealed class Kundlis
{
    private static readonly Place Delhi = Days.Delhi;
    private static readonly Kundli Child = Kundli.Of(new DateTimeOffset(1990, 5, 15, 6, 30, 0, TimeSpan.FromHours(5.5)), Delhi);

    // Source: Astro-Databank, tropical ascendants: Einstein (1879-03-14 11:30 local mean time, Ulm), Obama (1961-08-04
    // 19:24 HST, Honolulu).
    [Theory]
    [InlineData("1879-03-14T11:30:00", 10.0 / 15, 48.4, 10.0, 101.64641)]
    [InlineData("1961-08-04T19:24:00", -10.0, 21.3, -157.8666667, 318.04457)]
    public void Published_ascendants_are_met_within_six_arcseconds(string wall, double hoursEast, double latitude, double longitude, double degrees)
    {
        var instant = Written.Instant(wall + "Z").AddHours(-hoursEast);
        var ascendant = Houses.TropicalAscendant(JulianDate.FromInstant(instant), new Place(latitude, longitude));

        (Degrees.WrapSigned(ascendant - degrees) * 3600).ShouldBeInRange(-6, 6);
    }

    [Fact]
    public void The_lagna_is_the_ascendant_less_the_ayanamsa_and_opens_the_first_house()
    {
        var tropical = Houses.TropicalAscendant(JulianDate.FromInstant(Child.Birth), Delhi);

        Degrees.WrapSigned(Child.Lagna.Longitude - tropical + Child.AyanamsaDegrees).ShouldBe(0, 1e-9);
        Child.Houses.Placidus[0].ShouldBe(Child.Lagna.Longitude, 1e-9);
        Child.Grahas.ShouldAllBe(x => x.House == ((x.At.Rashi - Child.Lagna.Rashi + 12) % 12) + 1);
    }

    // What Placidus means: the cusp of the eleventh has a third of its semi-arc behind it. Checked from the sky's side.
    [Theory]
    [InlineData(28.6)]
    [InlineData(-33.9)]
    [InlineData(60.2)]
    [InlineData(66.0)]
    public void Placidus_cusps_divide_their_own_semi_arcs(double latitude)
    {
        var place = new Place(latitude, 20);
        var jdUt = JulianDate.FromInstant(Child.Birth);
        var kundli = Kundli.Of(Child.Birth, place);
        var obliquity = Earth.TrueObliquity(TimeScale.ToTt(jdUt)) * Math.PI / 180;
        var meridian = Earth.SiderealTime(jdUt) + place.Longitude;
        foreach (var (house, share, diurnal) in new[] { (11, 1.0 / 3, true), (12, 2.0 / 3, true), (2, 2.0 / 3, false), (3, 1.0 / 3, false) })
        {
            var longitude = (kundli.Houses.Placidus[house - 1] + kundli.AyanamsaDegrees) * Math.PI / 180;
            var ascension = Math.Atan2(Math.Sin(longitude) * Math.Cos(obliquity), Math.Cos(longitude)) * 180 / Math.PI;
            var declination = Math.Asin(Math.Sin(longitude) * Math.Sin(obliquity));
            var semiArc = Math.Acos(-Math.Tan(latitude * Math.PI / 180) * Math.Tan(declination)) * 180 / Math.PI;
            var fromMeridian = diurnal ? Degrees.WrapSigned(ascension - meridian) : Degrees.WrapSigned(meridian + 180 - ascension);
            fromMeridian.ShouldBe(share * (diurnal ? semiArc : 180 - semiArc), 1e-6);
        }
    }

    [Theory]
    [InlineData(66.6)]
    [InlineData(-75)]
    [InlineData(90)]
    public void Beyond_the_polar_circles_Placidus_is_refused_and_whole_signs_remain(double latitude)
    {
        var kundli = Kundli.Of(Child.Birth, new Place(latitude, 20));

        kundli.Houses.HasPlacidus.ShouldBeFalse();
        Should.Throw<InvalidOperationException>(() => kundli.Houses.Placidus).Message.ShouldContain("polar circles");
        kundli.Grahas.ShouldAllBe(x => x.PlacidusHouse == null && x.House >= 1 && x.House <= 12);
    }

    // Source: the definitions: 13°20′ a nakshatra, 3°20′ a pada and a navamsa.
    [Theory]
    [InlineData(0, 1, 1, 1, 1)]
    [InlineData(13.34, 1, 2, 1, 5)]
    [InlineData(119.999, 4, 9, 4, 12)]
    [InlineData(120.001, 5, 10, 1, 1)]
    [InlineData(359.999, 12, 27, 4, 12)]
    public void A_longitude_falls_in_its_parts(double longitude, int rashi, int nakshatra, int pada, int navamsa)
    {
        var at = new Zodiacal(longitude);

        (at.Rashi, at.Nakshatra, at.Pada, at.Navamsa).ShouldBe((rashi, nakshatra, pada, navamsa));
    }

    [Fact]
    public void Nodes_stand_opposite_and_go_backwards_and_Mercury_was_retrograde_in_May_1990()
    {
        Degrees.WrapSigned(Child[Graha.Rahu].At.Longitude - Child[Graha.Ketu].At.Longitude + 180).ShouldBe(0, 1e-9);
        Child[Graha.Rahu].IsRetrograde.ShouldBeTrue();
        Child[Graha.Mercury].IsRetrograde.ShouldBeTrue();
        Child[Graha.Sun].IsRetrograde.ShouldBeFalse();
        var byTrueNode = Kundli.Of(Child.Birth, Delhi, new KundliSettings(TrueNode: true))[Graha.Rahu].At.Longitude;
        Math.Abs(Degrees.WrapSigned(byTrueNode - Child[Graha.Rahu].At.Longitude)).ShouldBeInRange(0.0001, 1.8);
    }

    [Fact]
    public void Dashas_fill_120_years_and_each_level_fills_its_own()
    {
        var mahas = Child.Dasha.Mahadashas;
        mahas.Count.ShouldBe(9);
        (mahas[^1].EndsAt - mahas[0].StartsAt).TotalDays.ShouldBe(120 * 365.25, 1e-3);
        // Uttara Ashadha, the Sun's nakshatra: six years, of which the unexpired part is left.
        Child.Dasha.FirstLord.ShouldBe(Graha.Sun);
        Child.Dasha.BalanceYears.ShouldBe(6 * (1 - (Child[Graha.Moon].At.Longitude * 27 / 360 % 1)), 1e-9);
        mahas[0].EndsAt.ShouldBe(Child.Birth.AddDays(Child.Dasha.BalanceYears * 365.25), TimeSpan.FromSeconds(1));
        foreach (var maha in mahas)
        {
            ShouldFill(maha);
            foreach (var antar in maha.Parts)
            {
                antar.Level.ShouldBe(2);
                ShouldFill(antar);
                antar.Parts.ShouldAllBe(x => x.Level == 3 && x.Parts.Count == 0);
            }
        }

        static void ShouldFill(Dasha dasha)
        {
            dasha.Parts.Count.ShouldBe(9);
            dasha.Parts[0].Lord.ShouldBe(dasha.Lord);
            dasha.Parts[0].StartsAt.ShouldBe(dasha.StartsAt);
            dasha.Parts[^1].EndsAt.ShouldBe(dasha.EndsAt, TimeSpan.FromMilliseconds(1));
            dasha.Parts.Zip(dasha.Parts.Skip(1)).ShouldAllBe(x => x.First.EndsAt == x.Second.StartsAt);
        }
    }

    [Fact]
    public void Three_lords_rule_any_instant_of_a_life_and_none_after_it()
    {
        var running = Child.Dasha.At(new DateTimeOffset(2026, 11, 8, 0, 0, 0, TimeSpan.Zero));

        running.Select(x => x.Lord).ShouldBe([Graha.Rahu, Graha.Venus, Graha.Mercury]);
        Child.Dasha.At(Child.Birth.AddYears(121)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_pair_of_moons_gets_between_0_and_36_points_and_each_koota_its_share()
    {
        for (var his = 1.6; his < 360; his += 10.0 / 3)
        {
            for (var hers = 1.6; hers < 360; hers += 10.0 / 3)
            {
                var match = Ashtakoota.Of(his, hers);
                match.Points.ShouldBeInRange(0, 36);
                match.Kootas.Select(x => x.Maximum).ShouldBe([1, 2, 3, 4, 5, 6, 7, 8]);
                match.Kootas.All(x => x.Points >= 0 && x.Points <= x.Maximum).ShouldBeTrue($"{his} {hers}");
                var turned = Ashtakoota.Of(hers, his);
                foreach (var even in new[] { 2, 3, 4, 6, 7 })
                {
                    turned.Kootas[even].Points.ShouldBe(match.Kootas[even].Points, match.Kootas[even].Name.English);
                }
            }
        }
    }

    // The same Moon: everything but the nadi.
    [Fact]
    public void One_and_the_same_moon_lacks_only_the_nadi()
    {
        var match = Ashtakoota.Of(5, 5);

        match.Points.ShouldBe(28);
        match.Kootas[7].Points.ShouldBe(0);
        Ashtakoota.Of(1, 5, new MatchSettings(NadiExcuses: true)).Points.ShouldBe(36);
    }

    // Source: the usual northern tables: Ashwini with Bharani 34; sworn enemies cow and tiger; signs six and eight apart.
    [Fact]
    public void Known_pairs_get_known_points()
    {
        Ashtakoota.Of(5, 20).Points.ShouldBe(34);
        Yoni(150, 175).ShouldBe(0); // Uttara Phalguni (cow) and Chitra (tiger)
        Ashtakoota.Of(5, 155).Kootas[6].Reason.ShouldContain("6/8");
        Ashtakoota.Of(5, 215).Kootas[6].Points.ShouldBe(0);
        Ashtakoota.Of(5, 215, new MatchSettings(BhakootExcuses: true)).Kootas[6].Points.ShouldBe(7); // one lord, Mars
        Ashtakoota.Of(5, 40, new MatchSettings(EvenGana: true)).Kootas[5].Points.ShouldBe(5);
        Ashtakoota.Of(5, 40).Kootas[5].Points.ShouldBe(6);

        static double Yoni(double his, double hers) => Ashtakoota.Of(his, hers).Kootas[3].Points;
    }

    [Fact]
    public void Rubbish_longitudes_are_refused() => Should.Throw<ArgumentOutOfRangeException>(() => Ashtakoota.Of(double.NaN, 3)).Message.ShouldContain("finite");

    [Fact]
    public void Mangal_dosha_counts_its_houses_and_names_its_excuses()
    {
        var found = new List<MangalDosha>();
        for (var hour = 0; hour < 24; hour++)
        {
            var kundli = Kundli.Of(new DateTimeOffset(1990, 5, 15, hour, 0, 0, TimeSpan.FromHours(5.5)), Delhi);
            var dosha = MangalDosha.In(kundli, new MangalSettings(FromMoon: false));
            var house = Kundli.HouseFrom(kundli[Graha.Mars].At.Rashi, kundli.Lagna.Rashi);
            dosha.FromLagna.ShouldBe(house is 1 or 2 or 4 or 7 or 8 or 12 ? house : null);
            if (house == 2)
            {
                MangalDosha.In(kundli, new MangalSettings(SecondHouse: false, FromMoon: false)).IsPresent.ShouldBeFalse();
            }
            found.Add(dosha);
        }
        found.ShouldContain(x => x.IsPresent);
        found.ShouldContain(x => !x.IsPresent);
        // Mars in Kumbha, Jupiter in Mithuna: nine signs on, so Jupiter looks upon Mars.
        found.First(x => x.IsPresent).Excuses.ShouldBe(["Jupiter looks upon Mars."]);
    }
}
