using System.Text.Json.Nodes;
using Sarai.Panchang.Cli;

namespace Sarai.Panchang.Tests;

/// <summary>The command line, run in this process as a person would type it.</summary>
public sealed class Cli
{
    private const string Delhi = "--lat 28.6139 --lng 77.209 --tz Asia/Kolkata";

    [Fact]
    public void A_day_has_its_stable_fields()
    {
        var day = Json($"day --date 2026-11-08 {Delhi} --json");

        day["sunrise"]!.GetValue<DateTimeOffset>().ShouldBe(Days.At("2026-11-08", "06:38:07"), TimeSpan.FromSeconds(2));
        foreach (var field in new[] { "sunset", "moonrise", "moonset" })
        {
            day[field]!.GetValue<string>().ShouldEndWith("+05:30");
        }
        foreach (var limb in new[] { "tithi", "nakshatra", "yoga", "karana" })
        {
            var first = day[limb]![0]!;
            first["number"]!.GetValue<int>().ShouldBeGreaterThan(0);
            first["name"]!.GetValue<string>().ShouldNotBeEmpty();
            first["startsAt"]!.GetValue<DateTimeOffset>().ShouldBeLessThan(first["endsAt"]!.GetValue<DateTimeOffset>());
        }
        day["tithi"]![0]!["number"]!.GetValue<int>().ShouldBe(29);
        (day["month"]!["amanta"]!.GetValue<string>(), day["month"]!["purnimanta"]!.GetValue<string>(), day["month"]!["adhika"]!.GetValue<bool>())
            .ShouldBe(("Ashvina", "Kartika", false));
        day["ayanamsaDegrees"]!.GetValue<double>().ShouldBe(24.2344, 0.0001);
    }

