using System.Globalization;

namespace Sarai.Panchang.Cli;

/// <summary><c>panchang day</c>: everything about one day.</summary>
internal static class Day
{
    internal static void Write(Options options, TextWriter output)
    {
        var almanac = options.Almanac();
        var language = options.Tongue;
        var date = options.Date("date") ?? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(options.Now, almanac.Zone).DateTime);
        var day = almanac.Day(date);
        if (options.Json)
        {
            Json.WritePage(output, Data(day, language));
        }
        else
        {
            Text(day, language, output);
        }
    }

    internal static object PlaceOf(Almanac almanac) => new
    {
        latitude = almanac.Place.Latitude,
        longitude = almanac.Place.Longitude,
        elevationMetres = almanac.Place.ElevationMetres,
    };

    private static object Data(PanchangDay day, Tongue language)
    {
        var parts = day.Parts;
        return new
        {
            date = day.Date,
            place = PlaceOf(day.Almanac),
            timeZone = day.Almanac.Zone.Id,
            convention = day.Almanac.Settings.Convention.Code(),
            ayanamsa = "Lahiri (true, IAE 2021)",
            ayanamsaDegrees = Math.Round(day.AyanamsaDegrees, 7),
            sunrise = day.Sunrise,
            sunset = day.Sunset,
            nextSunrise = day.NextSunrise,
            moonrise = day.Moonrise,
            moonset = day.Moonset,
            noSunrise = day.NoSunrise,
            ambiguous = day.IsAmbiguous,
            vara = new { number = (int)day.Vara + 1, name = VaraNames.Of(day.Vara).In(language), lord = PlanetNames.Of(VaraNames.LordOf(day.Vara)).In(language) },
            tithi = Spans(day.Tithis),
            nakshatra = day.Nakshatras.Select(x => new
            {
                x.Number,
                name = x.Name.In(language),
                x.StartsAt,
                x.EndsAt,
                x.Ambiguous,
                padas = day.Padas.Where(p => p.Nakshatra == x.Number).Select(p => new { p.Number, p.StartsAt, p.EndsAt }),
            }),
            pada = day.Padas[0].Number,
            yoga = Spans(day.Yogas),
            karana = Spans(day.Karanas),
            tithiRepeated = day.IsTithiRepeated,
            tithiLost = day.LostTithi?.Number,
            paksha = TithiNames.Of(day.Paksha).In(language),
            month = new
            {
                amanta = MonthNames.Of(day.Month.Number).In(language),
                purnimanta = MonthNames.Of(day.Purnimanta).In(language),
                adhika = day.Month.IsAdhika,
                kshaya = day.Month.Swallowed is { } lost ? MonthNames.Of(lost).In(language) : null,
                startsAt = day.Month.StartsAt,
                endsAt = day.Month.EndsAt,
            },
            shaka = day.Month.Shaka,
            vikram = day.Month.Vikram,
            vikramKartikadi = day.Month.VikramKartikadi,
            samvatsara = new
            {
                south = SamvatsaraNames.Of(day.Month.SamvatsaraSouth).In(language),
                north = SamvatsaraNames.Of(day.Month.SamvatsaraNorth).In(language),
            },
            ritu = MonthNames.Of(day.Month.Ritu).In(language),
            rituOfSun = MonthNames.Of(day.RituOfSun).In(language),
            ayana = MonthNames.Of(day.Ayana).In(language),
            ayanaOfSun = MonthNames.Of(day.AyanaOfSun).In(language),
            sunRashi = RashiNames.Of(day.SunRashi).In(language),
            moonRashi = RashiNames.Of(day.MoonRashi).In(language),
            rahuKaal = Period(parts?.RahuKaal),
            yamaganda = Period(parts?.Yamaganda),
            gulikaKaal = Period(parts?.GulikaKaal),
            abhijit = Period(parts?.Abhijit),
            brahmaMuhurta = Period(parts?.BrahmaMuhurta),
            durMuhurta = Periods(parts?.DurMuhurtas),
            amritKaal = Periods(parts?.AmritKaals),
            varjyam = Periods(parts?.Varjyams),
            hora = (parts?.Horas ?? []).Select(x => new { x.Number, lord = PlanetNames.Of(x.Lord).In(language), x.StartsAt, x.EndsAt }),
            choghadiya = (parts?.Choghadiyas ?? []).Select(x => new { x.Number, name = x.Name.In(language), good = x.IsGood, x.StartsAt, x.EndsAt }),
        };

        IEnumerable<object> Spans(IEnumerable<Span> spans) => spans.Select(x => new { x.Number, name = x.Name.In(language), x.StartsAt, x.EndsAt, x.Ambiguous });
        object? Period(Period? period) => period is { } x ? new { x.StartsAt, x.EndsAt } : null;
        IEnumerable<object?> Periods(IEnumerable<Period>? periods) => (periods ?? []).Select(x => Period(x));
    }

    private static void Text(PanchangDay day, Tongue language, TextWriter output)
    {
        var month = day.Month;
        var adhika = month.IsAdhika ? MonthNames.Adhika.In(language) + " " : "";
        output.WriteLine($"{day.Date:yyyy-MM-dd}  {VaraNames.Of(day.Vara).In(language)}  {At(day.Almanac.Place)}  {day.Almanac.Zone.Id}  {day.Almanac.Settings.Convention.Code()}");
        if (day.NoSunrise is { } sentence)
        {
            output.WriteLine(sentence);
        }
        Row("Sun", $"{Clock(day.Sunrise)} – {Clock(day.Sunset)}");
        Row("Moon", $"rises {Clock(day.Moonrise)}, sets {Clock(day.Moonset)}");
        Row("Month", $"{adhika}{MonthNames.Of(month.Number).In(language)} (amanta), {adhika}{MonthNames.Of(day.Purnimanta).In(language)} (purnimanta), {TithiNames.Of(day.Paksha).In(language)}");
        Row("Year", $"Shaka {month.Shaka}, Vikram {month.Vikram} ({month.VikramKartikadi} Kartikadi), {SamvatsaraNames.Of(month.SamvatsaraSouth).In(language)} (south), {SamvatsaraNames.Of(month.SamvatsaraNorth).In(language)} (north)");
        Row("Season", $"{MonthNames.Of(month.Ritu).In(language)}, {MonthNames.Of(day.Ayana).In(language)}");
        Spans("Tithi", day.Tithis);
        Spans("Nakshatra", day.Nakshatras);
        Spans("Yoga", day.Yogas);
        Spans("Karana", day.Karanas);
        Row("Pada", $"{day.Padas[0].Number} at the day's beginning");
        Row("Rashi", $"Sun {RashiNames.Of(day.SunRashi).In(language)}, Moon {RashiNames.Of(day.MoonRashi).In(language)}");
        Row("Ayanamsa", day.AyanamsaDegrees.ToString("F5", CultureInfo.InvariantCulture) + "°");
        if (day.Parts is not { } parts)
        {
            return;
        }
        foreach (var period in new Period?[] { parts.BrahmaMuhurta, parts.Abhijit, parts.RahuKaal, parts.Yamaganda, parts.GulikaKaal }.OfType<Period>()
            .Concat(parts.DurMuhurtas).Concat(parts.AmritKaals).Concat(parts.Varjyams))
        {
            Row(period.Name.In(language), $"{Clock(period.StartsAt)} – {Clock(period.EndsAt)}");
        }
        Row("Hora", string.Join(", ", parts.Horas.Select(x => $"{PlanetNames.Of(x.Lord).In(language)} {Short(x.StartsAt)}")));
        Row("Choghadiya", string.Join(", ", parts.Choghadiyas.Select(x => $"{x.Name.In(language)} {Short(x.StartsAt)}")));

        void Row(string name, string value) => output.WriteLine($"  {name,-16} {value}");
        void Spans(string name, IReadOnlyList<Span> spans) => Row(name, string.Join(", ", spans.Select(x => $"{x.Name.In(language)} to {Clock(x.EndsAt)}{(x.Ambiguous ? " (ambiguous)" : "")}")));
        string Clock(DateTimeOffset? at) => at is not { } instant ? "–"
            : DateOnly.FromDateTime(instant.DateTime) == day.Date ? $"{instant:HH:mm:ss}" : $"{instant:MM-dd HH:mm:ss}";
        static string Short(DateTimeOffset at) => $"{at:HH:mm}";
    }

    internal static string At(Place place) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Math.Abs(place.Latitude):0.####}°{(place.Latitude < 0 ? 'S' : 'N')} {Math.Abs(place.Longitude):0.####}°{(place.Longitude < 0 ? 'W' : 'E')}");
}
