namespace Sarai.Panchang.Cli;

/// <summary><c>panchang festivals</c>: the festivals, ekadashis and sankrantis of a year.</summary>
internal static class FestivalsOfYear
{
    internal static void Write(Options options, TextWriter output)
    {
        var almanac = options.Almanac();
        var language = options.Tongue;
        var year = options.Whole("year") ?? TimeZoneInfo.ConvertTime(options.Now, almanac.Zone).Year;
        var festivals = Festivals.Of(almanac, year);
        var ekadashis = Ekadashi.Of(almanac, year);
        var sankrantis = HinduCalendar.Sankrantis(almanac, year);
        if (options.Json)
        {
            Json.WritePage(output, new
            {
                year,
                place = Day.PlaceOf(almanac),
                timeZone = almanac.Zone.Id,
                convention = almanac.Settings.Convention.Code(),
                festivals = festivals.Select(x => new
                {
                    x.Id,
                    name = x.Name.In(language),
                    x.Date,
                    x.Tradition,
                    x.Reason,
                    x.StartsAt,
                    x.EndsAt,
                    x.Ambiguous,
                    others = x.Others.Select(other => new { other.Date, other.Tradition, other.Reason }),
                }),
                ekadashis = ekadashis.Select(x => new
                {
                    name = x.Name.In(language),
                    month = x.Month.Name.In(language),
                    paksha = TithiNames.Of(x.Paksha).In(language),
                    x.StartsAt,
                    x.EndsAt,
                    x.Smarta,
                    x.Vaishnava,
                }),
                sankrantis = sankrantis.Select(x => new { x.Rashi, name = x.Name.In(language), x.At }),
            });
            return;
        }
        output.WriteLine($"Festivals of {year}  {Day.At(almanac.Place)}  {almanac.Zone.Id}");
        foreach (var festival in festivals)
        {
            output.WriteLine($"{festival.Date:MM-dd ddd}  {festival.Name.In(language)}{(festival.Ambiguous ? " (ambiguous)" : "")}: {festival.Reason}");
            foreach (var other in festival.Others)
            {
                output.WriteLine($"           or {other.Date:MM-dd} ({other.Tradition}): {other.Reason}");
            }
        }
        output.WriteLine();
        output.WriteLine("Ekadashis, and when the fast is broken on the next day");
        foreach (var ekadashi in ekadashis)
        {
            output.WriteLine($"{ekadashi.Smarta.Date:MM-dd ddd}  {ekadashi.Name.In(language)}, broken {ekadashi.Smarta.ParanaFrom:HH:mm}–{ekadashi.Smarta.ParanaTo:HH:mm}");
            if (ekadashi.IsDisputed)
            {
                var fast = ekadashi.Vaishnava;
                output.WriteLine($"           or {fast.Date:MM-dd} (Vaishnava), broken {fast.ParanaFrom:HH:mm}–{fast.ParanaTo:HH:mm}: {fast.Reason}");
            }
        }
        output.WriteLine();
        output.WriteLine("Sankrantis");
        foreach (var sankranti in sankrantis)
        {
            output.WriteLine($"{sankranti.At:MM-dd HH:mm:ss}  {sankranti.Name.In(language)}");
        }
    }
}