    [Fact]
    public void Events_are_one_object_a_line()
    {
        var (code, output, _) = Run("events --events tithi --from 2026-01-01 --to 2026-02-01 --json");
        var lines = output.TrimEnd('\n').Split('\n').Select(x => JsonNode.Parse(x)!).ToList();

        code.ShouldBe(0);
        lines.Count.ShouldBeInRange(31, 33);
        foreach (var (one, next) in lines.Zip(lines.Skip(1)))
        {
            next["startsAt"]!.GetValue<string>().ShouldBe(one["endsAt"]!.GetValue<string>());
            next["number"]!.GetValue<int>().ShouldBe((one["number"]!.GetValue<int>() % 30) + 1);
        }
        lines.ShouldAllBe(x => x["endsAt"]!.GetValue<DateTimeOffset>() >= new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)
            && x["endsAt"]!.GetValue<DateTimeOffset>() < new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void Several_kinds_of_events_come_in_order()
    {
        var (_, output, _) = Run("events --events nakshatra,yoga,karana --from 2026-01-01 --to 2026-01-11 --tz +05:30 --json");
        var ends = output.TrimEnd('\n').Split('\n').Select(x => JsonNode.Parse(x)!["endsAt"]!.GetValue<DateTimeOffset>()).ToList();

        ends.ShouldBe(ends.Order());
        ends.ShouldAllBe(x => x.Offset == TimeSpan.FromHours(5.5));
    }

    [Theory]
    [InlineData("upper-limb")]
    [InlineData("pac")]
    [InlineData("centre")]
    [InlineData("centre-geometric")]
    public void Conventions_are_chosen_by_name(string name) =>
        Json($"day --date 2026-11-08 {Delhi} --convention {name} --json")["convention"]!.GetValue<string>().ShouldBe(name);

    [Theory]
    [InlineData("hi", "अमावस्या")]
    [InlineData("ta", "அமாவாசை")]
    [InlineData("te", "అమావాస్య")]
    [InlineData("kn", "ಅಮಾವಾಸ್ಯೆ")]
    [InlineData("kn-Latn", "amāvāsye")]
    [InlineData("hi-Latn", "amāvasyā")]
    public void Names_are_told_in_the_language_asked_for(string language, string name)
    {
        Json($"day --date 2026-11-08 {Delhi} --lang {language} --json")["tithi"]![1]!["name"]!.GetValue<string>().ShouldBe(name);
        Run($"day --date 2026-11-08 {Delhi} --lang {language}").Output.ShouldContain(name);
    }

    [Fact]
    public void A_month_a_year_a_chart_and_a_match_are_answered_as_text_and_as_data()
    {
        Run($"month --month 2026-06 {Delhi}").Output.ShouldContain("Adhika Jyeshtha");
        Json($"month --month 2026-06 {Delhi} --json")["days"]!.AsArray().Count.ShouldBe(30);
        Run($"festivals --year 2024 {Delhi}").Output.ShouldContain("or 11-01 (Dharma Sindhu");
        var festivals = Json($"festivals --year 2024 {Delhi} --json");
        festivals["festivals"]!.AsArray().Single(x => x!["id"]!.GetValue<string>() == "diwali")!["others"]![0]!["date"]!.GetValue<string>().ShouldBe("2024-11-01");
        festivals["sankrantis"]!.AsArray().Count.ShouldBe(12);
        Run($"kundli --at 1990-05-15T06:30 {Delhi}").Output.ShouldContain("Lagna");
        Json($"kundli --at 1990-05-15T06:30 {Delhi} --json")["grahas"]!.AsArray().Count.ShouldBe(9);
        Run($"kundli --at 1990-05-15T06:30 --lat 70 --lng 20 --tz UTC").Output.ShouldContain("polar circles");
        const string Couple = "match --groom 1990-05-15T06:30,28.6139,77.209,Asia/Kolkata --bride 1992-01-02T04:05,12.97,77.59,+05:30";
        Run(Couple).Output.ShouldContain("of 36");
        Json(Couple + " --json")["kootas"]!.AsArray().Count.ShouldBe(8);
    }

    [Fact]
    public void A_day_without_sunrise_says_so()
    {
        Run("day --date 2026-06-21 --lat 69.65 --lng 18.96 --tz Europe/Oslo").Output.ShouldContain("There is no sunrise");
        var day = Json("day --date 2026-06-21 --lat 69.65 --lng 18.96 --tz Europe/Oslo --json");
        day["sunrise"].ShouldBeNull();
        day["noSunrise"]!.GetValue<string>().ShouldContain("polar day");
    }

    [Fact]
    public void Today_is_the_day_of_the_clock_in_the_zone_asked_for() =>
        Json("day --lat 1 --lng 1 --tz +14:00 --json")["date"]!.GetValue<string>().ShouldBe("2026-11-09");

    [Theory]
    [InlineData("", "A command is needed")]
    [InlineData("dya", "no command \"dya\"")]
    [InlineData("day here", "not an option")]
    [InlineData("day --date", "needs a value")]
    [InlineData("day --date 2026-02-30 " + Delhi, "not a date")]
    [InlineData("day --date 2026-02-20 --lat 95 --lng 3 --tz UTC", "Latitude is degrees")]
    [InlineData("day --date 2026-02-20 --lat NaN --lng 3 --tz UTC", "Latitude is degrees")]
    [InlineData("day --date 2026-02-20 --lat north --lng 3 --tz UTC", "not a number")]
    [InlineData("day --date 2026-02-20 --lat 9 --lng 999 --tz UTC", "Longitude is degrees")]
    [InlineData("day --date 2026-02-20 --lat 9 --lng 3 --tz Mars", "not a zone")]
    [InlineData("day --date 2026-02-20 --lat 9 --lng 3 --tz +99:00", "not a zone")]
    [InlineData("day --date 2026-02-20 --lat 9 --lng 3 --tz UTC --foo 3", "not an option of this command")]
    [InlineData("day --date 2026-02-20 --lat 9 --lat 9 --lng 3 --tz UTC", "given twice")]
    [InlineData("day --date 2026-02-20 --lng 3 --tz UTC", "--lat is needed")]
    [InlineData("day --date 0900-01-01 " + Delhi, "1001 to 2998")]
    [InlineData("day --convention noon " + Delhi, "upper-limb")]
    [InlineData("day --lang fr " + Delhi, "not spoken here")]
    [InlineData("events --events sun --from 2026-02-01 --to 2026-03-01", "not known")]
    [InlineData("events --events tithi --from 2026-03-01 --to 2026-03-01", "must come after")]
    [InlineData("festivals --year 5000 " + Delhi, "1001 to 2998")]
    [InlineData("month --month 2026-13 " + Delhi, "not a month")]
    [InlineData("kundli --at noon " + Delhi, "not a time")]
    [InlineData("kundli --date 1990-05-15 " + Delhi, "--time is needed")]
    [InlineData("kundli --date 1990-05-15 --time 06:30", "is needed")]
    [InlineData("events --events tithi --from 2026-03-01 --to 2026-03-09 --lat 99 --lng 0", "Latitude is degrees")]
    [InlineData("kundli --at 2026-03-29T02:30 --lat 52 --lng 13 --tz Europe/Berlin", "did not happen")]
    [InlineData("match --groom a --bride b", "not a birth")]
    public void Rubbish_gets_a_sentence_and_exit_code_2(string line, string sentence)
    {
        var (code, output, error) = Run(line);

        code.ShouldBe(2);
        output.ShouldBeEmpty();
        error.ShouldContain(sentence);
        error.TrimEnd().ShouldNotContain("\n");
    }

    [Fact]
    public void Without_a_place_the_almanac_is_that_of_Delhi() =>
        Json("festivals --year 2026 --json")["place"]!["latitude"]!.GetValue<double>().ShouldBe(28.6139);

    [Fact]
    public void A_birth_is_told_as_date_and_time_or_as_one()
    {
        var one = Run($"kundli --at 1990-05-15T06:30 --as-of 2026-01-01 {Delhi}").Output;

        one.ShouldContain("Rohini");
        Run($"kundli --date 1990-05-15 --time 06:30 --as-of 2026-01-01 {Delhi}").Output.ShouldBe(one);
    }

    [Fact]
    public void The_culture_of_the_machine_changes_nothing()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("fi-FI");
            Festivals.Of(new Almanac(Days.Delhi, Days.India), 2026, "makara-sankranti").Single().Reason.ShouldContain("2026-01-14 at 15:07");
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ur-PK");
            Run($"kundli --at 1990-05-15T06:30 {Delhi}").Output.ShouldContain("ayanamsa 23.72");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Help_is_help() => Run("help").ShouldSatisfyAllConditions(x => x.Code.ShouldBe(0), x => x.Output.ShouldContain("--convention"));

    private static JsonNode Json(string line)
    {
        var (code, output, error) = Run(line);
        code.ShouldBe(0, error);
        return JsonNode.Parse(output)!;
    }

    private static (int Code, string Output, string Error) Run(string line)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = Panchangs.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, error, new StoppedClock());
        return (code, output.ToString(), error.ToString());
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 8, 12, 0, 0, TimeSpan.Zero);
    }
}
