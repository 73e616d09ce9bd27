using System.Globalization;

namespace Sarai.Panchang.Cli;

/// <summary><c>panchang month</c>: a line a day.</summary>
internal static class Month
{
    internal static void Write(Options options, TextWriter output)
    {
        var almanac = options.Almanac();
        var language = options.Tongue;
        var (year, number) = Asked(options, almanac);
        var month = HinduCalendar.Month(almanac, year, number);
        if (options.Json)
        {
            Json.WritePage(output, Data(almanac, month, language));
            return;
        }
        output.WriteLine($"{year}-{number:00}  {Day.At(almanac.Place)}  {almanac.Zone.Id}");
        foreach (var day in month.Days)
        {
            var panchang = day.Panchang;
            var adhika = panchang.Month.IsAdhika ? MonthNames.Adhika.In(language) + " " : "";
            var marks = (panchang.IsTithiRepeated ? " (again)" : "") + (panchang.LostTithi is { } lost ? $" (then {lost.Name.In(language)}, lost)" : "");
            var feasts = day.Festivals.Select(x => x.Name.In(language)).Concat(day.Ekadashi is { } ekadashi ? [$"{ekadashi.Name.In(language)} Ekadashi"] : []);
            output.WriteLine(
                $"{day.Date:dd ddd}  {(panchang.Sunrise is { } sunrise ? $"{sunrise:HH:mm}" : "  –  ")}  {adhika}{MonthNames.Of(panchang.Month.Number).In(language)}  {panchang.Tithis[0].Name.In(language)}{marks}, {panchang.Nakshatras[0].Name.In(language)}{(feasts.Any() ? "  * " + string.Join(", ", feasts) : "")}");
        }
    }

    private static (int Year, int Month) Asked(Options options, Almanac almanac)
    {
        if (options.Text("month") is { } text)
        {
            if (DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first))
            {
                return (first.Year, first.Month);
            }
            if (options.Whole("year") is { } year && options.Whole("month") is { } month)
            {
                return (year, month);
            }
            throw new Rubbish($"--month {text} is not a month: write it as 2026-11.");
        }
        var today = TimeZoneInfo.ConvertTime(options.Now, almanac.Zone);
        return (today.Year, today.Month);
    }

    private static object Data(Almanac almanac, CalendarMonth month, Tongue language)
    {
        return new
        {
            month.Year,
            month.Month,
            place = Day.PlaceOf(almanac),
            timeZone = almanac.Zone.Id,
            convention = almanac.Settings.Convention.Code(),
            days = month.Days.Select(day => new
            {
                day.Date,
                sunrise = day.Panchang.Sunrise,
                sunset = day.Panchang.Sunset,
                tithi = Ruler(day.Panchang.Tithis[0]),
                nakshatra = Ruler(day.Panchang.Nakshatras[0]),
                tithiRepeated = day.Panchang.IsTithiRepeated,
                tithiLost = day.Panchang.LostTithi?.Number,
                month = new
                {
                    amanta = MonthNames.Of(day.Panchang.Month.Number).In(language),
                    purnimanta = MonthNames.Of(day.Panchang.Purnimanta).In(language),
                    adhika = day.Panchang.Month.IsAdhika,
                },
                festivals = day.Festivals.Select(x => new { x.Id, name = x.Name.In(language) }),
                ekadashi = day.Ekadashi?.Name.In(language),
                ambiguous = day.Panchang.IsAmbiguous,
            }),
        };

        object Ruler(Span span) => new { span.Number, name = span.Name.In(language), span.StartsAt, span.EndsAt };
    }
}
