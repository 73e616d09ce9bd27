namespace Sarai.Panchang.Cli;

/// <summary><c>panchang kundli</c>: a birth chart.</summary>
internal static class Chart
{
    internal static void Write(Options options, TextWriter output)
    {
        var language = options.Tongue;
        var zone = options.Zone();
        var birth = options.Birth(zone);
        var asOf = options.Text("as-of") is { } text ? Options.InstantOf("as-of", text, zone) : options.Now;
        var kundli = Kundli.Of(birth, options.Place(), new KundliSettings(options.Flag("true-node")));
        var dosha = MangalDosha.In(kundli);
        if (options.Json)
        {
            Json.WritePage(output, Data(kundli, dosha, asOf, language));
            return;
        }
        output.WriteLine($"{birth:yyyy-MM-dd HH:mm:ss zzz}  {Day.At(kundli.Place)}  ayanamsa {kundli.AyanamsaDegrees:F5}°");
        output.WriteLine($"  {"Lagna",-8} {Where(kundli.Lagna)}");
        foreach (var graha in kundli.Grahas)
        {
            var placidus = graha.PlacidusHouse is { } house ? $", Placidus {house}" : "";
            output.WriteLine($"  {PlanetNames.Of(graha.Graha).In(language),-8} {Where(graha.At)}, house {graha.House}{placidus}{(graha.IsRetrograde ? ", retrograde" : "")}");
        }
        output.WriteLine(kundli.Houses.HasPlacidus
            ? $"  Placidus cusps: {string.Join(", ", kundli.Houses.Placidus.Select(x => $"{x:F2}"))}"
            : "  Placidus houses do not exist beyond the polar circles; whole signs are given.");
        output.WriteLine($"  Dasha at birth: {PlanetNames.Of(kundli.Dasha.FirstLord).In(language)}, {kundli.Dasha.BalanceYears:F2} years left");
        foreach (var dasha in kundli.Dasha.Mahadashas)
        {
            output.WriteLine($"    {PlanetNames.Of(dasha.Lord).In(language),-8} {dasha.StartsAt:yyyy-MM-dd} to {dasha.EndsAt:yyyy-MM-dd}");
        }
        output.WriteLine($"  Running: {string.Join(" / ", kundli.Dasha.At(asOf).Select(x => PlanetNames.Of(x.Lord).In(language)))}");
        output.WriteLine($"  Mangal dosha: {Words(dosha)}");

        string Where(Zodiacal at) =>
            $"{RashiNames.Of(at.Rashi).In(language)} {at.InRashi:00.000}°, {NakshatraNames.Of(at.Nakshatra).In(language)} {at.Pada}, navamsa {RashiNames.Of(at.Navamsa).In(language)}";
    }

    internal static string Words(MangalDosha dosha) => dosha switch
    {
        { IsPresent: false } => "no",
        { IsEffective: true } => "yes",
        _ => "yes, but " + string.Join(" ", dosha.Excuses),
    };

    internal static object DoshaData(MangalDosha dosha) => new { present = dosha.IsPresent, effective = dosha.IsEffective, dosha.FromLagna, dosha.FromMoon, dosha.FromVenus, dosha.Excuses };

    private static object Data(Kundli kundli, MangalDosha dosha, DateTimeOffset asOf, Tongue language)
    {
        return new
        {
            at = kundli.Birth,
            place = new { latitude = kundli.Place.Latitude, longitude = kundli.Place.Longitude },
            ayanamsaDegrees = Math.Round(kundli.AyanamsaDegrees, 7),
            node = kundli.Settings.TrueNode ? "true" : "mean",
            lagna = Point(kundli.Lagna),
            midheaven = Point(new Zodiacal(kundli.Houses.Midheaven)),
            placidus = kundli.Houses.HasPlacidus ? kundli.Houses.Placidus.Select(x => Math.Round(x, 6)) : null,
            placidusError = kundli.Houses.HasPlacidus ? null : "Placidus houses do not exist beyond the polar circles; whole signs are given.",
            grahas = kundli.Grahas.Select(x => new
            {
                id = x.Graha.ToString().ToLowerInvariant(),
                name = PlanetNames.Of(x.Graha).In(language),
                at = Point(x.At),
                x.House,
                x.PlacidusHouse,
                retrograde = x.IsRetrograde,
                degreesPerDay = Math.Round(x.DegreesPerDay, 6),
            }),
            dasha = new
            {
                first = PlanetNames.Of(kundli.Dasha.FirstLord).In(language),
                balanceYears = Math.Round(kundli.Dasha.BalanceYears, 4),
                running = kundli.Dasha.At(asOf).Select(Dasha),
                mahadashas = kundli.Dasha.Mahadashas.Select(maha => new
                {
                    lord = PlanetNames.Of(maha.Lord).In(language),
                    maha.StartsAt,
                    maha.EndsAt,
                    antardashas = maha.Parts.Select(antar => new
                    {
                        lord = PlanetNames.Of(antar.Lord).In(language),
                        antar.StartsAt,
                        antar.EndsAt,
                        pratyantardashas = antar.Parts.Select(Dasha),
                    }),
                }),
            },
            mangalDosha = DoshaData(dosha),
        };

        object Dasha(Dasha dasha) => new { dasha.Level, lord = PlanetNames.Of(dasha.Lord).In(language), dasha.StartsAt, dasha.EndsAt };
        object Point(Zodiacal at) => new
        {
            longitude = Math.Round(at.Longitude, 6),
            rashi = at.Rashi,
            rashiName = RashiNames.Of(at.Rashi).In(language),
            degrees = Math.Round(at.InRashi, 6),
            nakshatra = at.Nakshatra,
            nakshatraName = NakshatraNames.Of(at.Nakshatra).In(language),
            pada = at.Pada,
            navamsa = at.Navamsa,
            navamsaName = RashiNames.Of(at.Navamsa).In(language),
        };
    }
}
